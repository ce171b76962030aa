/** Names of scores, usage buckets and metadata that a project has. */
import { useQuery } from "@tanstack/react-query";
import * as ask from "@/api/queries";
import type { Span } from "@/lib/time";

export function useKeys(projectId: string, { start, end }: Span, field: "score" | "usage" | "metadata"): string[] {
  const text = `${field}.`;
  const found = useQuery(ask.completion(projectId, { text, position: text.length, start, end })).data;
  return (found?.items ?? []).map((one) => one.text.replace(/:$/, "").replace(new RegExp(`^${field}\\.`), "").replace(/^"(.*)"$/, "$1"));
}
