import { useCallback, useLayoutEffect, useRef } from "react";

/** The same function at every render, which does what the newest would: for rows that are not drawn again. */
export function useStable<A extends unknown[], R>(newest: (...args: A) => R): (...args: A) => R {
  const current = useRef(newest);
  useLayoutEffect(() => {
    current.current = newest;
  });
  return useCallback((...args: A) => current.current(...args), []);
}
