import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { PanelLeft, Radio } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import * as ask from "@/api/queries";
import type { SavedView, SpanRow, TraceRow } from "@/api/types";
import { TabTitle } from "@/app/page";
import { addTerm } from "@/lib/filter";
import { remember, remembered } from "@/lib/memory";
import { isBare, isOnlyNamed, toSearch } from "@/lib/saved-view";
import type { TracesSearch, View } from "@/lib/search";
import { isAbsolute, resolveRange } from "@/lib/time";
import { useSpeech } from "@/messages";
import { useColumns } from "@/parts/columns-menu";
import { Facets } from "@/parts/facets";
import { FilterBar } from "@/parts/filter-bar";
import { useTell } from "@/parts/list-frame";
import { useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import { Button, IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Sheet } from "@/ui/dialog";
import { useNarrow } from "@/ui/media";
import { useRoom } from "@/ui/table";
import { Switcher } from "@/ui/tabs";
import { toast } from "@/ui/toast";
import { type ListProps, ListView, NEWEST } from "./list";
import { SpanCard, USUAL_SPAN_COLUMNS, useSpanColumns } from "./span-columns";
import { Strip } from "./strip";
import { TraceCard, USUAL_TRACE_COLUMNS, useTraceColumns } from "./trace-columns";
import type { TailState } from "./use-tail";

const route = getRouteApi("/inside/project/$projectId/traces");

export function TracesPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = useNarrow();
  const [facets, setFacets] = useState(remembered("facets") !== "closed");
  const [facetSheet, setFacetSheet] = useState(false);
  const live = search.live === "1";
  const [error, setError] = useState<unknown>(null);
  const range = useRange(projectId, search);
  const [tail, setTail] = useState<TailState>("off");
  const become = useCallback((next: Partial<TracesSearch>) => void navigate({ search: (old) => ({ ...old, ...next }), replace: true }), [navigate]);
  const ready = useSavedSearch(projectId, search, become);
  const moving = useMoving(live, search) ?? range;
  const view = search.view ?? "traces";
  const filter = search.filter ?? "";

  const set = useCallback(
    (change: Partial<TracesSearch>, replace = false) =>
      void navigate({ search: (old) => ({ ...old, ...change }), replace }),
    [navigate],
  );
  const setFilter = useCallback((next: string) => set({ filter: next || undefined, peek: undefined }), [set]);
  const pick = useCallback((field: string, value: string) => setFilter(addTerm(filter, field, value)), [filter, setFilter]);
  const frame = useRef<HTMLDivElement>(null);
  const list = { projectId, search, range, filter, set, pick, onError: setError, live, onLive: setTail, width: useRoom(frame) };
  const sidebar = <Facets projectId={projectId} view={view} start={range.start} end={range.end} filter={filter} onFilter={setFilter} />;
  const toggleFacets = () => {
    if (narrow) return setFacetSheet(true);
    remember("facets", facets ? "closed" : null);
    return setFacets(!facets);
  };
  const toggleLive = () =>
    set(live ? { live: undefined } : { live: "1", order: undefined, ...(isAbsolute(search) ? { start: undefined, end: undefined } : {}) }, true);
  return (
    <>
      <header className="flex shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2">
        <TabTitle text={t("nav.traces")} />
        <h1 className="sr-only">{t("nav.traces")}</h1>
        <IconButton
          icon={PanelLeft}
          label={facets ? t("list.hide_facets") : t("list.show_facets")}
          pressed={!narrow && facets}
          onClick={toggleFacets}
          className="-ml-1.5"
        />
        <Switcher<View>
          label={t("nav.traces")}
          options={[
            { key: "traces", label: t("list.traces") },
            { key: "spans", label: t("list.spans") },
          ]}
          value={view}
          onChange={(next) => set({ view: next === "traces" ? undefined : next, order: undefined, columns: undefined, saved: undefined, peek: undefined, span: undefined })}
        />
        <div className="order-last flex w-full min-w-0 xl:order-none xl:w-auto xl:flex-1">
          <FilterBar projectId={projectId} value={filter} start={range.start} end={range.end} onApply={setFilter} error={error} />
        </div>
        <div className="min-w-0 flex-1 xl:hidden" />
        <LiveButton on={live} state={tail} onToggle={toggleLive} />
        <RangePicker range={range} onChange={(next) => set({ range: undefined, start: undefined, end: undefined, ...next })} />
      </header>
      <div className="relative flex min-h-0 flex-1">
        {!narrow && facets && !search.peek && <aside aria-label={t("list.facets")} className="w-52 shrink-0 overflow-y-auto border-r">{sidebar}</aside>}
        <Sheet open={narrow && facetSheet} onClose={() => setFacetSheet(false)} title={t("list.facets")} side="left" className="w-72 overflow-y-auto">
          {sidebar}
        </Sheet>
        <div ref={frame} className="flex min-w-0 flex-1 flex-col">
          <Strip
            projectId={projectId}
            view={view}
            range={moving}
            filter={filter}
            measure={search.measure ?? "count"}
            onMeasure={(measure) => set({ measure: measure === "count" ? undefined : measure }, true)}
            onNarrow={(start, end) => set({ range: undefined, start, end })}
          />
          <div className="flex min-h-0 flex-1">{ready && (view === "traces" ? <TraceList key="traces" {...list} /> : <SpanList key="spans" {...list} />)}</div>
        </div>
      </div>
    </>
  );
}

