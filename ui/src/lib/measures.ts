/** What charts measure, as people read it. Which measures there are is the server's business. */
import type { MeasureKind, WidgetQuestion } from "@/api/types";
import type { Formats } from "@/messages";

export type MeasureName = MeasureKind["name"];
export type Aggregation = MeasureKind["aggregations"][number];
export type Measured = WidgetQuestion["measures"][number];

export type Unit = "count" | "share" | "duration" | "money" | "rate" | "score";

const UNITS: Record<MeasureName, Unit> = {
  count: "count",
  errors: "count",
  error_rate: "share",
  traces: "count",
  users: "count",
  sessions: "count",
  spans: "count",
  latency: "duration",
  streaming_latency: "duration",
  time_to_first_token: "duration",
  input_tokens: "count",
  output_tokens: "count",
  total_tokens: "count",
  tokens: "count",
  tokens_per_second: "rate",
  total_tokens_per_second: "rate",
  cost: "money",
  input_cost: "money",
  output_cost: "money",
  value: "score",
  score: "score",
};

/** Of these, more is worse or better; of the others it depends on what one wants. */
const MORE_IS: Partial<Record<MeasureName, "worse" | "better">> = {
  errors: "worse",
  error_rate: "worse",
  latency: "worse",
  time_to_first_token: "worse",
  streaming_latency: "worse",
  tokens_per_second: "better",
  total_tokens_per_second: "better",
};

export const unitOf = ({ measure, aggregation }: Measured): Unit =>
  measure === "score" && aggregation === "count" ? "count" : UNITS[measure];

export const moreIs = (measured: Measured): "worse" | "better" | undefined => MORE_IS[measured.measure];

/** Does a bucket without rows hold nothing at all, rather than zero? */
export const isGap = ({ measure, aggregation }: Measured): boolean =>
  UNITS[measure] === "share" || !["count", "sum", "uniq", undefined, null].includes(aggregation) || measure === "score";

export function formatOf(unit: Unit, f: Formats): (value: number) => string {
  switch (unit) {
    case "share":
      return (value) => f.percent(value);
    case "duration":
      return f.duration;
    case "money":
      return f.money;
    case "rate":
      return (value) => f.decimal(value, 1);
    case "score":
      return (value) => f.decimal(value, 3);
    default:
      return f.compact;
  }
}

/** The column that answers it, as the server names it. */
export const columnOf = ({ measure, aggregation, key }: Measured): string =>
  `${aggregation ?? ""}_${measure}${key ? `.${key}` : ""}`;
