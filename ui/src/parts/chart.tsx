/** A chart over time. Dragging zooms; a click asks for what lies behind a point. */
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { useTheme } from "@/app/theme";
import { OTHERS, type Points, stack } from "@/lib/series";
import { DAY, HOUR } from "@/lib/time";
import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";

export interface ChartProps {
  label: string;
  points: Points;
  /** Bars or areas on top of each other, bars in front of each other, or lines. */
  look: "stack" | "area" | "bars" | "lines";
  name: (key: string) => string;
  /** A CSS variable of a colour; by rank when absent. */
  color?: (key: string) => string | undefined;
  format: (value: number) => string;
  /** What stands for a value that nobody knows; without it such values are left out. */
  unknown?: string;
  /** Shows the sums beside the names. */
  sums?: boolean;
  /** Moments to mark on the time axis. */
  marks?: readonly Mark[];
  /** As high as the room it stands in. */
  fill?: boolean;
  onZoom?: (start: number, end: number) => void;
  onPoint?: (start: number, end: number, key: string) => void;
}

export interface Mark {
  time: number;
  text: string;
}

const HEIGHT = 176;

const colorOf = (props: Pick<ChartProps, "color">, key: string, index: number) =>
  props.color?.(key) ?? (key === OTHERS ? "--series-8" : `--series-${(index % 7) + 1}`);

