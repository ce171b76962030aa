/** A widget's question asked, and its answer drawn. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import * as ask from "@/api/queries";
import type { ChartAnswer, Widget, WidgetQuestion } from "@/api/types";
import { term } from "@/lib/filter";
import { rateOf } from "@/lib/freed";
import { formatOf, isGap, moreIs, unitOf } from "@/lib/measures";
import { OTHERS, type Points, type Series, shifted, toPoints, totals } from "@/lib/series";
import { type Span, before } from "@/lib/time";
import { type Bin, type Heat, asked, behind, bins, both, heatOfBins } from "@/lib/widgets";
import { useSpeech } from "@/messages";
import { Chart, type Mark } from "@/parts/chart";
import { Heatmap } from "@/parts/chart-heatmap";
import { Histogram } from "@/parts/chart-histogram";
import { BigNumber } from "@/parts/chart-number";
import { Pie } from "@/parts/chart-pie";
import type { SlicesProps } from "@/parts/chart-slices";
import { ChartTable } from "@/parts/chart-table";
import { Top } from "@/parts/chart-top";
import { Freed } from "@/parts/freed";
import { useFreedChart } from "@/parts/use-freed-chart";
import { cx } from "@/ui/cx";
import { useLater } from "@/ui/later";
import { Empty, Failure, Skeleton } from "@/ui/states";
import { dimensionText, measureText } from "./words";

const LOOKS = { line: "lines", area: "area", bar: "stack" } as const;
const SHARES = 7;

/** Measures whose values are also fields of the filter language, and how those write them. */
const FIELDS: Record<string, [field: string, unit: string]> = {
  latency: ["latency", "us"],
  time_to_first_token: ["ttft", "us"],
  cost: ["cost", ""],
  total_tokens: ["tokens", ""],
  input_tokens: ["input_tokens", ""],
  output_tokens: ["output_tokens", ""],
};

export interface Behind {
  start: number;
  end: number;
  filter: string;
  view: WidgetQuestion["view"];
}

interface WidgetViewProps {
  projectId: string;
  kind: Widget["kind"];
  question: WidgetQuestion;
  title: string;
  range: Span;
  /** Of the dashboard. */
  filter: string;
  marks?: readonly Mark[];
  /** Is the range before drawn too? */
  compare?: boolean;
  onZoom?: (start: number, end: number) => void;
  onSee?: (what: Behind) => void;
}

export function WidgetView(props: WidgetViewProps) {
  const { projectId, question, range, filter } = props;
  const { t, f } = useSpeech();
  const query = useQuery(ask.chart(projectId, asked(question, range, filter, f.zone)));
  const late = useLater(query.isPending);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} className="h-full overflow-y-auto py-2!" />;
  if (!query.data) return late ? <Skeleton className="h-full" /> : null;
  const nothing = query.data.rows.every((row) => row.slice(row.length - question.measures.length).every((value) => value === null || (Array.isArray(value) && value.length === 0)));
  if (nothing && props.kind !== "number") return <Empty title={t("home.no_data")} className="h-full py-0! *:text-sm! *:font-normal! *:text-fg-3" />;
  return (
    <div className={cx("h-full min-h-0", query.isPlaceholderData && "opacity-60")}>
      <Drawn {...props} answer={query.data} />
    </div>
  );
}

type DrawnProps = WidgetViewProps & { answer: ChartAnswer };

function Drawn(props: DrawnProps) {
  switch (props.kind) {
    case "line":
    case "area":
    case "bar":
      return <OverTime {...props} look={LOOKS[props.kind]} />;
    case "number":
      return <Single {...props} />;
    case "pie":
    case "top":
      return <Shares {...props} />;
    case "table":
      return <Rows {...props} />;
    case "histogram":
      return <Sizes {...props} />;
    case "heatmap":
      return <Heated {...props} />;
  }
}

