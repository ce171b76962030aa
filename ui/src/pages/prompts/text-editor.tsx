/** A text that is written in, with its variables and references drawn as such. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { Compartment, EditorState, type Range } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, keymap, placeholder } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { cx } from "@/ui/cx";

const variable = Decoration.mark({ class: "cm-variable" });
const reference = Decoration.mark({ class: "cm-reference" });
const PIECES = /@@@langfusePrompt:[^@]*@@@|\{\{\s*[A-Za-z_]\w*\s*\}\}/g;

function pieces(view: EditorView): DecorationSet {
  const found: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    for (const match of view.state.sliceDoc(from, to).matchAll(PIECES)) {
      const at = from + match.index;
      found.push((match[0].startsWith("@") ? reference : variable).range(at, at + match[0].length));
    }
  }
  return Decoration.set(found, true);
}

const drawPieces = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = pieces(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged) this.decorations = pieces(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** How every editor of prompts looks. */
export const writing = EditorView.theme({
  "&": { backgroundColor: "transparent", fontSize: "0.8125rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.35rem" },
  ".cm-content": { caretColor: "var(--fg)", padding: "0.5rem 0", minHeight: "var(--least, 2.5rem)" },
  ".cm-line": { padding: "0 0.75rem" },
  ".cm-cursor": { borderLeftColor: "var(--fg)" },
  ".cm-placeholder": { color: "var(--fg-3)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, ::selection": { backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)" },
  ".cm-variable": { color: "var(--k-llm)", backgroundColor: "color-mix(in srgb, var(--k-llm) 12%, transparent)", borderRadius: "3px" },
  ".cm-reference": { color: "var(--k-agent)", backgroundColor: "color-mix(in srgb, var(--k-agent) 14%, transparent)", borderRadius: "3px" },
});

interface TextEditorProps {
  label: string;
  value: string;
  onChange?: (value: string) => void;
  hint?: string;
  /** Rows that are there at the least. */
  rows?: number;
  /** No variables are drawn in it. */
  plain?: boolean;
  invalid?: boolean;
  className?: string;
}

export function TextEditor({ label, value, onChange, hint, rows = 2, plain, invalid, className }: TextEditorProps) {
  const frame = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(null);
  const locked = useRef(new Compartment());
  const latest = useRef({ value, onChange });
  useEffect(() => {
    latest.current = { value, onChange };
  });
  const readOnly = !onChange;
  useEffect(() => {
    const view = new EditorView({
      parent: frame.current!,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          history(),
          // Tab leaves the editor, so that the keyboard is never caught in it.
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          ...(plain ? [] : [drawPieces]),
          writing,
          placeholder(hint ?? ""),
          locked.current.of([]),
          EditorView.contentAttributes.of({ "aria-label": label, "aria-multiline": "true", dir: "auto", spellcheck: "false" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, [label, hint, plain]);
  useEffect(() => {
    editor.current?.dispatch({ effects: locked.current.reconfigure(readOnly ? [EditorState.readOnly.of(true)] : []) });
  }, [readOnly, label, hint, plain]);
  useEffect(() => {
    const view = editor.current;
    if (!view || view.state.doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);
  return (
    <div
      ref={frame}
      style={{ "--least": `${rows * 1.35 + 1}rem` } as React.CSSProperties}
      className={cx(
        "min-w-0 overflow-hidden rounded-md border bg-bg focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-accent",
        invalid ? "border-danger" : "border-line-strong",
        readOnly && "bg-sunken",
        className,
      )}
    />
  );
}