export function Chart(props: ChartProps) {
  const { label, points, look, name, format, unknown, sums, marks, fill } = props;
  const { t, f } = useSpeech();
  const { dark } = useTheme();
  const frame = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover>(null);
  const [axis, setAxis] = useState<Axis | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const target = frame.current!;
    const plot = draw(target, () => latest.current, f.locale, setHover, (next) => setAxis((old) => (same(old, next) ? old : next)));
    const watch = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      const height = Math.floor(entry?.contentRect.height ?? 0);
      if (width > 0 && height > 0 && (width !== plot.width || height !== plot.height)) plot.setSize({ width, height });
    });
    watch.observe(target);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
    // Colours come from the theme; the shape comes from the points.
  }, [points, look, f.locale, dark]);

  return (
    <figure aria-label={label} className={cx("m-0", fill && "flex h-full min-h-0 flex-col")}>
      <div className={cx("relative", fill && "min-h-0 flex-1")} style={fill ? undefined : { height: HEIGHT }} onMouseLeave={() => setHover(null)}>
        <div ref={frame} role="img" aria-label={t("home.chart_of", { name: label })} className="absolute inset-0 overflow-hidden" />
        {axis && marks?.map((mark) => <Flag key={`${mark.time}${mark.text}`} mark={mark} axis={axis} />)}
        {hover && points.times[hover.index] !== undefined && (
          <div
            className="pop pointer-events-none absolute top-1 z-10 min-w-36 px-2.5 py-1.5 text-xs"
            style={hover.left > hover.width / 2 ? { right: hover.width - hover.left + 12 } : { left: hover.left + 12 }}
          >
            <div className="mb-1 whitespace-nowrap text-fg-3">
              {f.clock(points.times[hover.index]!)}
              {points.partial.includes(hover.index) && ` · ${t("home.partial")}`}
            </div>
            {points.series.map((series, index) => {
              const value = series.values[hover.index];
              const text = typeof value === "number" ? format(value) : unknown;
              if (!text || (value === 0 && points.series.length > 3)) return null;
              return (
                <div key={series.key} className="flex items-center gap-2 whitespace-nowrap">
                  <Dot color={colorOf(props, series.key, index)} />
                  <span className="max-w-40 flex-1 truncate">{name(series.key)}</span>
                  <span className="font-medium">{text}</span>
                </div>
              );
            })}
          </div>
        )}
      </div>
      <figcaption className={cx("mt-1.5 flex min-h-5 flex-wrap gap-x-4 gap-y-0.5 text-xs text-fg-2", fill && "max-h-10 shrink-0 overflow-y-auto")}>
        {points.series.map((series, index) => (
          <span key={series.key} className="inline-flex min-w-0 items-center gap-1.5">
            <Dot color={colorOf(props, series.key, index)} />
            <span className="max-w-44 truncate">{name(series.key)}</span>
            {sums && <span className="text-fg-3">{series.total === null ? unknown : format(series.total)}</span>}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

const Dot = ({ color, className }: { color: string; className?: string }) => (
  <span aria-hidden className={cx("size-2 shrink-0 rounded-xs", className)} style={{ background: `var(${color})` }} />
);

type Hover = { index: number; left: number; width: number } | null;

/** Where the plot lies in its frame, and which time it shows. */
interface Axis {
  left: number;
  width: number;
  bottom: number;
  from: number;
  to: number;
}

const same = (one: Axis | null, other: Axis): boolean =>
  one !== null && (Object.keys(other) as (keyof Axis)[]).every((key) => one[key] === other[key]);

/** A moment on the time axis: a line through the chart with its name at the foot. */
function Flag({ mark, axis }: { mark: Mark; axis: Axis }) {
  const { f } = useSpeech();
  const share = (mark.time - axis.from) / (axis.to - axis.from);
  if (!(share >= 0 && share <= 1)) return null;
  return (
    <div className="pointer-events-none absolute top-2 border-l border-dashed border-fg-3/60" style={{ left: axis.left + share * axis.width, bottom: axis.bottom }}>
      <span
        title={`${mark.text} · ${f.fullTime(mark.time)}`}
        className={cx(
          "pointer-events-auto absolute -top-2 block max-w-28 truncate rounded bg-sunken px-1 text-2xs text-fg-2",
          share > 0.8 ? "right-0.5" : "left-0.5",
        )}
      >
        {mark.text}
      </span>
    </div>
  );
}

function draw(
  target: HTMLElement,
  props: () => ChartProps,
  locale: string,
  onHover: (hover: Hover) => void,
  onDraw: (axis: Axis) => void,
): uPlot {
  const { points, look } = props();
  const style = getComputedStyle(document.documentElement);
  const css = (name: string) => style.getPropertyValue(name).trim();
  const stacked = look === "stack" || look === "area";
  const lines = look === "lines" || look === "area";
  const values = stacked ? stack(points) : points.series.map((one) => one.values);
  // The highest of a stack is drawn first, so that the lower ones stand in front of it.
  const sequence = points.series.map((_, index) => index);
  if (stacked) sequence.reverse();
  const seconds = points.times.map((time) => time / 1e6);
  const step = points.times.length > 1 ? points.times[1]! - points.times[0]! : HOUR;
  const bars = uPlot.paths.bars?.({ size: [0.82, 64], radius: 0.15 });
  const font = `11px ${css("--font-sans") || "sans-serif"}`;
  const axis = { stroke: css("--fg-3"), font, ticks: { show: false } };

  const plot: uPlot = new uPlot(
    {
      width: Math.max(100, target.clientWidth),
      height: target.clientHeight || HEIGHT,
      padding: [12, 20, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: props().onZoom !== undefined, y: false, setScale: false },
        points: { show: lines, size: 7 },
      },
      scales: {
        x: { time: true, range: lines && points.times.length > 1 ? undefined : (_, min, max) => [min - step / 2e6, max + step / 2e6] },
        y: { range: (_, min, max) => [Math.min(0, min ?? 0), max > 0 ? max * 1.08 : min < 0 ? 0 : 1] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 26,
          gap: 6,
          space: 64,
          values: (_, splits, __, ___, increment) => splits.map((at) => tick(locale, at, increment)),
        },
        {
          ...axis,
          grid: { stroke: css("--line"), width: 1 },
          size: 58,
          gap: 6,
          space: 40,
          values: (_, splits) => splits.map((value) => (value === 0 ? "0" : props().format(value))),
        },
      ],
      series: [
        {},
        ...sequence.map((index) => {
          const color = css(colorOf(props(), points.series[index]!.key, index));
          // A line needs two values; one alone is drawn as a dot.
          const dots = { show: points.series[index]!.values.filter((value) => value !== null).length < 2, size: 6, fill: color };
          return lines
            ? { stroke: color, width: 1.75, points: dots, spanGaps: look === "lines", fill: look === "area" ? faint(color) : undefined }
            : { stroke: color, fill: color, width: 0, paths: bars, points: { show: false } };
        }),
      ],
      hooks: {
        draw: [
          (self) =>
            onDraw({
              left: self.bbox.left / devicePixelRatio,
              width: self.bbox.width / devicePixelRatio,
              bottom: self.height - (self.bbox.top + self.bbox.height) / devicePixelRatio,
              from: (self.scales.x?.min ?? 0) * 1e6,
              to: (self.scales.x?.max ?? 0) * 1e6,
            }),
        ],
        setCursor: [
          (self) => {
            const index = self.cursor.idx;
            const left = self.cursor.left ?? -1;
            onHover(typeof index === "number" && left >= 0 ? { index, left: left + self.bbox.left / devicePixelRatio, width: self.width } : null);
          },
        ],
        setSelect: [
          (self) => {
            if (self.select.width < 4) return;
            const from = self.posToVal(self.select.left, "x") * 1e6;
            const to = self.posToVal(self.select.left + self.select.width, "x") * 1e6;
            props().onZoom?.(Math.round(from), Math.round(to));
          },
        ],
      },
    },
    [seconds, ...sequence.map((index) => values[index]!)] as uPlot.AlignedData,
    target,
  );
  plot.over.addEventListener("click", () => {
    const index = plot.cursor.idx;
    if (plot.select.width >= 4 || typeof index !== "number") return;
    const start = points.times[index]!;
    props().onPoint?.(start, start + step, nearest(plot, points, values, index));
  });
  return plot;
}

const faint = (color: string): string => `color-mix(in srgb, ${color} 30%, ${getComputedStyle(document.documentElement).getPropertyValue("--bg").trim()})`;

/** The series whose value lies just above the pointer, else the last. */
function nearest(plot: uPlot, points: Points, values: (number | null)[][], index: number): string {
  const at = plot.posToVal(plot.cursor.top ?? 0, "y");
  let best = "";
  let least = Infinity;
  points.series.forEach((series, place) => {
    const value = values[place]![index];
    if (value === null || value === undefined || value < at || value >= least) return;
    least = value;
    best = series.key;
  });
  return best;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function tick(locale: string, seconds: number, increment: number): string {
  const date = new Date(seconds * 1000);
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  const daily = increment * 1e6 >= DAY || midnight;
  const key = `${locale}${daily}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, daily ? { month: "short", day: "numeric" } : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    formats.set(key, found);
  }
  return found.format(date);
}
