import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import * as ask from "@/api/queries";
import type { SessionRow } from "@/api/types";
import { useSpeech } from "@/messages";
import { ColumnsMenu, useColumns } from "@/parts/columns-menu";
import { Cost, Count, Duration, Missing, Time, Tokens } from "@/parts/figures";
import { FilterValue } from "@/parts/filter-value";
import { ListBody } from "@/parts/list-body";
import { Counter, ListHead, Nothing } from "@/parts/list-frame";
import { useRange } from "@/parts/range";
import { addTerm } from "@/lib/filter";
import type { ListSearch } from "@/lib/search";
import { type Column, Table } from "@/ui/table";

const route = getRouteApi("/inside/project/$projectId/sessions");
const NEWEST = "-end_time";
const USUAL = ["end_time", "session_id", "first_input", "last_output", "traces", "length", "tokens", "cost", "users", "errors"];

export function SessionsPage() {
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
  const query = useInfiniteQuery(ask.sessions(projectId, { start: range.start, end: range.end, filter, order }));
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const pickUser = useCallback((value: string) => set({ filter: addTerm(filter, "user", value) }), [filter, set]);
  const all = useSessionColumns(projectId, pickUser);
  const choice = useColumns("sessions", all, USUAL, search.columns, useCallback((columns) => set({ columns }, true), [set]));
  const loadMore = query.fetchNextPage;
  return (
    <>
      <ListHead projectId={projectId} title={t("nav.sessions")} filter={filter} range={range} set={set} error={query.error} />
      <ListBody
        pending={query.isPending}
        error={query.error}
        retry={() => void query.refetch()}
        count={rows.length}
        empty={<Nothing projectId={projectId} filter={filter} range={range} set={set} title={t("session.empty")} hint={t("session.empty_hint")} />}
      >
        <Counter text={t("list.count_sessions", { n: rows.length })} more={query.hasNextPage}>
          <ColumnsMenu all={all} choice={choice} />
        </Counter>
        <Table
          label={t("nav.sessions")}
          rows={rows}
          columns={choice.shown}
          rowKey={(row: SessionRow) => row.session_id}
          card={(row) => <SessionCard row={row} />}
          order={order}
          onOrder={(next) => set({ order: next === NEWEST ? undefined : next }, true)}
          onOpen={(row) => void go({ to: "/project/$projectId/sessions/$sessionId", params: { projectId, sessionId: row.session_id } })}
          hasMore={query.hasNextPage}
          loadingMore={query.isFetchingNextPage}
          onMore={useCallback(() => void loadMore(), [loadMore])}
          stale={query.isPlaceholderData}
        />
      </ListBody>
    </>
  );
}

function useSessionColumns(projectId: string, pickUser: (value: string) => void): readonly Column<SessionRow>[] {
  const { t } = useSpeech();
  return useMemo(
    (): Column<SessionRow>[] => [
      { key: "end_time", label: t("col.last_seen"), width: 132, sort: "end_time", cell: (row) => <Time at={row.end_time} /> },
      { key: "start_time", label: t("col.first_seen"), width: 132, sort: "start_time", cell: (row) => <Time at={row.start_time} /> },
      {
        key: "session_id",
        label: t("col.session_id"),
        width: 150,
        grow: 1,
        cell: (row) => (
          <Link
            to="/project/$projectId/sessions/$sessionId"
            params={{ projectId, sessionId: row.session_id }}
            className="rounded font-medium hover:text-accent hover:underline"
          >
            {row.session_id}
          </Link>
        ),
      },
      { key: "first_input", label: t("col.first_input"), width: 150, grow: 2, cell: (row) => <Said text={row.first_input} /> },
      { key: "last_output", label: t("col.last_output"), width: 150, grow: 2, cell: (row) => <Said text={row.last_output} /> },
      { key: "traces", label: t("col.traces"), width: 76, right: true, sort: "traces", cell: (row) => <Count value={row.traces} /> },
      { key: "length", label: t("col.length"), width: 86, right: true, sort: "duration", cell: (row) => <Duration micros={row.end_time - row.start_time} /> },
      { key: "tokens", label: t("col.tokens"), width: 80, right: true, sort: "tokens", cell: (row) => <Tokens value={row.total_tokens} /> },
      { key: "cost", label: t("col.cost"), width: 104, right: true, sort: "cost", cell: (row) => <Cost value={row.total_cost} unpriced={row.unpriced} /> },
      { key: "errors", label: t("col.errors"), width: 72, right: true, sort: "errors", cell: (row) => <Count value={row.errors} danger /> },
      {
        key: "users",
        label: t("col.users"),
        width: 130,
        cell: (row) => (row.users.length ? <FilterValue value={row.users[0]!} onPick={pickUser} /> : <Missing />),
      },
      { key: "environment", label: t("col.environment"), width: 110, cell: (row) => row.environment || <Missing /> },
    ],
    [pickUser, projectId, t],
  );
}

const Said = ({ text }: { text: string }) => (text ? <span className="text-fg-2" title={text}>{text}</span> : <Missing />);

function SessionCard({ row }: { row: SessionRow }) {
  const { t } = useSpeech();
  return (
    <div className="flex h-full flex-col justify-center gap-0.5">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{row.session_id}</span>
        <span className="shrink-0 text-xs text-fg-3"><Time at={row.end_time} /></span>
      </div>
      <p className="truncate text-fg-2">{row.first_input || row.last_output}</p>
      <div className="flex gap-3 text-xs whitespace-nowrap text-fg-3">
        <span>{t("session.turns", { n: row.traces })}</span>
        <Cost value={row.total_cost} unpriced={row.unpriced} />
        <span className="truncate">{row.users.join(", ")}</span>
      </div>
    </div>
  );
}
