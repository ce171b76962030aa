/** Light, dark, or as the system has it. `public/boot.js` sets the first one before anything is drawn. */
import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useMemo, useState } from "react";
import { remember, remembered } from "@/lib/memory";

export const THEMES = ["system", "light", "dark"] as const;
export type ThemeWish = (typeof THEMES)[number];

interface Theme {
  wish: ThemeWish;
  dark: boolean;
  setWish(wish: ThemeWish): void;
}

const ThemeContext = createContext<Theme | null>(null);
const system = window.matchMedia("(prefers-color-scheme: dark)");

function firstWish(): ThemeWish {
  const wish = remembered("theme");
  return wish === "light" || wish === "dark" ? wish : "system";
}

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [wish, setWish] = useState(firstWish);
  const [systemDark, setSystemDark] = useState(system.matches);
  useEffect(() => {
    const follow = () => setSystemDark(system.matches);
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);
  const dark = wish === "dark" || (wish === "system" && systemDark);
  // Before the effects of the children: charts read the colours of the new theme.
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);
  const theme = useMemo<Theme>(
    () => ({
      wish,
      dark,
      setWish(next) {
        remember("theme", next === "system" ? null : next);
        setWish(next);
      },
    }),
    [wish, dark],
  );
  return <ThemeContext value={theme}>{children}</ThemeContext>;
}

export function useTheme(): Theme {
  const theme = useContext(ThemeContext);
  if (!theme) throw new Error("outside of ThemeProvider");
  return theme;
}
