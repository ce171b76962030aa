/** Keys that work anywhere on a page, except where someone types or something stands in front. */
import { useEffect, useRef } from "react";
import type { BoundKey } from "./keymap";

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

/** Menus and dialogs have keys of their own. */
const covered = () => document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null;

/** Calls `handlers[key]` for plain key presses; a handler that returns false leaves the key alone. */
export function useShortcuts(handlers: Partial<Record<BoundKey, () => void | boolean>>, enabled = true): void {
  const current = useRef(handlers);
  useEffect(() => {
    current.current = handlers;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
      const handler = current.current[event.key as BoundKey];
      if (!handler || isTyping(event.target) || covered()) return;
      // A focused button or link answers Enter and Space itself.
      if ((event.key === "Enter" || event.key === " ") && event.target instanceof HTMLElement) {
        if (event.target.closest("a, button, summary")) return;
      }
      if (handler() !== false) event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [enabled]);
}
