/** The time range of a page: what the URL says, in numbers, and how to ask again. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { type RangeSearch, type Span, resolveRange } from "@/lib/time";

export interface Range extends Span {
  search: RangeSearch;
  refresh: () => void;
}

export function useRange(projectId: string, search: RangeSearch): Range {
  const client = useQueryClient();
  const [now, setNow] = useState(() => Date.now() * 1000);
  const { range, start, end } = search;
  const refresh = useCallback(() => {
    setNow(Date.now() * 1000);
    void client.invalidateQueries({ queryKey: [projectId] });
  }, [client, projectId]);
  return useMemo(
    () => ({ ...resolveRange({ range, start, end }, now), search: { range, start, end }, refresh }),
    [range, start, end, now, refresh],
  );
}
