/** What labels of people make of the judges' means in a chart, by the place of each in it. Pure. */
import type { FreedChartRow, FreedMean, FreedRate } from "@/api/annotation";
import type { Measured } from "./measures";

/** By time and group, as the row begins, and by the place of the measure. */
export type FreedAt = (keys: readonly unknown[], measure?: number) => FreedMean | undefined;

/** Is it a mean of scores? Others no label corrects. */
export const isMean = ({ measure, aggregation }: Measured): boolean => (measure === "score" || measure === "value") && (aggregation ?? "avg") === "avg";

export function freedAt(rows: readonly FreedChartRow[]): FreedAt {
  const found = new Map(rows.map((row) => [keyOf(row.keys), row.means]));
  return (keys, measure = 0) => found.get(keyOf(keys))?.[measure] ?? undefined;
}

const keyOf = (keys: readonly unknown[]) => JSON.stringify(keys.map((key) => String(key ?? "")));

interface Table {
  columns: string[];
  rows: unknown[][];
}

/** A chart's table, with a column more for each mean that labels correct. */
export function withFreed({ columns, rows }: Table, freed: readonly FreedChartRow[]): Table {
  const at = freedAt(freed);
  const count = freed[0]?.means.length ?? 0;
  const corrected = [...Array(count).keys()].filter((measure) => freed.some((row) => row.means[measure]));
  return {
    columns: [...columns, ...corrected.map((measure) => `${columns.at(measure - count)}_corrected`)],
    rows: rows.map((row) => [...row, ...corrected.map((measure) => rateOf(at(row.slice(0, row.length - count), measure))?.value ?? null)]),
  };
}

export const rateOf = (mean: FreedMean | undefined): FreedRate | undefined => mean?.freed ?? mean?.powered ?? undefined;
