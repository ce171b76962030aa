/** Numbers and times as they stand in rows and facts. */
import { MISSING } from "@/lib/format";
import { useSpeech } from "@/messages";
import { Tip } from "@/ui/tip";

export const Missing = () => <span className="text-fg-3">{MISSING}</span>;

export function Time({ at }: { at: number }) {
  const { f } = useSpeech();
  if (!at) return <Missing />;
  return <time dateTime={new Date(at / 1000).toISOString()} title={f.fullTime(at)}>{f.clock(at)}</time>;
}

export function Ago({ at }: { at: number }) {
  const { f } = useSpeech();
  if (!at) return <Missing />;
  return <time dateTime={new Date(at / 1000).toISOString()} title={f.fullTime(at)}>{f.ago(at)}</time>;
}

export function Duration({ micros, running }: { micros: number; running?: boolean }) {
  const { t, f } = useSpeech();
  if (running) return <span className="text-accent">{t("level.running")}</span>;
  return <span>{f.duration(micros)}</span>;
}

export function Tokens({ value }: { value: number }) {
  const { f } = useSpeech();
  if (!value) return <Missing />;
  return <span title={f.integer(value)}>{f.compact(value)}</span>;
}

/** A sum of costs; marked when calls without a price are missing from it. Without any price there is no sum. */
export function Cost({ value, unpriced = 0 }: { value: number | null; unpriced?: number }) {
  const { t, f } = useSpeech();
  if (value === null || (unpriced && !value)) return <span className="whitespace-nowrap text-fg-3">{t("cost.unpriced")}</span>;
  if (!unpriced) return value ? <span>{f.money(value)}</span> : <Missing />;
  return (
    <Tip text={t("cost.lower_bound", { n: unpriced })}>
      <span className="whitespace-nowrap">
        <span className="mr-0.5 text-warn">≥</span>
        {f.money(value)}
      </span>
    </Tip>
  );
}

export function Count({ value, danger }: { value: number; danger?: boolean }) {
  const { f } = useSpeech();
  if (!value) return <Missing />;
  return <span className={danger ? "text-danger" : undefined}>{f.integer(value)}</span>;
}
