/** The spans of a trace as a tree, each with its bar in time. Only the rows in sight are drawn. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight, CircleAlert, TriangleAlert } from "lucide-react";
import { type KeyboardEvent, memo, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import type { ScoreRow, SpanRow } from "@/api/types";
import { type Tree, ancestors, hasChildren, matchingRows, visibleRows } from "@/lib/tree";
import { useSpeech } from "@/messages";
import { KindIcon, kindColor } from "@/parts/kind";
import { useScoreValue } from "@/parts/scores";
import { cx } from "@/ui/cx";
import { useShortcuts } from "@/ui/shortcuts";
import { useStable } from "@/ui/stable";
import { useWidth } from "@/ui/width";
import { CommentCount } from "./talk";
import { TimeAxis } from "./time-axis";

interface SpanTreeProps {
  spans: readonly SpanRow[];
  tree: Tree;
  /** Per span, whether it is on the critical path. */
  critical: Uint8Array;
  scores: readonly ScoreRow[];
  selected: string;
  onSelect: (spanId: string) => void;
  /** Null when all rows are shown; else whether the span of a row is one that was looked for. */
  found: Uint8Array | null;
  folded: ReadonlySet<string>;
  onFold: (folded: ReadonlySet<string>) => void;
  /** Do j and k walk through this tree, wherever the focus is? */
  keys: boolean;
}

/** Levels that are told apart by indentation. */
const DEEP = 14;
/** From this width on, bars have a column of their own. */
const WIDE = 560;
/** From this width on, tokens stand beside costs. */
const WIDER = 760;