/**
 * An address that names a saved view and nothing else, or nothing at all, becomes that view, or the
 * default one. False until that is known.
 */
function useSavedSearch(projectId: string, search: TracesSearch, become: (next: Partial<TracesSearch>) => void): boolean {
  const { t } = useSpeech();
  const client = useQueryClient();
  const { saved, view = "traces" } = search;
  const isAsked = () => isBare(search) || isOnlyNamed(search);
  const [last, setLast] = useState({ view, asked: isAsked() });
  // The other list has a default of its own.
  if (last.view !== view) setLast({ view, asked: isAsked() });
  const { asked } = last;
  useEffect(() => {
    if (!asked) return;
    const open = (views: readonly SavedView[]) => {
      const found = views.find((one) => (saved ? one.id === saved : one.default && one.list === view));
      if (found) become(toSearch(found));
      else if (saved) {
        become({ saved: undefined });
        toast(t("views.gone"), "danger");
      }
    };
    void client
      .fetchQuery(ask.views(projectId))
      .then(({ items }) => open(items))
      // Without the views there is still the plain list.
      .catch(() => undefined)
      .finally(() => setLast({ view, asked: false }));
  }, [asked, saved, view, client, projectId, become, t]);
  return !asked;
}

const MOVES_EVERY = 15_000;

/** While live tail is on, the range of the bars goes with the time. */
function useMoving(live: boolean, search: TracesSearch) {
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (!live) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") setNow(Date.now() * 1000);
    }, MOVES_EVERY);
    return () => {
      clearInterval(timer);
      setNow(0);
    };
  }, [live]);
  const { range, start, end } = search;
  return useMemo(() => (now ? resolveRange({ range, start, end }, now) : null), [now, range, start, end]);
}

function LiveButton({ on, state, onToggle }: { on: boolean; state: TailState; onToggle: () => void }) {
  const { t } = useSpeech();
  const waits = state === "paused" || state === "failed";
  const hint = { off: t("list.live_on"), live: t("list.live_on"), paused: t("list.live_paused_hint"), failed: t("list.live_failed") }[state];
  return (
    <Button
      icon={on ? undefined : Radio}
      aria-pressed={on}
      title={hint}
      onClick={onToggle}
      className={cx("max-sm:px-2!", on && (waits ? "border-warn! text-warn!" : "border-accent! text-accent!"))}
    >
      {on && <span aria-hidden className={cx("size-2 rounded-full", waits ? "bg-warn" : "animate-[breathe_1.6s_ease-in-out_infinite] bg-accent")} />}
      <span className="max-sm:sr-only">{t(state === "paused" ? "list.live_paused" : "list.live")}</span>
    </Button>
  );
}

