/** What came in, what was refused, and why. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { HeartPulse } from "lucide-react";
import { useMemo } from "react";
import * as ask from "@/api/queries";
import type { IngestHealth } from "@/api/types";
import { PageHead } from "@/app/page";
import { type Bucketed, byTime, sumBy } from "@/lib/ingest";
import type { RangeSearch } from "@/lib/time";
import { useSpeech } from "@/messages";
import { Chart } from "@/parts/chart";
import { Ago } from "@/parts/figures";
import { type Range, useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import { useLater } from "@/ui/later";
import { Empty, Failure, Skeleton } from "@/ui/states";
import { useReasonName } from "./reasons";
import { Refused } from "./refused";

const route = getRouteApi("/inside/project/$projectId/health");

export function HealthPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const range = useRange(projectId, search);
  const query = useQuery(ask.ingestHealth(projectId, { start: range.start, end: range.end }));
  const late = useLater(query.isPending);
  const set = (next: RangeSearch) => void navigate({ search: next });
  return (
    <>
      <PageHead title={t("nav.health")}>
        <RangePicker range={range} onChange={set} />
      </PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
        <p className="-mt-1 mb-3 text-fg-2">{t("health.lead")}</p>
        {query.error ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : query.data ? (
          <Report projectId={projectId} health={query.data} range={range} onZoom={(start, end) => set({ start, end })} />
        ) : (
          late && <Skeleton className="h-72" />
        )}
      </div>
    </>
  );
}

interface ReportProps {
  projectId: string;
  health: IngestHealth;
  range: Range;
  onZoom: (start: number, end: number) => void;
}

function Report({ projectId, health, range, onZoom }: ReportProps) {
  const { t, f } = useSpeech();
  const keys = useQuery(ask.keys(projectId)).data?.items;
  const reasonName = useReasonName();
  const points = useMemo(() => byTime(health.counts, range.start, range.end), [health.counts, range.start, range.end]);
  const accepted = health.counts.filter((one) => one.outcome === "accepted");
  const rejected = health.counts.filter((one) => one.outcome === "rejected");
  const sum = (counts: typeof accepted, of: "items" | "bytes") => counts.reduce((total, one) => total + one[of], 0);
  const keyName = (id: string) => {
    if (!id) return t("health.no_key");
    const found = keys?.find((one) => one.id === id);
    return found ? found.note || found.public_key : id;
  };
  const tiles = [
    [t("health.accepted"), f.compact(sum(accepted, "items")), ""],
    [t("health.rejected"), f.compact(sum(rejected, "items")), rejected.length ? "text-danger" : ""],
    [t("health.size"), f.bytes(sum(health.counts, "bytes")), ""],
    [t("health.last"), health.last_received ? <Ago key="ago" at={health.last_received} /> : t("health.never"), ""],
  ] as const;
  return (
    <div className="flex max-w-[100rem] flex-col gap-4">
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {tiles.map(([title, value, tone]) => (
          <div key={title} className="card px-3.5 py-3">
            <dt className="text-xs text-fg-2">{title}</dt>
            <dd className={`mt-1 truncate text-xl font-semibold tracking-tight ${tone}`}>{value}</dd>
          </div>
        ))}
      </dl>
      {health.counts.length === 0 ? (
        <div className="card">
          <Empty icon={HeartPulse} title={t("health.empty")} hint={t("health.empty_hint")} />
        </div>
      ) : (
        <>
          <section aria-label={t("health.over_time")} className="card px-3.5 pt-3 pb-2.5">
            <h2 className="mb-1.5 text-xs font-medium text-fg-2">{t("health.over_time")}</h2>
            <Chart
              label={t("health.over_time")}
              points={points}
              look="stack"
              sums
              name={(key) => t(key === "rejected" ? "health.rejected" : "health.accepted")}
              color={(key) => (key === "rejected" ? "--danger" : "--series-4")}
              format={f.compact}
              onZoom={onZoom}
            />
          </section>
          <div className="grid gap-4 lg:grid-cols-3">
            <Shares title={t("health.by_reason")} rows={sumBy(rejected, (one) => reasonName(one.reason))} empty={t("health.none_rejected")} danger />
            <Shares title={t("health.by_sdk")} rows={sumBy(health.counts, (one) => one.sdk || t("health.no_sdk"))} />
            <Shares title={t("health.by_key")} rows={sumBy(health.counts, (one) => keyName(one.key_id))} />
          </div>
        </>
      )}
      <Refused items={health.rejected} keyName={keyName} />
    </div>
  );
}

interface SharesProps {
  title: string;
  rows: Bucketed[];
  empty?: string;
  danger?: boolean;
}

function Shares({ title, rows, empty, danger }: SharesProps) {
  const { t, f } = useSpeech();
  const most = rows[0]?.items ?? 0;
  return (
    <section aria-label={title} className="card min-w-0 pb-1.5">
      <h2 className="flex px-3.5 pt-3 pb-1.5 text-xs font-medium text-fg-2">
        <span className="flex-1">{title}</span>
        <span className="font-normal text-fg-3">{t("health.items")}</span>
      </h2>
      {rows.length === 0 && <p className="px-3.5 py-4 text-fg-3">{empty}</p>}
      <ul>
        {rows.slice(0, 12).map((row) => (
          <li key={row.name} className="relative flex h-8 items-center gap-3 px-3.5">
            <span
              aria-hidden
              className={`absolute inset-y-1 left-1.5 rounded ${danger ? "bg-danger-soft" : "bg-accent-soft opacity-60"}`}
              style={{ width: `calc(${(row.items / most) * 97}%)` }}
            />
            <span className="relative min-w-0 flex-1 truncate" title={row.name}>
              {row.name}
            </span>
            {row.rejected > 0 && !danger && <span className="relative text-xs text-danger">{f.compact(row.rejected)}</span>}
            <span className="relative">{f.compact(row.items)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