export function SpanTree({ spans, tree, critical, scores, selected, onSelect, found, folded, onFold, keys }: SpanTreeProps) {
  const { t } = useSpeech();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const wide = width >= WIDE;
  const rows = useMemo(
    () => (found ? matchingRows(tree, (index) => found[index] === 1) : visibleRows(tree, spans, folded)),
    [tree, spans, folded, found],
  );
  const height = wide ? 30 : 38;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 8,
  });
  useLayoutEffect(() => virtual.measure(), [virtual, height]);

  const chosen = tree.rowOf.get(selected) ?? 0;
  const at = useMemo(() => rows.indexOf(chosen), [rows, chosen]);
  // The first match comes into sight.
  useEffect(() => {
    const first = found ? rows.findIndex((row) => found[tree.order[row]!] === 1) : -1;
    if (first >= 0) virtual.scrollToIndex(first, { align: "center" });
  }, [found, rows, tree, virtual]);
  // What is selected from elsewhere (a link, a search) comes into sight.
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  }, [at, virtual]);
  useEffect(() => {
    const closed = ancestors(tree, chosen).map((row) => spans[tree.order[row]!]!.span_id).filter((id) => folded.has(id));
    if (closed.length) onFold(new Set([...folded].filter((id) => !closed.includes(id))));
    // Only when another span is selected: folding by hand stays.
  }, [chosen]); // oxlint-disable-line react/exhaustive-deps

  const idAt = (index: number) => spans[tree.order[rows[index]!]!]!.span_id;
  const move = (step: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, at + step));
    if (rows.length) onSelect(idAt(next));
  };
  const setFold = (row: number, closed: boolean) => {
    const id = spans[tree.order[row]!]!.span_id;
    const next = new Set(folded);
    if (closed) next.add(id);
    else next.delete(id);
    onFold(next);
  };
  const toggle = (row: number) => setFold(row, !folded.has(spans[tree.order[row]!]!.span_id));
  const toggleStably = useStable(toggle);
  const select = useStable(onSelect);
  useShortcuts({ j: () => move(1), k: () => move(-1), " ": () => toggle(chosen) }, keys);
  const press = (event: KeyboardEvent) => {
    const above = ancestors(tree, chosen)[0];
    const open = hasChildren(tree, chosen) && !folded.has(selected);
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Home") move(-rows.length);
    else if (event.key === "End") move(rows.length);
    else if (event.key === "ArrowRight" && open) move(1);
    else if (event.key === "ArrowRight") setFold(chosen, false);
    else if (event.key === "ArrowLeft" && open) setFold(chosen, true);
    else if (event.key === "ArrowLeft" && above !== undefined) onSelect(spans[tree.order[above]!]!.span_id);
    else return;
    event.preventDefault();
  };
  const length = Math.max(1, tree.end - tree.start);
  const scored = useMemo(() => bySpan(scores), [scores]);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {wide && <TimeAxis length={length} />}
      <div
        ref={frame}
        role="tree"
        aria-label={t("trace.tree")}
        tabIndex={0}
        aria-activedescendant={at >= 0 ? `span-${chosen}` : undefined}
        onKeyDown={press}
        className="relative min-h-0 flex-1 overflow-auto outline-none focus-visible:-outline-offset-2"
      >
        <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]!;
            const index = tree.order[row]!;
            const span = spans[index]!;
            return (
              <Row
                key={row}
                span={span}
                tree={tree}
                row={row}
                top={item.start}
                height={height}
                length={length}
                critical={critical[index] === 1}
                scores={scored.get(span.span_id) ?? NONE}
                tokens={width >= WIDER}
                quiet={found !== null && found[index] !== 1}
                folded={folded.has(span.span_id)}
                searched={found !== null}
                chosen={row === chosen}
                wide={wide}
                onSelect={select}
                onToggle={toggleStably}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

const NONE: readonly ScoreRow[] = [];

function bySpan(scores: readonly ScoreRow[]): Map<string, ScoreRow[]> {
  const found = new Map<string, ScoreRow[]>();
  for (const score of scores) {
    // A correction is a text of its own, not a verdict.
    if (score.data_type === "correction") continue;
    const known = found.get(score.span_id);
    if (known) known.push(score);
    else found.set(score.span_id, [score]);
  }
  return found;
}

interface LabelProps {
  span: SpanRow;
  tree: Tree;
  row: number;
  scores: readonly ScoreRow[];
  tokens: boolean;
  /** Shown only because it leads to a match. */
  quiet: boolean;
  folded: boolean;
  onToggle: (row: number) => void;
  wide: boolean;
}

interface RowProps extends LabelProps {
  top: number;
  height: number;
  length: number;
  critical: boolean;
  /** Nothing is folded while something is looked for. */
  searched: boolean;
  chosen: boolean;
  onSelect: (spanId: string) => void;
}

/** Drawn again only when something of it has changed: scrolling draws what comes into sight. */
const Row = memo(function Row({ top, height, searched, chosen, onSelect, ...shared }: RowProps) {
  const { t } = useSpeech();
  const { span, tree, row, critical, length, folded, wide } = shared;
  return (
    <div
      id={`span-${row}`}
      role="treeitem"
      tabIndex={-1}
      aria-level={tree.depth[row]! + 1}
      aria-selected={chosen}
      aria-expanded={hasChildren(tree, row) ? !folded : undefined}
      onClick={() => onSelect(span.span_id)}
      onKeyDown={(event) => event.key === "Enter" && onSelect(span.span_id)}
      className={cx("absolute inset-x-0 cursor-pointer pr-3", chosen ? "bg-selected" : "hover:bg-hover", wide && "grid grid-cols-[minmax(0,11fr)_minmax(0,9fr)] items-center gap-3")}
      style={{ height, top }}
    >
      {!wide && critical && <span title={t("trace.on_path")} className="absolute inset-y-1 left-0.5 w-0.5 rounded bg-warn" />}
      <Label {...shared} folded={folded && !searched} />
      <Bar span={span} tree={tree} row={row} critical={critical} length={length} wide={wide} />
    </div>
  );
});

function Label({ span, tree, row, scores, tokens, quiet, folded, onToggle, wide }: LabelProps) {
  const { t, f } = useSpeech();
  const below = tree.errorsBelow[row]!;
  const inner = hasChildren(tree, row);
  return (
    <div className={cx("flex min-w-0 items-center gap-1.5", wide ? "h-full" : "h-7")} style={{ paddingLeft: 6 + Math.min(tree.depth[row]!, DEEP) * 12 }}>
      {inner ? (
        <button
          type="button"
          tabIndex={-1}
          aria-label={t("keys.fold")}
          onClick={(event) => {
            event.stopPropagation();
            onToggle(row);
          }}
          className="grid size-5 shrink-0 place-items-center rounded text-fg-3 hover:bg-line hover:text-fg"
        >
          <ChevronRight size={14} aria-hidden className={cx("transition-transform", !folded && "rotate-90")} />
        </button>
      ) : (
        <span className="w-5 shrink-0" />
      )}
      <KindIcon kind={span.kind} />
      <span className={cx("min-w-8 truncate", quiet ? "text-fg-3" : span.level === "error" && "text-danger")} title={span.name}>
        {span.name || t("state.unnamed")}
      </span>
      {span.level === "error" && <CircleAlert size={13} role="img" aria-label={t("level.error")} className="shrink-0 text-danger" />}
      {span.level === "warning" && <TriangleAlert size={13} role="img" aria-label={t("level.warning")} className="shrink-0 text-warn" />}
      {folded && inner && <span className="shrink-0 rounded bg-sunken px-1 text-2xs text-fg-3">+{tree.close[row]! - row - 1}</span>}
      {folded && below > 0 && span.level !== "error" && (
        <span title={t("trace.errors_below", { n: below })} className="size-1.5 shrink-0 rounded-full bg-danger" />
      )}
      <span className="flex-1" />
      <CommentCount spanId={span.span_id} />
      {scores.length > 0 && <NodeScores scores={scores} />}
      {tokens && tree.tokens[row]! > 0 && (
        <span title={t("trace.sum_tokens", { n: tree.tokens[row]! })} className="shrink-0 text-2xs text-fg-3">
          {f.compact(tree.tokens[row]!)} tok
        </span>
      )}
      {tree.cost[row]! > 0 && <span className="shrink-0 text-2xs text-fg-3">{f.money(tree.cost[row]!)}</span>}
      {!wide && <span className="shrink-0 text-2xs text-fg-2">{span.end_time ? f.duration(span.end_time - span.start_time) : t("level.running")}</span>}
    </div>
  );
}

function NodeScores({ scores }: { scores: readonly ScoreRow[] }) {
  const value = useScoreValue();
  const all = scores.map((score) => `${score.name}: ${value(score)}`).join("\n");
  return (
    <span title={all} className="inline-flex max-w-32 min-w-0 shrink items-center gap-1 rounded bg-sunken px-1 text-2xs text-fg-2">
      <span className="truncate">
        {scores[0]!.name} {value(scores[0]!)}
      </span>
      {scores.length > 1 && <span className="shrink-0 text-fg-3">+{scores.length - 1}</span>}
    </span>
  );
}

interface BarProps {
  span: SpanRow;
  tree: Tree;
  row: number;
  critical: boolean;
  length: number;
  wide: boolean;
}

function Bar({ span, tree, row, critical, length, wide }: BarProps) {
  const { t, f } = useSpeech();
  const end = span.end_time || tree.end;
  const left = ((span.start_time - tree.start) / length) * 100;
  const width = Math.max(0, ((end - span.start_time) / length) * 100);
  const waited = span.first_token_time > span.start_time && end > span.start_time ? ((span.first_token_time - span.start_time) / (end - span.start_time)) * 100 : 0;
  const color = span.level === "error" ? "var(--danger)" : kindColor(span.kind);
  const text = span.end_time ? f.duration(span.end_time - span.start_time) : t("level.running");
  const longer = tree.until[row]! > end;
  return (
    <div className={cx("relative", wide ? "mr-14 h-full" : "mx-3 h-1")} aria-hidden={!wide} title={longer ? t("trace.sum_latency", { time: f.duration(tree.until[row]! - span.start_time) }) : undefined}>
      {/* What it left behind went on. */}
      {longer && (
        <div
          className="absolute top-1/2 h-px -translate-y-1/2 border-t border-dashed"
          style={{ left: `${left + width}%`, width: `${((tree.until[row]! - end) / length) * 100}%`, borderColor: color }}
        />
      )}
      {critical && wide && (
        <div className="absolute top-[calc(50%+6px)] h-0.5 rounded bg-warn" style={{ left: `${Math.min(left, 99.6)}%`, width: `max(2px, ${Math.min(width, 100 - left)}%)` }} />
      )}
      <div
        className={cx("absolute overflow-hidden rounded-sm", wide ? "top-1/2 h-2 -translate-y-1/2" : "inset-y-0", !span.end_time && "animate-[breathe_1.6s_ease-in-out_infinite]")}
        style={{ left: `${Math.min(left, 99.6)}%`, width: `max(2px, ${Math.min(width, 100 - left)}%)`, background: color }}
      >
        {/* Until the first token: waiting. */}
        {waited > 0 && <div className="h-full bg-bg opacity-55" style={{ width: `${waited}%` }} />}
      </div>
      {wide && (
        <span
          className="absolute top-1/2 -translate-y-1/2 px-1.5 text-2xs whitespace-nowrap text-fg-2"
          style={{ left: `${Math.min(100, left + width)}%` }}
        >
          {text}
        </span>
      )}
    </div>
  );
}
