import { useSpeech } from "@/messages";

/** So much of so much, as a bar and in words. */
export function Bar({ done, of }: { done: number; of: number }) {
  const { t, f } = useSpeech();
  const text = t("queue.done_of", { done: f.integer(done), n: f.integer(of) });
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span role="progressbar" aria-label={t("queue.progress")} aria-valuemin={0} aria-valuemax={of} aria-valuenow={done} aria-valuetext={text} className="h-1.5 min-w-16 flex-1 overflow-hidden rounded-full bg-sunken ring-1 ring-line">
        <span className="block h-full rounded-full bg-accent" style={{ width: of ? `${(done / of) * 100}%` : 0 }} />
      </span>
      <span aria-hidden className="text-xs whitespace-nowrap text-fg-2">{text}</span>
    </span>
  );
}
