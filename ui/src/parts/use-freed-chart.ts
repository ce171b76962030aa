import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { freedChart } from "@/api/annotation";
import type { ChartQuestion } from "@/api/types";
import { type FreedAt, freedAt, isMean } from "@/lib/freed";

/** What labels make of the means of a chart that is drawn already; absent where they make nothing of any. */
export function useFreedChart(projectId: string, question: ChartQuestion | undefined): FreedAt | undefined {
  const { data } = useQuery({ ...freedChart(projectId, question!), enabled: question?.measures.some(isMean) ?? false });
  return useMemo(() => (data?.length ? freedAt(data) : undefined), [data]);
}
