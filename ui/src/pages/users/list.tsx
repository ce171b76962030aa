import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import * as ask from "@/api/queries";
import type { UserRow } from "@/api/types";
import { type ListSearch, writeSearch } from "@/lib/search";
import { useSpeech } from "@/messages";
import { Ago, Cost, Count, Missing, Tokens } from "@/parts/figures";
import { useFacetPanel } from "@/parts/facet-panel";
import { ListBody } from "@/parts/list-body";
import { Counter, ListHead, Nothing } from "@/parts/list-frame";
import { useRange } from "@/parts/range";
import { RowLink, userPath } from "@/parts/row-link";
import { type Column, Table } from "@/ui/table";

const route = getRouteApi("/inside/project/$projectId/users");
const NEWEST = "-last_seen";

export function UsersPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = useNavigate();
  const range = useRange(projectId, search);
  const filter = search.filter ?? "";
  const order = search.order ?? NEWEST;
  const set = useCallback(
    (change: Partial<ListSearch>, replace = false) => void navigate({ search: (old) => ({ ...old, ...change }), replace }),
    [navigate],
  );
  const query = useInfiniteQuery(ask.users(projectId, { start: range.start, end: range.end, filter, order }));
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const { range: preset, start, end } = search;
  const columns = useUserColumns(projectId, useMemo(() => ({ range: preset, start, end }), [preset, start, end]));
  const loadMore = query.fetchNextPage;
  const facets = useFacetPanel({
    projectId,
    view: "traces",
    start: range.start,
    end: range.end,
    filter,
    onFilter: (next) => set({ filter: next || undefined }),
  });
  return (
    <>
      <ListHead projectId={projectId} title={t("nav.users")} filter={filter} range={range} set={set} error={query.error}>
        {facets.toggle}
      </ListHead>
      <div className="flex min-h-0 flex-1">
        {facets.panel}
        <div className="flex min-w-0 flex-1 flex-col">
          <ListBody
            pending={query.isPending}
            error={query.error}
            retry={() => void query.refetch()}
            count={rows.length}
            empty={<Nothing projectId={projectId} filter={filter} range={range} set={set} title={t("user.empty")} hint={t("user.empty_hint")} />}
          >
            <Counter text={t("list.count_users", { n: rows.length })} more={query.hasNextPage} />
            <Table
              label={t("nav.users")}
              rows={rows}
              columns={columns}
              rowKey={(row: UserRow) => row.user_id}
              card={(row) => <UserCard row={row} />}
              cardHeight={64}
              order={order}
              onOrder={(next) => set({ order: next === NEWEST ? undefined : next }, true)}
              onOpen={(row) =>
                void go({ to: "/project/$projectId/users/$userId", params: { projectId, userId: row.user_id }, search: range.search })
              }
              hasMore={query.hasNextPage}
              loadingMore={query.isFetchingNextPage}
              onMore={useCallback(() => void loadMore(), [loadMore])}
              stale={query.isPlaceholderData}
            />
          </ListBody>
        </div>
      </div>
    </>
  );
}

function useUserColumns(projectId: string, range: ListSearch): readonly Column<UserRow>[] {
  const { t, f } = useSpeech();
  return useMemo(
    (): Column<UserRow>[] => [
      {
        key: "user",
        label: t("col.user"),
        width: 140,
        grow: 2,
        cell: (row) => (
          <RowLink to={userPath(projectId, row.user_id) + writeSearch({ ...range })} title={row.user_id} className="rounded font-medium hover:text-accent hover:underline">
            <bdi>{row.user_id}</bdi>
          </RowLink>
        ),
      },
      { key: "last_seen", label: t("col.last_seen"), width: 104, grow: 1, sort: "last_seen", cell: (row) => <Ago at={row.last_seen} /> },
      { key: "first_seen", label: t("col.first_seen"), width: 104, grow: 1, sort: "first_seen", cell: (row) => <Ago at={row.first_seen} /> },
      { key: "traces", label: t("col.traces"), width: 76, grow: 1, right: true, sort: "traces", cell: (row) => <Count value={row.traces} /> },
      { key: "sessions", label: t("col.sessions"), width: 88, grow: 1, right: true, sort: "sessions", cell: (row) => <Count value={row.sessions} /> },
      { key: "errors", label: t("col.errors"), width: 68, grow: 1, right: true, sort: "errors", cell: (row) => <Count value={row.errors} danger /> },
      {
        key: "error_rate",
        label: t("col.error_share"),
        width: 90,
        grow: 1,
        right: true,
        sort: "error_rate",
        cell: (row) =>
          row.failed_traces ? (
            <span className="text-danger" title={t("user.failed_of", { failed: row.failed_traces, n: row.traces })}>
              {f.percent(row.failed_traces / row.traces)}
            </span>
          ) : (
            <Missing />
          ),
      },
      { key: "tokens", label: t("col.tokens"), width: 76, grow: 1, right: true, sort: "tokens", cell: (row) => <Tokens value={row.total_tokens} /> },
      { key: "cost", label: t("col.cost"), width: 96, grow: 1, right: true, sort: "cost", cell: (row) => <Cost value={row.total_cost} unpriced={row.unpriced} /> },
    ],
    [f, projectId, range, t],
  );
}

function UserCard({ row }: { row: UserRow }) {
  const { t } = useSpeech();
  return (
    <div className="flex h-full flex-col justify-center gap-0.5">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{row.user_id}</span>
        <span className="shrink-0 text-xs text-fg-3"><Ago at={row.last_seen} /></span>
      </div>
      <div className="flex gap-3 text-xs whitespace-nowrap text-fg-3">
        <span>{t("list.count_traces", { n: row.traces })}</span>
        <Cost value={row.total_cost} unpriced={row.unpriced} />
        {row.errors > 0 && <span className="text-danger">{t("trace.errors", { n: row.errors })}</span>}
      </div>
    </div>
  );
}
