import { useSyncExternalStore } from "react";

function follow(query: string) {
  const media = window.matchMedia(query);
  const subscribe = (listener: () => void) => {
    media.addEventListener("change", listener);
    return () => media.removeEventListener("change", listener);
  };
  return { subscribe, now: () => media.matches };
}

const narrow = follow("(max-width: 767px)");

/** Is there room for one column only? */
export const useNarrow = (): boolean => useSyncExternalStore(narrow.subscribe, narrow.now);
