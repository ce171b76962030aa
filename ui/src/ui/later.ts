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
