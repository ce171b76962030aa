/** What pages keep in the URL. Every reader takes anything and returns something valid. */
import { onlyOf } from "./seek";
import { type RangeSearch, cleanRange } from "./time";

type Raw = Record<string, unknown>;

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

const oneOf = <T extends string>(value: unknown, allowed: readonly T[]): T | undefined =>
  allowed.find((one) => one === value);

const switched = (value: unknown): "1" | undefined => (String(value) === "1" ? "1" : undefined);

/** Leaves out what is not set, so that URLs stay short. */
function present<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}

export interface ListSearch extends RangeSearch {
  filter?: string;
  order?: string;
  /** Keys of the chosen columns, joined by commas. */
  columns?: string;
}

export const listSearch = (raw: Raw): ListSearch =>
  present({
    ...cleanRange(raw),
    filter: text(raw.filter),
    order: text(raw.order),
    columns: text(raw.columns),
  });

export interface SessionsSearch extends ListSearch {
  /** Only those that are bookmarked. */
  bookmarked?: "1";
}

export const sessionsSearch = (raw: Raw): SessionsSearch => present({ ...listSearch(raw), bookmarked: switched(raw.bookmarked) });

export const VIEWS = ["traces", "spans"] as const;
export type View = (typeof VIEWS)[number];

export const SPAN_TABS = ["messages", "documents", "io", "usage", "attributes", "events", "scores"] as const;
export type SpanTab = (typeof SPAN_TABS)[number];

/** Ways to look at a whole trace. */
export const PANES = ["tree", "transcript", "graph"] as const;
export type Pane = (typeof PANES)[number];

export interface SpanSearch {
  /** The selected span. */
  span?: string;
  /** The tab of its details. */
  tab?: SpanTab;
  pane?: Pane;
  /** What the tree is narrowed to: some of `ONLY`, joined by commas. */
  only?: string;
  /** Comments stand beside it. */
  comments?: "1";
}

export const spanSearch = (raw: Raw): SpanSearch =>
  present({
    span: text(raw.span) ?? text(raw.observation),
    tab: oneOf(raw.tab, SPAN_TABS),
    pane: oneOf(raw.pane, PANES),
    only: text(onlyOf(text(raw.only)).join(",")),
    comments: switched(raw.comments),
  });

/** What the strip above the table shows. */
export const STRIP_MEASURES = ["count", "errors", "cost", "latency"] as const;
export type StripMeasure = (typeof STRIP_MEASURES)[number];

export interface TracesSearch extends ListSearch, SpanSearch {
  view?: View;
  measure?: StripMeasure;
  /** Id of the saved view that was opened. */
  saved?: string;
  /** The trace that is open beside the list. */
  peek?: string;
  /** Live tail is on. */
  live?: "1";
  /** The menu of exports is open. */
  export?: "1";
}

export const tracesSearch = (raw: Raw): TracesSearch =>
  present({
    ...listSearch(raw),
    ...spanSearch(raw),
    view: oneOf(raw.view, VIEWS),
    measure: oneOf(raw.measure, STRIP_MEASURES),
    saved: text(raw.saved),
    peek: text(raw.peek),
    live: switched(raw.live),
    export: switched(raw.export),
  });

export interface NewSearch extends RangeSearch {
  /** The form for a new one is open. */
  new?: "1";
}

export const newSearch = (raw: Raw): NewSearch => present({ ...cleanRange(raw), new: switched(raw.new) });

export interface SessionSearch {
  /** The turn that is looked at, counted from 1. */
  turn?: number;
  /** Are its details open? */
  open?: true;
  /** Comments stand beside it. */
  comments?: "1";
}

export const sessionSearch = (raw: Raw): SessionSearch => {
  const turn = Math.floor(Number(raw.turn));
  return present({ turn: turn > 0 ? turn : undefined, open: raw.open ? true : undefined, comments: switched(raw.comments) });
};

/** What stands below the numbers of a user. */
export const USER_TABS = ["activity", "traces", "sessions"] as const;
export type UserTab = (typeof USER_TABS)[number];

export interface UserSearch extends RangeSearch {
  tab?: UserTab;
  order?: string;
}

export const userSearch = (raw: Raw): UserSearch =>
  present({ ...cleanRange(raw), tab: oneOf(raw.tab, USER_TABS), order: text(raw.order) });

export const rangeSearch = (raw: Raw): RangeSearch => cleanRange(raw);

export interface PricesSearch extends RangeSearch {
  search?: string;
  source?: "override";
}

export const pricesSearch = (raw: Raw): PricesSearch =>
  present({ ...cleanRange(raw), search: text(raw.search), source: oneOf(raw.source, ["override"] as const) });

/** Plain `key=value` pairs: short to read, easy to write by hand. */
export function parseSearch(query: string): Raw {
  return Object.fromEntries(new URLSearchParams(query));
}

export function writeSearch(search: Raw): string {
  const pairs = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "") pairs.set(key, String(value));
  }
  const query = pairs.toString();
  return query ? `?${query}` : "";
}
