/** What is judged: a trace as a conversation, the input and output of a span, or the turns of a session. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { QueueItem } from "@/api/annotation";
import * as ask from "@/api/queries";
import type { SpanDetail } from "@/api/types";
import { remember, remembered } from "@/lib/memory";
import { type SpanSearch } from "@/lib/search";
import { useSpeech } from "@/messages";
import { Body } from "@/parts/body";
import { Chat } from "@/parts/chat";
import { Button } from "@/ui/button";
import { fetched } from "@/ui/fetched";
import { useLater } from "@/ui/later";
import { Empty, Failure, Rows } from "@/ui/states";
import { Switcher } from "@/ui/tabs";
import { TurnView } from "../sessions/turn";
import { useTrace } from "../trace/use-trace";

const TraceView = fetched(async () => (await import("../trace/view")).TraceView);
const Transcript = fetched(async () => (await import("../trace/transcript")).Transcript);

export function Subject({ projectId, item }: { projectId: string; item: QueueItem }) {
  const { t } = useSpeech();
  if (item.is_gone) return <Empty title={t("work.gone")} className="flex-1" />;
  if (item.subject === "session") return <Session projectId={projectId} sessionId={item.session_id} />;
  if (item.subject === "span") {
    return (
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Span projectId={projectId} traceId={item.trace_id} spanId={item.span_id} />
      </div>
    );
  }
  return <Trace projectId={projectId} traceId={item.trace_id} />;
}

const VIEWS = ["conversation", "io", "whole"] as const;
type View = (typeof VIEWS)[number];

function Trace({ projectId, traceId }: { projectId: string; traceId: string }) {
  const { t } = useSpeech();
  const [view, setView] = useState<View>(() => VIEWS.find((one) => one === remembered("annotate-view")) ?? "conversation");
  const [search, setSearch] = useState<SpanSearch>({});
  return (
    <>
      <div className="shrink-0 px-4 py-2">
        <Switcher
          label={t("work.subject")}
          options={VIEWS.map((key) => ({ key, label: t(`work.${key}`) }))}
          value={view}
          onChange={(next) => {
            setView(next);
            remember("annotate-view", next === "conversation" ? null : next);
          }}
        />
      </div>
      {view === "whole" ? (
        <TraceView projectId={projectId} traceId={traceId} search={search} onSearch={(change) => setSearch((old) => ({ ...old, ...change }))} keys={false} tools={null} />
      ) : view === "io" ? (
        <div className="min-h-0 flex-1 overflow-y-auto">
          <Head projectId={projectId} traceId={traceId} />
        </div>
      ) : (
        <Conversation projectId={projectId} traceId={traceId} />
      )}
    </>
  );
}

/** What was said; where nothing is known of that, what went in and came out. */
function Conversation({ projectId, traceId }: { projectId: string; traceId: string }) {
  const said = useInfiniteQuery(ask.transcript(projectId, traceId));
  const { query, first, spans, tree } = useTrace(projectId, traceId);
  const late = useLater(said.isPending || query.isPending);
  if (said.error) return <Failure error={said.error} retry={() => void said.refetch()} className="flex-1" />;
  if (query.error && !first) return <Failure error={query.error} retry={() => void query.refetch()} className="flex-1" />;
  if (!said.data || !first) return late && <Rows count={8} />;
  if (said.data.pages[0]?.calls.length === 0) {
    return (
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Span projectId={projectId} traceId={traceId} spanId={first.trace.span_id} />
      </div>
    );
  }
  return <Transcript projectId={projectId} traceId={traceId} spans={spans} tree={tree} selected="" onSelect={() => undefined} />;
}

/** What went into a trace and came out of it. */
function Head({ projectId, traceId }: { projectId: string; traceId: string }) {
  const { query, first } = useTrace(projectId, traceId);
  const late = useLater(query.isPending);
  if (query.error && !first) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return first ? <Span projectId={projectId} traceId={traceId} spanId={first.trace.span_id} /> : late && <Rows count={6} />;
}

function Span({ projectId, traceId, spanId }: { projectId: string; traceId: string; spanId: string }) {
  const { t } = useSpeech();
  const [limit, setLimit] = useState(ask.FIRST_BODY);
  const query = useQuery(ask.span(projectId, traceId, spanId, limit));
  const late = useLater(query.isPending);
  const detail = query.data;
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!detail) return late && <Rows count={6} />;
  const messages = [...(detail.input_messages ?? []), ...(detail.output_messages ?? [])];
  if (messages.length > 0) {
    return (
      <div className="p-4">
        <Chat key={detail.span.span_id} messages={messages} markdown asked={detail.input_messages?.length ?? 0} />
      </div>
    );
  }
  if (!detail.input_size && !detail.output_size) return <Empty title={t("span.no_bodies")} />;
  const name = detail.span.span_id || traceId;
  const more = { busy: query.isFetching, onMore: () => setLimit(Math.min(limit * 4, ask.MOST_BODY)) };
  return (
    <div className="flex flex-col gap-3 p-4">
      <Body title={t("span.input")} text={detail.input} size={detail.input_size} missing={t("span.no_input")} fileName={`${name}-input.txt`} {...more} />
      <Body title={t("span.output")} text={detail.output} size={detail.output_size} missing={t("span.no_output")} fileName={`${name}-output.txt`} {...more} />
    </div>
  );
}

function Session({ projectId, sessionId }: { projectId: string; sessionId: string }) {
  const { t } = useSpeech();
  const [parts, setParts] = useState(1);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">
      {Array.from({ length: parts }, (_, part) => (
        <Part key={part} projectId={projectId} sessionId={sessionId} part={part} onMore={part === parts - 1 ? () => setParts(parts + 1) : undefined} more={t("act.more")} />
      ))}
    </div>
  );
}

interface PartProps {
  projectId: string;
  sessionId: string;
  part: number;
  /** Shows the turns behind these. */
  onMore: (() => void) | undefined;
  more: string;
}

function Part({ projectId, sessionId, part, onMore, more }: PartProps) {
  const query = useQuery(ask.session(projectId, sessionId, part));
  const late = useLater(query.isPending);
  const [open, setOpen] = useState(0);
  const named = useMemo(() => (query.data?.session.users.length ?? 0) > 1, [query.data]);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return late && <Rows count={8} />;
  return (
    <>
      {query.data.turns.map((turn, index) => {
        const number = part * ask.TURNS + index + 1;
        return (
          <div key={turn.trace.trace_id} className="mx-auto max-w-4xl pb-6">
            <TurnView
              projectId={projectId}
              trace={turn.trace}
              turn={turn}
              number={number}
              chosen={false}
              open={open === number}
              named={named}
              onChoose={(chosen, on) => setOpen(on ? chosen : 0)}
            />
          </div>
        );
      })}
      {onMore && query.data.next_cursor && (
        <div className="flex justify-center pb-4">
          <Button onClick={onMore}>{more}</Button>
        </div>
      )}
    </>
  );
}

/** The output that can be corrected, as people read it; nothing of a session. */
export function useOutput(projectId: string, item: QueueItem): SpanDetail | undefined {
  const there = item.trace_id !== "" && !item.is_gone;
  const head = useInfiniteQuery({ ...ask.trace(projectId, item.trace_id), enabled: there && item.subject === "trace" });
  const spanId = item.subject === "trace" ? head.data?.pages[0]?.trace.span_id : item.span_id;
  return useQuery({ ...ask.span(projectId, item.trace_id, spanId ?? "", ask.FIRST_BODY), enabled: there && spanId !== undefined }).data;
}
