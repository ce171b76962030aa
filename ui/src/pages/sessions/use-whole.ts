import { useQueries } from "@tanstack/react-query";
import * as ask from "@/api/queries";
import type { Turn } from "@/api/types";

/** Turns with their messages, by trace: those of the given places and their neighbours. */
export function useWhole(projectId: string, sessionId: string, places: readonly number[]) {
  const parts = [...new Set(places.map((place) => Math.floor(place / ask.TURNS)))];
  const queries = useQueries({ queries: parts.map((part) => ask.session(projectId, sessionId, part)) });
  const known = new Map<string, Turn>(queries.flatMap((query) => query.data?.turns ?? []).map((turn) => [turn.trace.trace_id, turn]));
  return { queries, known };
}
