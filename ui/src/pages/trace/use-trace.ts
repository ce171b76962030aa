/** A trace with all its spans, fetched page by page: the first is shown while the rest comes. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import * as ask from "@/api/queries";
import { buildTree } from "@/lib/tree";

/** A trace that has not ended is looked at again, unless it is an old one that never will. */
const AGAIN = 3000;
const PATIENCE = 15 * 60 * 1e6;

export function useTrace(projectId: string, traceId: string) {
  const query = useInfiniteQuery({
    ...ask.trace(projectId, traceId),
    refetchInterval: ({ state }) => {
      const head = state.data?.pages[0]?.trace;
      return head && !head.end_time && Date.now() * 1000 - head.start_time < PATIENCE ? AGAIN : false;
    },
  });
  const { hasNextPage, isFetching, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const spans = useMemo(() => query.data?.pages.flatMap((page) => page.spans) ?? [], [query.data]);
  const tree = useMemo(() => buildTree(spans), [spans]);
  return { query, first: query.data?.pages[0], spans, tree, loading: hasNextPage };
}
