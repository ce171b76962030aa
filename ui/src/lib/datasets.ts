/** Addresses of data sets, experiments and comparisons, and what is typed for an item. Pure. */

type Raw = Record<string, unknown>;

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const present = <T extends object>(search: T): T => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;

export interface WordsSearch {
  words?: string;
  new?: "1";
}

export const wordsSearch = (raw: Raw): WordsSearch => present({ words: text(raw.words), new: String(raw.new) === "1" ? ("1" as const) : undefined });

export interface DatasetSearch {
  tab?: "experiments";
  archived?: "1";
  item?: string;
}

export const datasetSearch = (raw: Raw): DatasetSearch =>
  present({
    tab: raw.tab === "experiments" ? ("experiments" as const) : undefined,
    archived: String(raw.archived) === "1" ? ("1" as const) : undefined,
    item: text(raw.item),
  });

export const SHOWS = ["all", "worse", "better", "different"] as const;
export type Show = (typeof SHOWS)[number];

export interface ItemsSearch {
  /** By which items are ordered and chosen. */
  metric?: string;
  show?: Show;
}

export interface CompareSearch extends ItemsSearch {
  baseline?: string;
  /** Ids, as `joined` writes them. */
  candidates?: string;
  margin?: number;
  cluster?: string;
  slice?: string;
  /** Scores of which less is better, as `joined` writes them. */
  lower?: string;
}

/** Several words as one; a comma within a word is written otherwise. */
export const joined = (words: readonly string[]): string => words.map(encodeURIComponent).join(",");

export function parted(text: string | undefined): string[] {
  try {
    return (text ?? "").split(",").filter(Boolean).map(decodeURIComponent);
  } catch {
    return [];
  }
}

export const itemsSearch = (raw: Raw): ItemsSearch => present({ metric: text(raw.metric), show: SHOWS.find((one) => one === raw.show && one !== "all") });

export const compareSearch = (raw: Raw): CompareSearch =>
  present({
    ...itemsSearch(raw),
    baseline: text(raw.baseline),
    candidates: text(raw.candidates),
    margin: Number(raw.margin) > 0 && Number.isFinite(Number(raw.margin)) ? Number(raw.margin) : undefined,
    cluster: text(raw.cluster),
    slice: text(raw.slice),
    lower: text(raw.lower),
  });

/** JSON where it is JSON; text that is no JSON is itself, nothing is null. */
export function valueOf(written: string): unknown {
  const told = written.trim();
  if (told === "") return null;
  try {
    return JSON.parse(told) as unknown;
  } catch {
    return written;
  }
}

/** As it is written in an editor, so that `valueOf` reads the same again. */
export function writtenOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  return valueOf(value) === value ? value : JSON.stringify(value);
}

const LINE = 400;

/** On one line, as a person reads it: the only text of an object by itself, else its fields. */
export function lineOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value.slice(0, LINE);
  if (typeof value !== "object" || Array.isArray(value)) return JSON.stringify(value).slice(0, LINE);
  const fields = Object.entries(value);
  if (fields.length === 1 && typeof fields[0]![1] === "string") return fields[0]![1].slice(0, LINE);
  return fields.map(([name, one]) => `${name}: ${typeof one === "string" ? one : JSON.stringify(one)}`).join(" · ").slice(0, LINE);
}
