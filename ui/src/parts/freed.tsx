/** What labels of people make of a judge's mean: wherever the one stands, so does the other. */
import type { FreedRate } from "@/api/annotation";
import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Tip } from "@/ui/tip";

interface FreedProps {
  /** By the judge's errors anywhere; of those that say yes or no. */
  corrected: FreedRate | null;
  powered: FreedRate | null;
  /** The width of the interval says how many digits mean anything. */
  write: (value: number, width: number | null) => string;
  /** Do the labels of `powered` lie anywhere, rather than on the items of an experiment? */
  anywhere?: boolean;
  className?: string;
}

export function Freed({ corrected, powered, write, anywhere, className }: FreedProps) {
  const { t } = useSpeech();
  const look = cx("block cursor-default text-2xs text-fg-3", className);
  const told = ({ value, low, high }: FreedRate) => {
    const width = low !== null && high !== null ? high - low : null;
    return low === null || high === null ? write(value, width) : `${write(value, width)} (${write(low, width)}–${write(high, width)})`;
  };
  return (
    <>
      {corrected && (
        <Tip text={t("calib.corrected_hint", { n: corrected.labels })}>
          <span className={look}>{`${t("calib.corrected")} ${told(corrected)}`}</span>
        </Tip>
      )}
      {powered && (
        <Tip text={[t(anywhere ? "calib.powered_anywhere" : "calib.powered_items", { n: powered.labels }), powered.low === null && t("calib.powered_few")].filter(Boolean).join(" ")}>
          <span className={look}>{`${anywhere ? t("calib.corrected") : t("calib.with_labels", { n: powered.labels })} ${told(powered)}`}</span>
        </Tip>
      )}
    </>
  );
}
