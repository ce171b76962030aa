/** The tree with what narrows it: search inside the trace, and what to show only. */
import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, ChevronsDownUp, ChevronsUpDown, CircleAlert, Search, Sparkles, Timer } from "lucide-react";
import { useDeferredValue, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import * as ask from "@/api/queries";
import type { ScoreRow, SpanRow } from "@/api/types";
import { ONLY, type Only, seek, words } from "@/lib/seek";
import { type Tree, hasChildren } from "@/lib/tree";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { useSettled } from "@/ui/later";
import { useShortcuts } from "@/ui/shortcuts";
import { SpanTree } from "./tree";

interface ExplorerProps {
  projectId: string;
  traceId: string;
  spans: readonly SpanRow[];
  tree: Tree;
  critical: Uint8Array;
  scores: readonly ScoreRow[];
  only: readonly Only[];
  onOnly: (only: Only[]) => void;
  total: number;
  loading: boolean;
  selected: string;
  onSelect: (spanId: string) => void;
  keys: boolean;
}

const ICONS = { calls: Sparkles, errors: CircleAlert, slow: Timer };
const NONE: ReadonlySet<string> = new Set();
/** So long nobody types before the server is asked. */
const PAUSE = 300;

export function Explorer(props: ExplorerProps) {
  const { projectId, traceId, spans, tree, critical, scores, only, onOnly, total, loading, selected, onSelect, keys } = props;
  const { t } = useSpeech();
  const [find, setFind] = useState("");
  const sought = useDeferredValue(find);
  const settled = useSettled(find.trim(), PAUSE);
  const served = useQuery(ask.spansWith(projectId, traceId, tree.start, tree.end + 1, settled));
  const bodies = settled === sought.trim() ? (served.data ?? NONE) : NONE;
  const texts = useMemo(() => once(() => words(spans)), [spans]);
  const found = useMemo(
    () => seek(spans, { text: sought, only, critical, texts, served: bodies }),
    [spans, sought, only, critical, texts, bodies],
  );
  const rows = useMemo(() => matchRows(tree, found), [tree, found]);
  const at = rows.indexOf(tree.rowOf.get(selected) ?? -1);
  const step = (by: 1 | -1) => {
    const row = neighbour(rows, tree.rowOf.get(selected) ?? -1, by);
    if (row !== undefined) onSelect(spans[tree.order[row]!]!.span_id);
  };
  // Who presses Enter before the answer has come is taken to its first match when it comes.
  const awaited = useRef(false);
  const pending = find !== "" && (sought !== find || settled !== find.trim() || served.isFetching);
  const arrive = useEffectEvent(() => {
    if (awaited.current) step(1);
    awaited.current = false;
  });
  useEffect(() => {
    if (!pending) arrive();
  }, [pending]);
  useShortcuts({ n: () => step(1), p: () => step(-1) }, keys && found !== null);

  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const foldAll = () => setFolded(new Set(inner(spans, tree)));
  const failed = useMemo(() => spans.reduce((sum, span) => sum + (span.level === "error" ? 1 : 0), 0), [spans]);
  const chips = ONLY.filter((one) => one !== "errors" || failed > 0 || only.includes("errors"));
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-10 shrink-0 items-center gap-1 px-3">
        <Search size={14} aria-hidden className="shrink-0 text-fg-3" />
        <input
          data-filter
          type="search"
          value={find}
          onChange={(event) => {
            awaited.current = false;
            setFind(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
            if (event.key === "Enter" && pending && !rows.length) awaited.current = true;
            else if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
          }}
          placeholder={t("trace.find")}
          aria-label={t("trace.find")}
          className="h-7 min-w-0 flex-1 bg-transparent px-1 outline-none"
        />
        {found && (
          <>
            <span role="status" className="text-xs whitespace-nowrap text-fg-3">
              {!rows.length ? t("trace.no_match") : at < 0 ? t("trace.found", { n: rows.length }) : t("trace.match_of", { at: at + 1, n: rows.length })}
            </span>
            <IconButton small icon={ArrowUp} label={t("trace.previous_match")} keys="p" disabled={!rows.length} onClick={() => step(-1)} />
            <IconButton small icon={ArrowDown} label={t("trace.next_match")} keys="n" disabled={!rows.length} onClick={() => step(1)} />
          </>
        )}
        <IconButton small icon={ChevronsDownUp} label={t("act.collapse_all")} onClick={foldAll} />
        <IconButton small icon={ChevronsUpDown} label={t("act.expand_all")} onClick={() => setFolded(new Set())} />
      </div>
      <div className="flex shrink-0 flex-wrap items-center gap-1.5 border-b px-3 pb-2">
        {chips.map((one) => (
          <Chip
            key={one}
            only={one}
            count={one === "errors" ? failed : undefined}
            pressed={only.includes(one)}
            onPress={() => onOnly(only.includes(one) ? only.filter((other) => other !== one) : [...only, one])}
          />
        ))}
        {loading && <span className="ml-auto text-xs text-fg-3">{t("trace.loading_spans", { n: spans.length, total })}</span>}
      </div>
      <SpanTree
        spans={spans}
        tree={tree}
        critical={critical}
        scores={scores}
        selected={selected}
        onSelect={onSelect}
        found={found}
        folded={folded}
        onFold={setFolded}
        keys={keys}
      />
    </div>
  );
}

function Chip({ only, count, pressed, onPress }: { only: Only; count?: number; pressed: boolean; onPress: () => void }) {
  const { t, f } = useSpeech();
  const Icon = ICONS[only];
  return (
    <button
      type="button"
      aria-pressed={pressed}
      title={only === "slow" ? t("trace.slow_hint") : undefined}
      onClick={onPress}
      className={cx(
        "inline-flex h-6 items-center gap-1 rounded-full border px-2 text-xs whitespace-nowrap",
        pressed ? "border-transparent bg-accent-soft font-medium text-accent" : "border-line-strong text-fg-2 hover:bg-hover hover:text-fg",
      )}
    >
      <Icon size={12} aria-hidden />
      {t(`trace.only_${only}`)}
      {count !== undefined && <span className={pressed ? undefined : "text-fg-3"}>{f.integer(count)}</span>}
    </button>
  );
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function inner(spans: readonly SpanRow[], tree: Tree): string[] {
  const ids: string[] = [];
  for (let row = 0; row < tree.order.length; row += 1) {
    if (tree.depth[row]! > 0 && hasChildren(tree, row)) ids.push(spans[tree.order[row]!]!.span_id);
  }
  return ids;
}

function matchRows(tree: Tree, found: Uint8Array | null): number[] {
  const rows: number[] = [];
  if (found) for (let row = 0; row < tree.order.length; row += 1) if (found[tree.order[row]!]) rows.push(row);
  return rows;
}

/** The next of the rows in a direction, from the other end again after the last. */
function neighbour(rows: readonly number[], from: number, by: 1 | -1): number | undefined {
  if (by === 1) return rows.find((row) => row > from) ?? rows[0];
  return rows.findLast((row) => row < from) ?? rows[rows.length - 1];
}
