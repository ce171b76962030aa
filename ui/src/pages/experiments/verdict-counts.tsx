/** How many scores of a candidate are better, worse, equivalent, or cannot be told. */
import type { Against } from "@/api/datasets";
import { type Key, useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { isOwn } from "./metric";

const TONES = { better: "ok", worse: "danger", equivalent: "accent", unclear: "neutral" } as const;

export function VerdictCounts({ against }: { against: Against }) {
  const { t } = useSpeech();
  const scores = against.metrics.filter((one) => !isOwn(one.metric));
  const count = (verdict: string) => (scores.length > 0 ? scores : against.metrics).filter((one) => one.verdict === verdict).length;
  const counts = { better: count("better"), worse: count("worse"), equivalent: count("equivalent"), unclear: count("cannot tell") };
  return (Object.keys(counts) as (keyof typeof counts)[]).map(
    (one) =>
      counts[one] > 0 && (
        <Badge key={one} tone={TONES[one]}>
          {t(`cmp.verdict_${one}` as Key, { n: counts[one] })}
        </Badge>
      ),
  );
}
