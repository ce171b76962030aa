/** The trace as one conversation: every message once, each leading to the span that had it. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Bot, MessagesSquare } from "lucide-react";
import { memo, useEffect, useMemo, useRef } from "react";
import * as ask from "@/api/queries";
import type { SpanRow } from "@/api/types";
import { type Said, transcript } from "@/lib/transcript";
import { type Tree, ancestors } from "@/lib/tree";
import { useSpeech } from "@/messages";
import { Bubble } from "@/parts/chat";
import { KindIcon } from "@/parts/kind";
import { Button } from "@/ui/button";
import { cx } from "@/ui/cx";
import { useLater } from "@/ui/later";
import { useStable } from "@/ui/stable";
import { Empty, Failure, Rows } from "@/ui/states";

interface TranscriptProps {
  projectId: string;
  traceId: string;
  spans: readonly SpanRow[];
  tree: Tree;
  selected: string;
  onSelect: (spanId: string) => void;
}

export function Transcript({ projectId, traceId, spans, tree, selected, onSelect }: TranscriptProps) {
  const { t } = useSpeech();
  const query = useInfiniteQuery(ask.transcript(projectId, traceId));
  const late = useLater(query.isPending);
  const pages = query.data?.pages;
  const calls = useMemo(
    () =>
      (pages ?? []).flatMap(({ messages, calls }) =>
        calls.map((call) => ({
          ...call,
          input: call.input.map((at) => messages[at]!),
          output: call.output.map((at) => messages[at]!),
        })),
      ),
    [pages],
  );
  const said = useMemo(() => transcript(calls), [calls]);
  const spanOf = useMemo(() => new Map(spans.map((span) => [span.span_id, span])), [spans]);
  const agents = useMemo(() => said.map((one) => agentOf(one.span_id, spans, tree)), [said, spans, tree]);
  const select = useStable(onSelect);
  if (query.error && !pages) return <Failure error={query.error} retry={() => void query.refetch()} className="flex-1" />;
  if (!pages) return late && <Rows count={10} />;
  if (!said.length) return <Empty icon={MessagesSquare} title={t("transcript.empty")} hint={t("transcript.empty_hint")} className="flex-1" />;
  return (
    <Lines
      said={said}
      agents={agents}
      spanOf={spanOf}
      cut={calls.filter((call) => call.cut).length}
      selected={selected}
      onSelect={select}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      busy={query.isFetching}
      failed={query.isFetchNextPageError}
    />
  );
}

interface LinesProps {
  said: readonly Said[];
  /** Per message the agent that it belongs to. */
  agents: readonly (SpanRow | undefined)[];
  spanOf: ReadonlyMap<string, SpanRow>;
  /** Calls of which not everything could be read. */
  cut: number;
  selected: string;
  onSelect: (spanId: string) => void;
  more: (() => void) | undefined;
  busy: boolean;
  failed: boolean;
}

/** The height of a message that was not drawn yet. */
const USUAL = 120;
/** So many messages before the last one in sight, the next page is asked for. */
const AHEAD = 20;

function Lines({ said, agents, spanOf, cut, selected, onSelect, more, busy, failed }: LinesProps) {
  const { t } = useSpeech();
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: said.length,
    getScrollElement: () => frame.current,
    estimateSize: () => USUAL,
    overscan: 4,
    gap: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !busy && !failed && last >= said.length - AHEAD) more();
  }, [more, busy, failed, last, said.length]);
  return (
    <div ref={frame} className="min-h-0 flex-1 overflow-y-auto p-3">
      <h2 className="sr-only">{t("trace.pane_transcript")}</h2>
      {cut > 0 && <p className="mb-2 rounded-md bg-warn-soft px-3 py-2 text-warn">{t("transcript.cut", { n: cut })}</p>}
      <ol aria-label={t("trace.pane_transcript")} className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const one = said[index]!;
          const before = said[index - 1];
          const turns = !before || before.thread !== one.thread || agents[index - 1] !== agents[index];
          return (
            <Line
              key={index}
              said={one}
              index={index}
              count={said.length}
              top={start}
              measure={virtual.measureElement}
              agent={turns ? agents[index]?.name : undefined}
              span={spanOf.get(one.span_id)}
              selected={one.span_id === selected}
              onSelect={onSelect}
            />
          );
        })}
      </ol>
      {more && (
        <Button className="mx-auto mt-3 flex" disabled={busy} onClick={more}>
          {busy ? t("act.loading") : t("transcript.more")}
        </Button>
      )}
    </div>
  );
}

/** The agent that a span works for. */
function agentOf(spanId: string, spans: readonly SpanRow[], tree: Tree): SpanRow | undefined {
  const row = tree.rowOf.get(spanId);
  if (row === undefined) return undefined;
  return ancestors(tree, row).map((above) => spans[tree.order[above]!]!).find((span) => span.kind === "agent");
}

interface LineProps {
  said: Said;
  index: number;
  count: number;
  top: number;
  measure: (line: HTMLLIElement | null) => void;
  /** Name of the agent, where its turn begins. */
  agent: string | undefined;
  span: SpanRow | undefined;
  selected: boolean;
  onSelect: (spanId: string) => void;
}

/** Not drawn again for every page of spans that comes in behind it. */
const Line = memo(function Line({ said, index, count, top, measure, agent, span, selected, onSelect }: LineProps) {
  return (
    <li
      ref={measure}
      data-index={index}
      aria-posinset={index + 1}
      aria-setsize={count}
      className="absolute inset-x-0"
      style={{ transform: `translateY(${top}px)` }}
    >
      {agent !== undefined && (
        <h3 className="flex items-center gap-1.5 px-1 pt-2 pb-1.5 text-xs font-medium text-fg-2">
          <Bot size={13} aria-hidden className="text-(--k-agent)" />
          {agent}
        </h3>
      )}
      <div className={cx("rounded-lg", selected && "ring-1 ring-accent")}>
        <Bubble message={said.message} markdown results={said.results} aside={<Source said={said} span={span} onSelect={onSelect} />} />
      </div>
    </li>
  );
});

/** Where a message was had first; for answers also what they took. */
function Source({ said, span, onSelect }: { said: Said; span: SpanRow | undefined; onSelect: (spanId: string) => void }) {
  const { t, f } = useSpeech();
  const facts =
    said.side === "output" && span
      ? [span.model, span.end_time ? f.duration(span.end_time - span.start_time) : "", span.total_tokens ? `${f.compact(span.total_tokens)} tok` : ""]
      : [];
  return (
    <button
      type="button"
      onClick={() => onSelect(said.span_id)}
      title={t("transcript.jump", { name: span?.name ?? said.span_id })}
      className="flex h-6 min-w-0 items-center gap-1.5 rounded px-1.5 text-2xs text-fg-3 hover:bg-hover hover:text-fg"
    >
      <span className="truncate">{facts.filter(Boolean).join(" · ")}</span>
      <KindIcon kind={span?.kind ?? "span"} size={12} />
      <span className="sr-only">{t("transcript.jump", { name: span?.name ?? said.span_id })}</span>
    </button>
  );
}
