/** From a chart's answer to points, in one pure function: gaps filled, groups ranked, the rest summed. */

export interface Answer {
  question: { dimensions?: string[]; measures: readonly unknown[] };
  columns: string[];
  rows: unknown[][];
  times: number[];
  partial: number[];
}

export interface Series {
  /** Value of the dimension, or the measure's column when there is none. */
  key: string;
  /** null: nothing is known there. */
  values: (number | null)[];
  /** Sum of the values; what groups are ranked by. null: no row had a value. */
  total: number | null;
}

export interface Points {
  times: number[];
  series: Series[];
  /** Indexes of buckets that the range covers only in part. */
  partial: number[];
  /** How many groups were folded into the last series. */
  folded: number;
}

export const OTHERS = "\u0000others";

export interface Shape {
  /** What a bucket without a row holds: 0 for counts and sums, null for percentiles. */
  gap: 0 | null;
  /** How many groups keep a line of their own. */
  top?: number;
}

const numeric = (value: unknown): number | null => {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string" && value !== "" && Number.isFinite(Number(value))) return Number(value);
  return null;
};

/** undefined: there was no row; null: there was one, and it had no value. */
type Known = number | null | undefined;

interface Growing extends Omit<Series, "values"> {
  values: Known[];
}

const plus = (sum: Known, value: Known): Known => {
  if (sum === undefined) return value;
  return value === undefined || value === null ? sum : (sum ?? 0) + value;
};

/** Groups by the first dimension, or one series per measure when there is none. */
export function toPoints(answer: Answer, { gap, top = 6 }: Shape): Points {
  const timed = answer.columns[0] === "time";
  const times = answer.times;
  const at = new Map(times.map((time, index) => [time, index]));
  const dimensions = answer.question.dimensions?.length ?? 0;
  const measures = (timed ? 1 : 0) + dimensions;
  const found = new Map<string, Growing>();
  const series = (key: string): Growing => ({ key, values: Array.from<Known>({ length: times.length }), total: null });

  if (dimensions === 0) {
    for (const key of answer.columns.slice(measures)) found.set(key, series(key));
  }
  const loose = answer.columns.map((_, index) => index).slice(measures);
  for (const row of answer.rows) {
    const slot = timed ? at.get(Number(row[0])) : 0;
    if (slot === undefined) continue;
    const columns = dimensions ? [measures] : loose;
    for (const column of columns) {
      const key = dimensions ? String(row[timed ? 1 : 0] ?? "") : answer.columns[column]!;
      let one = found.get(key);
      if (!one) found.set(key, (one = series(key)));
      const value = numeric(row[column]);
      // Several rows of one group and bucket (more dimensions than one) add up.
      one.values[slot] = plus(one.values[slot], value);
      one.total = plus(one.total, value) ?? null;
    }
  }
  const partial = answer.partial.map((time) => at.get(time)).filter((index) => index !== undefined);
  const filled = (one: Growing): Series => ({ ...one, values: one.values.map((value) => (value === undefined ? gap : value)) });
  const all = [...found.values()];
  if (dimensions === 0) return { times, series: all.map(filled), partial, folded: 0 };
  all.sort((a, b) => (b.total ?? 0) - (a.total ?? 0) || a.key.localeCompare(b.key));
  if (all.length <= top) return { times, series: all.map(filled), partial, folded: 0 };
  const rest = all.slice(top - 1);
  const others: Growing = {
    key: OTHERS,
    total: rest.reduce<Known>((sum, one) => plus(sum, one.total), null) ?? null,
    values: times.map((_, index) => rest.reduce<Known>((sum, one) => plus(sum, one.values[index]), undefined)),
  };
  return { times, series: [...all.slice(0, top - 1), others].map(filled), partial, folded: rest.length };
}

/** The single row of a question without bucket and dimensions, measure by measure. */
export function totals(answer: Answer | undefined): (number | null)[] {
  const row = answer?.rows[0];
  return (answer?.question.measures ?? []).map((_, index) => numeric(row?.[index]));
}

/** An earlier stretch of equal length laid under `times`: what was `by` before each of them. */
export function shifted(points: Points, times: readonly number[], by: number): Points {
  const step = times.length > 1 ? times[1]! - times[0]! : by;
  const places = times.map((time) => nearestTo(points.times, time - by, step / 2));
  const series = points.series.map((one) => ({ ...one, values: places.map((place) => (place < 0 ? null : one.values[place]!)) }));
  return { ...points, times: [...times], series, partial: [] };
}

function nearestTo(times: readonly number[], wanted: number, within: number): number {
  let best = -1;
  times.forEach((time, index) => {
    if (Math.abs(time - wanted) <= within && (best < 0 || Math.abs(time - wanted) < Math.abs(times[best]! - wanted))) best = index;
  });
  return best;
}

/** All groups together; null where none has a value. */
export const summed = (points: Points): (number | null)[] =>
  points.times.map((_, index) => points.series.reduce<number | null>((sum, one) => plus(sum, one.values[index]) ?? null, null));

/** The place of the greatest value; -1 where there is none. */
export const highest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((best, value, index) => (value !== null && (best < 0 || value > values[best]!) ? index : best), -1);

/** Running sums for stacked drawing; the last series stands on top of all others. */
export function stack(points: Points): (number | null)[][] {
  const sums = points.times.map(() => 0);
  return points.series.map((series) => series.values.map((value, index) => (sums[index]! += value ?? 0)));
}
