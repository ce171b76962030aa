/** The mean of each metric of an experiment, with its interval. */
import type { MetricMean } from "@/api/datasets";
import { useSpeech } from "@/messages";
import { Freed } from "./freed";
import { isOwn, nameOf, writeValue } from "./metric";

export function Means({ metrics }: { metrics: readonly MetricMean[] }) {
  const { t, f } = useSpeech();
  return (
    <div className="card max-w-3xl shrink-0 overflow-x-auto">
      <table className="w-full">
        <thead>
          <tr className="border-b bg-side text-left text-xs text-fg-3 [&>th]:h-8 [&>th]:px-3 [&>th]:font-medium [&>th]:whitespace-nowrap">
            <th scope="col">{t("exp.metric")}</th>
            <th scope="col" className="text-right!">{t("exp.mean")}</th>
            <th scope="col" className="text-right!">{t("exp.interval")}</th>
            <th scope="col" className="text-right! max-sm:hidden">{t("data.items")}</th>
          </tr>
        </thead>
        <tbody className="[&_td]:h-9 [&_td]:px-3 [&>tr]:border-b [&>tr:last-child]:border-0">
          {metrics.map((one) => {
            const width = one.low !== null && one.high !== null ? one.high - one.low : null;
            return (
              <tr key={one.metric}>
                <td className="min-w-32 wrap-break-word">
                  {nameOf(t, one.metric)}
                  {one.lower_is_better && !isOwn(one.metric) && <span className="ml-2 text-xs text-fg-3">{t("trend.lower")}</span>}
                </td>
                <td className="text-right font-medium whitespace-nowrap">
                  {writeValue(f, one.metric, one.value, width)}
                  <Freed metric={one.metric} corrected={one.freed} powered={one.powered} />
                </td>
                <td className="text-right whitespace-nowrap text-fg-2">
                  {one.low !== null && one.high !== null && `${writeValue(f, one.metric, one.low, width)} – ${writeValue(f, one.metric, one.high, width)}`}
                </td>
                <td className="text-right max-sm:hidden">{f.integer(one.count)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
