/** What a variant said: as it comes, with its speed, its cost, and how one goes on. */
import { Link } from "@tanstack/react-router";
import { ChevronRight, CircleCheck, CircleX, Database, ListTree, LoaderCircle, SendHorizontal } from "lucide-react";
import { useEffect, useState } from "react";
import type { Message } from "@/api/types";
import { type Failure, type Line, type Output, isOver, line, median, openCalls } from "@/lib/playground";
import { type Key, useSpeech } from "@/messages";
import { en } from "@/messages/en";
import { Bubble } from "@/parts/chat";
import { Fact, Facts } from "@/parts/facts";
import { Badge } from "@/ui/badge";
import { Button, IconButton, buttonClass } from "@/ui/button";
import { cx } from "@/ui/cx";
import { fetched } from "@/ui/fetched";
import { Field } from "@/ui/field";

const AddToDataset = fetched(async () => (await import("@/parts/add-to-dataset")).AddToDataset);

const TONES = { waiting: "neutral", running: "accent", done: "ok", failed: "danger", stopped: "warn" } as const;

interface OutputsProps {
  projectId: string;
  outputs: readonly Output[];
  /** Says more after a run. */
  onGoOn: (output: Output, lines: Line[]) => void;
  editable: boolean;
}

export function Outputs({ projectId, outputs, onGoOn, editable }: OutputsProps) {
  const { t } = useSpeech();
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = outputs.find((one) => one.key === chosen) ?? outputs[0];
  if (!shown) return <p className="rounded-md border border-dashed px-3 py-6 text-center text-xs text-fg-3">{t("play.no_output")}</p>;
  return (
    <div className="flex flex-col gap-2">
      {outputs.length > 1 && (
        <div role="radiogroup" aria-label={t("play.outputs")} className="flex flex-wrap gap-1">
          {outputs.map((one, index) => (
            <button
              key={one.key}
              type="button"
              role="radio"
              aria-checked={one.key === shown.key}
              title={t(`play.status.${one.status}`)}
              onClick={() => setChosen(one.key)}
              className={cx("h-6 min-w-7 rounded border px-1.5 text-2xs", one.key === shown.key ? "border-accent bg-selected font-medium text-accent" : "hover:bg-hover", one.status === "failed" && "text-danger")}
            >
              {index + 1}
            </button>
          ))}
        </div>
      )}
      {outputs.length > 1 && <Medians outputs={outputs} />}
      <One key={shown.key} projectId={projectId} output={shown} onGoOn={(lines) => onGoOn(shown, lines)} editable={editable} />
    </div>
  );
}

function Medians({ outputs }: { outputs: readonly Output[] }) {
  const { t, f } = useSpeech();
  const ended = outputs.filter((one) => one.status === "done" && one.ended);
  if (ended.length < 2) return null;
  const seconds = median(ended.map((one) => one.ended!.seconds))!;
  const cost = median(ended.map((one) => one.counted?.cost ?? 0))!;
  const tokens = median(ended.map((one) => one.counted?.output_tokens ?? 0))!;
  return (
    <p className="text-xs text-fg-2">
      {`${t("play.median_of", { n: ended.length })}: ${f.duration(seconds * 1e6)} · ${f.integer(tokens)} ${t("play.tokens")}`}
      {cost > 0 && ` · ${f.money(cost)}`}
    </p>
  );
}

interface OneProps {
  projectId: string;
  output: Output;
  onGoOn: (lines: Line[]) => void;
  editable: boolean;
}

