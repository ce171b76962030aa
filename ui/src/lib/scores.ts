/** Scores as pages hold them: the address of the score pages, and what statistics mean. Pure. */
import { quote } from "./filter";
import { type RangeSearch, cleanRange } from "./time";

export const SOURCES = ["annotation", "api", "evaluator"] as const;
export const TYPES = ["numeric", "boolean", "categorical", "text", "correction"] as const;
export const COUNTED = ["numeric", "boolean", "categorical"] as const;
export const TARGETS = ["trace", "span", "session", "experiment"] as const;
export type Source = (typeof SOURCES)[number];
export type Counted = (typeof COUNTED)[number];
export type Target = (typeof TARGETS)[number];

/** What the addresses of the score pages hold. */
export interface ScoresSearch extends RangeSearch {
  tab?: "analytics";
  name?: string;
  source?: Source;
  type?: (typeof TYPES)[number];
  author?: string;
  target?: Target;
  /** Bounds of the value. */
  min?: number;
  max?: number;
  label?: string;
  comment?: "yes";
  order?: "timestamp";
  /** Kinds of scores that are looked at together. */
  one?: string;
  other?: string;
  by?: "trace";
}

type Raw = Record<string, unknown>;

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const oneOf = <T extends string>(value: unknown, allowed: readonly T[]) => allowed.find((one) => one === value);
const number = (value: unknown) => (value === undefined || value === "" || !Number.isFinite(Number(value)) ? undefined : Number(value));

export function scoresSearch(raw: Raw): ScoresSearch {
  const search: ScoresSearch = {
    ...cleanRange(raw),
    tab: oneOf(raw.tab, ["analytics"]),
    name: text(raw.name),
    source: oneOf(raw.source, SOURCES),
    type: oneOf(raw.type, TYPES),
    author: text(raw.author),
    target: oneOf(raw.target, TARGETS),
    min: number(raw.min),
    max: number(raw.max),
    label: text(raw.label),
    comment: oneOf(raw.comment, ["yes"]),
    order: oneOf(raw.order, ["timestamp"]),
    one: text(raw.one),
    other: text(raw.other),
    by: oneOf(raw.by, ["trace"]),
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

// -- kinds --------------------------------------------------------------------------------------

export interface Kind {
  name: string;
  data_type: Counted;
  /** Empty: from everywhere. */
  source: Source | "";
  /** The person who gave them; empty: anybody. */
  author: string;
}

/** In place of a person: decisions about what people disagreed on. No id of a person is so short. */
export const DECISIONS = "decisions";

/** A kind as the address has it: `numeric:annotation:helpfulness`, or `numeric:annotation@<user id>:helpfulness`. */
export const kindKey = ({ name, data_type, source, author }: Kind): string => `${data_type}:${source}${author && `@${author}`}:${name}`;

export function readKind(key: string | undefined): Kind | null {
  const match = /^(\w+):(\w*)(?:@([\w-]+))?:(.+)$/s.exec(key ?? "");
  const data_type = oneOf(match?.[1], COUNTED);
  const source = match?.[2] === "" ? "" : oneOf(match?.[2], SOURCES);
  return data_type && source !== undefined ? { name: match![4]!, data_type, source, author: match![3] ?? "" } : null;
}

/** The same kind as given by one person; by everybody where the id is empty. */
export const givenBy = (kind: Kind, author: string): Kind => ({ ...kind, author, source: author ? "annotation" : "" });

interface Bin {
  label: string;
  low: number | null;
  high: number | null;
  others: boolean;
}

/** The traces with a score of that kind whose value lies in a bin, as a filter; null where no filter tells that. */
export function behind({ name }: Kind, { label, low, high, others }: Bin, isLast: boolean): string | null {
  if (others || (label === "" && low === null)) return null;
  const field = `score.${/^[\w.-]+$/.test(name) ? name : `"${name.replace(/["\\]/g, "\\$&")}"`}`;
  if (low === null || high === null) return `${field}:${quote(label)}`;
  return low === high ? `${field}:${low}` : `${field}:>=${low} ${field}:${isLast ? "<=" : "<"}${high}`;
}

interface Seen {
  name: string;
  data_type: string;
  source: string;
  count: number;
}

export interface CountedKind extends Kind {
  count: number;
}

/** The kinds that can be counted, the most frequent name first; a name from several sources by each of them too. */
export function kindsOf(seen: readonly Seen[]): CountedKind[] {
  const found = new Map<string, { all: CountedKind; parts: CountedKind[] }>();
  for (const { name, data_type, source, count } of seen) {
    const counted = oneOf(data_type, COUNTED);
    const from = oneOf(source, SOURCES);
    if (!counted || !from) continue;
    const all: CountedKind = { name, data_type: counted, source: "", author: "", count: 0 };
    const key = kindKey(all);
    const group = found.get(key) ?? { all, parts: [] };
    found.set(key, group);
    group.all.count += count;
    group.parts.push({ name, data_type: counted, source: from, author: "", count });
  }
  return [...found.values()]
    .sort((a, b) => b.all.count - a.all.count || a.all.name.localeCompare(b.all.name))
    .flatMap(({ all, parts }) => (parts.length > 1 ? [all].concat(parts) : all));
}

// -- statistics ---------------------------------------------------------------------------------

export type Strength = "none" | "slight" | "fair" | "moderate" | "substantial" | "perfect";

/** What Landis and Koch (1977) call a kappa. */
export function strength(kappa: number): Strength {
  if (kappa <= 0) return "none";
  if (kappa <= 0.2) return "slight";
  if (kappa <= 0.4) return "fair";
  if (kappa <= 0.6) return "moderate";
  return kappa <= 0.8 ? "substantial" : "perfect";
}

/** Below this, intervals are so wide that a bare number misleads. */
export const FEW_PAIRS = 30;

/** Percent of colour for each cell of a table, darkest where the most is; an empty cell has none. */
export function depths(counts: readonly (readonly number[])[], deepest = 46): number[][] {
  const most = Math.max(0, ...counts.flat());
  return counts.map((row) => row.map((count) => (count && most ? Math.round(6 + (deepest - 6) * Math.sqrt(count / most)) : 0)));
}

/** How far one step of a slider goes between two bounds. */
export function stepOf(min: number, max: number): number {
  const span = max - min;
  if (Number.isInteger(min) && Number.isInteger(max) && span > 1) return 1;
  return span / 100;
}

/** Digits after the point that tell apart the ends of a range so wide. */
export const digitsOf = (width: number): number => (width > 0 ? Math.min(6, Math.max(0, -Math.floor(Math.log10(width)))) : 0);
