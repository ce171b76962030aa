import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import * as ask from "@/api/queries";
import type { ChartQuestion } from "@/api/types";
import { term } from "@/lib/filter";
import { OTHERS, type Points, type Shape, shifted, toPoints } from "@/lib/series";
import { type Span, before } from "@/lib/time";
import { type Key, useSpeech } from "@/messages";
import { Chart, type ChartProps } from "@/parts/chart";
import type { Range } from "@/parts/range";
import { cx } from "@/ui/cx";
import { useLater } from "@/ui/later";
import { Empty, Failure, Skeleton } from "@/ui/states";

type Ask = Pick<ChartQuestion, "view" | "measures" | "dimensions">;

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
} satisfies Record<string, Ask>;

/** `p95_latency` is told by its `p95`. */
const percentile = (key: string) => key.split("_")[0] ?? key;

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
  const { data: releases } = useQuery(ask.releases(projectId, range));
  const marks = useMemo(() => releases?.items.map((one) => ({ time: one.first_seen, text: one.release })), [releases]);
  const base = { projectId, range, compare, onZoom, marks };
  const plain = (start: number, end: number) => onPoint(start, end, "");
  return (
    <>
      <Card
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
      <Card
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
      <Card
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
      <Card {...base} title="home.latency" question={QUESTIONS.latency} shape={{ gap: null }} look="lines" name={percentile} format={f.duration} onPoint={plain} />
      <Card {...base} title="home.ttft" question={QUESTIONS.firstToken} shape={{ gap: null }} look="lines" name={percentile} format={f.duration} onPoint={plain} />
    </>
  );
}

interface CardProps extends Omit<ChartProps, "label" | "points" | "before"> {
  projectId: string;
  range: Range;
  compare: boolean;
  title: Key;
  question: Ask;
  shape: Shape;
}

function Card({ projectId, range, compare, title, question, shape, ...chart }: CardProps) {
  const { t, f } = useSpeech();
  const over = ({ start, end }: Span) => ask.chart(projectId, { ...question, bucket: "auto", start, end, timezone: f.zone, limit: 10_000 });
  const query = useQuery(over(range));
  const earlier = useQuery({ ...over(before(range)), enabled: compare });
  const late = useLater(query.isPending);
  const { gap, top } = shape;
  const points = useMemo(() => (query.data ? withoutNothing(toPoints(query.data, { gap, top })) : null), [query.data, gap, top]);
  const old = useMemo(
    () => (compare && points && earlier.data && !earlier.isPlaceholderData ? shifted(toPoints(earlier.data, { gap, top }), points.times, range.end - range.start) : undefined),
    [compare, points, earlier, gap, top, range],
  );
  const nothing = points !== null && points.series.every((one) => one.values.every((value) => !value));
  const unknown = points?.series.some((one) => one.total === null) ? chart.unknown : undefined;
  return (
    <section aria-label={t(title)} className={cx("card min-w-0 px-3.5 pt-3 pb-2.5", query.isPlaceholderData && "opacity-60")}>
      <h2 className="mb-1.5 text-xs font-medium text-fg-2">{t(title)}</h2>
      <div className="min-h-[202px]">
        {query.error ? (
          <Failure error={query.error} retry={() => void query.refetch()} className="py-8!" />
        ) : points === null ? (
          late && <Skeleton className="h-[176px]" />
        ) : nothing ? (
          <Empty title={unknown ?? t("home.no_data")} className="h-[202px] py-0! *:text-sm! *:font-normal! *:text-fg-3" />
        ) : (
          <Chart label={t(title)} points={points} before={old} {...chart} />
        )}
      </div>
    </section>
  );
}

/** Groups that never had a value would only lengthen the legend. */
function withoutNothing(points: Points): Points {
  if (points.series.length < 3) return points;
  return { ...points, series: points.series.filter((one) => one.total !== 0) };
}
