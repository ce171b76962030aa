/** A whole trace: its head, its tree, and the span that is selected. Used as a page and beside lists. */
import { SearchX } from "lucide-react";
import { type ReactNode, useEffect, useMemo } from "react";
import { ApiError } from "@/api/client";
import { TabTitle } from "@/app/page";
import { criticalPath } from "@/lib/critical-path";
import { isShared } from "@/lib/share";
import { PANES, type SpanSearch } from "@/lib/search";
import { onlyOf } from "@/lib/seek";
import { useSpeech } from "@/messages";
import { fetched } from "@/ui/fetched";
import { useLater } from "@/ui/later";
import { useNarrow } from "@/ui/media";
import { Split } from "@/ui/split";
import { Empty, Failure, Rows } from "@/ui/states";
import { Switcher } from "@/ui/tabs";
import { Explorer } from "./explorer";
import { Bookmark } from "@/parts/bookmark";
import { IntoQueue } from "@/parts/into-queue";
import { Share } from "@/parts/share";
import { SpanDetail } from "./span-detail";
import { Talk } from "./talk";
import { TraceHead } from "./trace-head";
import { useTrace } from "./use-trace";

interface TraceViewProps {
  projectId: string;
  traceId: string;
  search: SpanSearch;
  onSearch: (change: SpanSearch) => void;
  keys: boolean;
  /** Buttons at the end of the head. */
  tools: ReactNode;
}

const Transcript = fetched(async () => (await import("./transcript")).Transcript);
const Graph = fetched(async () => (await import("./graph")).Graph);
/** So long after the trace has come, in milliseconds, the other panes are made ready. */
const SOON = 500;

export function TraceView({ projectId, traceId, search, onSearch, keys, tools }: TraceViewProps) {
  const { t } = useSpeech();
  const { query, first, spans, tree, loading } = useTrace(projectId, traceId);
  const late = useLater(query.isPending);
  const critical = useMemo(() => criticalPath(spans, tree), [spans, tree]);
  const only = useMemo(() => onlyOf(search.only), [search.only]);
  const narrow = useNarrow();
  const ready = first !== undefined;
  useEffect(() => {
    if (!ready) return undefined;
    const timer = setTimeout(() => void Promise.allSettled([Transcript.load(), Graph.load()]), SOON);
    return () => clearTimeout(timer);
  }, [ready]);
  if (query.error && !first) {
    const gone = query.error instanceof ApiError && query.error.status === 404;
    return (
      <>
        <div className="flex h-12 shrink-0 items-center justify-end gap-1 px-3">{tools}</div>
        {gone ? (
          <Empty icon={SearchX} title={t("trace.not_found")} hint={t("trace.not_found_hint", { id: traceId })} className="flex-1" />
        ) : (
          <Failure error={query.error} retry={() => void query.refetch()} className="flex-1" />
        )}
      </>
    );
  }
  if (!first) {
    return (
      <>
        <div className="flex h-12 shrink-0 items-center justify-end gap-1 px-3">{tools}</div>
        {late && <Rows count={14} />}
      </>
    );
  }
  const row = tree.rowOf.get(search.span ?? "") ?? 0;
  const span = spans[tree.order[row]!];
  const pane = search.pane ?? "tree";
  const select = (id: string) => onSearch({ span: id });
  const shared = { spans, tree, selected: span?.span_id ?? "", onSelect: select };
  const explorer = (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="shrink-0 px-3 pt-2">
        <Switcher
          label={t("trace.panes")}
          options={PANES.map((key) => ({ key, label: t(`trace.pane_${key}`) }))}
          value={pane}
          onChange={(next) => onSearch({ pane: next === "tree" ? undefined : next })}
        />
      </div>
      {pane === "transcript" && <Transcript {...shared} projectId={projectId} traceId={traceId} />}
      {pane === "graph" && <Graph {...shared} />}
      {pane === "tree" && (
        <Explorer
          {...shared}
          projectId={projectId}
          traceId={traceId}
          critical={critical}
          scores={first.scores}
          only={only}
          onOnly={(next) => onSearch({ only: next.join(",") || undefined })}
          total={first.trace.spans}
          loading={loading}
          keys={keys}
        />
      )}
    </div>
  );
  const detail = span && (
    <SpanDetail
      key={span.span_id}
      projectId={projectId}
      span={span}
      traceScores={first.scores}
      traceMetadata={first.metadata}
      tab={search.tab}
      onTab={(tab) => onSearch({ tab })}
      onBack={narrow ? () => onSearch({ span: undefined }) : undefined}
    />
  );
  const subject = { trace_id: traceId };
  const marks = (
    <>
      <Bookmark projectId={projectId} subject={subject} on={first.trace.bookmarked} keys />
      <Share projectId={projectId} subject={subject} />
      <IntoQueue projectId={projectId} subject={{ trace_id: traceId, span_id: "", session_id: "" }} />
    </>
  );
  const title = keys && <TabTitle text={first.trace.name || t("trace.title")} />;
  const byLink = isShared(projectId);
  const parts = ({ button, pane }: { button: ReactNode; pane: ReactNode }) =>
    // One thing at a time where there is room for one.
    narrow && search.span !== undefined ? (
      <div className="relative flex min-h-0 flex-1 flex-col">
        <div className="absolute top-1 right-2">{button}</div>
        {detail}
        {pane}
      </div>
    ) : (
      <>
        {title}
        <TraceHead projectId={projectId} trace={first.trace} scores={first.scores} tools={<>{!byLink && marks}{button}{tools}</>} />
        <div className="flex min-h-0 flex-1">
          <div className="flex min-h-0 min-w-0 flex-1 flex-col">{narrow ? explorer : <Split name="trace" label={t("trace.tree")} left={explorer} right={detail} />}</div>
          {pane}
        </div>
      </>
    );
  if (byLink) return parts({ button: null, pane: null });
  return (
    <Talk projectId={projectId} traceId={traceId} spans={spans} span={span} search={search} onSearch={onSearch}>
      {parts}
    </Talk>
  );
}
