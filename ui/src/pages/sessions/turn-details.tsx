/** What lies behind a turn: what it used, what went wrong, how it was scored, and its steps one by one. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ChevronRight, CircleAlert } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import * as ask from "@/api/queries";
import type { SpanRow } from "@/api/types";
import { type TurnUse, usedBy } from "@/lib/session";
import { buildTree } from "@/lib/tree";
import { inOrder } from "@/lib/usage";
import { useSpeech } from "@/messages";
import { Body } from "@/parts/body";
import { CostSource, useBucketName } from "@/parts/cost-source";
import { Fact, Facts } from "@/parts/facts";
import { Cost, Duration, Missing, Tokens } from "@/parts/figures";
import { TraceLink } from "@/parts/inside-link";
import { KindIcon } from "@/parts/kind";
import { ScoreTable } from "@/parts/scores";
import { Badge } from "@/ui/badge";
import { cx } from "@/ui/cx";
import { useLater } from "@/ui/later";
import { Failure, Rows } from "@/ui/states";

/** Steps that are shown here; the rest stands in the trace. */
const MOST = 200;

export function TurnDetails({ projectId, traceId }: { projectId: string; traceId: string }) {
  const { t, f } = useSpeech();
  const query = useInfiniteQuery(ask.trace(projectId, traceId));
  const late = useLater(query.isPending);
  const first = query.data?.pages[0];
  const spans = useMemo(() => first?.spans.filter((span) => span.kind !== "trace") ?? [], [first]);
  const use = useMemo(() => usedBy(spans), [spans]);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} className="card" />;
  if (!first) return <div className="card min-h-40 overflow-hidden">{late && <Rows count={4} />}</div>;
  const { trace, scores } = first;
  const errors = spans.filter((span) => span.level === "error");
  return (
    <section aria-label={t("session.details")} className="card flex flex-col gap-4 overflow-hidden bg-side p-3.5">
      <Facts>
        <Fact name={t("col.duration")}><Duration micros={trace.duration} running={!trace.end_time} /></Fact>
        <Fact name={t("col.ttft")}>{use.firstToken === null ? <Missing /> : f.duration(use.firstToken)}</Fact>
        <Fact name={t("col.spans")}>{f.integer(trace.spans)}</Fact>
        {trace.release && <Fact name={t("col.release")}>{trace.release}</Fact>}
        {trace.environment && <Fact name={t("col.environment")}>{trace.environment}</Fact>}
      </Facts>
      {errors.length > 0 && <Errors projectId={projectId} errors={errors} />}
      {use.models.length > 0 && <Use use={use} />}
      {first.next_cursor && <p className="text-xs text-fg-3">{t("session.first_steps", { n: spans.length })}</p>}
      {scores.length > 0 && (
        <Part title={t("col.scores")}>
          <ScoreTable projectId={projectId} scores={scores} />
        </Part>
      )}
      <Steps projectId={projectId} spans={spans} all={trace.spans} traceId={traceId} />
    </section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="mb-1 text-xs font-medium text-fg-2">{title}</h3>
      {children}
    </section>
  );
}

