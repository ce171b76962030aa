/** What one says of an item: a value for each score, what the output should have been, and why. */
import { useMutation } from "@tanstack/react-query";
import { ArrowLeft, MessageSquarePlus, PencilLine } from "lucide-react";
import { type FocusEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { type QueueDetail, type QueueItem, type ReviewWritten, type Served, putReview } from "@/api/annotation";
import type { ScoreConfig } from "@/api/scores";
import { type Value, draftOf, nextOpen, scoresOf } from "@/lib/annotation";
import { remember, remembered } from "@/lib/memory";
import { useSpeech } from "@/messages";
import { ScoreControl, fits, useChoices } from "@/parts/score-value";
import { Button, IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { fetched } from "@/ui/fetched";
import { Keys } from "@/ui/keys";
import { useShortcuts } from "@/ui/shortcuts";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { told } from "../trace/correction";
import { useOutput } from "./subject";

const Prose = fetched(async () => (await import("@/parts/markdown")).Prose);
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
type Digit = (typeof DIGITS)[number];

interface FormProps {
  projectId: string;
  queue: QueueDetail;
  served: Served;
  item: QueueItem;
  onDone: (item: QueueItem) => Promise<void>;
  onBack: (() => void) | undefined;
}

export function WorkForm({ projectId, queue, served, item, onDone, onBack }: FormProps) {
  const { t } = useSpeech();
  const errorText = useErrorText();
  const configs = queue.configs.filter((one) => !one.is_archived);
  const kept = served.scores.find((one) => one.data_type === "correction")?.text;
  const [draft, setDraft] = useState(() => draftOf(configs, served.scores));
  const [active, setActive] = useState(0);
  const [correction, setCorrection] = useState(kept);
  const [commenting, setCommenting] = useState<ReadonlySet<string>>(() => new Set(served.scores.filter((one) => one.comment).map((one) => one.config_id)));
  const [notice, setNotice] = useState("");
  const frame = useRef<HTMLFormElement>(null);
  const output = useOutput(projectId, item);
  const original = output ? told(output) : "";
  const correctable = item.subject !== "session" && !item.is_gone;
  const save = useMutation({
    mutationFn: (body: ReviewWritten) => putReview(projectId, queue.id, item.id, body),
    onSuccess: async (_, body) => {
      if (body.status === "skipped") toast(t("work.skipped"));
      await onDone(item);
    },
  });
  const config = configs[active];
  const choices = useChoices(config);
  const move = (to: number) => {
    const at = (to + configs.length) % configs.length;
    setActive(at);
    setNotice("");
  };
  // Numbers and texts are typed: their fields take the focus when their turn comes.
  useEffect(() => {
    const row = frame.current?.querySelector<HTMLElement>(`[data-row="${active}"]`);
    row?.scrollIntoView({ block: "nearest" });
    const field = row?.querySelector<HTMLElement>("[data-value] input[type=number], [data-value] textarea");
    if (field) field.focus();
    else if (document.activeElement instanceof HTMLElement && frame.current?.contains(document.activeElement)) document.activeElement.blur();
  }, [active]);
  const set = (id: string, change: { value?: Value | undefined; comment?: string }) => {
    setNotice("");
    setDraft((old) => ({ ...old, [id]: { ...old[id]!, ...change } }));
  };
  const choose = (digit: number) => {
    const chosen = choices?.[digit - 1];
    if (!config || !chosen) return false;
    set(config.id, { value: chosen.value });
    const next = nextOpen(configs, { ...draft, [config.id]: { value: chosen.value, comment: "" } }, active);
    if (next >= 0) setActive(next);
    return true;
  };
  const busy = save.isPending;
  const finish = () => {
    if (busy) return;
    const scores = scoresOf(draft);
    const wrong = configs.findIndex((one) => draft[one.id]?.value !== undefined && scores.some((score) => score.config_id === one.id) && !fits(one, draft[one.id]?.value));
    if (wrong >= 0) {
      setActive(wrong);
      return setNotice(t("work.wrong", { name: configs[wrong]!.name }));
    }
    const changed = correction !== undefined && correction.trim() !== original.trim() ? correction : "";
    if (!scores.length && !changed.trim()) return setNotice(t("work.nothing_said"));
    save.mutate({ status: "completed", scores, correction: changed });
  };
  const enter = () => {
    const next = nextOpen(configs, draft, active);
    if (next < 0) return finish();
    if (next !== active) return move(next);
    if (notice) return;
    setNotice(t("work.missing", { name: configs[next]!.name }));
  };
  const skip = () => {
    if (!busy) save.mutate({ status: "skipped", scores: [], correction: "" });
  };
  const correct = () => {
    if (!correctable) return;
    setCorrection((old) => old ?? original);
    setTimeout(() => frame.current?.querySelector<HTMLElement>("[data-correction]")?.focus());
  };
  const comment = () => {
    if (!config) return;
    setCommenting((old) => new Set([...old, config.id]));
    setTimeout(() => frame.current?.querySelector<HTMLElement>(`[data-comment="${config.id}"]`)?.focus());
  };
  const digits = Object.fromEntries(DIGITS.map((digit) => [digit, () => choose(Number(digit))])) as Record<Digit, () => boolean>;
  useShortcuts({
    ...digits,
    ArrowDown: () => move(active + 1),
    ArrowUp: () => move(active - 1),
    Enter: enter,
    s: skip,
    o: correct,
    c: comment,
    ArrowLeft: () => (onBack ? onBack() : false),
  });
  /** Keys where something of the form has the focus: choices take digits too, and fields what is theirs. */
  const press = (event: KeyboardEvent<HTMLFormElement>) => {
    const target = event.target as HTMLElement;
    const writes = target instanceof HTMLTextAreaElement;
    const choice = target instanceof HTMLInputElement && target.type === "radio";
    const answers = (act: () => void | boolean) => {
      if (act() !== false) event.preventDefault();
    };
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return answers(finish);
    if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
    if (event.key === "Escape" && writes) return answers(() => target.blur());
    const ofScore = target.closest("[data-value]") !== null;
    if (event.key === "Enter" && !event.shiftKey && ofScore) return answers(enter);
    if (!writes && ofScore && event.key === "ArrowDown") return answers(() => move(active + 1));
    if (!writes && ofScore && event.key === "ArrowUp") return answers(() => move(active - 1));
    if (choice && (DIGITS as readonly string[]).includes(event.key)) return answers(() => choose(Number(event.key)));
    if (choice && event.key === "s") return answers(skip);
    return undefined;
  };
  /** What has the focus is what one is at. */
  const follow = (event: FocusEvent<HTMLFormElement>) => {
    const row = event.target.closest<HTMLElement>("[data-row]")?.dataset.row;
    if (row !== undefined) setActive(Number(row));
  };
  return (
    // Keys of the form work wherever nobody writes.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form ref={frame} onSubmit={(event) => event.preventDefault()} onKeyDown={press} onFocus={follow} className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-4 py-3">
        {queue.instructions && <Instructions queue={queue} />}
        {served.scores.length > 0 && <p className="text-xs text-fg-2">{t("work.seen_before")}</p>}
        {configs.map((one, at) => (
          <Row
            key={one.id}
            config={one}
            at={at}
            active={at === active}
            value={draft[one.id]?.value}
            comment={commenting.has(one.id) ? (draft[one.id]?.comment ?? "") : null}
            onValue={(value) => set(one.id, { value })}
            onComment={(text) => set(one.id, { comment: text })}
            onCommenting={() => setCommenting((old) => new Set([...old, one.id]))}
          />
        ))}
        {correctable && (
          <div className="flex flex-col gap-1.5">
            {correction === undefined ? (
              <Button small look="ghost" icon={PencilLine} onClick={correct} className="self-start">
                {t("work.correct")}
                <Keys keys="o" />
              </Button>
            ) : (
              <>
                <label className="text-xs font-medium text-fg-2" htmlFor="correction">{t("work.correction")}</label>
                <textarea
                  id="correction"
                  data-correction
                  dir="auto"
                  rows={Math.min(14, Math.max(4, correction.split("\n").length + 1))}
                  value={correction}
                  onChange={(event) => setCorrection(event.target.value)}
                  className="field h-auto! resize-y py-1.5 leading-5"
                />
                <Button small look="ghost" onClick={() => setCorrection(undefined)} className="self-end">{t("work.remove_correction")}</Button>
              </>
            )}
          </div>
        )}
      </div>
      <footer className="sticky bottom-0 shrink-0 border-t bg-bg px-4 py-2.5">
        {notice && <p role="status" className="pb-2 text-xs text-warn">{notice}</p>}
        {save.error && <p role="alert" className="pb-2 text-xs text-danger">{errorText(save.error)}</p>}
        <div className="flex items-center gap-2">
          {onBack && <IconButton icon={ArrowLeft} label={t("work.previous")} keys="left" onClick={onBack} />}
          <Button onClick={skip} disabled={busy}>
            {t("work.skip")}
            <span className="max-sm:hidden"><Keys keys="s" /></span>
          </Button>
          <Button look="primary" onClick={finish} disabled={busy || item.is_gone} className="ml-auto">
            {t("work.save")}
            <span className="max-sm:hidden"><Keys keys="enter" /></span>
          </Button>
        </div>
      </footer>
    </form>
  );
}

/** Open until somebody folds them. */
function Instructions({ queue }: { queue: QueueDetail }) {
  const { t } = useSpeech();
  const key = `instructions ${queue.id}`;
  return (
    <details open={remembered(key) !== "off"} onToggle={(event) => remember(key, event.currentTarget.open ? null : "off")} className="rounded-md border px-3 py-1.5">
      <summary className="cursor-pointer text-xs font-medium text-fg-2">{t("queue.instructions")}</summary>
      <div className="max-h-72 overflow-y-auto pt-1.5 text-sm"><Prose text={queue.instructions} /></div>
    </details>
  );
}

interface RowProps {
  config: ScoreConfig;
  at: number;
  active: boolean;
  value: Value | undefined;
  /** None is written. */
  comment: string | null;
  onValue: (value: Value | undefined) => void;
  onComment: (text: string) => void;
  onCommenting: () => void;
}

function Row({ config, at, active, value, comment, onValue, onComment, onCommenting }: RowProps) {
  const { t } = useSpeech();
  return (
    <section
      data-row={at}
      aria-label={config.name}
      aria-current={active || undefined}
      className={cx("-mx-2 flex flex-col gap-1 rounded-md border-l-2 px-2.5 py-1.5", active ? "border-accent bg-selected/60" : "border-transparent")}
    >
      <div className="flex min-h-6 items-center gap-2">
        <h3 className="min-w-0 truncate font-medium"><bdi>{config.name}</bdi></h3>
        {comment === null && <IconButton small icon={MessageSquarePlus} label={t("work.add_comment")} keys="c" onClick={onCommenting} className="ml-auto" />}
      </div>
      {config.description && <p className="text-xs wrap-anywhere text-fg-2">{config.description}</p>}
      <div data-value><ScoreControl bare asked={config} value={value} onChange={onValue} /></div>
      {comment !== null && (
        <textarea
          data-comment={config.id}
          aria-label={`${t("work.comment")}: ${config.name}`}
          placeholder={t("work.comment")}
          rows={2}
          maxLength={10_000}
          dir="auto"
          value={comment}
          onChange={(event) => onComment(event.target.value)}
          className="field mt-1 h-auto! py-1.5"
        />
      )}
    </section>
  );
}
