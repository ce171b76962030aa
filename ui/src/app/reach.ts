/** Whether the server answers. While it does not it is asked again and again, and then all that failed is. */
import { useSyncExternalStore } from "react";
import { ApiError } from "@/api/client";

const AGAIN = 2000;

let away = false;
const listeners = new Set<() => void>();

function change(next: boolean): void {
  away = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useAway = (): boolean => useSyncExternalStore(subscribe, () => away);

/** No answer at all, or one of a proxy that got none. */
const isLoss = (error: unknown): boolean => error instanceof ApiError && (error.status === 0 || (error.status >= 502 && error.status <= 504));

/** `back` is called once the server answers again. */
export function noteLoss(error: unknown, back: () => void): void {
  if (away || !isLoss(error)) return;
  change(true);
  const look = async () => {
    const found = await fetch("/healthz", { cache: "no-store" }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (!found) return void setTimeout(() => void look(), AGAIN);
    change(false);
    back();
  };
  setTimeout(() => void look(), AGAIN);
}
