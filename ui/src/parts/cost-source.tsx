/** Where a cost comes from, and what its parts are called. */
import type { SpanRow } from "@/api/types";
import { isBucket } from "@/lib/usage";
import { type Key, useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";

const TONES = { reported: "accent", override: "accent", catalogue: "neutral", estimated: "warn", unpriced: "warn", "": "neutral" } as const;

export function CostSource({ source }: { source: SpanRow["cost_source"] }) {
  const { t } = useSpeech();
  return <Badge tone={TONES[source]}>{t(`cost.${source || "none"}`)}</Badge>;
}

export function useBucketName(): (bucket: string) => string {
  const { t } = useSpeech();
  return (bucket) => (isBucket(bucket) && bucket !== "total" ? t(`usage.${bucket}` as Key) : bucket);
}
