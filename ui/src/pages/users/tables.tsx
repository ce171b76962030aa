/** The traces and the sessions of one user, as their lists have them. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import * as ask from "@/api/queries";
import type { SessionRow, TraceRow } from "@/api/types";
import { addTerm } from "@/lib/filter";
import { useSpeech } from "@/messages";
import { ListBody } from "@/parts/list-body";
import { Empty } from "@/ui/states";
import { type Column, Table } from "@/ui/table";
import { SessionCard, useSessionColumns } from "../sessions/columns";
import { TraceCard, useTraceColumns } from "../traces/trace-columns";
import type { UserPart } from "./numbers";

interface TableProps extends UserPart {
  order: string | undefined;
  onOrder: (order: string) => void;
}

const OF_TRACES = ["start_time", "name", "input", "output", "duration", "tokens", "cost", "session", "scores"];
const OF_SESSIONS = ["end_time", "session_id", "first_input", "last_output", "traces", "errors", "length", "tokens", "cost", "scores"];

const some = <R,>(columns: readonly Column<R>[], keys: readonly string[]) => keys.flatMap((key) => columns.find((one) => one.key === key) ?? []);

export function UserTraces({ projectId, range, filter, order = "-start_time", onOrder }: TableProps) {
  const { t } = useSpeech();
  const go = useNavigate();
  const query = useInfiniteQuery(ask.traces(projectId, { start: range.start, end: range.end, filter, order }));
  const pick = useCallback(
    (field: string, value: string) =>
      void go({ to: "/project/$projectId/traces", params: { projectId }, search: { ...range.search, filter: addTerm(filter, field, value) } }),
    [go, projectId, range.search, filter],
  );
  const columns = some(useTraceColumns(projectId, pick), OF_TRACES);
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <ListBody pending={query.isPending} error={query.error} retry={() => void query.refetch()} count={rows.length} empty={<Empty title={t("home.no_data")} />}>
      <Table
        label={t("nav.traces")}
        rows={rows}
        columns={columns}
        rowKey={(row: TraceRow) => row.trace_id}
        card={(row) => <TraceCard row={row} />}
        order={order}
        onOrder={onOrder}
        onOpen={(row) => void go({ to: "/project/$projectId/traces/$traceId", params: { projectId, traceId: row.trace_id } })}
        hasMore={query.hasNextPage}
        loadingMore={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
        stale={query.isPlaceholderData}
      />
    </ListBody>
  );
}

export function UserSessions({ projectId, range, filter, order = "-end_time", onOrder }: TableProps) {
  const { t } = useSpeech();
  const go = useNavigate();
  const query = useInfiniteQuery(ask.sessions(projectId, { start: range.start, end: range.end, filter, order, bookmarked: false }));
  const pick = useCallback((userId: string) => void go({ to: "/project/$projectId/users/$userId", params: { projectId, userId } }), [go, projectId]);
  const columns = some(useSessionColumns(projectId, pick), OF_SESSIONS);
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <ListBody pending={query.isPending} error={query.error} retry={() => void query.refetch()} count={rows.length} empty={<Empty title={t("session.empty")} />}>
      <Table
        label={t("nav.sessions")}
        rows={rows}
        columns={columns}
        rowKey={(row: SessionRow) => row.session_id}
        card={(row) => <SessionCard row={row} />}
        order={order}
        onOrder={onOrder}
        onOpen={(row) => void go({ to: "/project/$projectId/sessions/$sessionId", params: { projectId, sessionId: row.session_id } })}
        hasMore={query.hasNextPage}
        loadingMore={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
        stale={query.isPlaceholderData}
      />
    </ListBody>
  );
}
