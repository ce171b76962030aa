import { useQuery } from "@tanstack/react-query";
import * as ask from "@/api/queries";
import { DECISIONS, type Kind } from "@/lib/scores";
import { useSpeech } from "@/messages";

/** People who may have given scores. */
export const useAuthors = (projectId: string) => useQuery({ ...ask.members(projectId), staleTime: 60_000 }).data?.items ?? [];

/** A kind of scores as people read it. */
export function useKindOfScore(projectId: string): (kind: Kind) => string {
  const { t } = useSpeech();
  const authors = useAuthors(projectId);
  return ({ name, data_type, source, author }) => {
    const type = t(`score.type.${data_type}`);
    if (author === DECISIONS) return t("agree.by_author", { name, type, author: t("agree.decisions") });
    if (author) {
      const person = authors.find((one) => one.user_id === author);
      return t("agree.by_author", { name, type, author: person ? person.name || person.email : t("score.somebody") });
    }
    return source ? t("agree.from", { name, type, source: t(`score.source.${source}`) }) : t("agree.any_source", { name, type });
  };
}
