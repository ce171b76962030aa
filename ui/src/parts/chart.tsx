/** A chart over time. Dragging zooms; a click asks for what lies behind a point. */
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import uPlot from "uplot";
import { useTheme } from "@/app/theme";
import { type Stretch, rangeOf, walked } from "@/lib/brush";
import { OTHERS, type Points, type Series, highest, stack, summed } from "@/lib/series";
import { DAY, HOUR } from "@/lib/time";
import { type Formats, type Translate, useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Tip } from "@/ui/tip";

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
  /** The range before, laid under the same times. */
  before?: Points;
  /** What labels of people make of a judge's mean; absent where they make nothing of any. */
  freed?: (key: string, index: number) => number | undefined;
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

/** A range before in which nothing was has no line to draw. */
export function Chart(props: ChartProps) {
  const before = props.before?.series.some((one) => one.values.some(Boolean)) ? props.before : undefined;
  return <Plot {...props} before={before} />;
}

function Plot(props: ChartProps) {
  const { label, points, look, name, format, unknown, sums, marks, fill, before, freed } = props;
  const { t, f } = useSpeech();
  const { dark } = useTheme();
  const summary = useId();
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [hover, setHover] = useState<Hover>(null);
  const [axis, setAxis] = useState<Axis | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const target = frame.current!;
    const drawn = draw(target, () => latest.current, f, setHover, (next) => setAxis((old) => (same(old, next) ? old : next)));
    plot.current = drawn;
    const watch = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      const height = Math.floor(entry?.contentRect.height ?? 0);
      if (width > 0 && height > 0 && (width !== drawn.width || height !== drawn.height)) drawn.setSize({ width, height });
    });
    watch.observe(target);
    return () => {
      watch.disconnect();
      drawn.destroy();
    };
    // Colours come from the theme; the shape comes from the points.
  }, [points, look, f, dark]);
  // It may come later than the points: nothing is drawn anew for it.
  useEffect(() => {
    if (plot.current) underlay(plot.current, latest.current);
  }, [before, points, look, f, dark]);

  const keys = useKeys(props, plot, setHover);
  const told = (index: number) => [f.clock(points.times[index]!), ...points.series.map((one) => [`${name(one.key)}: ${textOf(one.values[index], format, unknown) ?? t("state.none")}`, freedText(t, props, one.key, index)].filter(Boolean).join(" "))].join(", ");
  return (
    <figure aria-label={label} className={cx("m-0", fill && "flex h-full min-h-0 flex-col")}>
      <p id={summary} className="sr-only">
        {points.series.map((one) => summaryOf(one, props, f.clock, t)).join(" ")}
      </p>
      <div className={cx("relative", fill && "min-h-0 flex-1")} style={fill ? undefined : { height: HEIGHT }} onMouseLeave={() => setHover(null)}>
        <div
          ref={frame}
          role="slider"
          tabIndex={0}
          aria-label={t("home.chart_of", { name: label })}
          aria-describedby={summary}
          aria-valuemin={0}
          aria-valuemax={Math.max(0, points.times.length - 1)}
          aria-valuenow={keys.at ?? 0}
          aria-valuetext={keys.at === undefined || !points.times.length ? t("chart.keys") : told(keys.at)}
          onKeyDown={keys.press}
          onBlur={keys.leave}
          className="absolute inset-0 overflow-hidden rounded"
        />
        {axis && flags(marks ?? [], axis).map((flag) => <Flag key={`${flag.mark.time}${flag.mark.text}`} flag={flag} axis={axis} />)}
        {hover && points.times[hover.index] !== undefined && <Told {...props} hover={hover} />}
      </div>
      <figcaption className={cx("mt-1.5 flex min-h-5 flex-wrap gap-x-4 gap-y-0.5 text-xs text-fg-2", fill && "max-h-10 shrink-0 overflow-y-auto")}>
        {points.series.map((series, index) => (
          <span key={series.key} className="inline-flex min-w-0 items-center gap-1.5">
            <Dot color={colorOf(props, series.key, index)} />
            <span className="max-w-44 truncate">{name(series.key)}</span>
            {sums && <span className="text-fg-3">{series.total === null ? unknown : format(series.total)}</span>}
          </span>
        ))}
        {before && (
          <span className="inline-flex items-center gap-1.5 text-fg-3">
            <Dash />
            {t("chart.before")}
          </span>
        )}
        {freed && (
          <Tip text={t("calib.chart_hint")}>
            <span className="cursor-default text-fg-3 underline decoration-dotted underline-offset-2">{t("calib.chart")}</span>
          </Tip>
        )}
      </figcaption>
    </figure>
  );
}

const isStacked = (look: ChartProps["look"]) => look === "stack" || look === "area";

