/** The line of a filter as an editor, with suggestions from the server and its terms drawn as chips. */
import { acceptCompletion, autocompletion, closeCompletion, completionStatus, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useRef } from "react";
import { FIELD_LABELS } from "@/lib/fields";
import { useSpeech } from "@/messages";
import { chips, looks, markError, oneLine, setError, suggestions } from "./filter-editor";

/** What was typed until the editor came, and where the cursor stood. */
export interface Typed {
  text: string;
  from: number;
  to: number;
}

interface FilterLineProps {
  projectId: string;
  value: string;
  start: number;
  end: number;
  onApply: (filter: string) => void;
  /** Offset of the mistake, or null. */
  mistake: number | null;
  typed: Typed;
}

export function FilterLine({ projectId, value, start, end, onApply, mistake, typed }: FilterLineProps) {
  const { t, language } = useSpeech();
  const client = useQueryClient();
  const frame = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(null);
  const latest = useRef({ start, end, onApply, value });
  const first = useRef<Typed | null>(typed);
  useLayoutEffect(() => {
    latest.current = { start, end, onApply, value };
  });

  useLayoutEffect(() => {
    const apply = (view: EditorView) => {
      closeCompletion(view);
      latest.current.onApply(view.state.doc.toString().trim());
      return true;
    };
    const { text, from, to } = first.current ?? { text: latest.current.value, from: 0, to: 0 };
    const view = new EditorView({
      parent: frame.current!,
      state: EditorState.create({
        doc: text,
        selection: { anchor: from, head: to },
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
    if (first.current) {
      view.focus();
      // Suggestions for what was typed while there were none.
      if (text !== latest.current.value) startCompletion(view);
      first.current = null;
    }
    return () => view.destroy();
    // The words of another language need a new editor.
  }, [client, projectId, language, t]);

  const told = useRef(value);
  useEffect(() => {
    const view = editor.current;
    // What was typed before the editor came stays.
    if (told.current === value) return;
    told.current = value;
    if (!view || view.state.doc.toString().trim() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    editor.current?.dispatch({ effects: setError.of(mistake) });
  }, [mistake, value]);

  return <div ref={frame} className="min-w-0 flex-1" />;
}
