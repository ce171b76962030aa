import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Bookmark } from "lucide-react";
import { useCallback, useRef } from "react";
import * as ask from "@/api/queries";
import type { SessionRow } from "@/api/types";
import { useSpeech } from "@/messages";
import { ColumnsMenu, useColumns } from "@/parts/columns-menu";
import { useFacetPanel } from "@/parts/facet-panel";
import { ListBody } from "@/parts/list-body";
import { Counter, ListHead, Nothing } from "@/parts/list-frame";
import { useRange } from "@/parts/range";
import { addTerm } from "@/lib/filter";
import type { SessionsSearch } from "@/lib/search";
import { Button } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Empty } from "@/ui/states";
import { Table, useRoom } from "@/ui/table";
import { SessionCard, useSessionColumns } from "./columns";

const route = getRouteApi("/inside/project/$projectId/sessions");
const NEWEST = "-end_time";
const USUAL = {
  keys: ["end_time", "session_id", "first_input", "last_output", "traces", "errors", "length", "tokens", "cost", "users", "scores"],
  spare: ["last_output", "scores", "tokens", "errors"],
};

export function SessionsPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = useNavigate();
  const range = useRange(projectId, search);
  const filter = search.filter ?? "";
  const order = search.order ?? NEWEST;
  const bookmarked = search.bookmarked === "1";
  const set = useCallback(
    (change: Partial<SessionsSearch>, replace = false) => void navigate({ search: (old) => ({ ...old, ...change }), replace }),
    [navigate],
  );
  const query = useInfiniteQuery(ask.sessions(projectId, { start: range.start, end: range.end, filter, order, bookmarked }));
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const pickUser = useCallback((value: string) => set({ filter: addTerm(filter, "user", value) }), [filter, set]);
  const all = useSessionColumns(projectId, pickUser);
  const frame = useRef<HTMLDivElement>(null);
  const choice = useColumns("sessions", all, { ...USUAL, width: useRoom(frame) }, search.columns, useCallback((columns) => set({ columns }, true), [set]));
  const loadMore = query.fetchNextPage;
  const facets = useFacetPanel({
    projectId,
    view: "traces",
    start: range.start,
    end: range.end,
    filter,
    onFilter: (next) => set({ filter: next || undefined }),
  });
  const starred = (
    <Button
      icon={Bookmark}
      aria-pressed={bookmarked}
      onClick={() => set({ bookmarked: bookmarked ? undefined : "1" })}
      className={cx("max-sm:px-2!", bookmarked && "border-accent! text-accent!")}
    >
      <span className="max-sm:sr-only">{t("session.bookmarked")}</span>
    </Button>
  );
  return (
    <>
      <ListHead projectId={projectId} title={t("nav.sessions")} filter={filter} range={range} set={set} error={query.error} tools={starred}>
        {facets.toggle}
      </ListHead>
      <div className="flex min-h-0 flex-1">
        {facets.panel}
        <div ref={frame} className="flex min-w-0 flex-1 flex-col">
          <ListBody
            pending={query.isPending}
            error={query.error}
            retry={() => void query.refetch()}
            count={rows.length}
            empty={
              bookmarked ? (
                <Empty icon={Bookmark} title={t("session.no_bookmarks")}>
                  <Button onClick={() => set({ bookmarked: undefined })}>{t("session.all")}</Button>
                </Empty>
              ) : (
                <Nothing projectId={projectId} filter={filter} range={range} set={set} title={t("session.empty")} hint={t("session.empty_hint")} />
              )
            }
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
        </div>
      </div>
    </>
  );
}
