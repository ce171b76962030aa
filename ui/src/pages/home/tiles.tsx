/** The numbers of the range, each against the range of equal length before. */
import { useQuery } from "@tanstack/react-query";
import * as ask from "@/api/queries";
import type { ChartQuestion } from "@/api/types";
import { MISSING } from "@/lib/format";
import { totals } from "@/lib/series";
import { before } from "@/lib/time";
import { type Key, useSpeech } from "@/messages";
import { Change } from "@/parts/change";
import type { Range } from "@/parts/range";
import { useLater } from "@/ui/later";
import { Skeleton } from "@/ui/states";

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

interface TileFacts {
  title: Key;
  now: number | null | undefined;
  before: number | null | undefined;
  format: (value: number) => string;
  /** What stands for a value that nobody knows. */
  unknown?: string;
  moreIs?: "worse" | "better";
}

export function Tiles({ projectId, range }: { projectId: string; range: Range }) {
  const { t, f } = useSpeech();
  const now = useTotals(projectId, range);
  const old = useTotals(projectId, before(range));
  const tiles: TileFacts[] = [
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
        <Tile key={tile.title} {...tile} pending={now.pending} late={late} length={f.duration(range.end - range.start)} />
      ))}
    </ul>
  );
}

interface TileProps extends TileFacts {
  pending: boolean;
  late: boolean;
  length: string;
}

function Tile({ title, now, before, format, unknown = MISSING, moreIs, pending, late, length }: TileProps) {
  const { t } = useSpeech();
  const known = now !== null && now !== undefined;
  return (
    <li className="card min-w-0 px-3.5 py-3">
      <div className="truncate text-xs text-fg-2">{t(title)}</div>
      <div className="mt-1 flex min-h-7 flex-wrap items-baseline gap-x-2">
        {pending ? (
          late && <Skeleton className="h-5 w-20" />
        ) : (
          <span className="truncate text-xl font-semibold tracking-tight">{known ? format(now) : now === null ? unknown : MISSING}</span>
        )}
        {!pending && <Change now={now} before={before} format={format} moreIs={moreIs} length={length} />}
      </div>
    </li>
  );
}
