/** One metric in each slice of the items. */
import type { Against } from "@/api/datasets";
import { useSpeech } from "@/messages";
import { Metrics } from "./metrics";
import { nameOf } from "./metric";

export function Slices({ slices, metric }: { slices: Against["slices"]; metric: string | undefined }) {
  const { t } = useSpeech();
  const shown = metric ? slices[metric] : undefined;
  if (!metric || !shown?.length) return null;
  return (
    <div className="border-t">
      <h3 className="px-3 pt-3 pb-1 text-xs font-medium text-fg-2">{`${t("cmp.slice")}: ${nameOf(t, metric)}`}</h3>
      <Metrics metrics={shown.map((one) => one.told)} labels={shown.map((one) => one.value)} />
    </div>
  );
}
