/** Addresses of data sets, experiments and comparisons, and what is typed for an item. Pure. */
import { spoken } from "./attachments";

type Raw = Record<string, unknown>;

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const present = <T extends object>(search: T): T => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;

export interface WordsSearch {
  words?: string;
  new?: "1";
}

export const wordsSearch = (raw: Raw): WordsSearch => present({ words: text(raw.words), new: String(raw.new) === "1" ? ("1" as const) : undefined });

export interface DatasetsSearch extends WordsSearch {
  folder?: string;
}

export const datasetsSearch = (raw: Raw): DatasetsSearch => present({ ...wordsSearch(raw), folder: text(raw.folder) });

export const DATASET_TABS = ["items", "experiments", "changes", "duplicates"] as const;
export type DatasetTab = (typeof DATASET_TABS)[number];
export const STATUSES = ["active", "archived", "all"] as const;
export type Status = (typeof STATUSES)[number];
export const CHANGES = ["changed", "added", "removed"] as const;
export type ItemChange = (typeof CHANGES)[number];
export const DIALOGS = ["import", "settings", "split"] as const;
export type DatasetDialog = (typeof DIALOGS)[number];

/** Which items: by default the active ones. */
export interface ItemsWhere {
  status?: Status;
  /** `NO_SPLIT`: those without one. */
  split?: string;
  tag?: string;
  words?: string;
}

/** In an address, which has no empty texts. No split is called so: names are trimmed. */
export const NO_SPLIT = " ";

export interface DatasetSearch extends ItemsWhere {
  tab?: DatasetTab;
  item?: string;
  /** Items as they were at a time; else as they are. */
  at?: number;
  open?: DatasetDialog;
  /** Times between which states are compared. */
  before?: number;
  after?: number;
  kind?: ItemChange;
  /** Least share of words in common of duplicates; exactly the same ones without it. */
  near?: number;
}

const whole = (value: unknown) => (Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined);

export const datasetSearch = (raw: Raw): DatasetSearch =>
  present({
    tab: DATASET_TABS.find((one) => one === raw.tab && one !== "items"),
    status: STATUSES.find((one) => one === raw.status && one !== "active"),
    split: text(raw.split),
    tag: text(raw.tag),
    words: text(raw.words),
    item: text(raw.item),
    at: whole(raw.at),
    open: DIALOGS.find((one) => one === raw.open),
    before: whole(raw.before),
    after: whole(raw.after),
    kind: CHANGES.find((one) => one === raw.kind),
    near: Number(raw.near) >= 0.6 && Number(raw.near) <= 1 ? Number(raw.near) : undefined,
  });

/** As the server is asked. */
export const whereOf = ({ status, split, tag, words }: ItemsWhere) => ({
  status: status ?? ("active" as const),
  ...(split === undefined ? {} : { split: split === NO_SPLIT ? "" : split }),
  ...(tag === undefined ? {} : { tag }),
  ...(words === undefined ? {} : { words }),
});

/** Tags as they are typed: one after the other. */
export const tagsOf = (written: string): string[] => [...new Set(written.split(/[,，;；、]/).map((one) => one.trim()).filter(Boolean))];

// -- files ----------------------------------------------------------------------------------------

/** What a column of a file becomes. */
export const ROLES = ["input", "expected_output", "metadata", "id", "split", "tags", ""] as const;
export type Role = (typeof ROLES)[number];

interface ColumnPart {
  columns: string[];
  as_object: boolean;
}

export interface FileColumns {
  input: ColumnPart;
  expected_output: ColumnPart;
  metadata: ColumnPart;
  id: string;
  split: string;
  tags: string;
  types: Record<string, "text" | "number" | "boolean" | "json" | "as it is">;
}

const PARTS = ["input", "expected_output", "metadata"] as const;
export type PartName = (typeof PARTS)[number];
const ONES = ["id", "split", "tags"] as const;

export function roleOf(columns: FileColumns, name: string): Role {
  return PARTS.find((part) => columns[part].columns.includes(name)) ?? ONES.find((one) => columns[one] === name) ?? "";
}

/** The column becomes something else. Of id, split and tags there is one; several columns of a part make an object. */
export function withRole(columns: FileColumns, name: string, role: Role, order: readonly string[]): FileColumns {
  const next: FileColumns = { ...columns };
  for (const part of PARTS) {
    const chosen = order.filter((one) => (one === name ? role === part : columns[part].columns.includes(one)));
    next[part] = { columns: chosen, as_object: chosen.length > 1 || (columns[part].as_object && chosen.length > 0) };
  }
  for (const one of ONES) next[one] = role === one ? name : columns[one] === name ? "" : columns[one];
  return next;
}

/** As short as it can be told: types alone of what becomes something. */
export const toldColumns = (columns: FileColumns): string =>
  JSON.stringify({ ...columns, types: Object.fromEntries(Object.entries(columns.types).filter(([name]) => roleOf(columns, name) !== "")) });

export const withShape = (columns: FileColumns, part: PartName, as_object: boolean): FileColumns => ({ ...columns, [part]: { ...columns[part], as_object } });

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
  return spoken(inOne(value)).slice(0, LINE);
}

function inOne(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value !== "object" || Array.isArray(value)) return JSON.stringify(value);
  const fields = Object.entries(value);
  if (fields.length === 1 && typeof fields[0]![1] === "string") return fields[0]![1];
  return fields.map(([name, one]) => `${name}: ${typeof one === "string" ? one : JSON.stringify(one)}`).join(" · ");
}
