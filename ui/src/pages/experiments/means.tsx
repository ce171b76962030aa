/** The mean of each metric of an experiment, with its interval. */
import type { MetricMean } from "@/api/datasets";
import { useSpeech } from "@/messages";
import { ShortTable } from "@/ui/short-table";
import { Freed } from "./freed";
import { isOwn, nameOf, writeValue } from "./metric";

export function Means({ metrics }: { metrics: readonly MetricMean[] }) {
  const { t, f } = useSpeech();
  return (
    <ShortTable
      heads={[
        { key: "metric", label: t("exp.metric") },
        { key: "mean", label: t("exp.mean"), right: true },
        { key: "interval", label: t("exp.interval"), right: true },
        { key: "items", label: t("data.items"), right: true, className: "max-sm:hidden" },
      ]}
      rows="[&_td]:h-9 [&_td]:py-1"
      className="max-w-3xl shrink-0"
    >
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
    </ShortTable>
  );
}
