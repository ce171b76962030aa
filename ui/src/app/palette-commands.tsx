/** What the palette offers without asking the server for it: pages, actions, projects, what was open last. */
import { useMatches, useNavigate } from "@tanstack/react-router";
import {
  CalendarClock,
  ChartNoAxesCombined,
  Clock,
  FileDown,
  FolderKanban,
  Keyboard,
  KeyRound,
  Languages,
  Link2,
  ListTree,
  LogOut,
  type LucideIcon,
  MessagesSquare,
  Moon,
  Play,
  Plus,
  Radio,
  Rows3,
  Scale,
  Settings,
  UserRound,
} from "lucide-react";
import { useMemo } from "react";
import type { Entry, Group } from "@/lib/palette";
import { type Visit, recent } from "@/lib/recent";
import { tracesSearch } from "@/lib/search";
import { PRESETS, type RangeSearch } from "@/lib/time";
import { CLOCKS, type Key, LANGUAGES, type Language, inEveryLanguage, useSpeech } from "@/messages";
import { copyText } from "@/ui/copy";
import { DENSITIES, setDensity, useDensity } from "@/ui/density";
import { toast } from "@/ui/toast";
import { useSignOut } from "./account-menu";
import { useMe, useOpenProject, useRights } from "./me";
import { DESTINATIONS, SETTINGS } from "./navigation";
import { projectsOf } from "./projects";
import { THEMES, useTheme } from "./theme";

export interface Command extends Entry {
  icon: LucideIcon;
  label: string;
  hint?: string;
  keys?: string;
  run: () => void;
}

export type Commands = Group<Command>;

export const ICONS: Record<Visit["kind"], LucideIcon> = {
  trace: ListTree,
  session: MessagesSquare,
  user: UserRound,
  dashboard: ChartNoAxesCombined,
};

/** Opens the page of a single thing. */
export function useOpenVisit() {
  const navigate = useNavigate();
  return (projectId: string, { kind, id }: Pick<Visit, "kind" | "id">, span?: string) => {
    switch (kind) {
      case "trace":
        return void navigate({ to: "/project/$projectId/traces/$traceId", params: { projectId, traceId: id }, search: { span } });
      case "session":
        return void navigate({ to: "/project/$projectId/sessions/$sessionId", params: { projectId, sessionId: id } });
      case "user":
        return void navigate({ to: "/project/$projectId/users/$userId", params: { projectId, userId: id } });
      case "dashboard":
        return void navigate({ to: "/project/$projectId/dashboards/$dashboardId", params: { projectId, dashboardId: id } });
    }
  };
}

export function useCommands(projectId: string, onHelp: () => void): Commands[] {
  const { t } = useSpeech();
  const me = useMe();
  const openProject = useOpenProject();
  const open = useOpenVisit();
  const last = useMemo(() => recent(projectId), [projectId]);
  const visits = last.map(
    (one): Command => ({
      key: `recent ${one.kind} ${one.id}`,
      icon: ICONS[one.kind],
      label: one.title,
      hint: t(`palette.kind.${one.kind}`),
      words: [one.title, one.id],
      run: () => open(projectId, one),
    }),
  );
  const projects = projectsOf(me).map(
    (one): Command => ({ key: `project ${one.id}`, icon: FolderKanban, label: one.name, words: [one.name, one.id], run: () => openProject(one.id) }),
  );
  const pages = usePages(projectId);
  const actions = useActions(projectId, onHelp);
  return [
    { title: t("palette.recent"), entries: visits },
    { title: t("palette.pages"), entries: pages },
    { title: t("palette.actions"), entries: actions },
    { title: t("palette.projects"), entries: projects },
  ];
}

function usePages(projectId: string): Command[] {
  const { t } = useSpeech();
  const navigate = useNavigate();
  const params = { projectId };
  return [
    ...DESTINATIONS.map(
      (one): Command => ({
        key: one.to,
        icon: one.icon,
        label: t(one.label),
        keys: `g ${one.key}`,
        words: inEveryLanguage(one.label),
        run: () => void navigate({ to: one.to, params }),
      }),
    ),
    {
      key: "spans",
      icon: ListTree,
      label: t("list.spans"),
      words: inEveryLanguage("list.spans"),
      run: () => void navigate({ to: "/project/$projectId/traces", params, search: { view: "spans" } }),
    },
    {
      key: "calibration",
      icon: Scale,
      label: t("nav.calibration"),
      hint: t("nav.annotation"),
      words: inEveryLanguage("nav.calibration"),
      run: () => void navigate({ to: "/project/$projectId/calibration", params }),
    },
    ...SETTINGS.map(
      (one): Command => ({
        key: one.to,
        icon: Settings,
        label: t(one.label),
        hint: t("nav.settings"),
        words: [...inEveryLanguage(one.label), ...inEveryLanguage("nav.settings")],
        run: () => void navigate({ to: one.to, params }),
      }),
    ),
  ];
}

