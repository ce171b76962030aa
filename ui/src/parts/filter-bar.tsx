/** The filter as one line of text. Until one wants to type, a plain field stands in place of the editor. */
import { CircleHelp, Funnel, X } from "lucide-react";
import { type ComponentType, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { ApiError } from "@/api/client";
import { looksOf } from "@/lib/filter";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { FilterHelp } from "./filter-help";
import type { FilterLine, Typed } from "./filter-line";

interface FilterBarProps {
  projectId: string;
  value: string;
  start: number;
  end: number;
  onApply: (filter: string) => void;
  /** What the server said about the filter as it stands. */
  error?: unknown;
}

type Editor = ComponentType<Parameters<typeof FilterLine>[0]>;

/** The editor is larger than all else on a page, and few visits need it. */
let editor: Editor | null = null;
const fetchEditor = async () => (editor ??= (await import("./filter-line")).FilterLine);

export function FilterBar({ projectId, value, start, end, onApply, error }: FilterBarProps) {
  const { t } = useSpeech();
  const [line, setLine] = useState<{ Editor: Editor; typed: Typed } | null>(null);
  const blamed = error instanceof ApiError && error.status === 400 && value !== "" ? error : null;
  const mistake = blamed?.position ?? null;
  return (
    <div className="min-w-0 flex-1">
      <div
        data-filter
        onPointerEnter={() => void fetchEditor().catch(() => undefined)}
        className={cx(
          "flex min-h-8 items-center gap-1 rounded-md border bg-bg pr-0.5 pl-2.5",
          "focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-accent",
          blamed ? "border-danger" : "border-line-strong",
        )}
      >
        <Funnel size={14} aria-hidden className="shrink-0 text-fg-3" />
        {line ? (
          <line.Editor projectId={projectId} value={value} start={start} end={end} onApply={onApply} mistake={mistake} typed={line.typed} />
        ) : (
          <PlainLine value={value} mistake={mistake} onApply={onApply} onEditor={(Editor, typed) => setLine({ Editor, typed })} />
        )}
        {value !== "" && <IconButton small icon={X} label={t("state.clear_filter")} onClick={() => onApply("")} />}
        <FilterHelp trigger={<button type="button" aria-label={t("list.filter_help")} title={t("list.filter_help")} className="grid size-6 shrink-0 place-items-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"><CircleHelp size={14} aria-hidden /></button>} />
      </div>
      {blamed && (
        <p role="alert" className="mt-1 px-1 text-xs text-danger">
          {blamed.message}
        </p>
      )}
    </div>
  );
}

interface PlainLineProps {
  value: string;
  mistake: number | null;
  onApply: (filter: string) => void;
  onEditor: (Editor: Editor, typed: Typed) => void;
}

const LETTERS = "px-[2px] py-[3px] font-mono text-[0.75rem] leading-6 whitespace-pre";
const LOOKS = {
  chip: "rounded-[4px] bg-accent-soft p-[2px_3px] text-accent",
  refusal: "rounded-[4px] bg-danger-soft p-[2px_3px] text-danger",
  mistake: "underline decoration-danger decoration-wavy underline-offset-3",
  plain: "",
};

/** Looks like the editor and takes keys until that has come: then it hands over what was typed. */
function PlainLine({ value, mistake, onApply, onEditor }: PlainLineProps) {
  const { t } = useSpeech();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const [typing, setTyping] = useState(false);
  const composing = useRef(false);
  if (value !== known) {
    setKnown(value);
    setText(value);
  }
  const handOver = (Editor: Editor) => {
    const input = field.current;
    // An input method writes into the field it began in; nobody waits for the editor of a field that was left.
    if (!input || composing.current || document.activeElement !== input) return;
    const typed = { text: input.value, from: input.selectionStart ?? 0, to: input.selectionEnd ?? 0 };
    // At once: between this and the new field no key must come.
    flushSync(() => onEditor(Editor, typed));
  };
  // Not before the press that gave the focus has placed the cursor. Without the editor one can type all the same.
  const want = () => void fetchEditor().then((Editor) => setTimeout(handOver, 0, Editor), () => undefined);
  const apply = () => {
    if (text.trim() !== value) onApply(text.trim());
  };
  return (
    <div className="relative min-w-0 flex-1">
      {!typing && text !== "" && (
        <div aria-hidden className={cx("pointer-events-none absolute inset-0 overflow-hidden", LETTERS)}>
          {looksOf(text, mistake).map((piece) => (
            <span key={piece.from} className={LOOKS[piece.look]}>
              {piece.text}
            </span>
          ))}
        </div>
      )}
      <input
        ref={field}
        type="text"
        aria-label={t("list.filter")}
        placeholder={t("list.filter_placeholder")}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onFocus={() => {
          setTyping(true);
          want();
        }}
        onBlur={() => {
          setTyping(false);
          apply();
        }}
        onCompositionStart={() => {
          composing.current = true;
        }}
        onCompositionEnd={() => {
          composing.current = false;
          want();
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") apply();
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        className={cx("block h-[30px] w-full bg-transparent outline-none placeholder:text-fg-3", LETTERS, !typing && text !== "" && "text-transparent")}
      />
    </div>
  );
}
