import { Link, useRouterState } from "@tanstack/react-router";
import { ChevronsUpDown, PanelLeftClose, PanelLeftOpen, Search } from "lucide-react";
import type { ProjectRef } from "@/api/types";
import { cleanRange } from "@/lib/time";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Keys } from "@/ui/keys";
import { Logo } from "@/ui/logo";
import { Menu, MenuCheck, MenuLabel } from "@/ui/menu";
import { Tip } from "@/ui/tip";
import { AccountMenu } from "./account-menu";
import { Mentions } from "./mentions";
import { type Destination, MAIN, SECOND } from "./navigation";
import { useMe, useOpenProject } from "./me";

interface SidebarProps {
  project: ProjectRef;
  folded?: boolean;
  /** Absent in the drawer, which has nothing to fold. */
  onFold?: () => void;
  onPalette: () => void;
  onHelp: () => void;
  onLeave: () => void;
}

export function Sidebar({ project, folded = false, onFold, onPalette, onHelp, onLeave }: SidebarProps) {
  const { t } = useSpeech();
  const items = (list: readonly Destination[]) =>
    list.map((one) => <NavLink key={one.to} destination={one} projectId={project.id} folded={folded} onLeave={onLeave} />);
  return (
    <aside
      className={cx(
        "flex h-full shrink-0 flex-col bg-side",
        onFold && "border-r",
        folded ? "w-13 items-center px-1.5" : "w-52 px-2",
        !onFold && "w-full",
      )}
    >
      <div className={cx("flex h-12 shrink-0 items-center gap-1", folded ? "justify-center" : "px-1")}>
        <Link to="/" onClick={onLeave} className="flex min-w-0 flex-1 items-center gap-2 rounded" aria-label={t("app.name")}>
          <Logo className="size-5.5" />
          {!folded && <span className="truncate text-base font-semibold tracking-tight">{t("app.name")}</span>}
        </Link>
        {onFold && !folded && <Mentions />}
        {onFold && !folded && <IconButton icon={PanelLeftClose} label={t("nav.collapse")} small onClick={onFold} />}
      </div>
      {folded && onFold && <IconButton icon={PanelLeftOpen} label={t("nav.expand")} onClick={onFold} />}
      {folded && <Mentions />}
      <ProjectSwitcher project={project} folded={folded} onLeave={onLeave} />
      {folded ? (
        <IconButton icon={Search} label={t("nav.search")} keys="mod+k" onClick={onPalette} className="mt-1" />
      ) : (
        <button
          type="button"
          onClick={() => {
            onLeave();
            onPalette();
          }}
          className="mt-2 flex h-8 items-center gap-2 rounded-md border border-line bg-bg px-2 text-left text-fg-3 hover:border-line-strong hover:text-fg-2"
        >
          <Search size={14} aria-hidden />
          <span className="min-w-0 flex-1 truncate">{t("nav.search")}</span>
          <Keys keys="mod+k" />
        </button>
      )}
      <nav aria-label={t("nav.main")} className="mt-3 flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto">
        {items(MAIN)}
        <div className="flex-1" />
        {items(SECOND)}
      </nav>
      <AccountMenu folded={folded} onHelp={onHelp} onLeave={onLeave} projectId={project.id} />
    </aside>
  );
}

interface NavLinkProps {
  destination: Destination;
  projectId: string;
  folded: boolean;
  onLeave: () => void;
}

function NavLink({ destination: { to, icon: Icon, label, key, ranged }, projectId, folded, onLeave }: NavLinkProps) {
  const { t } = useSpeech();
  const range = useRouterState({
    select: (state) => cleanRange(state.location.search as Record<string, unknown>),
    structuralSharing: true,
  });
  const link = (
    <Link
      to={to}
      params={{ projectId }}
      search={ranged ? range : {}}
      activeOptions={{ exact: to === "/project/$projectId", includeSearch: false }}
      onClick={onLeave}
      aria-label={folded ? t(label) : undefined}
      className={cx("group flex h-8 items-center gap-2.5 rounded-md", folded ? "w-9 justify-center" : "px-2")}
      activeProps={{ className: "bg-selected font-medium text-accent" }}
      inactiveProps={{ className: "text-fg-2 hover:bg-hover hover:text-fg" }}
    >
      <Icon size={16} aria-hidden className="shrink-0" />
      {!folded && <span className="min-w-0 flex-1 truncate">{t(label)}</span>}
      {!folded && (
        <span className="hidden group-hover:block group-focus-visible:block">
          <Keys keys={`g ${key}`} />
        </span>
      )}
    </Link>
  );
  return folded ? (
    <Tip text={t(label)} keys={`g ${key}`} side="right">
      {link}
    </Tip>
  ) : (
    link
  );
}

function ProjectSwitcher({ project, folded, onLeave }: { project: ProjectRef; folded: boolean; onLeave: () => void }) {
  const { t } = useSpeech();
  const me = useMe();
  const name = `${t("nav.project")}: ${project.name}`;
  const initial = [...project.name][0]?.toUpperCase() ?? "";
  const badge = (
    // Drawn, not said: the name says it already.
    <span aria-hidden data-initial={initial} className="grid size-5 shrink-0 place-items-center rounded bg-accent-soft text-2xs font-semibold text-accent before:content-[attr(data-initial)]" />
  );
  return (
    <Menu
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={folded ? name : undefined}
          className={cx("flex h-9 items-center gap-2 rounded-md text-left hover:bg-hover", folded ? "w-9 justify-center" : "px-2")}
        >
          {badge}
          {!folded && <span className="sr-only">{t("nav.project")}: </span>}
          {!folded && <span className="min-w-0 flex-1 truncate font-medium">{project.name}</span>}
          {!folded && <ChevronsUpDown size={14} aria-hidden className="shrink-0 text-fg-3" />}
        </button>
      }
    >
      {me.organisations.map((organisation) => (
        <div key={organisation.id}>
          <MenuLabel>{organisation.name}</MenuLabel>
          {organisation.projects.map((one) => (
            <ProjectItem key={one.id} project={one} current={one.id === project.id} onLeave={onLeave} />
          ))}
        </div>
      ))}
    </Menu>
  );
}

function ProjectItem({ project, current, onLeave }: { project: ProjectRef; current: boolean; onLeave: () => void }) {
  const open = useOpenProject();
  return (
    <MenuCheck
      checked={current}
      onSelect={() => {
        onLeave();
        open(project.id);
      }}
    >
      {project.name}
    </MenuCheck>
  );
}
