/** One turn of a conversation: what was asked and answered, and its details on request. */
import { ArrowUpRight, ChevronDown, UserRound } from "lucide-react";
import { memo } from "react";
import type { TraceRow, Turn } from "@/api/types";
import { parseBody, plainText } from "@/lib/json";
import { useSpeech } from "@/messages";
import { Bubble, Text } from "@/parts/chat";
import { Cost, Duration, Time } from "@/parts/figures";
import { TraceLink } from "@/parts/inside-link";
import { JsonTree } from "@/parts/json-tree";
import { buttonClass } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Skeleton } from "@/ui/states";
import { Scores, Trouble } from "../traces/trace-columns";
import { TurnDetails } from "./turn-details";

interface TurnProps {
  projectId: string;
  trace: TraceRow;
  /** Null while its messages are on their way. */
  turn: Turn | null;
  number: number;
  chosen: boolean;
  open: boolean;
  /** Are there several people in this session? */
  named: boolean;
  onChoose: (number: number, open: boolean) => void;
}

export const TurnView = memo(function TurnView({ projectId, trace, turn, number, chosen, open, named, onChoose }: TurnProps) {
  const { t, f } = useSpeech();
  return (
    <div className="flex flex-col gap-2">
      <header className={cx("flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border-l-2 py-0.5 pl-2 text-xs text-fg-3", chosen ? "border-accent bg-selected" : "border-transparent")}>
        <h2 className="font-medium text-fg-2">{t("session.turn", { n: f.integer(number) })}</h2>
        <span className="max-w-48 truncate">{trace.name}</span>
        <Trouble row={trace} />
        {named && trace.user_id && (
          <span className="inline-flex max-w-40 items-center gap-1">
            <UserRound size={12} aria-hidden />
            <span className="truncate">{trace.user_id}</span>
          </span>
        )}
        <Time at={trace.start_time} />
        <Duration micros={trace.duration} running={!trace.end_time} />
        {trace.models.length > 0 && <span className="max-w-48 truncate">{trace.models.join(", ")}</span>}
        {trace.total_tokens > 0 && <span>{t("trace.tokens", { n: f.compact(trace.total_tokens) })}</span>}
        {(trace.total_cost > 0 || trace.unpriced > 0) && <Cost value={trace.total_cost} unpriced={trace.unpriced} />}
        {Object.keys(trace.scores).length > 0 && <Scores scores={trace.scores} />}
        <span className="ml-auto flex items-center gap-1">
          <button type="button" aria-expanded={open} onClick={() => onChoose(number, !open)} className={buttonClass("ghost", true)}>
            <ChevronDown size={13} aria-hidden className={cx("transition-transform", open && "rotate-180")} />
            {t("session.details")}
          </button>
          <TraceLink only projectId={projectId} traceId={trace.trace_id} className={cx(buttonClass("ghost", true), "text-accent!")}>
            {t("session.open_trace")}
            <ArrowUpRight size={12} aria-hidden />
          </TraceLink>
        </span>
      </header>
      {turn ? <Said turn={turn} /> : <Waiting trace={trace} />}
      {open && <TurnDetails projectId={projectId} traceId={trace.trace_id} />}
    </div>
  );
});

const MINE = "ml-auto w-fit max-w-[85%] min-w-48";
const THEIRS = "w-fit max-w-[95%] min-w-48";

function Said({ turn }: { turn: Turn }) {
  const { t } = useSpeech();
  const messages = [...(turn.input_messages ?? []), ...(turn.output_messages ?? [])].filter((one) => one.role !== "system");
  if (messages.length > 0) {
    return messages.map((message, index) => (
      <div key={index} className={message.role === "user" ? MINE : THEIRS}>
        <Bubble message={message} markdown results={NO_RESULTS} />
      </div>
    ));
  }
  if (turn.input || turn.output) {
    return (
      <>
        <Plain title={t("span.input")} text={turn.input} mine />
        <Plain title={t("span.output")} text={turn.output} />
      </>
    );
  }
  return <p className="pl-2.5 text-fg-3 italic">{t(turn.trace.end_time ? "session.empty_turn" : "session.running_turn")}</p>;
}

/** Tool calls are folded, as they are in a transcript. */
const NO_RESULTS = new Map();

/** The previews that lists show stand in for messages that are not here yet. */
function Waiting({ trace }: { trace: TraceRow }) {
  return (
    <>
      {trace.input_preview && <p dir="auto" className={cx("card truncate px-3 py-2 text-fg-2", MINE)}>{trace.input_preview}</p>}
      {trace.output_preview ? <p dir="auto" className={cx("card truncate px-3 py-2 text-fg-2", THEIRS)}>{trace.output_preview}</p> : <Skeleton className="h-9 w-2/3" />}
    </>
  );
}

/** A body that is no conversation. */
function Plain({ title, text, mine }: { title: string; text: string; mine?: boolean }) {
  if (!text) return null;
  const value = parseBody(text);
  return (
    <section aria-label={title} className={cx("card px-3 py-2", mine ? MINE : THEIRS, !mine && "shadow-[inset_2px_0_0_var(--accent)]")}>
      <h3 className="mb-1 text-xs font-medium text-fg-2">{title}</h3>
      {value === undefined ? <Text text={plainText(text)} markdown /> : <JsonTree value={value} />}
    </section>
  );
}
