/** Between what the address of a list holds and what a saved view keeps. */
import type { SavedView } from "@/api/types";
import type { TracesSearch } from "./search";

export type ViewQuery = SavedView["query"];

export const toQuery = (search: TracesSearch, columns: string): ViewQuery => ({
  filter: search.filter ?? "",
  columns,
  order: search.order ?? "",
  range: search.range ?? "",
  start: search.start ?? 0,
  end: search.end ?? 0,
  measure: search.measure ?? "",
});

export function toSearch(view: SavedView): TracesSearch {
  const { filter, columns, order, range, start, end, measure } = view.query;
  return {
    view: view.list === "spans" ? "spans" : undefined,
    filter: filter || undefined,
    columns: columns || undefined,
    order: order || undefined,
    range: range || undefined,
    start: start || undefined,
    end: end || undefined,
    measure: (measure || undefined) as TracesSearch["measure"],
    saved: view.id,
  };
}

const ASKS = ["filter", "columns", "order", "range", "start", "end", "measure", "saved", "peek"] as const;

/** Does the address ask for nothing special? Then the default view of its list may open. */
export const isBare = (search: TracesSearch): boolean => ASKS.every((name) => search[name] === undefined);

/** Does the address name a saved view, and leave all else to it? */
export const isOnlyNamed = (search: TracesSearch): boolean =>
  search.saved !== undefined && isBare({ ...search, saved: undefined, peek: undefined });

export const differs = (view: SavedView, now: ViewQuery): boolean =>
  (Object.keys(now) as (keyof ViewQuery)[]).some((name) => (view.query[name] || "") !== (now[name] || ""));