/** What is drawn of the range before: of a stack its height, else each line that there is one for. */
function linesBefore({ points, before, look }: ChartProps): (number | null)[][] {
  const nothing = points.times.map(() => null);
  if (isStacked(look)) return [before ? summed(before) : nothing];
  return points.series.map((one) => (before ? valuesOf(before, one.key) : nothing));
}

const valuesOf = (points: Points, key: string): (number | null)[] =>
  points.series.find((one) => one.key === key)?.values ?? points.times.map(() => null);

const textOf = (value: number | null | undefined, format: (value: number) => string, unknown?: string) =>
  typeof value === "number" ? format(value) : unknown;

function freedText(t: Translate, { freed, format }: Pick<ChartProps, "freed" | "format">, key: string, index: number): string | undefined {
  const value = freed?.(key, index);
  return value === undefined ? undefined : t("calib.corrected_value", { value: format(value) });
}

/** In words: how much in all, and when the most. */
function summaryOf({ key, values, total }: Series, { points, name, format, sums }: ChartProps, clock: (time: number) => string, t: Translate): string {
  const most = highest(values);
  if (most < 0) return t("chart.nothing", { name: name(key) });
  return t(sums && total !== null ? "chart.summary_sum" : "chart.summary", {
    name: name(key),
    sum: sums && total !== null ? format(total) : "",
    most: format(values[most]!),
    time: clock(points.times[most]!),
  });
}

/** What the bucket under the pointer or the cursor holds, and what the one before it held. */
function Told({ hover, ...props }: ChartProps & { hover: NonNullable<Hover> }) {
  const { points, look, name, format, unknown, before } = props;
  const { t, f } = useSpeech();
  const { index } = hover;
  const old = before && (isStacked(look) ? summed(before)[index] : undefined);
  return (
    <div
      className="pop pointer-events-none absolute top-1 z-10 min-w-36 px-2.5 py-1.5 text-xs"
      style={hover.left > hover.width / 2 ? { right: hover.width - hover.left + 12 } : { left: hover.left + 12 }}
    >
      <div className="mb-1 whitespace-nowrap text-fg-3">
        {f.clock(points.times[index]!)}
        {points.partial.includes(index) && ` · ${t("home.partial")}`}
      </div>
      {points.series.map((series, place) => {
        const value = series.values[index];
        const text = textOf(value, format, unknown);
        if (!text || (value === 0 && points.series.length > 3)) return null;
        const was = before && !isStacked(look) ? valuesOf(before, series.key)[index] : undefined;
        const freed = freedText(t, props, series.key, index);
        return (
          <div key={series.key} className="flex items-center gap-2 whitespace-nowrap">
            <Dot color={colorOf(props, series.key, place)} />
            <span className="max-w-40 flex-1 truncate">{name(series.key)}</span>
            <span className="font-medium">{text}</span>
            {freed && <span className="text-fg-3">{freed}</span>}
            {typeof was === "number" && <span className="text-fg-3">{t("home.before", { value: format(was) })}</span>}
          </div>
        );
      })}
      {typeof old === "number" && (
        <div className="flex items-center gap-2 whitespace-nowrap text-fg-3">
          <Dash />
          <span className="flex-1">{t("chart.before")}</span>
          <span>{format(old)}</span>
        </div>
      )}
    </div>
  );
}

