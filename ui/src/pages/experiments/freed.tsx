/** What labels of people make of a judge's mean, below the mean itself. */
import type { FreedRate } from "@/api/datasets";
import { useSpeech } from "@/messages";
import { Tip } from "@/ui/tip";
import { writeValue } from "./metric";

const LOOK = "ml-auto block max-w-32 cursor-default text-2xs whitespace-normal text-fg-3 sm:max-w-44";

interface FreedProps {
  metric: string;
  /** By the judge's errors anywhere; of those that say yes or no. */
  corrected: FreedRate | null;
  /** By labels of the same items. */
  powered: FreedRate | null;
}

export function Freed({ metric, corrected, powered }: FreedProps) {
  const { t, f } = useSpeech();
  const write = ({ value, low, high }: FreedRate) => {
    const width = low !== null && high !== null ? high - low : null;
    return low === null || high === null ? writeValue(f, metric, value) : `${writeValue(f, metric, value, width)} (${writeValue(f, metric, low, width)}–${writeValue(f, metric, high, width)})`;
  };
  return (
    <>
      {corrected && (
        <Tip text={t("calib.corrected_hint", { n: corrected.labels })}>
          <span className={LOOK}>{`${t("calib.corrected")} ${write(corrected)}`}</span>
        </Tip>
      )}
      {powered && (
        <Tip text={[t("calib.powered_items", { n: powered.labels }), powered.low === null && t("calib.powered_few")].filter(Boolean).join(" ")}>
          <span className={LOOK}>{`${t("calib.with_labels", { n: powered.labels })} ${write(powered)}`}</span>
        </Tip>
      )}
    </>
  );
}
