/** The filter as one line of text, with suggestions from the server and its terms drawn as chips. */
import { acceptCompletion, autocompletion, closeCompletion, completionStatus, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { useQueryClient } from "@tanstack/react-query";
import { CircleHelp, Funnel, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { ApiError } from "@/api/client";
import { FIELD_LABELS } from "@/lib/fields";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { FilterHelp } from "./filter-help";
import { chips, looks, markError, oneLine, setError, suggestions } from "./filter-editor";

interface FilterBarProps {
  projectId: string;
  value: string;
  start: number;
  end: number;
  onApply: (filter: string) => void;
  /** What the server said about the filter as it stands. */
  error?: unknown;
}

export function FilterBar({ projectId, value, start, end, onApply, error }: FilterBarProps) {
  const { t, language } = useSpeech();
  const client = useQueryClient();
  const frame = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(null);
  const latest = useRef({ start, end, onApply, value });
  useEffect(() => {
    latest.current = { start, end, onApply, value };
  });

  useEffect(() => {
    const apply = (view: EditorView) => {
      closeCompletion(view);
      latest.current.onApply(view.state.doc.toString().trim());
      return true;
    };
    const view = new EditorView({
      parent: frame.current!,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          Prec.highest(
            keymap.of([
              { key: "Tab", run: acceptCompletion },
              {
                key: "Enter",
                run: (now) => (completionStatus(now.state) === "active" && acceptCompletion(now)) || apply(now),
              },
              {
                key: "Escape",
                run: (now) => {
                  if (!closeCompletion(now)) now.contentDOM.blur();
                  return true;
                },
              },
              { key: "Ctrl-Space", run: startCompletion },
            ]),
          ),
          history(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          oneLine,
          chips,
          markError,
          looks,
          placeholder(t("list.filter_placeholder")),
          EditorView.contentAttributes.of({ "aria-label": t("list.filter"), spellcheck: "false" }),
          EditorView.domEventHandlers({
            focus: (_, now) => {
              if (now.state.doc.length === 0) setTimeout(() => now.hasFocus && startCompletion(now), 120);
            },
            blur: (_, now) => {
              if (now.state.doc.toString().trim() !== latest.current.value) apply(now);
            },
          }),
          autocompletion({
            override: [
              suggestions(
                client,
                projectId,
                () => latest.current,
                (field) => (FIELD_LABELS[field] ? t(FIELD_LABELS[field]) : ""),
              ),
            ],
            selectOnOpen: false,
            icons: false,
            activateOnTypingDelay: 60,
          }),
        ],
      }),
    });
    editor.current = view;
    return () => view.destroy();
    // The words of another language need a new editor.
  }, [client, projectId, language, t]);

  useEffect(() => {
    const view = editor.current;
    if (!view || view.state.doc.toString().trim() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);

  const blamed = error instanceof ApiError && error.status === 400 && value !== "" ? error : null;
  const position = blamed?.position ?? null;
  useEffect(() => {
    editor.current?.dispatch({ effects: setError.of(position) });
  }, [position, value]);

  return (
    <div className="min-w-0 flex-1">
      <div
        data-filter
        className={cx(
          "flex min-h-8 items-center gap-1 rounded-md border bg-bg pr-0.5 pl-2.5",
          "focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-accent",
          blamed ? "border-danger" : "border-line-strong",
        )}
      >
        <Funnel size={14} aria-hidden className="shrink-0 text-fg-3" />
        <div ref={frame} className="min-w-0 flex-1" />
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
