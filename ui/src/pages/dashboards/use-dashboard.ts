/** One dashboard: what it holds, and changes that are shown at once and saved one after the other. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { putDashboard } from "@/api/mutations";
import * as ask from "@/api/queries";
import type { Dashboard } from "@/api/types";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

export type Change = Partial<Pick<Dashboard, "name" | "widgets">>;

export function useDashboard(projectId: string, id: string) {
  const client = useQueryClient();
  const errorText = useErrorText();
  const options = ask.dashboard(projectId, id);
  const query = useQuery(options);
  const saving = useRef(false);
  const waiting = useRef(false);

  const save = async () => {
    waiting.current = true;
    if (saving.current) return;
    saving.current = true;
    try {
      while (waiting.current) {
        waiting.current = false;
        const { name, widgets, revision } = client.getQueryData(options.queryKey)!;
        const told = await putDashboard(projectId, id, { name, widgets, revision });
        client.setQueryData(options.queryKey, (old) => old && { ...old, revision: told.revision, updated_at: told.updated_at });
      }
    } catch (error) {
      toast(errorText(error), "danger");
      await client.invalidateQueries({ queryKey: options.queryKey });
    } finally {
      saving.current = false;
      void client.invalidateQueries({ queryKey: ask.dashboards(projectId).queryKey });
    }
  };

  const change = (next: Change | ((old: Dashboard) => Change)) => {
    client.setQueryData(options.queryKey, (old) => old && { ...old, ...(typeof next === "function" ? next(old) : next) });
    void save();
  };
  return { query, change };
}
