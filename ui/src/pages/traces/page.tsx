import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { PanelLeft, Radio } from "lucide-react";
import { useCallback, useState } from "react";
import * as ask from "@/api/queries";
import type { SpanRow, TraceRow } from "@/api/types";
import { TabTitle } from "@/app/page";
import { addTerm } from "@/lib/filter";
import { remember, remembered } from "@/lib/memory";
import type { TracesSearch, View } from "@/lib/search";
import { useSpeech } from "@/messages";
import { ColumnsMenu, useColumns } from "@/parts/columns-menu";
import { Facets } from "@/parts/facets";
import { FilterBar } from "@/parts/filter-bar";
import { ListBody } from "@/parts/list-body";
import { Counter, Nothing, useTell } from "@/parts/list-frame";
import { type Range, useLive, useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import { IconButton } from "@/ui/button";
import { Sheet } from "@/ui/dialog";
import { useNarrow } from "@/ui/media";
import { Table } from "@/ui/table";
import { Switcher } from "@/ui/tabs";
import { Peek } from "./peek";
import { SpanCard, USUAL_SPAN_COLUMNS, useSpanColumns } from "./span-columns";
import { TraceCard, USUAL_TRACE_COLUMNS, useTraceColumns } from "./trace-columns";

const route = getRouteApi("/inside/project/$projectId/traces");
export const NEWEST = "-start_time";

export function TracesPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = useNarrow();
  const [facets, setFacets] = useState(remembered("facets") !== "closed");
  const [facetSheet, setFacetSheet] = useState(false);
  const [live, setLive] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const range = useRange(projectId, search);
  useLive(live && !search.peek, range.refresh);
  const view = search.view ?? "traces";
  const filter = search.filter ?? "";

  const set = useCallback(
    (change: Partial<TracesSearch>, replace = false) =>
      void navigate({ search: (old) => ({ ...old, ...change }), replace }),
    [navigate],
  );
  const setFilter = useCallback((next: string) => set({ filter: next || undefined, peek: undefined }), [set]);
  const pick = useCallback((field: string, value: string) => setFilter(addTerm(filter, field, value)), [filter, setFilter]);
  const list = { projectId, search, range, filter, set, pick, onError: setError };
  const sidebar = <Facets projectId={projectId} view={view} start={range.start} end={range.end} filter={filter} onFilter={setFilter} />;
  const toggleFacets = () => {
    if (narrow) return setFacetSheet(true);
    remember("facets", facets ? "closed" : null);
    return setFacets(!facets);
  };
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
          onChange={(next) => set({ view: next === "traces" ? undefined : next, order: undefined, columns: undefined, peek: undefined, span: undefined })}
        />
        <div className="order-last flex w-full min-w-0 xl:order-none xl:w-auto xl:flex-1">
          <FilterBar projectId={projectId} value={filter} start={range.start} end={range.end} onApply={setFilter} error={error} />
        </div>
        <div className="min-w-0 flex-1 xl:hidden" />
        <IconButton icon={Radio} label={live ? t("list.new") : t("range.live_hint")} pressed={live} onClick={() => setLive(!live)} className="max-sm:hidden" />
        <RangePicker range={range} onChange={(next) => set({ range: undefined, start: undefined, end: undefined, ...next })} />
      </header>
      <div className="relative flex min-h-0 flex-1">
        {!narrow && facets && !search.peek && <aside aria-label={t("list.facets")} className="w-52 shrink-0 overflow-y-auto border-r">{sidebar}</aside>}
        <Sheet open={narrow && facetSheet} onClose={() => setFacetSheet(false)} title={t("list.facets")} side="left" className="w-72 overflow-y-auto">
          {sidebar}
        </Sheet>
        {view === "traces" ? <TraceList key="traces" {...list} /> : <SpanList key="spans" {...list} />}
      </div>
    </>
  );
}

interface ListProps {
  projectId: string;
  search: TracesSearch;
  range: Range;
  filter: string;
  set: (change: Partial<TracesSearch>, replace?: boolean) => void;
  pick: (field: string, value: string) => void;
  onError: (error: unknown) => void;
}

