/** What the pages of dashboards keep in the URL: with it, a link shows another person the same. */
import { type RangeSearch, cleanRange } from "./time";

export const REFRESHES = { "10s": 10_000, "30s": 30_000, "1m": 60_000, "5m": 300_000 } as const;
export type Refresh = keyof typeof REFRESHES;

export interface DashboardSearch extends RangeSearch {
  filter?: string;
  /** Fills the screen. */
  full?: "1";
  refresh?: Refresh;
  /** The widget in the editor; `new` for one that is not there yet. */
  edit?: string;
}

export function dashboardSearch(raw: Record<string, unknown>): DashboardSearch {
  const refresh = (Object.keys(REFRESHES) as Refresh[]).find((one) => one === raw.refresh);
  return {
    ...cleanRange(raw),
    ...(typeof raw.filter === "string" && raw.filter ? { filter: raw.filter } : {}),
    ...(String(raw.full) === "1" ? { full: "1" as const } : {}),
    ...(refresh ? { refresh } : {}),
    ...(typeof raw.edit === "string" && raw.edit ? { edit: raw.edit } : {}),
  };
}
