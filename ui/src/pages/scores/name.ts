import type { Kind } from "@/lib/scores";
import type { Translate } from "@/messages";

/** A kind of scores as people read it. */
export function nameOf(t: Translate, { name, data_type, source }: Kind): string {
  const type = t(`score.type.${data_type}`);
  return source ? t("agree.from", { name, type, source: t(`score.source.${source}`) }) : t("agree.any_source", { name, type });
}
