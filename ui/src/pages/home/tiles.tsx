/** The numbers of the range, each against the range of equal length before. */
import { useQuery } from "@tanstack/react-query";
import * as ask from "@/api/queries";
import type { ChartQuestion } from "@/api/types";
import { totals } from "@/lib/series";
import { before } from "@/lib/time";
import { type Key, useSpeech } from "@/messages";
import type { Range } from "@/parts/range";
import { Tile, type TileProps } from "@/parts/tile";
import { useLater } from "@/ui/later";

type Measures = ChartQuestion["measures"];

const OF_TRACES: Measures = [{ measure: "count" }, { measure: "error_rate" }, { measure: "latency", aggregation: "p95" }];
const OF_SPANS: Measures = [{ measure: "cost" }, { measure: "total_tokens" }, { measure: "time_to_first_token", aggregation: "p95" }];

function useTotals(projectId: string, range: { start: number; end: number }) {
  const { start, end } = range;
  const ofTraces = useQuery(ask.chart(projectId, { view: "traces", measures: OF_TRACES, start, end }));
  const ofSpans = useQuery(ask.chart(projectId, { view: "spans", measures: OF_SPANS, start, end }));
  const [traces, errorRate, latency] = totals(ofTraces.data);
  const [cost, tokens, ttft] = totals(ofSpans.data);
  const failed = ofTraces.isError || ofSpans.isError;
  return { pending: ofTraces.isPending || ofSpans.isPending, failed, traces, errorRate, latency, cost, tokens, ttft };
}

type Facts = Omit<TileProps, "title" | "pending" | "late" | "length"> & { title: Key };

export function Tiles({ projectId, range }: { projectId: string; range: Range }) {
  const { t, f } = useSpeech();
  const now = useTotals(projectId, range);
  const old = useTotals(projectId, before(range));
  const tiles: Facts[] = [
    { title: "home.traces", now: now.traces, before: old.traces, format: f.compact },
    { title: "home.error_rate", now: now.errorRate, before: old.errorRate, format: f.percent, moreIs: "worse" },
    { title: "home.cost", now: now.cost, before: old.cost, format: f.money, unknown: t("cost.unpriced") },
    { title: "home.tokens", now: now.tokens, before: old.tokens, format: f.compact },
    { title: "home.latency_p95", now: now.latency, before: old.latency, format: f.duration, moreIs: "worse" },
    { title: "home.ttft_short", now: now.ttft, before: old.ttft, format: f.duration, moreIs: "worse" },
  ];
  const late = useLater(now.pending);
  return (
    <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">
      {tiles.map((tile) => (
        <Tile key={tile.title} {...tile} title={t(tile.title)} pending={now.pending} late={late} length={f.duration(range.end - range.start)} />
      ))}
    </ul>
  );
}
