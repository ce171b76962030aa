/** The trace as one conversation: every message once, each leading to the span that had it. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Bot, MessagesSquare } from "lucide-react";
import { useMemo } from "react";
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
  const agentOf = (spanId: string): SpanRow | undefined => {
    const row = tree.rowOf.get(spanId);
    if (row === undefined) return undefined;
    return ancestors(tree, row).map((above) => spans[tree.order[above]!]!).find((span) => span.kind === "agent");
  };
  if (query.error && !pages) return <Failure error={query.error} retry={() => void query.refetch()} className="flex-1" />;
  if (!pages) return late && <Rows count={10} />;
  if (!said.length) return <Empty icon={MessagesSquare} title={t("transcript.empty")} hint={t("transcript.empty_hint")} className="flex-1" />;
  const cut = calls.filter((call) => call.cut).length;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto p-3">
      {cut > 0 && <p className="mb-2 rounded-md bg-warn-soft px-3 py-2 text-warn">{t("transcript.cut", { n: cut })}</p>}
      <ol aria-label={t("trace.pane_transcript")} className="flex flex-col gap-2">
        {said.map((one, index) => {
          const before = said[index - 1];
          const agent = agentOf(one.span_id);
          const turns = !before || before.thread !== one.thread || agentOf(before.span_id) !== agent;
          return (
            <li key={index} className="[contain-intrinsic-size:auto_7rem] [content-visibility:auto]">
              {turns && agent && (
                <h3 className="flex items-center gap-1.5 px-1 pt-2 pb-1.5 text-xs font-medium text-fg-2">
                  <Bot size={13} aria-hidden className="text-(--k-agent)" />
                  {agent.name}
                </h3>
              )}
              <div className={cx("rounded-lg", one.span_id === selected && "ring-1 ring-accent")}>
                <Bubble message={one.message} markdown results={one.results} aside={<Source said={one} span={spanOf.get(one.span_id)} onSelect={onSelect} />} />
              </div>
            </li>
          );
        })}
      </ol>
      {query.hasNextPage && (
        <Button className="mx-auto mt-3 flex" disabled={query.isFetching} onClick={() => void query.fetchNextPage()}>
          {query.isFetching ? t("act.loading") : t("transcript.more")}
        </Button>
      )}
    </div>
  );
}

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
