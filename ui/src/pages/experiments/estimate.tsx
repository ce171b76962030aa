/** What an experiment would come to, beside the button that begins it. */
import type { ReactNode } from "react";
import type { PlanEstimate } from "@/api/runs";
import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Skeleton, useErrorText } from "@/ui/states";

interface EstimateProps {
  estimate: PlanEstimate | undefined;
  error: unknown;
  busy: boolean;
  /** Not enough is told yet. */
  blank: boolean;
  children: ReactNode;
}

export function EstimateCard({ estimate: found, error, busy, blank, children }: EstimateProps) {
  const { t, f } = useSpeech();
  const text = useErrorText();
  return (
    <aside aria-label={t("run.estimate")} className="card flex flex-col gap-3 p-3.5 lg:sticky lg:top-0">
      {children}
      <h2 className="border-t pt-3 text-xs font-medium text-fg-2">{t("run.estimate")}</h2>
      {blank ? (
        <p className="text-xs text-fg-3">{t("run.fill")}</p>
      ) : error ? (
        <p role="alert" className="text-xs wrap-anywhere text-danger">{text(error)}</p>
      ) : !found ? (
        <Skeleton className="h-24" />
      ) : (
        <>
          <dl className={cx("grid grid-cols-[1fr_auto] gap-x-3 gap-y-1.5 [&>dd]:text-right [&>dt]:text-fg-2", busy && "opacity-60")}>
            <dt>{t("run.items")}</dt>
            <dd>{f.integer(found.items)}</dd>
            <dt>{t("run.calls")}</dt>
            <dd>{f.integer(found.calls)}</dd>
            <dt>{t("run.tokens")}</dt>
            <dd>{f.compact(found.input_tokens + found.output_tokens)}</dd>
            <dt>{t("run.cost")}</dt>
            <dd>{found.cost === null ? t("run.unknown_cost") : f.money(found.cost)}</dd>
            <dt>{t("run.judging")}</dt>
            <dd>{found.judging === null ? t("run.unknown_cost") : f.money(found.judging)}</dd>
          </dl>
          {found.items === 0 && <p className="text-xs text-warn">{t("run.nothing")}</p>}
          {found.broken > 0 && (
            <div className="text-xs text-warn">
              <p>{t("run.broken", { n: found.broken })}</p>
              <ul className="mt-1 flex flex-col gap-1 text-fg-2">
                {found.problems.map((one) => (
                  <li key={one} className="wrap-anywhere">{one}</li>
                ))}
              </ul>
            </div>
          )}
        </>
      )}
    </aside>
  );
}
