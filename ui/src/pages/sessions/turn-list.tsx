/** All turns of a session beside the conversation, one line each. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { TraceRow } from "@/api/types";
import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { failed, wordsOf } from "@/lib/session";
import { useWhole } from "./use-whole";

interface TurnListProps {
  projectId: string;
  sessionId: string;
  turns: readonly TraceRow[];
  /** From 0. */
  at: number;
  onTurn: (turn: number) => void;
}

const ROW = 30;

export function TurnList({ projectId, sessionId, turns, at, onTurn }: TurnListProps) {
  const { t, f } = useSpeech();
  const frame = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({ count: turns.length, getScrollElement: () => frame.current, estimateSize: () => ROW, overscan: 10 });
  useEffect(() => {
    if (at < turns.length) virtual.scrollToIndex(at, { align: "auto" });
  }, [at, turns.length, virtual]);
  const items = virtual.getVirtualItems();
  // Where the head of a trace tells neither input nor output, its messages do.
  const silent = items.filter(({ index }) => !turns[index]!.input_preview && !turns[index]!.output_preview);
  const { known } = useWhole(projectId, sessionId, silent.map((item) => item.index));
  return (
    <nav ref={frame} aria-label={t("session.all_turns")} className="w-64 shrink-0 overflow-y-auto border-r max-xl:hidden">
      <ol className="relative my-1.5" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const turn = turns[item.index]!;
          const whole = known.get(turn.trace_id);
          const wrong = failed(turn);
          return (
            <li key={turn.trace_id} className="absolute inset-x-1.5" style={{ height: ROW, transform: `translateY(${item.start}px)` }}>
              <button
                type="button"
                aria-current={item.index === at ? "step" : undefined}
                onClick={() => onTurn(item.index + 1)}
                className={cx("flex h-full w-full items-center gap-2 rounded px-2 text-left text-xs focus-visible:-outline-offset-2", item.index === at ? "bg-selected" : "hover:bg-hover")}
              >
                <span className={cx("min-w-5 shrink-0 text-right", wrong ? "font-medium text-danger" : "text-fg-3")}>{f.integer(item.index + 1)}</span>
                <span dir="auto" className={cx("min-w-0 flex-1 truncate", wrong ? "text-danger" : "text-fg-2")}>
                  {turn.input_preview || turn.output_preview || (whole && wordsOf(whole)) || [turn.name, f.clock(turn.start_time)].filter(Boolean).join(" · ")}
                </span>
                {wrong && <span className="sr-only">{t("level.error")}</span>}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