type Pages<R> = Pick<
  UseInfiniteQueryResult<InfiniteData<{ items: R[] }>>,
  "data" | "error" | "isPending" | "isPlaceholderData" | "hasNextPage" | "isFetchingNextPage" | "fetchNextPage" | "refetch" | "dataUpdatedAt"
>;

/** Rows of a list page by page. They stay when the same question could not be asked again. */
function useListed<R>(query: Pages<R>, name: string) {
  const { data, error, isPlaceholderData, dataUpdatedAt, fetchNextPage, refetch } = query;
  const [kept, setKept] = useState<{ name: string; data: typeof data; at: number } | null>(null);
  if (data && !isPlaceholderData && kept?.data !== data) setKept({ name, data, at: dataUpdatedAt });
  const old = error !== null && data === undefined && kept?.name === name ? kept : null;
  const shown = data ?? old?.data;
  return {
    rows: useMemo(() => shown?.pages.flatMap((page) => page.items) ?? [], [shown]),
    pending: query.isPending,
    error,
    updatedAt: old?.at ?? dataUpdatedAt,
    refetch: () => void refetch(),
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    onMore: useCallback(() => void fetchNextPage(), [fetchNextPage]),
    stale: isPlaceholderData,
  };
}

/** What stays the same when only time goes on. */
const nameOf = ({ search, filter }: ListProps) => JSON.stringify([filter, search.order, search.range, search.start, search.end]);
const traceKey = (row: TraceRow) => row.trace_id;
const spanKey = (row: SpanRow) => `${row.trace_id}/${row.span_id}`;

function TraceList(props: ListProps) {
  const { projectId, search, range, filter, set, pick, onError } = props;
  const { t } = useSpeech();
  const order = search.order ?? NEWEST;
  const query = useInfiniteQuery(ask.traces(projectId, { start: range.start, end: range.end, filter, order }));
  useTell(query.error, onError);
  const listed = useListed<TraceRow>(query, nameOf(props));
  const all = useTraceColumns(projectId, pick);
  const choice = useColumns(`${projectId}.traces`, all, { ...USUAL_TRACE_COLUMNS, width: props.width }, search.columns, useCallback((columns) => set({ columns }, true), [set]));
  return (
    <ListView<TraceRow>
      {...props}
      view="traces"
      label={t("nav.traces")}
      count={(n) => t("list.count_traces", { n })}
      listed={listed}
      order={order}
      all={all}
      choice={choice}
      rowKey={traceKey}
      rowName={(row) => row.name || row.trace_id}
      card={(row) => <TraceCard row={row} />}
      open={(row) => ({ peek: row.trace_id, span: undefined })}
      opened={search.peek}
      newest={(start, end, text) => ask.newestTraces(projectId, start, end, text)}
    />
  );
}

function SpanList(props: ListProps) {
  const { projectId, search, range, filter, set, pick, onError } = props;
  const { t } = useSpeech();
  const order = search.order ?? NEWEST;
  const query = useInfiniteQuery(ask.spans(projectId, { start: range.start, end: range.end, filter, order }));
  useTell(query.error, onError);
  const listed = useListed<SpanRow>(query, nameOf(props));
  const all = useSpanColumns(projectId, pick);
  const choice = useColumns(`${projectId}.spans`, all, { ...USUAL_SPAN_COLUMNS, width: props.width }, search.columns, useCallback((columns) => set({ columns }, true), [set]));
  return (
    <ListView<SpanRow>
      {...props}
      view="spans"
      label={t("list.spans")}
      count={(n) => t("list.count_spans", { n })}
      listed={listed}
      order={order}
      all={all}
      choice={choice}
      rowKey={spanKey}
      rowName={(row) => row.name || row.span_id}
      card={(row) => <SpanCard row={row} />}
      open={(row) => ({ peek: row.trace_id, span: row.span_id })}
      opened={search.peek && `${search.peek}/${search.span ?? ""}`}
      newest={(start, end, text) => ask.newestSpans(projectId, start, end, text)}
    />
  );
}