/** Arrow keys walk along the buckets; with Shift they choose a stretch, and Enter zooms into it. */
function useKeys({ points, onZoom, onPoint }: ChartProps, plot: RefObject<uPlot | null>, onHover: (hover: Hover) => void) {
  const [kept, setKept] = useState<{ points: Points; stretch: Stretch } | null>(null);
  const stretch = kept?.points === points ? kept.stretch : null;
  const show = (next: Stretch | null) => {
    setKept(next && { points, stretch: next });
    const drawn = plot.current;
    if (!drawn) return;
    const place = (index: number) => drawn.valToPos(points.times[index]! / 1e6, "x");
    const [left, right] = next ? [next.from, next.to].map(place).sort((a, b) => a - b) : [0, 0];
    drawn.setSelect({ left: left!, width: right! - left!, top: 0, height: drawn.over.clientHeight }, false);
    if (next) drawn.setCursor({ left: place(next.to), top: 0 });
    else onHover(null);
  };
  const press = (event: KeyboardEvent) => {
    const next = walked(stretch, event.key, event.shiftKey, points.times.length);
    if (next) show(next);
    else if (event.key === "Escape" && stretch) show(null);
    else if (event.key === "Enter" && stretch) {
      const { start, end } = rangeOf(points.times, stretch, { start: -Infinity, end: points.times.at(-1)! + stepOf(points) });
      show(null);
      if (stretch.from !== stretch.to) onZoom?.(start, end);
      else onPoint?.(start, end, points.series[0]?.key ?? "");
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { at: stretch?.to, press, leave: () => stretch && show(null) };
}

const stepOf = ({ times }: Points): number => (times.length > 1 ? times[1]! - times[0]! : HOUR);

const Dash = () => <span aria-hidden className="w-3.5 shrink-0 border-t-[1.5px] border-dashed border-fg-3" />;

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

interface Flagged {
  mark: Mark;
  /** Pixels from the left of the frame. */
  at: number;
  /** Does its name stand to the left of its line? */
  before: boolean;
  /** Is there no room for its name? */
  crowded: boolean;
}

const FLAG = { most: 112, letter: 6.4, edge: 10 };

/** Marks in sight, the earliest first. Names that would cover another's are left to the pointer. */
function flags(marks: readonly Mark[], axis: Axis): Flagged[] {
  const placed: Flagged[] = [];
  let free = -Infinity;
  for (const mark of [...marks].sort((one, other) => one.time - other.time)) {
    const share = (mark.time - axis.from) / (axis.to - axis.from);
    if (!(share >= 0 && share <= 1)) continue;
    const at = axis.left + share * axis.width;
    const width = Math.min(FLAG.most, mark.text.length * FLAG.letter + FLAG.edge);
    const before = at + width > axis.left + axis.width;
    const start = before ? at - width : at;
    const crowded = start < free;
    if (!crowded) free = start + width;
    placed.push({ mark, at, before, crowded });
  }
  return placed;
}

/** A moment on the time axis: a line through the chart with its name above it. */
function Flag({ flag, axis }: { flag: Flagged; axis: Axis }) {
  const { f } = useSpeech();
  const { mark, at, before, crowded } = flag;
  return (
    <div className="pointer-events-none absolute top-2 border-l border-dashed border-fg-3/60" style={{ left: at, bottom: axis.bottom }}>
      <span
        title={`${mark.text} · ${f.fullTime(mark.time)}`}
        className={cx(
          "pointer-events-auto absolute block",
          crowded ? "top-2.5 -left-1 size-2 rounded-full bg-fg-3" : "-top-2 z-10 max-w-28 truncate rounded bg-sunken px-1 text-2xs text-fg-2",
          !crowded && (before ? "right-0.5" : "left-0.5"),
        )}
      >
        {crowded ? <span className="sr-only">{mark.text}</span> : mark.text}
      </span>
    </div>
  );
}

function draw(
  target: HTMLElement,
  props: () => ChartProps,
  f: Formats,
  onHover: (hover: Hover) => void,
  onDraw: (axis: Axis) => void,
): uPlot {
  const { points, look } = props();
  const style = getComputedStyle(document.documentElement);
  const css = (name: string) => style.getPropertyValue(name).trim();
  const stacked = isStacked(look);
  const lines = look === "lines" || look === "area";
  const values = stacked ? stack(points) : points.series.map((one) => one.values);
  // The highest of a stack is drawn first, so that the lower ones stand in front of it.
  const sequence = points.series.map((_, index) => index);
  if (stacked) sequence.reverse();
  const seconds = points.times.map((time) => time / 1e6);
  const step = stepOf(points);
  const bars = uPlot.paths.bars?.({ size: [0.82, 64], radius: 0.15 });
  const font = `11px ${css("--font-sans") || "sans-serif"}`;
  const axis = { stroke: css("--fg-3"), font, ticks: { show: false } };

  const plot: uPlot = new uPlot(
    {
      width: Math.max(100, target.clientWidth),
      height: target.clientHeight || HEIGHT,
      // To the right half a date of the time axis has to fit.
      padding: [12, 26, 0, 0],
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), f.zone),
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
          values: (_, splits, __, ___, increment) => splits.map((at) => tick(f, at, increment)),
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
        ...(stacked ? [css("--fg-3")] : points.series.map((one, index) => (lines ? faint(css(colorOf(props(), one.key, index)), 65) : css("--fg-3")))).map(
          // A line before has the hue of its line now; that of bars belongs to none.
          (stroke) => ({ stroke, width: 1.25, dash: [4, 4], spanGaps: true, points: { show: false } }),
        ),
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
    [seconds, ...sequence.map((index) => values[index]!), ...linesBefore(props())] as uPlot.AlignedData,
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

/** The range before, in the places that `draw` keeps for it. */
function underlay(plot: uPlot, props: ChartProps): void {
  plot.setData([...plot.data.slice(0, 1 + props.points.series.length), ...linesBefore(props)] as uPlot.AlignedData);
}

const faint = (color: string, share = 30): string => `color-mix(in srgb, ${color} ${share}%, ${getComputedStyle(document.documentElement).getPropertyValue("--bg").trim()})`;

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

function dates(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale, options)));
  return found;
}

/** Hours and minutes; the day where a day begins, or where steps are days. */
function tick({ locale, zone: timeZone }: Formats, seconds: number, increment: number): string {
  const clock = dates(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }).format(seconds * 1000);
  if (increment * 1e6 < DAY && clock !== "00:00") return clock;
  return dates(locale, { month: "short", day: "numeric", timeZone }).format(seconds * 1000);
}
