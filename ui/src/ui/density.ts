/** How close rows of tables stand. */
import { useSyncExternalStore } from "react";
import { remember, remembered } from "@/lib/memory";

export const DENSITIES = ["normal", "dense"] as const;
export type Density = (typeof DENSITIES)[number];

let density: Density = remembered("density") === "dense" ? "dense" : "normal";
const listeners = new Set<() => void>();

export function setDensity(wish: Density): void {
  density = wish;
  remember("density", wish === "normal" ? null : wish);
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useDensity = (): Density => useSyncExternalStore(subscribe, () => density);
