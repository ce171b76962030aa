import { term } from "@/lib/filter";
import { OTHERS } from "@/lib/series";
import { useSpeech } from "@/messages";
import { type Asked, ChartCard, percentile } from "@/parts/chart-card";
import { useMarks } from "@/parts/marks";
import type { Range } from "@/parts/range";

const QUESTIONS = {
  traces: { view: "traces", measures: [{ measure: "count" }, { measure: "errors" }] },
  cost: { view: "spans", measures: [{ measure: "cost" }], dimensions: ["model"] },
  tokens: { view: "spans", measures: [{ measure: "input_tokens" }, { measure: "output_tokens" }] },
  latency: {
    view: "traces",
    measures: [
      { measure: "latency", aggregation: "p50" },
      { measure: "latency", aggregation: "p95" },
    ],
  },
  firstToken: {
    view: "spans",
    measures: [
      { measure: "time_to_first_token", aggregation: "p50" },
      { measure: "time_to_first_token", aggregation: "p95" },
    ],
  },
} satisfies Record<string, Asked>;

interface ChartsProps {
  projectId: string;
  range: Range;
  /** Is the range before drawn too? */
  compare: boolean;
  onZoom: (start: number, end: number) => void;
  onPoint: (start: number, end: number, filter: string) => void;
}

export function Charts({ projectId, range, compare, onZoom, onPoint }: ChartsProps) {
  const { t, f } = useSpeech();
  const marks = useMarks(projectId, range);
  const base = { projectId, range, compare, onZoom, marks };
  const plain = (start: number, end: number) => onPoint(start, end, "");
  return (
    <>
      <ChartCard
        {...base}
        title="home.traces_errors"
        question={QUESTIONS.traces}
        shape={{ gap: 0 }}
        look="bars"
        sums
        name={(key) => t(key.endsWith("errors") ? "home.errors" : "home.traces")}
        color={(key) => (key.endsWith("errors") ? "--danger" : "--series-1")}
        format={f.compact}
        onPoint={(start, end, key) => onPoint(start, end, key.endsWith("errors") ? term("level", "error") : "")}
      />
      <ChartCard
        {...base}
        title="home.cost_by_model"
        question={QUESTIONS.cost}
        shape={{ gap: 0, top: 6 }}
        look="stack"
        sums
        name={(key) => (key === OTHERS ? t("home.others") : key || t("state.none"))}
        format={f.money}
        unknown={t("cost.unpriced")}
        onPoint={(start, end, key) => onPoint(start, end, key && key !== OTHERS ? term("model", key) : "")}
      />
      <ChartCard
        {...base}
        title="home.tokens"
        question={QUESTIONS.tokens}
        shape={{ gap: 0 }}
        look="stack"
        sums
        name={(key) => t(key.includes("output") ? "home.output_tokens" : "home.input_tokens")}
        color={(key) => (key.includes("output") ? "--series-3" : "--series-6")}
        format={f.compact}
        onPoint={plain}
      />
      <ChartCard {...base} title="home.latency" question={QUESTIONS.latency} shape={{ gap: null }} look="lines" name={percentile} format={f.duration} onPoint={plain} />
      <ChartCard {...base} title="home.ttft" question={QUESTIONS.firstToken} shape={{ gap: null }} look="lines" name={percentile} format={f.duration} onPoint={plain} />
    </>
  );
}