function Errors({ projectId, errors }: { projectId: string; errors: readonly SpanRow[] }) {
  const { t } = useSpeech();
  return (
    <Part title={t("col.errors")}>
      <ul className="flex flex-col gap-1">
        {errors.slice(0, 10).map((span) => (
          <li key={span.span_id} className="flex items-baseline gap-2 rounded-md bg-danger-soft px-2.5 py-1.5 text-danger">
            <CircleAlert size={13} aria-hidden className="shrink-0 translate-y-0.5" />
            <TraceLink projectId={projectId} traceId={span.trace_id} spanId={span.span_id} className="shrink-0 font-medium hover:underline">
              {span.name || t("state.unnamed")}
            </TraceLink>
            <span dir="auto" className="min-w-0 wrap-anywhere">{span.status_message}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Use({ use }: { use: TurnUse }) {
  const { t, f } = useSpeech();
  const bucketName = useBucketName();
  return (
    <Part title={t("session.use")}>
      <div className="overflow-x-auto">
        <table className="w-full max-w-2xl">
          <thead>
            <tr className="border-b text-left text-xs text-fg-3">
              <th scope="col" className="h-7 pr-4 font-medium">{t("col.model")}</th>
              <th scope="col" className="px-4 text-right font-medium">{t("session.calls")}</th>
              <th scope="col" className="px-4 text-right font-medium">{t("col.tokens")}</th>
              <th scope="col" className="px-4 text-right font-medium">{t("col.cost")}</th>
              <th scope="col" className="pl-4 font-medium">{t("session.price_from")}</th>
            </tr>
          </thead>
          <tbody>
            {use.models.map((one) => (
              <tr key={one.model} className="border-b">
                <th scope="row" className="h-8 max-w-60 truncate pr-4 text-left font-normal">{one.model || <Missing />}</th>
                <td className="px-4 text-right">{f.integer(one.calls)}</td>
                <td className="px-4 text-right"><Tokens value={one.tokens} /></td>
                <td className="px-4 text-right"><Cost value={one.cost} unpriced={one.sources.includes("unpriced") ? 1 : 0} /></td>
                <td className="pl-4">
                  <span className="flex gap-1">{one.sources.map((source) => <CostSource key={source} source={source} />)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul className="mt-2 flex flex-wrap gap-1.5">
        {inOrder(Object.keys(use.buckets)).map((bucket) => (
          <li key={bucket}>
            <Badge>
              <span className="text-fg-3">{bucketName(bucket)}</span> {f.integer(use.buckets[bucket]!)}
            </Badge>
          </li>
        ))}
      </ul>
    </Part>
  );
}

interface StepsProps {
  projectId: string;
  traceId: string;
  spans: readonly SpanRow[];
  /** Spans of the whole trace. */
  all: number;
}

function Steps({ projectId, traceId, spans, all }: StepsProps) {
  const { t } = useSpeech();
  const tree = useMemo(() => buildTree(spans), [spans]);
  const rows = Array.from(tree.order.slice(0, MOST), (index, row) => ({ span: spans[index]!, depth: tree.depth[row]! }));
  return (
    <Part title={t("session.steps")}>
      <ul className="divide-y divide-line overflow-hidden rounded-md border bg-bg">
        {rows.map(({ span, depth }) => (
          <Step key={span.span_id} projectId={projectId} span={span} depth={depth} />
        ))}
      </ul>
      {all > rows.length && (
        <TraceLink only projectId={projectId} traceId={traceId} className="mt-1 inline-block rounded text-xs text-accent hover:underline">
          {t("session.more_steps", { n: all - rows.length })}
        </TraceLink>
      )}
    </Part>
  );
}

function Step({ projectId, span, depth }: { projectId: string; span: SpanRow; depth: number }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-8 w-full items-center gap-2 px-2 py-1 text-left hover:bg-hover focus-visible:-outline-offset-2"
      >
        <ChevronRight size={13} aria-hidden className={cx("shrink-0 text-fg-3 transition-transform", open && "rotate-90")} />
        <span aria-hidden className="shrink-0" style={{ width: Math.min(depth, 8) * 14 }} />
        <KindIcon kind={span.kind} />
        <span className={cx("max-w-[60%] shrink-0 truncate font-medium", span.level === "error" && "text-danger")}>{span.name || t("state.unnamed")}</span>
        <span dir="auto" className="min-w-0 flex-1 truncate text-xs text-fg-3">{span.level === "error" ? span.status_message : span.input_preview || span.model}</span>
        <span className="flex shrink-0 gap-3 text-xs text-fg-3">
          {span.total_tokens > 0 && <span className="max-sm:hidden"><Tokens value={span.total_tokens} /></span>}
          {span.total_cost > 0 && <span className="max-sm:hidden"><Cost value={span.total_cost} /></span>}
          <Duration micros={span.end_time - span.start_time} running={!span.end_time} />
        </span>
      </button>
      {open && <StepBody projectId={projectId} span={span} />}
    </li>
  );
}

/** Arguments and results of a tool, or input and output of any other step. */
function StepBody({ projectId, span }: { projectId: string; span: SpanRow }) {
  const { t } = useSpeech();
  const [limit, setLimit] = useState(ask.FIRST_BODY);
  const query = useQuery(ask.span(projectId, span.trace_id, span.span_id, limit));
  const late = useLater(query.isPending);
  const tool = span.kind === "tool";
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} className="py-4!" />;
  if (!query.data) return <div className="min-h-20 border-t">{late && <Rows count={2} />}</div>;
  const { input, output, input_size, output_size } = query.data;
  const body = { onMore: () => setLimit(Math.min(ask.MOST_BODY, limit * 4)), busy: query.isFetching };
  return (
    <div className="flex flex-col gap-2 border-t bg-sunken p-2.5 sm:pl-8">
      <Body title={t(tool ? "session.arguments" : "span.input")} text={input} size={input_size} missing={t("session.nothing")} fileName={`${span.span_id}-input.txt`} {...body} />
      <Body title={t(tool ? "session.result" : "span.output")} text={output} size={output_size} missing={t("session.nothing")} fileName={`${span.span_id}-output.txt`} {...body} />
      <TraceLink only projectId={projectId} traceId={span.trace_id} spanId={span.span_id} className="self-start rounded text-xs text-accent hover:underline">
        {t("session.open_span")}
      </TraceLink>
    </div>
  );
}
