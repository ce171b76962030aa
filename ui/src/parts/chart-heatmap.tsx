import { type KeyboardEvent, useRef, useState } from "react";
import type { Heat } from "@/lib/widgets";
import { useSpeech } from "@/messages";

interface HeatmapProps {
  label: string;
  heat: Heat;
  name: (row: Heat["rows"][number]) => string;
  format: (value: number) => string;
  /** What else is said of a value. */
  also?: (row: Heat["rows"][number], index: number) => string | undefined;
  onSee?: (start: number, end: number, row: Heat["rows"][number]) => void;
}

const MOST_COLUMNS = 240;

const STEPS: Record<string, [down: number, right: number]> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * Time from left to right, groups or sizes from bottom to top, values as depth of colour. One cell is
 * in the order of the tab key; from there arrows lead to the next cell that holds something.
 */
export function Heatmap({ label, heat, name, format, also, onSee }: HeatmapProps) {
  const { f } = useSpeech();
  const skipped = Math.max(0, heat.columns.length - MOST_COLUMNS);
  const columns = heat.columns.slice(skipped);
  const step = columns.length > 1 ? columns[1]! - columns[0]! : 3_600_000_000;
  const rows = [...heat.rows].reverse();
  const frame = useRef<HTMLDivElement>(null);
  const [told, setTold] = useState<string | null>(null);
  const [stop, setStop] = useState<string | null>(null);
  const valueOf = (place: number, index: number) => rows[place]?.values[index + skipped] ?? null;
  const first = deepest(rows.map((row) => row.values.slice(skipped)));
  const current = stop && valueOf(...placeOf(stop)) ? stop : first;
  const walk = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step || !current) return;
    event.preventDefault();
    let [place, index] = placeOf(current);
    do [place, index] = [place + step[0], index + step[1]];
    while (place >= 0 && index >= 0 && place < rows.length && index < columns.length && !valueOf(place, index));
    frame.current?.querySelector<HTMLElement>(`[data-cell="${place} ${index}"]`)?.focus();
  };
  return (
    <div ref={frame} role="figure" aria-label={label} className="flex h-full min-h-0 flex-col gap-1">
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="grid min-h-full" style={{ gridTemplateColumns: `minmax(3rem, max-content) repeat(${columns.length}, minmax(0, 1fr))`, gridAutoRows: "minmax(0.75rem, 1fr)" }}>
          {rows.map((row, place) => (
            <Row key={row.key} label={rows.length > 8 && place % 2 ? "" : name(row)}>
              {columns.map((time, index) => {
                const value = row.values[index + skipped] ?? null;
                const text = value === null ? undefined : [name(row), f.clock(time), format(value), also?.(row, index + skipped)].filter(Boolean).join(" · ");
                const depth = value && heat.most ? Math.round(12 + 88 * Math.sqrt(Math.max(0, value) / heat.most)) : 0;
                const looks = { background: depth ? `color-mix(in srgb, var(--series-1) ${depth}%, var(--bg))` : "var(--bg-sunken)" };
                if (!value || !onSee) return <span key={time} title={text} className="m-px" style={looks} />;
                const cell = `${place} ${index}`;
                const tell = () => setTold(text ?? null);
                return (
                  <button
                    key={time}
                    type="button"
                    data-cell={cell}
                    tabIndex={cell === current ? 0 : -1}
                    aria-label={text}
                    onClick={() => onSee(time, time + step, row)}
                    onKeyDown={walk}
                    onFocus={() => {
                      setStop(cell);
                      tell();
                    }}
                    onBlur={() => setTold(null)}
                    onMouseEnter={tell}
                    onMouseLeave={() => setTold(null)}
                    className="m-px hover:outline hover:outline-fg focus-visible:z-1 focus-visible:outline-2 focus-visible:outline-fg"
                    style={looks}
                  />
                );
              })}
            </Row>
          ))}
        </div>
      </div>
      <p className="flex justify-between gap-2 pl-12 text-2xs whitespace-nowrap text-fg-3">
        <span>{columns[0] !== undefined && f.clock(columns[0])}</span>
        <span aria-hidden className="truncate font-medium text-fg-2">{told}</span>
        <span>{columns.length > 1 && f.clock(columns.at(-1)!)}</span>
      </p>
    </div>
  );
}

const placeOf = (cell: string) => cell.split(" ").map(Number) as [place: number, index: number];

/** The cell that holds the most; null when none holds anything. */
function deepest(rows: (number | null)[][]): string | null {
  let best: string | null = null;
  let most = 0;
  rows.forEach((values, place) =>
    values.forEach((value, index) => {
      if (value !== null && value > most) [best, most] = [`${place} ${index}`, value];
    }),
  );
  return best;
}

function Row({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <>
      <span className="max-w-36 truncate self-center pr-1.5 text-right text-2xs leading-3 text-fg-3" title={label}>{label}</span>
      {children}
    </>
  );
}
