/** How measures, dimensions and whole questions are called. */
import type { WidgetQuestion } from "@/api/types";
import { FIELD_LABELS } from "@/lib/fields";
import type { Measured } from "@/lib/measures";
import type { Formats, Translate } from "@/messages";

/** Ways of putting together that go without saying. */
const PLAIN = new Set(["count", "sum", "uniq", "histogram"]);

/** What is counted is told by its name. */
const counted = ({ measure }: Measured, view: WidgetQuestion["view"]) => (measure !== "count" ? measure : view === "traces" ? "traces" : "spans");

export function measureText(t: Translate, measured: Measured, view: WidgetQuestion["view"]): string {
  const { measure, aggregation, key } = measured;
  const name = key ? (measure === "score" ? key : `${t(`measure.${measure}`)} ${key}`) : t(`measure.${counted(measured, view)}`);
  const plain = !aggregation || measure === "error_rate" || (PLAIN.has(aggregation) && measure !== "score");
  return plain || aggregation === "histogram" ? name : `${name} ${t(`agg.${aggregation}`)}`;
}

export function dimensionText(t: Translate, dimension: string): string {
  const label = FIELD_LABELS[dimension];
  return label ? t(label) : dimension;
}

/** `Latency p50, p95`: what is measured in several ways is named once. */
export function questionText(t: Translate, f: Formats, { measures, dimensions, bucket, view }: WidgetQuestion): string {
  const names = measures.map((one, index) => {
    const before = measures[index - 1];
    const again = before?.measure === one.measure && (before.key ?? "") === (one.key ?? "") && one.aggregation;
    return again ? t(`agg.${one.aggregation!}`) : measureText(t, one, view);
  });
  const named = f.listed(names);
  const spread = measures.some((one) => one.aggregation === "histogram");
  const what = spread ? t(bucket === "none" ? "dash.spread" : "dash.spread_over_time", { what: named }) : named;
  if (!dimensions?.length) return what;
  return t("dash.by", { what, by: f.listed(dimensions.map((one) => dimensionText(t, one).toLowerCase())) });
}
