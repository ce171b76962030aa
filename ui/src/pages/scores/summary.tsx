/** One kind of scores: how many, how high, how they spread, and how they went over time. */
import { type CSSProperties, useMemo } from "react";
import type { ScoreBin, ScoreSummary } from "@/api/scores";
import type { ChartQuestion } from "@/api/types";
import { term } from "@/lib/filter";
import { rateOf } from "@/lib/freed";
import { type Kind, digitsOf } from "@/lib/scores";
import { OTHERS, toPoints } from "@/lib/series";
import { useSpeech } from "@/messages";
import { Chart } from "@/parts/chart";
import { Histogram } from "@/parts/chart-histogram";
import { Top } from "@/parts/chart-top";
import { Fact, Facts } from "@/parts/facts";
import { Missing } from "@/parts/figures";
import { JudgeRate } from "@/parts/judge-rate";
import { useFreedChart } from "@/parts/use-freed-chart";
import { Empty } from "@/ui/states";
import { useKindOfScore } from "./name";

interface SummaryProps {
  projectId: string;
  range: { start: number; end: number };
  kind: Kind;
  found: ScoreSummary;
  color: string;
  onZoom: (start: number, end: number) => void;
}

const MEAN: Pick<ChartQuestion, "view" | "measures" | "bucket" | "limit"> = { view: "scores", measures: [{ measure: "value", aggregation: "avg" }], bucket: "auto", limit: 10_000 };

/** What a bin is called: a label as people read it, a number, or a range of numbers. */
export function useBinName(): (bin: ScoreBin, data_type: Kind["data_type"]) => string {
  const { t, f } = useSpeech();
  return ({ label, low, high, others }, data_type) => {
    if (others) return t("agree.others");
    if (low !== null && high !== null) {
      const digits = digitsOf(high - low);
      return low === high ? f.decimal(low, 4) : `${f.decimal(low, digits)}–${f.decimal(high, digits)}`;
    }
    if (data_type === "boolean") return t(label === "True" ? "score.true" : "score.false");
    return label || t("state.none");
  };
}

export function Summary({ projectId, range, kind, found, color, onZoom }: SummaryProps) {
  const { t } = useSpeech();
  const name = useKindOfScore(projectId)(kind);
  return (
    <section aria-label={name} className="card flex min-w-0 flex-col gap-3 px-3.5 pt-3 pb-3">
      <h2 className="flex items-center gap-2 font-medium">
        <span aria-hidden className="size-2.5 shrink-0 rounded-full" style={{ background: `var(${color})` }} />
        <span className="min-w-0 truncate">{name}</span>
      </h2>
      <Numbers kind={kind} found={found} />
      {kind.source === "evaluator" && found.count > 0 && <JudgeRate projectId={projectId} judge={kind.name} start={range.start} end={range.end} />}
      {found.count === 0 ? (
        <Empty title={t("scores.empty")} className="py-8! *:text-sm! *:font-normal! *:text-fg-3" />
      ) : (
        <div className="grid gap-4 md:grid-cols-2">
          <Distribution kind={kind} found={found} color={color} />
          <Trend projectId={projectId} range={range} kind={kind} found={found} color={color} onZoom={onZoom} />
        </div>
      )}
    </section>
  );
}

function Numbers({ kind, found }: Pick<SummaryProps, "kind" | "found">) {
  const { t, f } = useSpeech();
  const { count, mean, median, least, most, bins } = found;
  const number = (value: number | null) => (value === null ? <Missing /> : f.decimal(value, 3));
  return (
    <Facts>
      <Fact name={t("agree.count")}>{f.integer(count)}</Fact>
      {kind.data_type === "categorical" && <Fact name={t("agree.labels")}>{f.integer(bins.length)}</Fact>}
      {kind.data_type === "boolean" && <Fact name={t("agree.share")}>{mean === null ? <Missing /> : f.percent(mean)}</Fact>}
      {kind.data_type === "numeric" && (
        <>
          <Fact name={t("agree.mean")}>{number(mean)}</Fact>
          <Fact name={t("agree.median")}>{number(median)}</Fact>
          <Fact name={t("agree.range")}>
            {number(least)} – {number(most)}
          </Fact>
        </>
      )}
    </Facts>
  );
}

function Distribution({ kind, found, color }: Omit<SummaryProps, "onZoom" | "projectId" | "range">) {
  const { t, f } = useSpeech();
  const name = useBinName();
  const label = t("agree.distribution");
  const { bins, counts } = found;
  return (
    <div className="min-w-0">
      <h3 className="mb-1.5 text-xs font-medium text-fg-2">{label}</h3>
      <div className={kind.data_type === "numeric" ? "h-44" : "max-h-64 overflow-y-auto md:h-44"} style={color === "--series-1" ? undefined : ({ "--series-1": `var(${color})` } as CSSProperties)}>
        {kind.data_type === "numeric" ? (
          <Histogram label={label} bins={bins.map(({ low, high }, index) => ({ from: low ?? 0, to: high ?? 0, count: counts[index] ?? 0 }))} format={(value) => f.decimal(value, 3)} />
        ) : (
          <Top
            slices={bins.map((bin, index) => ({ key: bin.label, value: counts[index] ?? 0 }))}
            name={(key) => name({ label: key, low: null, high: null, others: false }, kind.data_type)}
            format={(value) => `${f.integer(value)} · ${f.percent(value / found.count)}`}
            unknown=""
          />
        )}
      </div>
    </div>
  );
}

function Trend({ projectId, range, kind, found, color, onZoom }: SummaryProps) {
  const { t, f } = useSpeech();
  const labels = kind.data_type === "categorical";
  const points = useMemo(() => {
    const { columns, rows, times, partial } = found.trend;
    const kept = labels ? columns.length : 2;
    const question = { dimensions: labels ? ["string_value"] : [], measures: [labels ? "count" : "value"] };
    return toPoints({ question, columns: columns.slice(0, kept), rows: rows.map((row) => row.slice(0, kept)), times, partial }, { gap: labels ? 0 : null, top: 6 });
  }, [found.trend, labels]);
  const judged = kind.source === "evaluator" && !labels;
  const freed = useFreedChart(projectId, judged ? { ...MEAN, start: range.start, end: range.end, timezone: f.zone, filter: term("name", kind.name) } : undefined);
  const title = t(labels ? "agree.trend_count" : kind.data_type === "boolean" ? "agree.trend_share" : "agree.trend");
  return (
    <div className="min-w-0">
      <h3 className="mb-1.5 text-xs font-medium text-fg-2">{title}</h3>
      <Chart
        label={title}
        points={points}
        look={labels ? "stack" : "lines"}
        name={(key) => (labels ? (key === OTHERS ? t("agree.others") : key || t("state.none")) : title)}
        color={labels ? undefined : () => color}
        freed={freed && ((_, index) => rateOf(freed([points.times[index]]))?.value)}
        format={kind.data_type === "boolean" ? f.percent : labels ? f.compact : (value) => f.decimal(value, 3)}
        onZoom={onZoom}
      />
    </div>
  );
}
