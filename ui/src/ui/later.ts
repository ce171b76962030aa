import { useEffect, useState } from "react";

/** True once `active` has lasted: what is quick shows no skeleton. */
export function useLater(active: boolean, millis = 200): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!active) return undefined;
    const timer = setTimeout(() => setLate(true), millis);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [active, millis]);
  return active && late;
}

/** A value once it has stayed the same for a while. */
export function useSettled<T>(value: T, millis: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), millis);
    return () => clearTimeout(timer);
  }, [value, millis]);
  return settled;
}
