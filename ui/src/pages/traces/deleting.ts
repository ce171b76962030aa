/** Traces that are being deleted: out of sight at once, gone when the time to undo is over. */
import { useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { deleteTraces } from "@/api/mutations";
import { useSpeech } from "@/messages";
import { useErrorText } from "@/ui/states";
import { toast, toastUndo } from "@/ui/toast";

let hidden: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function change(next: Iterable<string>): void {
  hidden = new Set(next);
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useHidden = (): ReadonlySet<string> => useSyncExternalStore(subscribe, () => hidden);

export function useDelete(projectId: string): (traceIds: readonly string[]) => void {
  const { t } = useSpeech();
  const text = useErrorText();
  const client = useQueryClient();
  return (traceIds) => {
    const back = () => change([...hidden].filter((one) => !traceIds.includes(one)));
    const run = () =>
      deleteTraces(projectId, [...traceIds]).then(
        () => client.invalidateQueries({ queryKey: [projectId] }),
        (error: unknown) => {
          back();
          toast(t("list.delete_failed", { reason: text(error) }), "danger");
        },
      );
    change([...hidden, ...traceIds]);
    toastUndo(t("list.deleted", { n: traceIds.length }), t("act.undo"), () => void run(), back);
  };
}
