/** The difference of two texts, side by side or in one. A file of its own: it is fetched when one compares. */
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { writing } from "./text-editor";

const looks = EditorView.theme({
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--danger-soft)" },
  "&.cm-merge-b .cm-changedLine, &.cm-merge-b .cm-inlineChangedLine": { backgroundColor: "var(--ok-soft)" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": { background: "color-mix(in srgb, var(--danger) 26%, transparent)" },
  "&.cm-merge-b .cm-changedText": { background: "color-mix(in srgb, var(--ok) 26%, transparent)" },
  ".cm-gutters": { backgroundColor: "transparent", border: "none" },
  ".cm-changeGutter": { width: "3px", paddingLeft: "1px" },
  ".cm-deletedLine": { textDecoration: "none" },
  ".cm-deletedLine del": { textDecoration: "none" },
  ".cm-collapsedLines": { background: "var(--bg-sunken)", color: "var(--fg-3)" },
});

interface DiffProps {
  old: string;
  fresh: string;
  inline: boolean;
  label: string;
}

export default function Diff({ old, fresh, inline, label }: DiffProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = frame.current!;
    const shared = [EditorState.readOnly.of(true), EditorView.editable.of(false), EditorView.lineWrapping, writing, looks, EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" })];
    const collapseUnchanged = { margin: 4, minSize: 8 };
    const view = inline
      ? new EditorView({ parent, doc: fresh, extensions: [...shared, unifiedMergeView({ original: old, mergeControls: false, collapseUnchanged })] })
      : new MergeView({ parent, a: { doc: old, extensions: shared }, b: { doc: fresh, extensions: shared }, collapseUnchanged });
    return () => view.destroy();
  }, [old, fresh, inline, label]);
  return <div ref={frame} className="overflow-hidden rounded-md border border-line-strong" />;
}