function One({ projectId, output, onGoOn, editable }: OneProps) {
  const { t } = useSpeech();
  const running = !isOver(output);
  const live = liveMessage(output);
  return (
    <div className="flex flex-col gap-2" aria-busy={running}>
      <Numbers projectId={projectId} output={output} editable={editable} />
      <div className="flex flex-col gap-2" role="log" aria-label={t("play.output")}>
        {output.turns.map((turn, index) => (
          <div key={index} className="flex flex-col gap-1">
            <Reasoning message={turn.message} />
            <Bubble message={{ ...turn.message, parts: turn.message.parts.filter((part) => part.type !== "reasoning") }} markdown />
            {turn.error && <p className="text-xs wrap-anywhere text-danger">{t("play.tool_failed", { why: turn.error })}</p>}
          </div>
        ))}
        {live && (
          <div className="flex flex-col gap-1">
            {output.reasoning && <Thoughts text={output.reasoning} open={output.text === ""} />}
            <Bubble message={live} markdown={false} />
          </div>
        )}
        {output.status === "running" && !live && output.turns.length === 0 && (
          <p className="flex items-center gap-1.5 text-xs text-fg-3">
            <LoaderCircle size={13} aria-hidden className="animate-spin" />
            {t("play.waiting")}
          </p>
        )}
      </div>
      {output.failure && <Failed failure={output.failure} />}
      {output.ended?.schema_problems && <Fits problems={output.ended.schema_problems} />}
      {!running && editable && output.turns.length > 0 && <GoOn output={output} onGoOn={onGoOn} />}
    </div>
  );
}

/** What is being said right now. */
function liveMessage(output: Output): Message | null {
  if (output.text === "" && output.calls.length === 0 && output.reasoning === "") return null;
  const calls = output.calls.map((call) => ({ type: "tool_call" as const, id: call.id, name: call.name, arguments: call.arguments }));
  return { role: "assistant", parts: [...(output.text ? [{ type: "text" as const, text: output.text }] : []), ...calls] };
}

function Reasoning({ message }: { message: Message }) {
  const text = message.parts.filter((part) => part.type === "reasoning").map((part) => part.text ?? "").join("");
  return text ? <Thoughts text={text} /> : null;
}

function Thoughts({ text, open: first = false }: { text: string; open?: boolean }) {
  const { t } = useSpeech();
  const [wish, setWish] = useState<boolean | null>(null);
  const open = wish ?? first;
  return (
    <div className="rounded-md border bg-sunken text-xs text-fg-2">
      <button type="button" aria-expanded={open} onClick={() => setWish(!open)} className="flex h-7 w-full items-center gap-1 px-2 hover:text-fg">
        <ChevronRight size={12} aria-hidden className={cx("transition-transform", open && "rotate-90")} />
        {t("play.reasoning")}
      </button>
      {open && <p className="max-h-60 overflow-y-auto px-3 pb-2 wrap-anywhere whitespace-pre-wrap">{text}</p>}
    </div>
  );
}

function Numbers({ projectId, output, editable }: { projectId: string; output: Output; editable: boolean }) {
  const { t, f } = useSpeech();
  const [keeping, setKeeping] = useState(false);
  const now = useTicking(output.status === "running");
  const { ended, counted } = output;
  const end = output.endedAt ?? now;
  const first = ended?.first_token_seconds || (output.firstAt ? (output.firstAt - output.startedAt) / 1000 : 0);
  const seconds = ended?.seconds || (end - output.startedAt) / 1000;
  const since = output.firstAt ? (end - output.firstAt) / 1000 : 0;
  const guessed = since > 0.2 ? output.pieces / since : 0;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Badge tone={TONES[output.status]}>{t(`play.status.${output.status}`)}</Badge>
      {ended && ended.retries > 0 && <Badge tone="warn">{t("play.retries", { n: ended.retries })}</Badge>}
      {output.traceId && isOver(output) && (
        <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: output.traceId }} className={cx(buttonClass("ghost", true), "ml-auto")}>
          <ListTree size={13} aria-hidden />
          {t("play.open_trace")}
        </Link>
      )}
      {editable && output.status === "done" && <IconButton small icon={Database} label={t("data.add_to")} onClick={() => setKeeping(true)} />}
      {keeping && <AddToDataset projectId={projectId} sources={[{ trace_id: output.traceId, span_id: output.spanId }]} onClose={() => setKeeping(false)} />}
      <Facts>
        {first > 0 && <Fact name={t("play.first_token")}>{f.duration(first * 1e6)}</Fact>}
        {output.status !== "waiting" && <Fact name={t("play.duration")}>{f.duration(Math.max(0, seconds) * 1e6)}</Fact>}
        {ended && ended.tokens_per_second > 0 ? (
          <Fact name={t("play.speed")}>{t("play.per_second", { n: f.decimal(ended.tokens_per_second, 1) })}</Fact>
        ) : (
          guessed > 0 && <Fact name={t("play.speed")}>{t("play.about_per_second", { n: f.decimal(guessed, 1) })}</Fact>
        )}
        {counted && counted.output_tokens + counted.input_tokens > 0 ? (
          <Fact name={t("play.tokens")}>{`${f.integer(counted.input_tokens)} → ${f.integer(counted.output_tokens)}`}</Fact>
        ) : (
          output.pieces > 0 && <Fact name={t("play.tokens")}>{`≈ ${f.integer(output.pieces)}`}</Fact>
        )}
        {counted && counted.cost_source !== "" && <Fact name={t("play.cost")}>{counted.cost_source === "unpriced" ? t("cost.unpriced") : f.money(counted.cost)}</Fact>}
      </Facts>
    </div>
  );
}

