/** Comments on a trace and its spans: beside it, at the pieces of text they are about, and counted in the tree. */
import { useQuery } from "@tanstack/react-query";
import { MessageSquare, MessageSquarePlus } from "lucide-react";
import { type ReactNode, createContext, useContext, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import * as ask from "@/api/queries";
import type { Anchor, Comment, SpanRow } from "@/api/types";
import { useRights } from "@/app/me";
import { type Side, fingerprint, stillSays } from "@/lib/anchor";
import type { SpanSearch } from "@/lib/search";
import { useSpeech } from "@/messages";
import { Unfolded, usePainted, useSelected } from "@/parts/anchored";
import { CommentsButton, CommentsPane, type Target, useComments } from "@/parts/comments";
import { Button } from "@/ui/button";
import { useNarrow } from "@/ui/media";
import { useShortcuts } from "@/ui/shortcuts";

const Counts = createContext<ReadonlyMap<string, number>>(new Map());

/** How many comments a span has, in its row of the tree. */
export function CommentCount({ spanId }: { spanId: string }) {
  const { t, f } = useSpeech();
  const count = useContext(Counts).get(spanId);
  if (!count) return null;
  return (
    <span title={t("talk.count", { n: count })} className="inline-flex shrink-0 items-center gap-0.5 text-2xs text-fg-3">
      <MessageSquare size={11} role="img" aria-label={t("talk.count", { n: count })} />
      {f.integer(count)}
    </span>
  );
}

interface TalkProps {
  projectId: string;
  traceId: string;
  spans: readonly SpanRow[];
  span: SpanRow | undefined;
  search: SpanSearch;
  onSearch: (change: SpanSearch) => void;
  children: (parts: { button: ReactNode; pane: ReactNode }) => ReactNode;
}

export function Talk({ projectId, traceId, spans, span, search, onSearch, children }: TalkProps) {
  const { t } = useSpeech();
  const subject = useMemo(() => ({ trace_id: traceId }), [traceId]);
  const comments = useComments(projectId, subject);
  const { annotate } = useRights(projectId);
  const narrow = useNarrow();
  const root = useRef<HTMLDivElement>(null);
  const [anchor, setAnchor] = useState<{ spanId: string; anchor: Anchor } | null>(null);
  const [asked, setAsked] = useState<{ id: string } | null>(null);
  const spanId = span?.span_id ?? "";
  const { data: detail } = useQuery({ ...ask.span(projectId, traceId, spanId, ask.FIRST_BODY), enabled: span !== undefined });
  const hash = (side: Side) => (detail ? fingerprint(detail[side], detail[`${side}_size`], ask.FIRST_BODY) : "");
  const here = useMemo(() => comments.filter((one) => one.span_id === spanId), [comments, spanId]);
  const counts = useMemo(() => {
    const found = new Map<string, number>();
    for (const one of comments) found.set(one.span_id, (found.get(one.span_id) ?? 0) + 1);
    return found;
  }, [comments]);
  const open = search.comments === "1";
  const setOpen = (on: boolean) => onSearch({ comments: on ? "1" : undefined });
  usePainted(root, here, asked, (id) => {
    setAsked({ id });
    setOpen(true);
  });
  const selection = useSelected(root, hash);
  const begin = () => {
    if (selection && annotate) setAnchor({ spanId, anchor: selection.anchor });
    setOpen(selection !== null || !open);
  };
  useShortcuts({ c: begin });
  const isChanged = ({ span_id, anchor: about }: Comment) =>
    detail !== undefined && about !== null && span_id === spanId && about.hash !== "" && hash(about.side) !== about.hash && !stillSays(detail[about.side], about.quote);
  const nameOf = (id: string) => spans.find((one) => one.span_id === id)?.name || t("talk.a_span");
  const ofTrace: Target = { key: "trace", label: t("talk.on_trace"), about: { subject: "trace", trace_id: traceId } };
  const ofSpan: Target = { key: "span", label: t("talk.on_span"), about: { subject: "span", trace_id: traceId, span_id: spanId } };
  const draft = anchor?.spanId === spanId ? anchor.anchor : null;
  const targets = !spanId ? [ofTrace] : draft ? [ofSpan] : search.span === undefined ? [ofTrace, ofSpan] : [ofSpan, ofTrace];
  const go = (comment: Comment) => {
    const spoken = search.tab === "io" || search.tab === "messages" ? search.tab : undefined;
    // Where there is room for one thing, the place itself is shown.
    onSearch({ span: comment.span_id || undefined, ...(comment.anchor ? { tab: spoken } : {}), ...(narrow ? { comments: undefined } : {}) });
    setAsked({ id: comment.id });
  };
  const pane = open && (
    <CommentsPane
      projectId={projectId}
      subject={subject}
      comments={comments}
      targets={targets}
      anchor={draft}
      onAnchor={setAnchor}
      about={(one) => (one.span_id ? nameOf(one.span_id) : null)}
      onGo={go}
      isChanged={isChanged}
      asked={asked?.id}
      onClose={() => setOpen(false)}
    />
  );
  return (
    <Counts value={counts}>
      <Unfolded value={here.some((one) => one.anchor !== null)}>
        <div ref={root} className="contents">
          {children({ button: <CommentsButton count={comments.length} open={open} onOpen={() => setOpen(!open)} />, pane })}
        </div>
        {selection && annotate && !draft && createPortal(
          <Button
            small
            icon={MessageSquarePlus}
            onPointerDown={(event) => event.preventDefault()}
            onClick={begin}
            className="pop fixed z-40 bg-raised!"
            style={{ left: Math.max(8, Math.min(selection.left - 40, window.innerWidth - 130)), top: Math.max(8, Math.min(selection.top + 6, window.innerHeight - 40)) }}
          >
            {t("talk.on_selection")}
          </Button>,
          document.body,
        )}
      </Unfolded>
    </Counts>
  );
}
