import { See, SliceFreed, type SlicesProps } from "./chart-slices";

/** The largest groups, each with a bar as long as its value. As many as fit are shown whole, the rest by scrolling. */
export function Top({ slices, name, format, unknown, onSee }: SlicesProps) {
  const most = Math.max(...slices.map((one) => one.value ?? 0), 0);
  return (
    <ol className="max-h-[round(down,100%,1.75rem)] snap-y overflow-y-auto">
      {slices.map((one) => (
        <li key={one.key} className="relative flex h-7 snap-start items-center gap-3 px-2 text-xs">
          <span aria-hidden className="absolute inset-y-0.5 left-0 rounded bg-accent-soft" style={{ width: `${most ? (Math.max(0, one.value ?? 0) / most) * 100 : 0}%` }} />
          <See className="relative min-w-0 flex-1 truncate" title={name(one.key)} onSee={onSee && (() => onSee(one.key))}>{name(one.key)}</See>
          <span className="relative font-medium whitespace-nowrap">
            {one.value === null ? unknown : format(one.value)}
            <SliceFreed slice={one} format={format} />
          </span>
        </li>
      ))}
    </ol>
  );
}