function useActions(projectId: string, onHelp: () => void): Command[] {
  const { t } = useSpeech();
  const { manage, edit } = useRights(projectId);
  const navigate = useNavigate();
  const leave = useSignOut();
  const params = { projectId };
  const inTraces = useMatches().some((one) => one.routeId.endsWith("/project/$projectId/traces"));
  const toTraces = (search: { live?: "1"; export?: "1" }) =>
    void navigate({
      to: "/project/$projectId/traces",
      params,
      search: (old) => ({ ...(inTraces ? tracesSearch(old) : {}), ...search, ...(search.live ? { order: undefined, start: undefined, end: undefined } : {}) }),
    });
  const action = (label: Key, icon: LucideIcon, run: () => void, keys?: string): Command => ({
    key: label,
    icon,
    label: t(label),
    keys,
    words: inEveryLanguage(label),
    run,
  });
  return [
    action("act.copy_link", Link2, () => void copyText(window.location.href).then(() => toast(t("act.copied")))),
    action("palette.live", Radio, () => toTraces({ live: "1" })),
    action("palette.export", FileDown, () => toTraces({ export: "1" })),
    ...(edit
      ? [
          action("dash.new", Plus, () => void navigate({ to: "/project/$projectId/dashboards", params, search: { new: "1" } })),
          action("prompt.new", Plus, () => void navigate({ to: "/project/$projectId/prompts/new", params })),
          action("data.new", Plus, () => void navigate({ to: "/project/$projectId/datasets", params, search: { new: "1" } })),
          action("run.new", Play, () => void navigate({ to: "/project/$projectId/experiments/new", params })),
          action("ev.new", Plus, () => void navigate({ to: "/project/$projectId/evaluators/new", params })),
          action("rule.new", Plus, () => void navigate({ to: "/project/$projectId/rules", params, search: { rule: "new" } })),
          action("queue.new", Plus, () => void navigate({ to: "/project/$projectId/annotation", params, search: { new: "1" } })),
        ]
      : []),
    ...(manage ? [action("apikey.new", KeyRound, () => void navigate({ to: "/project/$projectId/settings/keys", params, search: { new: "1" } }))] : []),
    ...useRanges(),
    ...useWishes(),
    action("keys.title", Keyboard, onHelp, "?"),
    action("nav.sign_out", LogOut, leave),
  ];
}

const RANGED = new Set<string>([
  ...DESTINATIONS.filter((one) => one.ranged).map((one) => one.to),
  "/project/$projectId/dashboards/$dashboardId",
  "/project/$projectId/users/$userId",
  "/project/$projectId/settings/models",
]);

/** Time ranges, where the page has one. */
function useRanges(): Command[] {
  const { t } = useSpeech();
  const navigate = useNavigate();
  const path = useMatches().at(-1)?.fullPath.replace(/\/$/, "") ?? "";
  if (!RANGED.has(path)) return [];
  return PRESETS.map((range) => ({
    key: `range ${range}`,
    icon: CalendarClock,
    label: t(`range.${range}`),
    hint: t("range.title"),
    words: [...inEveryLanguage(`range.${range}`), ...inEveryLanguage("range.title"), range],
    run: () => void navigate({ to: ".", search: (old: RangeSearch) => ({ ...old, range, start: undefined, end: undefined }) }),
  }));
}

/** How the person wants to see it all. What is already so is left out. */
function useWishes(): Command[] {
  const { t, language, setLanguage, clock, setClock } = useSpeech();
  const theme = useTheme();
  const density = useDensity();
  const wish = <W extends string>(title: Key, icon: LucideIcon, label: Key, one: W, set: (one: W) => void): Command => ({
    key: `${title} ${one}`,
    icon,
    label: t(label),
    hint: t(title),
    words: [...inEveryLanguage(label), ...inEveryLanguage(title)],
    run: () => set(one),
  });
  return [
    ...THEMES.filter((one) => one !== theme.wish).map((one) => wish("theme.title", Moon, `theme.${one}`, one, theme.setWish)),
    ...(Object.keys(LANGUAGES) as Language[]).filter((one) => one !== language).map((one) => wish("language.title", Languages, `language.${one}`, one, setLanguage)),
    ...DENSITIES.filter((one) => one !== density).map((one) => wish("density.title", Rows3, `density.${one}`, one, setDensity)),
    ...CLOCKS.filter((one) => one !== clock).map((one) => wish("clock.title", Clock, `clock.${one}`, one, setClock)),
  ];
}
