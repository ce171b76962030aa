import { type KeyboardEvent, useRef, useState } from "react";
import { walked } from "@/lib/brush";
import type { Bin } from "@/lib/widgets";
import { useSpeech } from "@/messages";

interface HistogramProps {
  label: string;
  bins: readonly Bin[];
  format: (value: number) => string;
  onSee?: (bin: Bin) => void;
}

/** How often values of each size occur. Bars are as wide as their range of values; one is in the order of the tab key, arrows lead on. */
export function Histogram({ label, bins, format, onSee }: HistogramProps) {
  const { t, f } = useSpeech();
  const list = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(0);
  const current = Math.min(at, bins.length - 1);
  const walk = (event: KeyboardEvent) => {
    const next = walked({ from: current, to: current }, event.key, false, bins.length);
    if (!next) return;
    event.preventDefault();
    list.current?.querySelectorAll("button")[next.to]?.focus();
  };
  const from = bins[0]?.from ?? 0;
  const to = bins.at(-1)?.to ?? 1;
  const dense = bins.map((bin) => bin.count / Math.max(bin.to - bin.from, (to - from) / 1000));
  const most = Math.max(...dense, 0);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ul ref={list} aria-label={label} className="flex min-h-0 flex-1 items-end border-b border-line-strong">
        {bins.map((bin, index) => {
          const text = `${format(bin.from)} – ${format(bin.to)}: ${f.compact(Math.round(bin.count))}`;
          return (
            <li key={index} className="group flex h-full items-end" style={{ flexGrow: Math.max((bin.to - bin.from) / (to - from || 1), 0.005) * 1000, flexBasis: 0 }}>
              <button type="button" title={text} aria-label={text} disabled={!onSee} tabIndex={index === current ? 0 : -1} onFocus={() => setAt(index)} onKeyDown={walk} onClick={() => onSee?.(bin)} className="flex h-full w-full items-end px-px focus-visible:-outline-offset-2">
                <span className="w-full rounded-t-xs bg-(--series-1) group-hover:opacity-75" style={{ height: `${most ? Math.max(1, (dense[index]! / most) * 100) : 0}%` }} />
              </button>
            </li>
          );
        })}
      </ul>
      <p className="flex justify-between pt-1 text-2xs text-fg-3" aria-label={t("dash.range_of_values")}>
        <span>{format(from)}</span>
        <span>{format((from + to) / 2)}</span>
        <span>{format(to)}</span>
      </p>
    </div>
  );
}
