/** A judge's rate freed of its errors, below the rate itself. */
import type { FreedRate } from "@/api/datasets";
import { useSpeech } from "@/messages";
import { Tip } from "@/ui/tip";

export function Freed({ rate }: { rate: FreedRate | null }) {
  const { t, f } = useSpeech();
  if (!rate) return null;
  const interval = rate.low !== null && rate.high !== null ? ` (${f.percent(rate.low)}–${f.percent(rate.high)})` : "";
  return (
    <Tip text={t("calib.corrected_hint", { n: rate.labels })}>
      <span className="block cursor-default text-2xs text-fg-3">{`${t("calib.corrected")} ${f.percent(rate.value)}${interval}`}</span>
    </Tip>
  );
}
