/** The turns of a session below one another. Only those in sight are drawn, and only their messages are fetched. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { TraceRow } from "@/api/types";
import { MINUTE } from "@/lib/time";
import { useSpeech } from "@/messages";
import { Failure } from "@/ui/states";
import { TurnView } from "./turn";
import { useWhole } from "./use-whole";

/** A pause worth telling. */
const PAUSE = 10 * MINUTE;
const BY_HAND = ["wheel", "touchmove", "pointerdown", "keydown"] as const;
/** About as high as a turn is. */
const USUAL = 240;

interface ConversationProps {
  projectId: string;
  sessionId: string;
  turns: readonly TraceRow[];
  /** The turn that is looked at, from 0. */
  at: number;
  /** Counts how often a turn was asked for: asking for the same one again brings it back into sight. */
  asked: number;
  open: boolean;
  named: boolean;
  onChoose: (number: number, open: boolean) => void;
  /** Another turn came into sight by scrolling. */
  onSight: (number: number) => void;
}

export function Conversation({ projectId, sessionId, turns, at, asked, open, named, onChoose, onSight }: ConversationProps) {
  const { t, f } = useSpeech();
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: turns.length,
    getScrollElement: () => frame.current,
    getItemKey: (index) => turns[index]!.trace_id,
    estimateSize: () => USUAL,
    overscan: 3,
    paddingStart: 16,
    paddingEnd: 48,
    scrollPaddingStart: 8,
  });
  const items = virtual.getVirtualItems();
  const { queries, known } = useWhole(projectId, sessionId, items.map((item) => item.index));
  const broken = queries.find((query) => query.error);

  // Only a hand that scrolls leaves the turn that was asked for.
  const byHand = useRef(false);
  useEffect(() => {
    const target = frame.current!;
    const note = () => {
      byHand.current = true;
    };
    for (const kind of BY_HAND) target.addEventListener(kind, note, { passive: true });
    return () => {
      for (const kind of BY_HAND) target.removeEventListener(kind, note);
    };
  }, []);
  useEffect(() => {
    if (asked === 0) return;
    byHand.current = false;
    virtual.scrollToIndex(at, { align: "start" });
  }, [asked, virtual]); // oxlint-disable-line react/exhaustive-deps

  // Turns are as high as their messages: once these are here, the place is found again.
  const settled = queries.every((query) => !query.isPending);
  useEffect(() => {
    if (settled && asked > 0 && !byHand.current) virtual.scrollToIndex(at, { align: "start" });
  }, [settled]); // oxlint-disable-line react/exhaustive-deps

  const { isScrolling, range } = virtual;
  useEffect(() => {
    if (!byHand.current || isScrolling || !range || (at >= range.startIndex && at <= range.endIndex)) return;
    onSight(Math.min(range.startIndex + 1, range.endIndex) + 1);
  }, [isScrolling, range?.startIndex, range?.endIndex]); // oxlint-disable-line react/exhaustive-deps

  return (
    <div ref={frame} className="min-h-0 min-w-0 flex-1 overflow-y-auto">
      {broken && <Failure error={broken.error} retry={() => void broken.refetch()} />}
      <ol aria-label={t("session.all_turns")} className="relative mx-auto max-w-4xl" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const trace = turns[item.index]!;
          const before = turns[item.index - 1];
          const pause = before ? trace.start_time - (before.end_time || before.start_time) : 0;
          return (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              aria-setsize={turns.length}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 px-4 pb-6"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {pause > PAUSE && (
                <p className="flex items-center gap-3 pb-5 text-xs text-fg-3">
                  <span className="h-px flex-1 bg-line" />
                  {t("session.gap", { length: f.duration(pause) })}
                  <span className="h-px flex-1 bg-line" />
                </p>
              )}
              <TurnView
                projectId={projectId}
                trace={known.get(trace.trace_id)?.trace ?? trace}
                turn={known.get(trace.trace_id) ?? null}
                number={item.index + 1}
                chosen={item.index === at}
                open={open && item.index === at}
                named={named}
                onChoose={onChoose}
              />
            </li>
          );
        })}
      </ol>
    </div>
  );
}
