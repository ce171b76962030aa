/** Is the application getting better? One metric of the experiments over a data set, in their order. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { trend as askTrend } from "@/api/runs";
import { type Line, linesOf } from "@/lib/runs";
import { useSpeech } from "@/messages";
import { Select } from "@/ui/field";
import { useLater } from "@/ui/later";
import { Skeleton } from "@/ui/states";
import { nameOf, writeValue } from "./metric";

const WIDTH = 720;
const HEIGHT = 150;
const SIDE = 14;
const TOP = 12;
/** As high as it is with all that can stand in it, so that the list below stays where it is. */
const FRAME = "card mb-4 min-h-62 max-w-4xl p-3";

export function Trend({ projectId, datasetId }: { projectId: string; datasetId: string }) {
  const { t } = useSpeech();
  const query = useQuery(askTrend(projectId, datasetId));
  const late = useLater(query.isPending);
  const lines = linesOf(query.data ?? []);
  const [chosen, setChosen] = useState("");
  const line = lines.find((one) => one.metric === chosen) ?? lines[0];
  if (query.isPending) return <div className={FRAME}>{late && <Skeleton className="h-54" />}</div>;
  if (!line) return null;
  if (line.points.length < 2) return <p className="pb-3 text-xs text-fg-3">{t("trend.few")}</p>;
  return (
    <section aria-label={t("trend.title")} className={FRAME}>
      <div className="flex flex-wrap items-center gap-2 pb-2">
        <h2 className="flex-1 text-sm font-semibold">
          {t("trend.title")}
          {line.lower && <span className="ml-2 text-xs font-normal text-fg-3">{t("trend.lower")}</span>}
        </h2>
        <Select aria-label={t("trend.metric")} className="h-7! w-auto! max-w-64 text-xs" value={line.metric} onChange={(event) => setChosen(event.target.value)}>
          {lines.map((one) => (
            <option key={one.metric} value={one.metric}>
              {nameOf(t, one.metric)}
            </option>
          ))}
        </Select>
      </div>
      <Drawn projectId={projectId} line={line} />
      {line.points.some(best) && <p className="pt-1 text-2xs text-fg-3"><span aria-hidden className="mr-1 inline-block h-0.5 w-2.5 bg-warn align-middle" />{t("trend.freed_hint")}</p>}
    </section>
  );
}

type Speech = ReturnType<typeof useSpeech>;

type Point = Line["points"][number];

/** Where both can be told, the one that rests on labels of the same items, which asks less. */
const best = (one: Point) => one.powered ?? one.freed;

function freedOf(t: Speech["t"], f: Speech["f"], metric: string, { freed, powered }: Point): string[] {
  const told = ({ value, low, high }: NonNullable<Point["freed"]>) => ({ value: writeValue(f, metric, value), low: writeValue(f, metric, low ?? value), high: writeValue(f, metric, high ?? value) });
  return [freed ? t("trend.freed", told(freed)) : "", powered ? t("trend.powered", { ...told(powered), n: powered.labels }) : ""];
}

function Drawn({ projectId, line }: { projectId: string; line: Line }) {
  const { t, f } = useSpeech();
  const values = line.points.flatMap((one) => [one.value, one.low ?? one.value, one.high ?? one.value, best(one)?.value ?? one.value]);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const high = most === least ? most + 1 : most;
  const low = most === least ? least - 1 : least;
  const places = Math.max(...line.points.map((one) => one.place), 1);
  const x = (place: number) => SIDE + (place / places) * (WIDTH - 2 * SIDE);
  const y = (value: number) => TOP + ((high - value) / (high - low)) * (HEIGHT - 2 * TOP);
  const path = line.points.map((one, at) => `${at ? "L" : "M"}${x(one.place)} ${y(one.value)}`).join(" ");
  return (
    <div className="flex gap-2">
      <div aria-hidden className="flex w-14 shrink-0 flex-col justify-between py-1 text-right text-2xs text-fg-3" style={{ height: HEIGHT }}>
        <span>{writeValue(f, line.metric, most)}</span>
        <span>{writeValue(f, line.metric, least)}</span>
      </div>
      <div className="min-w-0 flex-1">
        <div className="relative" style={{ height: HEIGHT }}>
          <svg aria-hidden viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="absolute inset-0 size-full">
            {line.points.map((one) => one.low !== null && one.high !== null && <line key={one.id} x1={x(one.place)} x2={x(one.place)} y1={y(one.low)} y2={y(one.high)} className="stroke-line-strong" strokeWidth={2} vectorEffect="non-scaling-stroke" />)}
            {line.points.map((one) => {
              const freed = best(one);
              return freed && <line key={`freed ${one.id}`} x1={x(one.place) - 5} x2={x(one.place) + 5} y1={y(freed.value)} y2={y(freed.value)} className="stroke-warn" strokeWidth={2} vectorEffect="non-scaling-stroke" />;
            })}
            <path d={path} fill="none" className="stroke-accent" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
          </svg>
          {line.points.map((one) => {
            const said = [t("trend.point", { name: one.name, value: writeValue(f, line.metric, one.value) }), ...freedOf(t, f, line.metric, one)].filter(Boolean).join(" · ");
            return (
              <Link
                key={one.id}
                to="/project/$projectId/experiments/$experimentId"
                params={{ projectId, experimentId: one.id }}
                aria-label={said}
                title={said}
                className="absolute grid size-6 -translate-1/2 place-items-center rounded-full after:size-2 after:rounded-full after:bg-accent hover:after:size-3"
                style={{ left: `${(100 * x(one.place)) / WIDTH}%`, top: y(one.value) }}
              />
            );
          })}
        </div>
        <div aria-hidden className="flex justify-between gap-4 text-2xs text-fg-3">
          {[line.points[0]!, line.points.at(-1)!].map((one) => <span key={one.id} className="min-w-0 truncate">{one.name}</span>)}
        </div>
      </div>
    </div>
  );
}
