/** What turns a text editor into a filter line. */
import type { Completion, CompletionSource } from "@codemirror/autocomplete";
import { EditorState, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { QueryClient } from "@tanstack/react-query";
import * as ask from "@/api/queries";
import { terms } from "@/lib/filter";

/** Pasted line ends become spaces. */
export const oneLine = EditorState.transactionFilter.of((change) =>
  change.newDoc.lines <= 1
    ? change
    : [change, { changes: { from: 0, to: change.newDoc.length, insert: change.newDoc.toString().replace(/\s*\n\s*/g, " ") }, sequential: true }],
);

const chip = Decoration.mark({ class: "cm-chip" });
const refusal = Decoration.mark({ class: "cm-chip cm-chip-not" });

function drawChips(view: EditorView): DecorationSet {
  const set = new RangeSetBuilder<Decoration>();
  for (const one of terms(view.state.doc.toString())) {
    if (one.kind === "field" && one.value !== "") set.add(one.from, one.to, one.negated ? refusal : chip);
  }
  return set.finish();
}

export const chips = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = drawChips(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged) this.decorations = drawChips(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** Offset of the mistake, or null. */
export const setError = StateEffect.define<number | null>();
const mistake = Decoration.mark({ class: "cm-mistake" });

export const markError = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, change) {
    for (const effect of change.effects) {
      if (!effect.is(setError)) continue;
      const length = change.newDoc.length;
      if (effect.value === null || length === 0) return Decoration.none;
      const from = Math.min(effect.value, length - 1);
      const rest = change.newDoc.sliceString(from);
      const to = from + Math.max(1, rest.search(/\s|$/));
      return Decoration.set([mistake.range(from, Math.min(to, length))]);
    }
    return change.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export function suggestions(
  client: QueryClient,
  projectId: string,
  range: () => { start: number; end: number },
  fieldName: (field: string) => string,
): CompletionSource {
  return async (context) => {
    const { start, end } = range();
    const question = { text: context.state.doc.toString(), position: context.pos, start, end };
    const answer = await client.fetchQuery(ask.completion(projectId, question)).catch(() => null);
    if (!answer?.items.length || context.aborted) return null;
    return {
      from: answer.start,
      to: answer.end,
      filter: false,
      options: answer.items.map(
        (one): Completion => ({
          label: one.text,
          detail: one.kind === "field" ? fieldName(one.text.replace(/:$/, "")) : one.detail,
          apply: (view, _, from, to) => {
            // A finished value makes room for the next term.
            const insert = one.kind === "value" ? `${one.text} ` : one.text;
            view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.complete" });
          },
        }),
      ),
    };
  };
}

export const looks = EditorView.theme({
  "&": { fontSize: "0.8125rem", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", fontSize: "0.75rem", lineHeight: "1.5rem", overflowX: "auto", scrollbarWidth: "none" },
  ".cm-content": { padding: "3px 0", caretColor: "var(--fg)" },
  ".cm-line": { padding: "0 2px" },
  ".cm-placeholder": { color: "var(--fg-3)" },
  ".cm-cursor": { borderLeftColor: "var(--fg)" },
  ".cm-chip": { backgroundColor: "var(--accent-soft)", color: "var(--accent)", borderRadius: "4px", padding: "2px 3px" },
  ".cm-chip-not": { backgroundColor: "var(--danger-soft)", color: "var(--danger)" },
  ".cm-mistake": { textDecoration: "underline wavy var(--danger)", textUnderlineOffset: "3px" },
  ".cm-tooltip.cm-tooltip-autocomplete": {
    border: "1px solid var(--line)",
    borderRadius: "8px",
    background: "var(--bg-raised)",
    boxShadow: "var(--shadow)",
    overflow: "hidden",
    marginTop: "6px",
    zIndex: "60",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-mono)", fontSize: "0.75rem", maxHeight: "18rem", minWidth: "16rem", padding: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    display: "flex",
    justifyContent: "space-between",
    gap: "1.5rem",
    padding: "4px 8px",
    borderRadius: "4px",
    lineHeight: "1.25rem",
    color: "var(--fg)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--bg-selected)", color: "var(--fg)" },
  ".cm-completionLabel": { overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--fg-3)", fontFamily: "var(--font-sans)", marginLeft: "0" },
});
