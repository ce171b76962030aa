/** The pages of a project, in the order of the sidebar. */
import {
  Activity,
  ChartNoAxesCombined,
  ClipboardCheck,
  Database,
  FlaskConical,
  Gavel,
  House,
  ListTree,
  type LucideIcon,
  MessagesSquare,
  Plug,
  Radar,
  Scale,
  ScrollText,
  Settings,
  Star,
  UsersRound,
} from "lucide-react";
import type { Key } from "@/messages";

export interface Destination {
  to:
    | "/project/$projectId"
    | "/project/$projectId/dashboards"
    | "/project/$projectId/traces"
    | "/project/$projectId/sessions"
    | "/project/$projectId/users"
    | "/project/$projectId/scores"
    | "/project/$projectId/prompts"
    | "/project/$projectId/playground"
    | "/project/$projectId/datasets"
    | "/project/$projectId/experiments"
    | "/project/$projectId/rules"
    | "/project/$projectId/annotation"
    | "/project/$projectId/evaluators"
    | "/project/$projectId/health"
    | "/project/$projectId/start"
    | "/project/$projectId/settings";
  label: Key;
  icon: LucideIcon;
  /** Pressed after `g`. */
  key: string;
  /** Does the page have a time range that comes along? */
  ranged: boolean;
}

export const MAIN: readonly Destination[] = [
  { to: "/project/$projectId", label: "nav.home", icon: House, key: "h", ranged: true },
  { to: "/project/$projectId/dashboards", label: "nav.dashboards", icon: ChartNoAxesCombined, key: "b", ranged: true },
  { to: "/project/$projectId/traces", label: "nav.traces", icon: ListTree, key: "t", ranged: true },
  { to: "/project/$projectId/sessions", label: "nav.sessions", icon: MessagesSquare, key: "s", ranged: true },
  { to: "/project/$projectId/users", label: "nav.users", icon: UsersRound, key: "u", ranged: true },
  { to: "/project/$projectId/scores", label: "nav.scores", icon: Star, key: "r", ranged: true },
  { to: "/project/$projectId/prompts", label: "nav.prompts", icon: ScrollText, key: "p", ranged: false },
  { to: "/project/$projectId/playground", label: "nav.playground", icon: FlaskConical, key: "y", ranged: false },
  { to: "/project/$projectId/datasets", label: "nav.datasets", icon: Database, key: "d", ranged: false },
  { to: "/project/$projectId/experiments", label: "nav.experiments", icon: Scale, key: "x", ranged: false },
  { to: "/project/$projectId/evaluators", label: "nav.evaluators", icon: Gavel, key: "v", ranged: false },
  { to: "/project/$projectId/rules", label: "nav.rules", icon: Radar, key: "l", ranged: false },
  { to: "/project/$projectId/annotation", label: "nav.annotation", icon: ClipboardCheck, key: "a", ranged: false },
];

export const SECOND: readonly Destination[] = [
  { to: "/project/$projectId/health", label: "nav.health", icon: Activity, key: "i", ranged: true },
  { to: "/project/$projectId/start", label: "nav.start", icon: Plug, key: "c", ranged: false },
  { to: "/project/$projectId/settings", label: "nav.settings", icon: Settings, key: "e", ranged: false },
];

export const DESTINATIONS = [...MAIN, ...SECOND];

export const SETTINGS = [
  { to: "/project/$projectId/settings/general", label: "set.general" },
  { to: "/project/$projectId/settings/keys", label: "set.keys" },
  { to: "/project/$projectId/settings/models", label: "set.models" },
  { to: "/project/$projectId/settings/connections", label: "conn.title" },
  { to: "/project/$projectId/settings/scores", label: "config.title" },
  { to: "/project/$projectId/settings/prompts", label: "nav.prompts" },
  { to: "/project/$projectId/settings/members", label: "set.members" },
  { to: "/project/$projectId/settings/organisation", label: "set.organisation" },
  { to: "/project/$projectId/settings/account", label: "set.account" },
] as const;
