import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { isTyping, useShortcuts } from "@/ui/shortcuts";
import { undoLast } from "@/ui/toast";
import { DESTINATIONS } from "./navigation";
import { useTheme } from "./theme";

/** How long `g` waits for the key that follows. */
const PATIENCE = 1200;

export function useGlobalKeys(projectId: string, open: { openPalette(): void; openHelp(): void }): void {
  const navigate = useNavigate();
  const theme = useTheme();
  const goSince = useRef(-Infinity);
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        latest.current.openPalette();
        return;
      }
      if ((event.metaKey || event.ctrlKey) && !event.shiftKey && event.key.toLowerCase() === "z" && !isTyping(event.target)) {
        if (undoLast()) event.preventDefault();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (event.timeStamp - goSince.current > PATIENCE) return;
      goSince.current = -Infinity;
      const found = DESTINATIONS.find((one) => one.key === event.key);
      if (!found) return;
      event.preventDefault();
      event.stopPropagation();
      void navigate({ to: found.to, params: { projectId } });
    };
    // Before the keys of the page below: `g s` is not the page's `s`.
    window.addEventListener("keydown", press, { capture: true });
    return () => window.removeEventListener("keydown", press, { capture: true });
  }, [navigate, projectId]);

  useShortcuts({
    g: () => {
      goSince.current = performance.now();
    },
    "?": () => latest.current.openHelp(),
    d: () => theme.setWish(theme.dark ? "light" : "dark"),
    "/": () => {
      const field = document.querySelector<HTMLElement>("[data-filter] .cm-content, [data-filter] input, input[data-filter]");
      field?.focus();
      return field !== null;
    },
  });
}
