/** How metrics are called and their values written. */
import type { Formats, Translate } from "@/messages";

export const OWN = ["latency", "cost", "failures"] as const;
type Own = (typeof OWN)[number];

export const isOwn = (metric: string): metric is Own => (OWN as readonly string[]).includes(metric);

export const nameOf = (t: Translate, metric: string): string => (isOwn(metric) ? t(`cmp.metric_${metric}`) : metric);

/** A value of a metric; `width` is that of its interval, which says how many digits mean anything. */
export function writeValue(f: Formats, metric: string, value: number, width?: number | null): string {
  if (metric === "latency") return f.duration(value * 1e6);
  if (metric === "cost") return f.money(value);
  if (metric === "failures") return f.percent(value);
  const digits = width ? Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(width)))) : 3;
  return f.decimal(value, digits);
}

/** The same of a difference, with its sign. */
export function writeDifference(f: Formats, metric: string, value: number, width?: number | null): string {
  const text = writeValue(f, metric, Math.abs(value), width);
  return value > 0 ? `+${text}` : value < 0 ? `−${text}` : text;
}
