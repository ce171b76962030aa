import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { QueueDetail } from "@/api/annotation";
import * as ask from "@/api/queries";
import { useSpeech } from "@/messages";

/** What the people of a queue are called. */
export function useNames(projectId: string, queue: QueueDetail): (userId: string) => string {
  const { t } = useSpeech();
  const members = useQuery({ ...ask.members(projectId), staleTime: 60_000 }).data?.items;
  return useCallback(
    (userId) => {
      const told = queue.people.find((one) => one.user_id === userId)?.name;
      const member = members?.find((one) => one.user_id === userId);
      return told || member?.name || member?.email || t("score.somebody");
    },
    [queue.people, members, t],
  );
}
