/** What each version does in production, what each label led to, and what changed when it was moved. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChartSpline } from "lucide-react";
import { useMemo, useState } from "react";
import { ApiError } from "@/api/client";
import { type PromptDetail, type PromptFigures, type PromptMoved, type PromptProduction, labelMoves, production } from "@/api/prompts";
import { narrowed, term } from "@/lib/filter";
import { type PromptSearch, IN_USE } from "@/lib/prompts";
import { useSpeech } from "@/messages";
import { type Asked, ChartCard } from "@/parts/chart-card";
import { Time } from "@/parts/figures";
import { FilterBar } from "@/parts/filter-bar";
import { useMoveText } from "@/parts/marks";
import { useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import { Button } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Select } from "@/ui/field";
import { useLater } from "@/ui/later";
import { Empty, Failure, Rows } from "@/ui/states";
import { Differences } from "./differences";
import { FiguresTable, scoreNames } from "./figures-table";
import { LabelBadge } from "./label-badge";

interface ProductionProps {
  projectId: string;
  prompt: PromptDetail;
  search: PromptSearch;
  onSearch: (change: Partial<PromptSearch>) => void;
}

export function Production({ projectId, prompt, search, onSearch }: ProductionProps) {
  const { t } = useSpeech();
  const range = useRange(projectId, search.start || search.range ? search : { range: "7d" });
  const { start, end } = range;
  const own = search.filter ?? "";
  const filter = narrowed(own, IN_USE);
  const query = useQuery({ ...production(projectId, { name: prompt.name, start, end, filter }), placeholderData: keepPreviousData });
  const late = useLater(query.isPending);
  // The field tells it.
  const isMistake = own !== "" && query.error instanceof ApiError && query.error.status === 400;
  return (
    <div className="mx-auto flex max-w-[100rem] flex-col gap-5 px-4 pt-3.5 pb-8">
      <div className="flex flex-col gap-2">
        <div className="flex flex-wrap items-start gap-2">
          <FilterBar projectId={projectId} value={own} start={start} end={end} onApply={(text) => onSearch({ filter: text || undefined })} error={query.error} />
          <RangePicker range={range} onChange={(next) => onSearch({ range: undefined, start: undefined, end: undefined, ...next })} />
        </div>
        <p className="text-xs text-fg-3">
          {t("prompt.figures_lead")}
          {query.data?.holds_back && ` ${t("prompt.held_back")}`}
        </p>
      </div>
      {query.error ? (
        !isMistake && <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.data ? (
        <div className={cx("flex flex-col gap-5", query.isPlaceholderData && "opacity-60")}>
          <Shown projectId={projectId} prompt={prompt} found={query.data} range={range} filter={filter} isFiltered={own !== ""} onSearch={onSearch} />
        </div>
      ) : (
        late && <Rows />
      )}
    </div>
  );
}

interface ShownProps extends Pick<ProductionProps, "projectId" | "prompt" | "onSearch"> {
  found: PromptProduction;
  range: ReturnType<typeof useRange>;
  filter: string;
  isFiltered: boolean;
}

function Shown({ projectId, prompt, found, range, filter, isFiltered, onSearch }: ShownProps) {
  const { t } = useSpeech();
  const zoom = (from: number, to: number) => onSearch({ range: undefined, start: Math.round(from), end: Math.round(to) });
  return (
    <>
      {found.versions.length === 0 ? (
        <Empty icon={ChartSpline} title={t("prompt.no_calls")} hint={t("prompt.no_calls_hint")} className="card">
          {isFiltered && <Button onClick={() => onSearch({ filter: undefined })}>{t("state.clear_filter")}</Button>}
          {range.search.range !== "30d" && <Button onClick={() => onSearch({ range: "30d", start: undefined, end: undefined })}>{t("state.widen")}</Button>}
        </Empty>
      ) : (
        <>
          <FiguresTable projectId={projectId} name={prompt.name} filter={filter} title={t("prompt.by_version")} rows={found.versions.map((figures) => ({ key: String(figures.version), figures, labels: prompt.versions.find((one) => one.version === figures.version)?.labels ?? [] }))} />
          <Charts projectId={projectId} prompt={prompt} range={range} versions={found.versions} filter={filter} onZoom={zoom} />
        </>
      )}
      {found.moves.length > 0 && <Moves moves={found.moves} />}
      {found.versions.length > 0 && found.stays.length > 0 && (
        <FiguresTable
          projectId={projectId}
          name={prompt.name}
          filter={filter}
          title={t("prompt.by_label")}
          rows={found.stays.map((one) => ({ key: `${one.label} ${one.start}`, figures: one.figures, labels: [one.label], version: one.version, start: one.start, end: one.end }))}
          timed
        />
      )}
    </>
  );
}

/** A version has its colour in every chart. */
const colorOf = (version: string) => `--series-${Number(version) > 0 ? ((Number(version) - 1) % 7) + 1 : 8}`;

