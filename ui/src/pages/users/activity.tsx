/** What a user did over time: how much, what it cost, how long it took, with which models, how it was scored. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import * as ask from "@/api/queries";
import { totals } from "@/lib/series";
import { before } from "@/lib/time";
import { useSpeech } from "@/messages";
import { Change } from "@/parts/change";
import { type Asked, ChartCard } from "@/parts/chart-card";
import { Missing } from "@/parts/figures";
import { Freed } from "@/parts/freed";
import { useFreedChart } from "@/parts/use-freed-chart";
import { UsualCharts } from "@/parts/usual-charts";
import { TopList } from "../home/top-list";
import type { UserPart } from "./numbers";

const ERROR_RATE: Asked = { view: "traces", measures: [{ measure: "error_rate" }] };

interface ActivityProps extends UserPart {
  compare: boolean;
  onZoom: (start: number, end: number) => void;
}

export function Activity({ projectId, range, filter, compare, onZoom }: ActivityProps) {
  const { t, f } = useSpeech();
  const go = useNavigate();
  const see = (start: number, end: number, narrowed: string) =>
    void go({
      to: "/project/$projectId/traces",
      params: { projectId },
      search: { start: Math.round(start), end: Math.round(end), filter: narrowed },
    });
  const base = { projectId, range, compare, onZoom };
  const list = { projectId, range, search: range.search, filter };
  return (
    <div className="grid gap-4 lg:grid-cols-2 2xl:grid-cols-3">
      <UsualCharts {...base} filter={filter} onPoint={see} />
      <ChartCard
        {...base}
        title="home.error_rate"
        question={{ ...ERROR_RATE, filter }}
        shape={{ gap: null }}
        look="lines"
        name={() => t("home.error_rate")}
        color={() => "--danger"}
        zero={t("home.no_errors")}
        format={f.percent}
        onPoint={(start, end) => see(start, end, filter)}
      />
      <ScoresCard projectId={projectId} range={range} filter={filter} />
      <TopList {...list} title="home.top_models" dimension="model" field="model" view="spans" />
      <TopList {...list} title="home.top_names" dimension="trace_name" field="trace_name" view="spans" />
    </div>
  );
}

/** Scores that are told; a project may have very many. */
const MOST = 8;

function ScoresCard({ projectId, range, filter }: UserPart) {
  const { t, f } = useSpeech();
  const names = useQuery(ask.scoreNames(projectId, range)).data?.slice(0, MOST) ?? [];
  // Apart, as a chart has ten measures at most.
  const over = ({ start, end }: { start: number; end: number }, aggregation: "avg" | "count") => ({
    ...ask.chart(projectId, { view: "traces", measures: names.map((key) => ({ measure: "score", aggregation, key })), start, end, filter }),
    enabled: names.length > 0,
  });
  const answer = useQuery(over(range, "avg"));
  const now = totals(answer.data);
  const counts = totals(useQuery(over(range, "count")).data);
  const freed = useFreedChart(projectId, answer.isPlaceholderData ? undefined : answer.data?.question);
  const old = totals(useQuery(over(before(range), "avg")).data);
  const rows = names
    .map((name, index) => ({ name, mean: now[index], count: counts[index] ?? 0, before: old[index], freed: freed?.([], index) }))
    .filter((row) => row.count > 0);
  return (
    <section aria-label={t("col.scores")} className="card min-w-0 overflow-hidden pb-1.5">
      <h2 className="flex px-3.5 pt-3 pb-1.5 text-xs font-medium text-fg-2">
        <span className="flex-1">{t("col.scores")}</span>
        <span className="w-16 text-right font-normal text-fg-3">{t("user.score_count")}</span>
        <span className="w-44 text-right font-normal text-fg-3">{t("user.score_mean")}</span>
      </h2>
      {rows.length === 0 ? (
        <p className="py-8 text-center text-fg-3">{t("user.no_scores")}</p>
      ) : (
        <ul>
          {rows.map((row) => (
            <li key={row.name} className="flex min-h-8 items-center px-3.5 py-1">
              <span className="min-w-0 flex-1 truncate">{row.name}</span>
              <span className="w-16 text-right text-fg-2">{f.compact(row.count)}</span>
              <span className="w-44 text-right">
                <span className="flex items-baseline justify-end gap-2">
                  <Change now={row.mean} before={row.before} format={f.decimal} length={f.duration(range.end - range.start)} />
                  {typeof row.mean === "number" ? f.decimal(row.mean, 3) : <Missing />}
                </span>
                {row.freed && <Freed corrected={row.freed.freed} powered={row.freed.powered} write={(value) => f.decimal(value, 3)} anywhere />}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

