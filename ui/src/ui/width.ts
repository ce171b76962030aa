import { type RefObject, useLayoutEffect, useState } from "react";

/** Pixels inside an element, as they change; 0 until it has been laid out. */
export function useWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  // Before the first paint: what stands elsewhere once the width is known does not jump there.
  useLayoutEffect(() => {
    setWidth(ref.current?.clientWidth ?? 0);
    const watch = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    if (ref.current) watch.observe(ref.current);
    return () => watch.disconnect();
  }, [ref]);
  return width;
}
