/** Bars over time above the table: what the list holds, bucket by bucket. Dragging narrows the range. */
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type PointerEvent, useMemo, useState } from "react";
import * as ask from "@/api/queries";
import type { ChartQuestion } from "@/api/types";
import { type Stretch, bucketAt, rangeOf, walked } from "@/lib/brush";
import { STRIP_MEASURES, type StripMeasure, type View } from "@/lib/search";
import { type Points, toPoints } from "@/lib/series";
import { MINUTE, type Span } from "@/lib/time";
import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Select } from "@/ui/field";

const MEASURES: Record<StripMeasure, ChartQuestion["measures"]> = {
  count: [{ measure: "count" }, { measure: "errors" }],
  errors: [{ measure: "errors" }],
  cost: [{ measure: "cost" }],
  latency: [{ measure: "latency", aggregation: "p95" }],
};

interface StripProps {
  projectId: string;
  view: View;
  range: Span;
  filter: string;
  measure: StripMeasure;
  onMeasure: (measure: StripMeasure) => void;
  onNarrow: (start: number, end: number) => void;
}

export function Strip({ projectId, view, range, filter, measure, onMeasure, onNarrow }: StripProps) {
  const { t, f } = useSpeech();
  const { start, end } = range;
  const query = useQuery(
    ask.chart(projectId, { view, measures: MEASURES[measure], bucket: "auto", start, end, filter, timezone: f.zone, limit: 10_000 }),
  );
  const points = useMemo(() => (query.data ? toPoints(query.data, { gap: measure === "latency" ? null : 0 }) : null), [query.data, measure]);
  return (
    <section aria-label={t("list.strip")} className="relative flex h-[76px] shrink-0 gap-3 border-b px-4 pt-1.5">
      <div className={cx("min-w-0 flex-1", query.isPlaceholderData && "opacity-60")}>
        {points && points.times.length > 0 && <Bars points={points} measure={measure} range={range} onNarrow={onNarrow} />}
        {!points && query.error && <p className="pt-4 text-xs text-fg-3">{t("list.strip_failed")}</p>}
      </div>
      <Select
        aria-label={t("list.measure")}
        value={measure}
        onChange={(event) => onMeasure(event.target.value as StripMeasure)}
        className="h-7! w-36! shrink-0 px-2! text-xs max-sm:w-32!"
      >
        {STRIP_MEASURES.map((one) => (
          <option key={one} value={one}>
            {t(`list.measure_${one}`)}
          </option>
        ))}
      </Select>
    </section>
  );
}

interface BarsProps {
  points: Points;
  measure: StripMeasure;
  range: Span;
  onNarrow: (start: number, end: number) => void;
}

const GAP = 0.16;

function Bars({ points, measure, range, onNarrow }: BarsProps) {
  const { t } = useSpeech();
  const [stretch, setStretch] = useState<Stretch | null>(null);
  const [pressed, setPressed] = useState(false);
  const [hover, setHover] = useState<number | null>(null);
  const count = points.times.length;
  const width = 100 / count;
  const [main, errors] = points.series;
  const highest = Math.max(...(main?.values.map((value) => value ?? 0) ?? []), 0) || 1;
  const partial = new Set(points.partial);
  const at = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return bucketAt((event.clientX - box.left) / box.width, count);
  };
  const narrow = (wanted: Stretch) => {
    const { start, end } = rangeOf(points.times, wanted, range);
    setStretch(null);
    if (end > start) onNarrow(start, end);
  };
  const press = (event: KeyboardEvent) => {
    const next = walked(stretch, event.key, event.shiftKey, count);
    if (next) setStretch(next);
    else if (event.key === "Enter" && stretch) narrow(stretch);
    else if (event.key === "Escape" && stretch) setStretch(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const told = stretch ?? (hover === null ? null : { from: hover, to: hover });
  return (
    <>
      <div
        role="slider"
        tabIndex={0}
        aria-valuemin={0}
        aria-valuemax={count - 1}
        aria-valuenow={stretch?.to ?? 0}
        aria-label={t("list.strip_hint")}
        title={t("list.strip_hint")}
        onKeyDown={press}
        onBlur={() => setStretch(null)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setPressed(true);
          setStretch({ from: at(event), to: at(event) });
        }}
        onPointerMove={(event) => {
          const to = at(event);
          setHover(to);
          if (pressed && stretch) setStretch({ ...stretch, to });
        }}
        onPointerUp={() => {
          setPressed(false);
          if (pressed && stretch) narrow(stretch);
        }}
        onPointerCancel={() => {
          setPressed(false);
          setStretch(null);
        }}
        onPointerLeave={() => setHover(null)}
        className="h-11 cursor-crosshair touch-none rounded border-b border-line-strong"
      >
        <svg aria-hidden width="100%" height="100%" className="block">
          {told && (
            <rect x={`${Math.min(told.from, told.to) * width}%`} width={`${(Math.abs(told.to - told.from) + 1) * width}%`} height="100%" className="fill-selected" />
          )}
          {points.times.map((time, index) => (
            <Bar
              key={time}
              x={(index + GAP / 2) * width}
              width={width * (1 - GAP)}
              share={(main?.values[index] ?? 0) / highest}
              color={measure === "errors" ? "var(--danger)" : "var(--series-1)"}
              faint={partial.has(index)}
            />
          ))}
          {errors?.values.map((value, index) =>
            value ? <Bar key={points.times[index]} x={(index + GAP / 2) * width} width={width * (1 - GAP)} share={value / highest} color="var(--danger)" /> : null,
          )}
        </svg>
      </div>
      <Words points={points} told={told} measure={measure} range={range} />
    </>
  );
}

function Bar({ x, width, share, color, faint }: { x: number; width: number; share: number; color: string; faint?: boolean }) {
  if (share <= 0) return null;
  // What is there is seen, however little it is.
  const height = Math.max(4, share * 96);
  return <rect x={`${x}%`} width={`${width}%`} y={`${100 - height}%`} height={`${height}%`} fill={color} opacity={faint ? 0.55 : 1} />;
}

/** The range below the bars, or what is known of the marked ones. */
function Words({ points, told, measure, range }: { points: Points; told: Stretch | null; measure: StripMeasure; range: Span }) {
  const { t, f } = useSpeech();
  const time = range.end - range.start < 10 * MINUTE ? f.clock : f.moment;
  const shown = told ? rangeOf(points.times, told, range) : range;
  const values = told && points.series[0]?.values.slice(Math.min(told.from, told.to), Math.max(told.from, told.to) + 1).filter((one) => one !== null);
  const sum = values && (measure === "latency" ? Math.max(...values, 0) : values.reduce((all, one) => all + one, 0));
  const text =
    sum === null || sum === undefined
      ? ""
      : measure === "cost"
        ? f.money(sum)
        : measure === "latency"
          ? f.duration(sum)
          : t("list.strip_count", { n: sum });
  return (
    <div className="flex h-5 items-center justify-between gap-2 text-2xs whitespace-nowrap text-fg-3">
      <span>{time(shown.start)}</span>
      <span role="status" className="truncate font-medium text-fg-2">
        {text}
      </span>
      <span>{time(shown.end)}</span>
    </div>
  );
}
