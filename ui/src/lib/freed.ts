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

export const rateOf = (mean: FreedMean | undefined): FreedRate | undefined => mean?.freed ?? mean?.powered ?? undefined;
