/** A whole trace: its head, its tree, and the span that is selected. Used as a page and beside lists. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleAlert, ChevronsDownUp, ChevronsUpDown, Search, SearchX } from "lucide-react";
import { type ReactNode, useDeferredValue, useEffect, useMemo, useState } from "react";
import { ApiError } from "@/api/client";
import * as ask from "@/api/queries";
import { TabTitle } from "@/app/page";
import type { SpanSearch } from "@/lib/search";
import { buildTree, hasChildren } from "@/lib/tree";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";
import { useLater } from "@/ui/later";
import { useNarrow } from "@/ui/media";
import { Split } from "@/ui/split";
import { Empty, Failure, Rows } from "@/ui/states";
import { SpanDetail } from "./span-detail";
import { TraceHead } from "./trace-head";
import { SpanTree } from "./tree";

interface TraceViewProps {
  projectId: string;
  traceId: string;
  search: SpanSearch;
  onSearch: (change: SpanSearch) => void;
  keys: boolean;
  /** Buttons at the end of the head. */
  tools: ReactNode;
}

/** A trace that has not ended is looked at again, unless it is an old one that never will. */
const AGAIN = 3000;
const PATIENCE = 15 * 60 * 1e6;

export function TraceView({ projectId, traceId, search, onSearch, keys, tools }: TraceViewProps) {
  const { t } = useSpeech();
  const query = useInfiniteQuery({
    ...ask.trace(projectId, traceId),
    refetchInterval: ({ state }) => {
      const head = state.data?.pages[0]?.trace;
      return head && !head.end_time && Date.now() * 1000 - head.start_time < PATIENCE ? AGAIN : false;
    },
  });
  const late = useLater(query.isPending);
  const { hasNextPage, isFetching, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);

  const first = query.data?.pages[0];
  const spans = useMemo(() => query.data?.pages.flatMap((page) => page.spans) ?? [], [query.data]);
  const tree = useMemo(() => buildTree(spans), [spans]);
  const narrow = useNarrow();
  if (query.error && !first) {
    const gone = query.error instanceof ApiError && query.error.status === 404;
    return (
      <>
        <div className="flex h-12 shrink-0 items-center justify-end gap-1 px-3">{tools}</div>
        {gone ? (
          <Empty icon={SearchX} title={t("trace.not_found")} hint={t("trace.not_found_hint", { id: traceId })} className="flex-1" />
        ) : (
          <Failure error={query.error} retry={() => void query.refetch()} className="flex-1" />
        )}
      </>
    );
  }
  if (!first) {
    return (
      <>
        <div className="flex h-12 shrink-0 items-center justify-end gap-1 px-3">{tools}</div>
        {late && <Rows count={14} />}
      </>
    );
  }
  const row = tree.rowOf.get(search.span ?? "") ?? 0;
  const span = spans[tree.order[row]!];
  const explorer = (
    <Explorer
      spans={spans}
      tree={tree}
      total={first.trace.spans}
      loading={hasNextPage}
      selected={span?.span_id ?? ""}
      onSelect={(id) => onSearch({ span: id })}
      keys={keys}
    />
  );
  const detail = span && (
    <SpanDetail
      key={span.span_id}
      projectId={projectId}
      span={span}
      traceScores={first.scores}
      traceMetadata={first.metadata}
      tab={search.tab}
      onTab={(tab) => onSearch({ tab })}
      onBack={narrow ? () => onSearch({ span: undefined }) : undefined}
    />
  );
  const title = keys && <TabTitle text={first.trace.name || t("trace.title")} />;
  // One thing at a time where there is room for one.
  if (narrow && search.span !== undefined) return detail;
  return (
    <>
      {title}
      <TraceHead projectId={projectId} trace={first.trace} scores={first.scores} tools={tools} />
      {narrow ? explorer : <Split name="trace" label={t("trace.tree")} left={explorer} right={detail} />}
    </>
  );
}

interface ExplorerProps {
  spans: Parameters<typeof SpanTree>[0]["spans"];
  tree: ReturnType<typeof buildTree>;
  total: number;
  loading: boolean;
  selected: string;
  onSelect: (spanId: string) => void;
  keys: boolean;
}

/** Per span, whether it was looked for; null when nothing was. */
function search(spans: ExplorerProps["spans"], text: string, onlyErrors: boolean): Uint8Array | null {
  const sought = text.trim().toLowerCase();
  if (!sought && !onlyErrors) return null;
  return Uint8Array.from(spans, (span) => {
    if (onlyErrors && span.level !== "error") return 0;
    return `${span.name}\n${span.model}\n${span.kind}\n${span.span_id}`.toLowerCase().includes(sought) ? 1 : 0;
  });
}

function Explorer({ spans, tree, total, loading, selected, onSelect, keys }: ExplorerProps) {
  const { t } = useSpeech();
  const [find, setFind] = useState("");
  const sought = useDeferredValue(find);
  const [onlyErrors, setOnlyErrors] = useState(false);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const foldAll = () => {
    const inner: string[] = [];
    for (let row = 0; row < tree.order.length; row += 1) {
      if (tree.depth[row]! > 0 && hasChildren(tree, row)) inner.push(spans[tree.order[row]!]!.span_id);
    }
    setFolded(new Set(inner));
  };
  const found = useMemo(() => search(spans, sought, onlyErrors), [spans, sought, onlyErrors]);
  const count = found ? found.reduce((sum, one) => sum + one, 0) : 0;
  /** The next match after the selected span, from the top again after the last. */
  const next = () => {
    if (!found || !count) return;
    const from = tree.rowOf.get(selected) ?? -1;
    for (let step = 1; step <= tree.order.length; step += 1) {
      const index = tree.order[(from + step) % tree.order.length]!;
      if (found[index] === 1) return onSelect(spans[index]!.span_id);
    }
  };
  const failed = useMemo(() => spans.some((span) => span.level === "error"), [spans]);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-10 shrink-0 items-center gap-1 border-b px-3">
        <Search size={14} aria-hidden className="shrink-0 text-fg-3" />
        <input
          data-filter
          type="search"
          value={find}
          onChange={(event) => setFind(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
            if (event.key === "Enter") next();
          }}
          placeholder={t("trace.find")}
          aria-label={t("trace.find")}
          className="h-7 min-w-0 flex-1 bg-transparent px-1 outline-none"
        />
        {found && sought && <span className="text-xs whitespace-nowrap text-fg-3">{t("trace.found", { n: count })}</span>}
        {loading && <span className="text-xs text-fg-3">{t("trace.loading_spans", { n: spans.length, total })}</span>}
        {(failed || onlyErrors) && <IconButton small icon={CircleAlert} label={t("trace.only_errors")} pressed={onlyErrors} onClick={() => setOnlyErrors(!onlyErrors)} />}
        <IconButton small icon={ChevronsDownUp} label={t("act.collapse_all")} onClick={foldAll} />
        <IconButton small icon={ChevronsUpDown} label={t("act.expand_all")} onClick={() => setFolded(new Set())} />
      </div>
      <SpanTree
        spans={spans}
        tree={tree}
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
