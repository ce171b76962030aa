/** What is asked of every traffic over time: a project's, or one user's. */
import { addTerm } from "@/lib/filter";
import { OTHERS } from "@/lib/series";
import { useSpeech } from "@/messages";
import { type Asked, ChartCard, percentile } from "@/parts/chart-card";
import type { ChartProps } from "@/parts/chart";
import type { Range } from "@/parts/range";

const TRACES: Asked = { view: "traces", measures: [{ measure: "count" }, { measure: "errors" }] };
const COST: Asked = { view: "spans", measures: [{ measure: "cost" }], dimensions: ["model"] };
const TOKENS: Asked = { view: "spans", measures: [{ measure: "input_tokens" }, { measure: "output_tokens" }] };
const LATENCY: Asked = {
  view: "traces",
  measures: [
    { measure: "latency", aggregation: "p50" },
    { measure: "latency", aggregation: "p95" },
  ],
};

interface UsualChartsProps extends Pick<ChartProps, "marks"> {
  projectId: string;
  range: Range;
  /** Which traffic; empty: all. */
  filter: string;
  /** Is the range before drawn too? */
  compare: boolean;
  onZoom: (start: number, end: number) => void;
  onPoint: (start: number, end: number, filter: string) => void;
}

export function UsualCharts({ projectId, range, filter, compare, marks, onZoom, onPoint }: UsualChartsProps) {
  const { t, f } = useSpeech();
  const base = { projectId, range, compare, onZoom, marks };
  const of = (question: Asked): Asked => ({ ...question, filter });
  const plain = (start: number, end: number) => onPoint(start, end, filter);
  return (
    <>
      <ChartCard
        {...base}
        title="home.traces_errors"
        question={of(TRACES)}
        shape={{ gap: 0 }}
        look="bars"
        sums
        name={(key) => t(key.endsWith("errors") ? "home.errors" : "home.traces")}
        color={(key) => (key.endsWith("errors") ? "--danger" : "--series-1")}
        format={f.compact}
        onPoint={(start, end, key) => onPoint(start, end, key.endsWith("errors") ? addTerm(filter, "level", "error") : filter)}
      />
      <ChartCard
        {...base}
        title="home.cost_by_model"
        question={of(COST)}
        shape={{ gap: 0, top: 6 }}
        look="stack"
        sums
        name={(key) => (key === OTHERS ? t("home.others") : key || t("state.none"))}
        format={f.money}
        unknown={t("cost.unpriced")}
        onPoint={(start, end, key) => onPoint(start, end, key && key !== OTHERS ? addTerm(filter, "model", key) : filter)}
      />
      <ChartCard
        {...base}
        title="home.tokens"
        question={of(TOKENS)}
        shape={{ gap: 0 }}
        look="stack"
        sums
        name={(key) => t(key.includes("output") ? "home.output_tokens" : "home.input_tokens")}
        color={(key) => (key.includes("output") ? "--series-3" : "--series-6")}
        format={f.compact}
        onPoint={plain}
      />
      <ChartCard {...base} title="home.latency" question={of(LATENCY)} shape={{ gap: null }} look="lines" name={percentile} format={f.duration} onPoint={plain} />
    </>
  );
}