function useTicking(on: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!on) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 200);
    return () => clearInterval(timer);
  }, [on]);
  return now;
}

/** The remedy is said in the reader's language, where we have words for it. */
export function useRemedy(): (failure: Failure) => string {
  const { t } = useSpeech();
  return ({ code, remedy }) => {
    const key = `fail.${code}`;
    return Object.hasOwn(en, key) ? t(key as Key) : remedy;
  };
}

export function Failed({ failure }: { failure: Failure }) {
  const remedy = useRemedy()(failure);
  return (
    <div role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-xs wrap-anywhere text-danger">
      <p className="font-medium">{failure.cause}</p>
      {remedy && <p className="mt-1">{remedy}</p>}
    </div>
  );
}

function Fits({ problems }: { problems: readonly string[] }) {
  const { t } = useSpeech();
  const good = problems.length === 0;
  const Icon = good ? CircleCheck : CircleX;
  return (
    <div className={cx("text-xs", good ? "text-ok" : "text-danger")}>
      <p className="flex items-center gap-1 font-medium">
        <Icon size={13} aria-hidden />
        {t(good ? "play.fits" : "play.breaks")}
      </p>
      {!good && (
        <ul className="mt-1 list-disc pl-5 wrap-anywhere">
          {problems.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function GoOn({ output, onGoOn }: { output: Output; onGoOn: (lines: Line[]) => void }) {
  const { t } = useSpeech();
  const calls = openCalls(output);
  const [answers, setAnswers] = useState<Record<number, string>>({});
  const [reply, setReply] = useState("");
  const send = () => {
    if (calls.length === 0) return onGoOn([line({ role: "user", text: reply })]);
    onGoOn(
      calls.map((call, index) => line({ role: "tool", name: call.name ?? "", more: [{ type: "tool_result", id: call.id, name: call.name, result: parsed(answers[index] ?? "") }] })),
    );
  };
  const ready = calls.length > 0 || reply.trim() !== "";
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) send();
      }}
    >
      {calls.length === 0 ? (
        <div className="flex items-end gap-1.5">
          <textarea
            aria-label={t("play.reply")}
            placeholder={t("play.reply_hint")}
            rows={1}
            className="field h-auto min-h-8 flex-1 py-1.5"
            value={reply}
            onChange={(event) => setReply(event.target.value)}
          />
          <Button type="submit" icon={SendHorizontal} disabled={!ready}>
            {t("play.go_on")}
          </Button>
        </div>
      ) : (
        <>
          {calls.map((call, index) => (
            <Field key={call.id || index} label={t("play.answer_for", { name: call.name ?? "" })}>
              {(ids) => (
                <textarea
                  {...ids}
                  rows={2}
                  spellCheck={false}
                  className="field h-auto min-h-8 py-1.5 font-mono text-xs"
                  value={answers[index] ?? ""}
                  onChange={(event) => setAnswers({ ...answers, [index]: event.target.value })}
                />
              )}
            </Field>
          ))}
          <Button type="submit" look="primary" icon={SendHorizontal} className="self-end">
            {t("play.answer_tools")}
          </Button>
        </>
      )}
    </form>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
