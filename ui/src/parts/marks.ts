/** What charts mark on their time axes: new releases, and labels of prompts that were moved. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type LabelMove, labelMoves } from "@/api/prompts";
import * as ask from "@/api/queries";
import { lastPart } from "@/lib/prompts";
import type { Span } from "@/lib/time";
import { useSpeech } from "@/messages";
import type { Mark } from "./chart";

export function useMarks(projectId: string, { start, end }: Span): readonly Mark[] | undefined {
  const text = useMoveText();
  const releases = useQuery(ask.releases(projectId, { start, end })).data;
  const moves = useQuery(labelMoves(projectId, { start, end })).data;
  return useMemo(() => {
    if (!releases && !moves) return undefined;
    const marks = [
      ...(releases?.items ?? []).map((one) => ({ time: one.first_seen, text: one.release })),
      ...(moves ?? []).map((one) => ({ time: one.moved_at, text: `${lastPart(one.name)} ${text(one).replace(/^production /, "")}` })),
    ];
    return marks.sort((a, b) => a.time - b.time);
  }, [releases, moves, text]);
}

/** A move in few words: `production → v2`. */
export function useMoveText(): (move: Pick<LabelMove, "label" | "to_version">) => string {
  const { t } = useSpeech();
  return useMemo(() => ({ label, to_version: to }) => `${label} → ${to ? t("prompt.short_version", { version: String(to) }) : t("prompt.nowhere")}`, [t]);
}
