/** The frame around every page of a project: sidebar, palette, keys. */
import { Outlet, getRouteApi } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { remember, remembered } from "@/lib/memory";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";
import { Sheet } from "@/ui/dialog";
import { Logo } from "@/ui/logo";
import { useNarrow } from "@/ui/media";
import { Empty } from "@/ui/states";
import { NotFound } from "./fallbacks";
import { useGlobalKeys } from "./global-keys";
import { KeysHelp } from "./keys-help";
import { Palette } from "./palette";
import { useMe } from "./me";
import { Mentions } from "./mentions";
import { projectsOf, rememberProject } from "./projects";
import { Sidebar } from "./sidebar";

const route = getRouteApi("/inside/project/$projectId");

export function Shell() {
  const { t } = useSpeech();
  const narrow = useNarrow();
  const [folded, setFolded] = useState(remembered("sidebar") === "folded");
  const [drawer, setDrawer] = useState(false);
  const [searching, setSearching] = useState(false);
  const [help, setHelp] = useState(false);
  const { projectId } = route.useParams();
  const project = projectsOf(useMe()).find((one) => one.id === projectId);
  useGlobalKeys(projectId, { openPalette: () => setSearching(true), openHelp: () => setHelp(true) });
  const known = project !== undefined;
  useEffect(() => {
    if (known) rememberProject(projectId);
  }, [known, projectId]);

  if (!project) return <NotFound />;
  const fold = () => {
    remember("sidebar", folded ? null : "folded");
    setFolded(!folded);
  };
  const actions = {
    onPalette: () => setSearching(true),
    onHelp: () => setHelp(true),
    onLeave: () => setDrawer(false),
  };
  return (
    <div className="flex h-full flex-col md:flex-row">
      <a
        href="#content"
        className="absolute -top-20 left-2 z-60 rounded-md bg-accent px-3 py-1.5 text-accent-fg focus:top-2"
      >
        {t("nav.skip")}
      </a>
      {narrow ? (
        <header className="flex h-11 shrink-0 items-center gap-2 border-b bg-side px-2">
          <IconButton icon={MenuIcon} label={t("nav.open")} onClick={() => setDrawer(true)} />
          <Logo className="size-5" />
          <span className="min-w-0 flex-1 truncate font-medium">{project.name}</span>
          <Mentions />
          <Sheet open={drawer} onClose={() => setDrawer(false)} title={t("nav.main")} side="left" className="w-64">
            <Sidebar project={project} {...actions} />
          </Sheet>
        </header>
      ) : (
        <Sidebar project={project} folded={folded} onFold={fold} {...actions} />
      )}
      <main id="content" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
        <Outlet />
      </main>
      {searching && <Palette projectId={projectId} onClose={() => setSearching(false)} onHelp={() => setHelp(true)} />}
      {help && <KeysHelp onClose={() => setHelp(false)} />}
    </div>
  );
}

export function NoProject() {
  const { t } = useSpeech();
  return (
    <main className="grid h-full place-items-center">
      <Empty title={t("app.name")} hint={t("state.no_access")} />
    </main>
  );
}
