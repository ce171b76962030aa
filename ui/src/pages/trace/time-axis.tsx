import { useSpeech } from "@/messages";

const MARKS = [0, 0.25, 0.5, 0.75, 1];

/** The scale above the bars. */
export function TimeAxis({ length }: { length: number }) {
  const { f } = useSpeech();
  return (
    <div aria-hidden className="grid h-6 shrink-0 grid-cols-[minmax(0,11fr)_minmax(0,9fr)] gap-3 border-b pr-3 text-2xs text-fg-3">
      <span />
      <div className="relative mr-14">
        {MARKS.map((mark) => (
          <span key={mark} className="absolute inset-y-0 border-l pl-1 leading-6 whitespace-nowrap" style={{ left: `${mark * 100}%` }}>
            {mark === 0 ? "0" : f.duration(length * mark)}
          </span>
        ))}
      </div>
    </div>
  );
}
