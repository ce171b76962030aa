/** The numbers of one user over the range, each against the range of equal length before. */
import { useQuery } from "@tanstack/react-query";
import * as ask from "@/api/queries";
import type { ChartQuestion } from "@/api/types";
import { totals } from "@/lib/series";
import { type Span, before } from "@/lib/time";
import { type Key, useSpeech } from "@/messages";
import type { Range } from "@/parts/range";
import { Tile, type TileProps } from "@/parts/tile";
import { useLater } from "@/ui/later";

export interface UserPart {
  projectId: string;
  range: Range;
  /** Narrows to the user. */
  filter: string;
}

const OF_TRACES: ChartQuestion["measures"] = [
  { measure: "count" },
  { measure: "sessions" },
  { measure: "error_rate" },
  { measure: "latency", aggregation: "p50" },
  { measure: "latency", aggregation: "p95" },
];
const OF_SPANS: ChartQuestion["measures"] = [{ measure: "cost" }, { measure: "total_tokens" }, { measure: "time_to_first_token", aggregation: "p95" }];

/** Traces, sessions, and what else the tiles show, in their order. */
export function useTotals(projectId: string, { start, end }: Span, filter: string) {
  const traces = useQuery(ask.chart(projectId, { view: "traces", measures: OF_TRACES, start, end, filter }));
  const spans = useQuery(ask.chart(projectId, { view: "spans", measures: OF_SPANS, start, end, filter }));
  return { pending: traces.isPending || spans.isPending, values: [...totals(traces.data), ...totals(spans.data)] };
}

export function Numbers({ projectId, range, filter }: UserPart) {
  const { t, f } = useSpeech();
  const now = useTotals(projectId, range, filter);
  const old = useTotals(projectId, before(range), filter);
  const late = useLater(now.pending);
  const tiles: (Pick<TileProps, "format" | "moreIs" | "unknown"> & { title: Key })[] = [
    { title: "home.traces", format: f.compact },
    { title: "col.sessions", format: f.compact },
    { title: "home.error_rate", format: f.percent, moreIs: "worse" },
    { title: "user.latency_p50", format: f.duration, moreIs: "worse" },
    { title: "home.latency_p95", format: f.duration, moreIs: "worse" },
    { title: "home.cost", format: f.money, unknown: t("cost.unpriced") },
    { title: "home.tokens", format: f.compact },
    { title: "home.ttft_short", format: f.duration, moreIs: "worse" },
  ];
  return (
    <ul className="grid grid-cols-2 gap-3 sm:grid-cols-4 2xl:grid-cols-8">
      {tiles.map((tile, index) => (
        <Tile
          key={tile.title}
          {...tile}
          title={t(tile.title)}
          now={now.values[index]}
          before={old.values[index]}
          pending={now.pending}
          late={late}
          length={f.duration(range.end - range.start)}
        />
      ))}
    </ul>
  );
}