function TraceList({ projectId, search, range, filter, set, pick, onError }: ListProps) {
  const { t } = useSpeech();
  const order = search.order ?? NEWEST;
  const query = useInfiniteQuery(ask.traces(projectId, { start: range.start, end: range.end, filter, order }));
  useTell(query.error, onError);
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const all = useTraceColumns(projectId, pick);
  const choice = useColumns("traces", all, USUAL_TRACE_COLUMNS, search.columns, useCallback((columns) => set({ columns }, true), [set]));
  const open = (row: TraceRow) => set({ peek: row.trace_id, span: undefined }, search.peek !== undefined);
  const loadMore = query.fetchNextPage;
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <ListBody
        pending={query.isPending}
        error={query.error}
        retry={() => void query.refetch()}
        count={rows.length}
        empty={<Nothing projectId={projectId} filter={filter} range={range} set={set} />}
      >
        <Counter text={t("list.count_traces", { n: rows.length })} more={query.hasNextPage}>
          <ColumnsMenu all={all} choice={choice} />
        </Counter>
        <Table
          label={t("nav.traces")}
          rows={rows}
          columns={choice.shown}
          rowKey={(row: TraceRow) => row.trace_id}
          card={(row) => <TraceCard row={row} />}
          order={order}
          onOrder={(next) => set({ order: next === NEWEST ? undefined : next }, true)}
          onOpen={open}
          open={search.peek}
          hasMore={query.hasNextPage}
          loadingMore={query.isFetchingNextPage}
          onMore={useCallback(() => void loadMore(), [loadMore])}
          stale={query.isPlaceholderData}
        />
      </ListBody>
      {search.peek && (
        <Peek
          projectId={projectId}
          traceId={search.peek}
          search={search}
          onSearch={(change) => set(change, true)}
          onClose={() => set({ peek: undefined, span: undefined, tab: undefined })}
          {...neighbours(rows, (row) => row.trace_id === search.peek, open)}
        />
      )}
    </div>
  );
}

const spanKey = (row: SpanRow) => `${row.trace_id}/${row.span_id}`;

function SpanList({ projectId, search, range, filter, set, pick, onError }: ListProps) {
  const { t } = useSpeech();
  const order = search.order ?? NEWEST;
  const query = useInfiniteQuery(ask.spans(projectId, { start: range.start, end: range.end, filter, order }));
  useTell(query.error, onError);
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const all = useSpanColumns(projectId, pick);
  const choice = useColumns("spans", all, USUAL_SPAN_COLUMNS, search.columns, useCallback((columns) => set({ columns }, true), [set]));
  const open = (row: SpanRow) => set({ peek: row.trace_id, span: row.span_id }, search.peek !== undefined);
  const peeked = search.peek && `${search.peek}/${search.span ?? ""}`;
  const loadMore = query.fetchNextPage;
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <ListBody
        pending={query.isPending}
        error={query.error}
        retry={() => void query.refetch()}
        count={rows.length}
        empty={<Nothing projectId={projectId} filter={filter} range={range} set={set} />}
      >
        <Counter text={t("list.count_spans", { n: rows.length })} more={query.hasNextPage}>
          <ColumnsMenu all={all} choice={choice} />
        </Counter>
        <Table
          label={t("list.spans")}
          rows={rows}
          columns={choice.shown}
          rowKey={spanKey}
          card={(row) => <SpanCard row={row} />}
          order={order}
          onOrder={(next) => set({ order: next === NEWEST ? undefined : next }, true)}
          onOpen={open}
          open={peeked}
          hasMore={query.hasNextPage}
          loadingMore={query.isFetchingNextPage}
          onMore={useCallback(() => void loadMore(), [loadMore])}
          stale={query.isPlaceholderData}
        />
      </ListBody>
      {search.peek && (
        <Peek
          projectId={projectId}
          traceId={search.peek}
          search={search}
          onSearch={(change) => set(change, true)}
          onClose={() => set({ peek: undefined, span: undefined, tab: undefined })}
          {...neighbours(rows, (row) => spanKey(row) === peeked, open)}
        />
      )}
    </div>
  );
}

function neighbours<R>(rows: readonly R[], is: (row: R) => boolean, open: (row: R) => void) {
  const at = rows.findIndex(is);
  const go = (row: R | undefined) => (row === undefined ? undefined : () => open(row));
  return { onPrevious: at > 0 ? go(rows[at - 1]) : undefined, onNext: at >= 0 ? go(rows[at + 1]) : undefined };
}