interface ChartsProps {
  projectId: string;
  prompt: PromptDetail;
  range: ReturnType<typeof useRange>;
  versions: readonly PromptFigures[];
  filter: string;
  onZoom: (start: number, end: number) => void;
}

function Charts({ projectId, prompt, range, versions, filter, onZoom }: ChartsProps) {
  const { t, f } = useSpeech();
  const text = useMoveText();
  const names = scoreNames(versions);
  const [chosen, setChosen] = useState("");
  const score = names.includes(chosen) ? chosen : names[0];
  const moves = useQuery(labelMoves(projectId, { name: prompt.name })).data;
  const marks = useMemo(() => moves?.filter((one) => one.moved_at >= range.start && one.moved_at < range.end).map((one) => ({ time: one.moved_at, text: text(one) })), [moves, range.start, range.end, text]);
  const of = (measure: Asked["measures"][number]): Asked => ({ view: "spans", measures: [measure], dimensions: ["prompt_version"], filter: narrowed(filter, term("prompt", prompt.name)) });
  const base = { projectId, range, compare: false, marks, onZoom, color: colorOf, name: (key: string) => (key === "0" ? t("prompt.no_version") : t("prompt.version", { version: key })) };
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <ChartCard {...base} title="prompt.chart_calls" question={of({ measure: "count" })} shape={{ gap: 0 }} look="stack" sums format={f.compact} />
      <ChartCard {...base} title="prompt.chart_latency" question={of({ measure: "latency", aggregation: "p95" })} shape={{ gap: null }} look="lines" format={f.duration} />
      <ChartCard {...base} title="prompt.chart_errors" question={of({ measure: "error_rate" })} shape={{ gap: null }} look="lines" format={f.percent} zero={t("prompt.no_errors")} />
      <ChartCard {...base} title="prompt.chart_cost" question={of({ measure: "cost", aggregation: "avg" })} shape={{ gap: null }} look="lines" format={f.money} unknown={t("cost.unpriced")} />
      {score && (
        <div className="min-w-0">
          <ChartCard {...base} title="prompt.chart_score" question={of({ measure: "score", aggregation: "avg", key: score })} shape={{ gap: null }} look="lines" format={(value) => f.decimal(value, 3)} />
          {names.length > 1 && (
            <Select aria-label={t("prompt.which_score")} value={score} onChange={(event) => setChosen(event.target.value)} className="mt-1.5 w-auto!">
              {names.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </Select>
          )}
        </div>
      )}
    </div>
  );
}

function Moves({ moves }: { moves: readonly PromptMoved[] }) {
  const { t } = useSpeech();
  return (
    <section aria-label={t("prompt.moves")} className="min-w-0">
      <h2 className="mb-1.5 text-sm font-semibold">{t("prompt.moves")}</h2>
      <ul className="flex flex-col gap-2">
        {moves.map(({ move, before, after, differences }) => (
          <li key={`${move.label} ${move.moved_at}`} className="card flex flex-col gap-2 px-3.5 py-3">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <LabelBadge label={move.label} />
              <span className="font-medium">
                {move.from_version ? t("prompt.short_version", { version: String(move.from_version) }) : t("prompt.nowhere")} → {move.to_version ? t("prompt.short_version", { version: String(move.to_version) }) : t("prompt.nowhere")}
              </span>
              <span className="text-xs text-fg-3">
                <Time at={move.moved_at} />
                {move.author_name && <bdi>{` · ${move.author_name}`}</bdi>}
              </span>
              {move.reason && <bdi className="min-w-0 text-xs wrap-anywhere text-fg-2">{move.reason}</bdi>}
            </div>
            {before && after ? <Differences before={before} after={after} differences={differences} /> : <p className="text-xs text-fg-3">{t(before ? "prompt.none_after" : after ? "prompt.none_before" : "prompt.none_around")}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
