/** What a widget asks the server, what lies behind its points, and what stands in a file of a dashboard. */
import type { ChartQuestion, Dashboard, Widget, WidgetQuestion } from "@/api/types";
import { term } from "./filter";
import { COLUMNS, bottom } from "./grid";
import { type Aggregation, type Measured, columnOf } from "./measures";
import { OTHERS } from "./series";
import type { Span } from "./time";

export const KINDS = ["line", "area", "bar", "number", "top", "pie", "table", "histogram", "heatmap"] as const;
export type WidgetKind = (typeof KINDS)[number];

/** How much of a question each kind can draw. */
const TAKES: Record<WidgetKind, { measures: number; dimensions: number; time: "always" | "never" | "may" }> = {
  line: { measures: 10, dimensions: 1, time: "always" },
  area: { measures: 10, dimensions: 1, time: "always" },
  bar: { measures: 10, dimensions: 1, time: "always" },
  number: { measures: 1, dimensions: 0, time: "never" },
  top: { measures: 1, dimensions: 1, time: "never" },
  pie: { measures: 1, dimensions: 1, time: "never" },
  table: { measures: 10, dimensions: 2, time: "may" },
  histogram: { measures: 1, dimensions: 0, time: "never" },
  heatmap: { measures: 1, dimensions: 1, time: "always" },
};

export const takes = (kind: WidgetKind) => TAKES[kind];
export const needsDimension = (kind: WidgetKind): boolean => kind === "top" || kind === "pie";

const spread = (measure: Measured): Measured => ({ ...measure, aggregation: "histogram" });
const gathered = (measure: Measured, own: Aggregation): Measured =>
  measure.aggregation === "histogram" ? { ...measure, aggregation: own } : measure;

/** The question as a kind can draw it; what does not fit is left out. `own` is the measure's own aggregation. */
export function fitted(question: WidgetQuestion, kind: WidgetKind, own: (measure: Measured) => Aggregation): WidgetQuestion {
  const most = TAKES[kind];
  const dimensions = (question.dimensions ?? []).slice(0, most.dimensions);
  let measures = question.measures.slice(0, dimensions.length && kind !== "table" ? 1 : most.measures);
  const bins = kind === "histogram" || (kind === "heatmap" && dimensions.length === 0);
  measures = measures.map((one) => (bins ? spread(one) : gathered(one, own(one))));
  const bucket = most.time === "never" ? "none" : most.time === "always" && (question.bucket ?? "none") === "none" ? "auto" : question.bucket;
  const ranked = kind === "top" || kind === "pie" || (kind === "table" && bucket === "none");
  const first = measures[0]!;
  const order = ranked ? `-${columnOf({ ...first, aggregation: first.aggregation ?? own(first) })}` : "";
  return { ...question, dimensions, measures, bucket, order };
}

/** Both hold. */
export const both = (one: string, other: string): string => (one && other ? `(${one}) (${other})` : one || other);

export function asked(question: WidgetQuestion, { start, end }: Span, filter: string, timezone: string): ChartQuestion {
  return { ...question, filter: both(filter, question.filter ?? ""), start, end, timezone };
}

/** A filter for what one group of a widget counts. */
export function behind(question: WidgetQuestion, key: string, filter: string): string {
  const dimension = question.dimensions?.[0];
  let own = "";
  if (dimension && key !== OTHERS) own = key === "" ? `-${dimension}:*` : term(dimension, key);
  else if (!dimension && (key || question.measures[0]!.measure).endsWith("errors")) own = term("level", "error");
  return both(both(filter, question.filter ?? ""), own);
}

/** A short id that no other dashboard or widget of the project has. */
export const freshId = (): string => crypto.getRandomValues(new Uint8Array(9)).reduce((text, byte) => text + byte.toString(36).padStart(2, "0"), "");

/** Where a new widget comes to stand: below all others. */
export const below = (all: readonly Widget[]) => ({ x: 0, y: bottom(all), w: COLUMNS / 2, h: 7 });

const FORMAT = "pilothouse/dashboard";

export function toFile({ name, widgets }: Pick<Dashboard, "name" | "widgets">): string {
  return `${JSON.stringify({ format: FORMAT, version: 1, name, widgets }, null, 2)}\n`;
}

/** Only whether it is such a file; whether its widgets can be drawn, the server says. Null when it is not one. */
export function fromFile(text: string): Pick<Dashboard, "name" | "widgets"> | null {
  try {
    const { format, version, name, widgets } = JSON.parse(text) as Record<string, unknown>;
    if (format !== FORMAT || version !== 1 || typeof name !== "string" || !Array.isArray(widgets)) return null;
    return { name, widgets: widgets as Widget[] };
  } catch {
    return null;
  }
}

export interface Bin {
  from: number;
  to: number;
  count: number;
}

/** The bins of a `histogram` value. */
export function bins(value: unknown): Bin[] {
  if (!Array.isArray(value)) return [];
  return value.map((bin: unknown[]) => ({ from: Number(bin[0]), to: Number(bin[1]), count: Number(bin[2]) }));
}

export interface Heat {
  columns: number[];
  /** Top row last. */
  rows: { key: string; from?: number; to?: number; values: (number | null)[] }[];
  most: number;
}

/** Bins that differ from bucket to bucket, told by common steps that grow by a constant factor. */
export function heatOfBins(times: readonly number[], found: ReadonlyMap<number, Bin[]>, steps = 14): Heat {
  const all = [...found.values()].flat().filter((bin) => bin.to > 0);
  const least = Math.max(Math.min(...all.map((bin) => (bin.from > 0 ? bin.from : bin.to / 2))), 1e-9);
  const most = Math.max(...all.map((bin) => bin.to), least * 1.01);
  if (all.length === 0) return { columns: [...times], rows: [], most: 0 };
  const factor = (most / least) ** (1 / steps);
  const edges = Array.from({ length: steps + 1 }, (_, index) => least * factor ** index);
  const rows = edges.slice(0, -1).map((from, index) => ({ key: String(index), from, to: edges[index + 1]!, values: times.map((): number | null => null) }));
  times.forEach((time, column) => {
    for (const bin of found.get(time) ?? []) {
      const middle = Math.max((bin.from + bin.to) / 2, least);
      const row = rows[Math.min(steps - 1, Math.floor(Math.log(middle / least) / Math.log(factor)))]!;
      row.values[column] = (row.values[column] ?? 0) + bin.count;
    }
  });
  return { columns: [...times], rows, most: Math.max(...rows.flatMap((row) => row.values.map((value) => value ?? 0))) };
}
