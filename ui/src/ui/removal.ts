/** Deleting with a way back: out of sight at once, gone when the time to undo is over. */
import { useSyncExternalStore } from "react";
import { useSpeech } from "@/messages";
import { useErrorText } from "./states";
import { toast, toastUndo } from "./toast";

let removed: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function change(next: Iterable<string>): void {
  removed = new Set(next);
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Ids that lists leave out. */
export const useRemoved = (): ReadonlySet<string> => useSyncExternalStore(subscribe, () => removed);

interface Removal {
  ids: readonly string[];
  /** What is said meanwhile. */
  text: string;
  /** Deletes them on the server; ends also when the page goes away meanwhile. */
  run: () => Promise<unknown>;
}

export function useRemoval(): (removal: Removal) => void {
  const { t } = useSpeech();
  const errorText = useErrorText();
  return ({ ids, text, run }) => {
    const back = () => change([...removed].filter((one) => !ids.includes(one)));
    const failed = (error: unknown) => {
      back();
      toast(t("act.not_deleted", { reason: errorText(error) }), "danger");
    };
    change([...removed, ...ids]);
    toastUndo(text, t("act.undo"), () => void run().catch(failed), back);
  };
}