const useFirst = ({ answer }: DrawnProps) => {
  const { t, f } = useSpeech();
  const first = answer.question.measures[0]!;
  const unit = unitOf(first);
  const unknown = unit === "money" ? t("cost.unpriced") : "–";
  const group = (key: string) => (key === OTHERS ? t("home.others") : key || t("state.none"));
  return { t, f, first, format: formatOf(unit, f), unknown, group };
};

function OverTime({ look, ...props }: DrawnProps & { look: "lines" | "area" | "stack" }) {
  const { answer, question, title, filter, onSee } = props;
  const { t, first, format, unknown, group } = useFirst(props);
  const gap = look === "lines" && isGap(first) ? null : 0;
  const points = useMemo(() => toPoints(answer, { gap, top: 7 }), [answer, gap]);
  const freed = useFreedChart(props.projectId, answer.question);
  const old = useBefore(props, points, gap);
  const split = (question.dimensions ?? []).length > 0;
  const measures = answer.question.measures;
  const placeOf = (key: string) => answer.columns.indexOf(key) - answer.columns.length + measures.length;
  const named = (key: string) => {
    const measure = measures[placeOf(key)];
    return measure ? measureText(t, measure, question.view) : key;
  };
  return (
    <Chart
      label={title}
      points={points}
      before={old}
      look={look}
      fill
      sums={!isGap(first) && first.aggregation !== "uniq"}
      freed={freed && ((key, index) => rateOf(split ? freed([points.times[index], key]) : freed([points.times[index]], placeOf(key)))?.value)}
      marks={props.marks}
      name={split ? group : named}
      color={(key) => (!split && key.endsWith("errors") ? "--danger" : undefined)}
      format={format}
      unknown={unknown}
      onZoom={props.onZoom}
      onPoint={onSee && ((start, end, key) => onSee({ start, end, view: question.view, filter: behind(question, key, filter) }))}
    />
  );
}

/** The answer to the same question over the range before, laid under the same times. */
function useBefore({ projectId, answer, question, range, filter, compare = false }: DrawnProps, points: Points, gap: 0 | null): Points | undefined {
  const { f } = useSpeech();
  const { bucket } = answer.question;
  const { data, isPlaceholderData } = useQuery({ ...ask.chart(projectId, asked({ ...question, bucket }, before(range), filter, f.zone)), enabled: compare });
  return useMemo(
    () => (compare && data && !isPlaceholderData ? shifted(toPoints(data, { gap, top: 7 }), points.times, range.end - range.start) : undefined),
    [compare, data, isPlaceholderData, points, gap, range],
  );
}

function Single(props: DrawnProps) {
  const { projectId, answer, question, range, filter } = props;
  const { f, first, format, unknown } = useFirst(props);
  const old = useQuery(ask.chart(projectId, asked(question, before(range), filter, f.zone)));
  const freed = useFreedChart(projectId, answer.question)?.([]);
  return (
    <BigNumber
      value={totals(answer)[0]}
      before={totals(old.data)[0]}
      format={format}
      unknown={unknown}
      moreIs={moreIs(first)}
      length={f.duration(range.end - range.start)}
      freed={freed && <Freed corrected={freed.freed} powered={freed.powered} write={format} anywhere className="text-xs! whitespace-nowrap" />}
    />
  );
}

function Shares(props: DrawnProps) {
  const { projectId, kind, answer, question, range, filter, onSee } = props;
  const { format, unknown, group } = useFirst(props);
  const freed = useFreedChart(projectId, answer.question);
  const all = useMemo(() => toPoints({ ...answer, times: [0] }, { gap: 0, top: kind === "pie" ? SHARES : answer.rows.length + 1 }).series, [answer, kind]);
  const shown: SlicesProps = {
    slices: all.map((one: Series) => ({ key: one.key, value: one.total, freed: rateOf(freed?.([one.key]))?.value })),
    name: group,
    format,
    unknown,
    onSee: onSee && ((key) => onSee({ ...range, view: question.view, filter: behind(question, key, filter) })),
  };
  return kind === "pie" ? <Pie {...shown} /> : <Top {...shown} />;
}

