/** A figure with its interval, what it is, and what it means. */
import type { ReactNode } from "react";
import type { Estimate } from "@/api/scores";
import { useSpeech } from "@/messages";

interface EstimateProps {
  title: string;
  hint?: ReactNode;
  /** None: it cannot be told. */
  found: Estimate | null;
  format: (value: number) => string;
  /** What is said where it cannot be told. */
  missing?: string;
  badge?: ReactNode;
}

export function EstimateFact({ title, hint, found, format, missing, badge }: EstimateProps) {
  const { t } = useSpeech();
  return (
    <div className="min-w-0">
      <dt className="text-xs text-fg-2">{title}</dt>
      <dd>
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className="text-xl font-semibold tracking-tight whitespace-nowrap">{found ? format(found.value) : "–"}</span>
          {found && badge}
          {found && <Interval found={found} format={format} />}
        </span>
        <span className="block text-xs text-fg-3">{found ? hint : (missing ?? t("agree.undefined"))}</span>
      </dd>
    </div>
  );
}

export function Interval({ found: { low, high }, format }: { found: Estimate; format: (value: number) => string }) {
  const { t } = useSpeech();
  return <span className="text-xs whitespace-nowrap text-fg-2">{low === null || high === null ? t("agree.no_interval") : t("agree.interval", { low: format(low), high: format(high) })}</span>;
}
