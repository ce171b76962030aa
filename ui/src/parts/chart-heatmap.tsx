import type { Heat } from "@/lib/widgets";
import { useSpeech } from "@/messages";

interface HeatmapProps {
  label: string;
  heat: Heat;
  name: (row: Heat["rows"][number]) => string;
  format: (value: number) => string;
  onSee?: (start: number, end: number, row: Heat["rows"][number]) => void;
}

const MOST_COLUMNS = 240;

/** Time from left to right, groups or sizes from bottom to top, values as depth of colour. */
export function Heatmap({ label, heat, name, format, onSee }: HeatmapProps) {
  const { f } = useSpeech();
  const skipped = Math.max(0, heat.columns.length - MOST_COLUMNS);
  const columns = heat.columns.slice(skipped);
  const step = columns.length > 1 ? columns[1]! - columns[0]! : 3_600_000_000;
  const rows = [...heat.rows].reverse();
  return (
    <div role="figure" aria-label={label} className="flex h-full min-h-0 flex-col gap-1">
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="grid min-h-full" style={{ gridTemplateColumns: `minmax(3rem, max-content) repeat(${columns.length}, minmax(0, 1fr))`, gridAutoRows: "minmax(0.75rem, 1fr)" }}>
          {rows.map((row, place) => (
            <Row key={row.key} label={rows.length > 8 && place % 2 ? "" : name(row)}>
              {columns.map((time, index) => {
                const value = row.values[index + skipped] ?? null;
                const text = value === null ? undefined : `${name(row)} · ${f.clock(time)} · ${format(value)}`;
                const depth = value && heat.most ? Math.round(12 + 88 * Math.sqrt(Math.max(0, value) / heat.most)) : 0;
                const looks = { background: depth ? `color-mix(in srgb, var(--series-1) ${depth}%, var(--bg))` : "var(--bg-sunken)" };
                if (!value || !onSee) return <span key={time} title={text} className="m-px" style={looks} />;
                // Too many to step through with the tab key; the table says the same.
                return <button key={time} type="button" tabIndex={-1} title={text} aria-label={text} onClick={() => onSee(time, time + step, row)} className="m-px hover:outline hover:outline-fg" style={looks} />;
              })}
            </Row>
          ))}
        </div>
      </div>
      <p className="flex justify-between pl-12 text-2xs text-fg-3">
        <span>{columns[0] !== undefined && f.clock(columns[0])}</span>
        <span>{columns.length > 1 && f.clock(columns.at(-1)!)}</span>
      </p>
    </div>
  );
}

function Row({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <>
      <span className="max-w-36 truncate self-center pr-1.5 text-right text-2xs leading-3 text-fg-3" title={label}>{label}</span>
      {children}
    </>
  );
}