function Rows(props: DrawnProps) {
  const { projectId, answer, question, range, title, filter, onSee } = props;
  const { t, f } = useSpeech();
  const freed = useFreedChart(projectId, answer.question);
  const dimensions = question.dimensions ?? [];
  const timed = answer.columns[0] === "time";
  const columns = [
    ...(timed ? [{ title: t("col.start_time"), time: true }] : []),
    ...dimensions.map((one) => ({ title: dimensionText(t, one) })),
    ...answer.question.measures.map((one) => ({ title: measureText(t, one, question.view), format: formatOf(unitOf(one), f) })),
  ];
  const see = (row: readonly unknown[]) => {
    const keys = row.slice(timed ? 1 : 0).map((value) => String(value ?? ""));
    const own = dimensions.map((one, index) => (keys[index] ? term(one, keys[index]) : `-${one}:*`)).join(" ");
    const step = timed ? (answer.times[1] ?? range.end) - (answer.times[0] ?? range.start) : 0;
    const when = timed ? { start: Number(row[0]), end: Number(row[0]) + step } : { start: range.start, end: range.end };
    onSee?.({ ...when, view: question.view, filter: both(both(filter, question.filter ?? ""), own) });
  };
  const first = columns.length - answer.question.measures.length;
  const freedIn = (row: readonly unknown[], place: number) => rateOf(freed?.(row.slice(0, first), place - first))?.value;
  return <ChartTable label={title} columns={columns} rows={answer.rows} freed={freedIn} onSee={onSee && see} />;
}

/** What in the filter language lies between two values of a measure. */
function between(question: WidgetQuestion, from: number, to: number): string {
  const [field, unit] = FIELDS[question.measures[0]!.measure] ?? [];
  if (!field) return "";
  const text = (value: number) => (unit ? `${Math.floor(value)}${unit}` : String(value));
  return `${field}:>=${text(from)} ${field}:<=${unit ? `${Math.ceil(to)}${unit}` : text(to)}`;
}

function Sizes(props: DrawnProps) {
  const { answer, question, range, title, filter, onSee } = props;
  const { format } = useFirst(props);
  const found = bins(answer.rows[0]?.at(-1));
  const see = ({ from, to }: Bin) =>
    onSee?.({ ...range, view: question.view, filter: both(both(filter, question.filter ?? ""), between(question, from, to)) });
  return <Histogram label={title} bins={found} format={format} onSee={onSee && see} />;
}

function Heated(props: DrawnProps) {
  const { projectId, answer, question, title, filter, onSee } = props;
  const { t, f, format, group } = useFirst(props);
  const freed = useFreedChart(projectId, answer.question);
  const split = (question.dimensions ?? []).length > 0;
  const heat = useMemo((): Heat => {
    if (!split) return heatOfBins(answer.times, new Map(answer.rows.map((row) => [Number(row[0]), bins(row[1])])));
    const points = toPoints(answer, { gap: null, top: 12 });
    const rows = [...points.series].reverse().map(({ key, values }) => ({ key, values }));
    return { columns: points.times, rows, most: Math.max(...rows.flatMap((row) => row.values.map((value) => value ?? 0)), 0) };
  }, [answer, split]);
  const see = (start: number, end: number, row: Heat["rows"][number]) =>
    onSee?.({
      start,
      end,
      view: question.view,
      filter: split ? behind(question, row.key, filter) : both(both(filter, question.filter ?? ""), between(question, row.from!, row.to!)),
    });
  const name = (row: Heat["rows"][number]) => (split ? group(row.key) : `≥ ${format(row.from!)}`);
  const also = (row: Heat["rows"][number], index: number) => {
    const rate = rateOf(freed?.([heat.columns[index], row.key]));
    return rate && t("calib.corrected_value", { value: format(rate.value) });
  };
  const worth = split ? format : (value: number) => f.compact(Math.round(value));
  return <Heatmap label={title} heat={heat} name={name} format={worth} also={split ? also : undefined} onSee={onSee && see} />;
}
