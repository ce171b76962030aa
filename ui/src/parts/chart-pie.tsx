import { OTHERS } from "@/lib/series";
import { useSpeech } from "@/messages";
import { See, SliceFreed, type SlicesProps } from "./chart-slices";

const color = (key: string, index: number) => `var(${key === OTHERS ? "--series-8" : `--series-${(index % 7) + 1}`})`;

/** Shares of a whole, as a ring with its legend. */
export function Pie({ slices, name, format, unknown, onSee }: SlicesProps) {
  const { f } = useSpeech();
  const sum = slices.reduce((all, one) => all + Math.max(0, one.value ?? 0), 0);
  const shares = slices.map((one) => (sum ? (Math.max(0, one.value ?? 0) / sum) * 100 : 0));
  return (
    <div className="flex h-full min-h-0 flex-wrap items-center justify-center gap-x-4 gap-y-2 overflow-y-auto">
      <svg viewBox="0 0 42 42" aria-hidden className="h-full max-h-32 min-h-24 shrink-0 -rotate-90">
        {slices.map((one, index) => {
          const share = shares[index]!;
          const at = shares.slice(0, index).reduce((all, each) => all + each, 0);
          return share > 0 && (
            <circle key={one.key} cx="21" cy="21" r="15.915" fill="none" stroke={color(one.key, index)} strokeWidth="7" strokeDasharray={`${Math.max(share - 0.4, 0.2)} ${100 - share + 0.4}`} strokeDashoffset={-at} />
          );
        })}
      </svg>
      <ul className="min-w-40 flex-1 text-xs">
        {slices.map((one, index) => (
          <li key={one.key} className="flex min-h-6 items-center gap-1.5">
            <span aria-hidden className="size-2 shrink-0 rounded-xs" style={{ background: color(one.key, index) }} />
            <See className="min-w-0 flex-1 truncate" title={name(one.key)} onSee={onSee && one.key !== OTHERS ? () => onSee(one.key) : undefined}>{name(one.key)}</See>
            <span className="font-medium whitespace-nowrap">
              {one.value === null ? unknown : format(one.value)}
              <SliceFreed slice={one} format={format} />
            </span>
            <span className="w-10 text-right text-fg-3">{sum && one.value !== null ? f.percent(Math.max(0, one.value) / sum) : ""}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
