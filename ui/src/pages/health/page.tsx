/** What came in, what became of it, and what to do where something was lost. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { CircleCheck, HeartPulse, TriangleAlert } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as ask from "@/api/queries";
import type { IngestHealth } from "@/api/types";
import { PageHead } from "@/app/page";
import { type Issue, OUTCOMES, type Outcome, type Sums, byTime, isHarmless, issues, sum, tally } from "@/lib/ingest";
import { type RangeSearch, before } from "@/lib/time";
import { useSpeech } from "@/messages";
import { Chart } from "@/parts/chart";
import { Ago } from "@/parts/figures";
import { type Range, useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import { Tile } from "@/parts/tile";
import { cx } from "@/ui/cx";
import { useLater } from "@/ui/later";
import { Empty, Failure, Skeleton } from "@/ui/states";
import { Breakdown, sdkCells } from "./breakdown";
import { Issues } from "./issues";

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
          <div className={cx(query.isPlaceholderData && "opacity-60")}>
            <Report projectId={projectId} health={query.data} range={range} onZoom={(start, end) => set({ start, end })} />
          </div>
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
  const { t } = useSpeech();
  const { counts } = health;
  const keyName = useKeyName(projectId);
  const sdkName = (told: string) => told || t("health.no_sdk");
  const sums = useMemo(() => sum(counts), [counts]);
  const wrong = useMemo(() => issues(counts), [counts]);
  const zoom = { range, onZoom, health };
  if (counts.length === 0) {
    return (
      <div className="mx-auto flex max-w-[120rem] flex-col gap-4">
        <div className="card">
          <Empty icon={HeartPulse} title={t("health.empty")} hint={t("health.empty_hint")} />
        </div>
        <p className="text-center text-xs text-fg-3">
          {t("health.last")}: {health.last_received ? <Ago at={health.last_received} /> : t("health.never")}
        </p>
      </div>
    );
  }
  return (
    <div className="mx-auto flex max-w-[120rem] flex-col gap-4">
      <Verdict sums={sums} wrong={wrong} last={health.last_received} />
      <Numbers projectId={projectId} range={range} sums={sums} />
      <div className={cx("grid gap-4", wrong.length > 0 && "xl:grid-cols-2")}>
        <OverTime title={t("health.over_time")} outcomes={CAME} {...zoom} />
        {wrong.length > 0 && <OverTime title={t("health.trouble_over_time")} outcomes={TROUBLE} {...zoom} />}
      </div>
      {wrong.length > 0 && (
        <Issues projectId={projectId} issues={wrong} all={sums.accepted + sums.rejected} items={health.rejected} keyName={keyName} sdkName={sdkName} />
      )}
      <div className="grid gap-4 2xl:grid-cols-2">
        <Breakdown
          title={t("health.by_sdk")}
          head={[t("health.sdk"), t("health.version")]}
          rows={tally(counts, (one) => one.sdk)}
          cells={(name) => sdkCells(name, t("health.no_sdk"))}
        />
        <Breakdown title={t("health.by_key")} head={[t("health.key")]} rows={tally(counts, (one) => one.key_id)} cells={(id) => [keyName(id)]} />
      </div>
    </div>
  );
}

const CAME: readonly Outcome[] = ["accepted", "rejected"];
const TROUBLE: readonly Outcome[] = ["rejected", "dropped", "late"];

function useKeyName(projectId: string): (id: string) => string {
  const { t } = useSpeech();
  const keys = useQuery(ask.keys(projectId)).data?.items;
  return (id) => {
    if (!id) return t("health.no_key");
    const found = keys?.find((one) => one.id === id);
    return found ? found.note || found.public_key : id;
  };
}

/** The range in one sentence. */
function Verdict({ sums, wrong, last }: { sums: Sums; wrong: readonly Issue[]; last: number }) {
  const { t } = useSpeech();
  const bad = wrong.filter((one) => !isHarmless(one));
  const of = (outcome: Outcome) => bad.reduce((all, one) => (one.outcome === outcome ? all + one.items : all), 0);
  const [refused, lost] = [of("rejected"), of("dropped")];
  const tone = refused ? "bg-danger-soft text-danger" : lost ? "bg-warn-soft text-warn" : "bg-ok-soft text-ok";
  const Icon = bad.length ? TriangleAlert : CircleCheck;
  let told: ReactNode = t(wrong.length ? "health.harmless" : "health.healthy", { n: sums.accepted });
  if (bad.length) {
    told = [refused > 0 && t("health.refused_some", { n: refused }), lost > 0 && t("health.dropped_some", { n: lost })].filter(Boolean).join(" ");
  }
  return (
    <div role="status" className={cx("flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg px-3.5 py-2.5", tone)}>
      <Icon size={17} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1 basis-60 font-medium">{told}</p>
      <span className="text-xs">
        {t("health.last")} {last ? <Ago at={last} /> : t("health.never")}
      </span>
    </div>
  );
}

const TONES: Record<Outcome, string> = { accepted: "", rejected: "text-danger", dropped: "text-warn", late: "" };

function Numbers({ projectId, range, sums }: { projectId: string; range: Range; sums: Sums }) {
  const { t, f } = useSpeech();
  const query = useQuery(ask.ingestHealth(projectId, before(range)));
  const old = query.data && !query.isPlaceholderData ? sum(query.data.counts) : undefined;
  const length = f.duration(range.end - range.start);
  return (
    <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
      {OUTCOMES.map((one) => (
        <Tile
          key={one}
          title={t(`health.${one}`)}
          hint={t(`health.${one}_hint`)}
          now={sums[one]}
          before={old?.[one]}
          format={f.compact}
          moreIs={one === "accepted" ? undefined : "worse"}
          tone={sums[one] ? TONES[one] : ""}
          pending={false}
          late={false}
          length={length}
        />
      ))}
      <Tile title={t("health.size")} now={sums.bytes} before={old?.bytes} format={f.bytes} pending={false} late={false} length={length} />
    </ul>
  );
}

const COLORS: Record<string, string> = { accepted: "--series-4", rejected: "--danger", dropped: "--series-2", late: "--series-8" };

interface OverTimeProps {
  title: string;
  health: IngestHealth;
  range: Range;
  outcomes: readonly Outcome[];
  onZoom: (start: number, end: number) => void;
}

function OverTime({ title, health, range, outcomes, onZoom }: OverTimeProps) {
  const { t, f } = useSpeech();
  const points = useMemo(() => byTime(health.counts, range.start, range.end, outcomes), [health.counts, range.start, range.end, outcomes]);
  return (
    <section aria-label={title} className="card min-w-0 px-3.5 pt-3 pb-2.5">
      <h2 className="mb-1.5 text-xs font-medium text-fg-2">{title}</h2>
      <Chart
        label={title}
        points={points}
        look="stack"
        sums
        name={(key) => t(`health.${key as Outcome}`)}
        color={(key) => COLORS[key]}
        format={f.compact}
        onZoom={onZoom}
      />
    </section>
  );
}
