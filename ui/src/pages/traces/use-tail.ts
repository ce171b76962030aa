/** Asks for what came in since the last look every two seconds while the page is looked at and stands at its top. */
import { useEffect, useMemo, useRef, useState } from "react";
import { type Row, cameWithin, tailStart } from "@/lib/tail";
import { MINUTE } from "@/lib/time";
import { both } from "@/lib/widgets";

const EVERY = 2000;
const MOST = 500;

export type TailState = "off" | "live" | "paused" | "failed";

interface Page<R> {
  items: readonly R[];
  next_cursor: string | null;
}

interface TailQuestion<R> {
  on: boolean;
  filter: string;
  /** Changes with the question; what came before is then forgotten. */
  name: string;
  rangeStart: number;
  newest: number;
  key: (row: R) => string;
  fetch: (start: number, end: number, filter: string) => Promise<Page<R>>;
}

const isPaused = () => document.visibilityState !== "visible" || (document.querySelector("[data-table]")?.scrollTop ?? 0) > 0;

export function useTail<R extends Row>(question: TailQuestion<R>): { rows: readonly R[]; state: TailState; more: boolean } {
  const { on, name } = question;
  const [found, setFound] = useState<Found<R>>({ name, rows: new Map(), more: false });
  const [state, setState] = useState<TailState>("off");
  const latest = useRef(question);
  useEffect(() => {
    latest.current = question;
  });
  useEffect(() => {
    if (!on) return undefined;
    let over = false;
    let newest = 0;
    // The list may have been read long ago: the first look takes as much as fits.
    let last = 0;
    let timer = 0;
    const look = async () => {
      if (isPaused()) setState("paused");
      else {
        const { rangeStart, newest: listed, filter, key, fetch } = latest.current;
        const now = Date.now() * 1000;
        const began = performance.now() * 1000;
        try {
          const page = await fetch(tailStart(Math.max(newest, listed), rangeStart, now), now + MINUTE, last ? both(filter, cameWithin(began - last)) : filter);
          if (over) return;
          const more = last > 0 && page.next_cursor !== null;
          last = began;
          newest = Math.max(newest, page.items[0]?.start_time ?? 0);
          setState("live");
          setFound((old) => merged(old, name, page.items, more, key));
        } catch {
          if (!over) setState("failed");
        }
      }
      if (!over) timer = window.setTimeout(() => void look(), EVERY);
    };
    void look();
    return () => {
      over = true;
      clearTimeout(timer);
      setState("off");
    };
  }, [on, name]);
  const rows = useMemo(() => (found.name === name ? [...found.rows.values()] : []), [found, name]);
  return { rows, state, more: found.name === name && found.more };
}

type Found<R> = { name: string; rows: Map<string, R>; more: boolean };

/** What is already known in the same state draws nothing again. */
function merged<R>(old: Found<R>, name: string, rows: readonly R[], more: boolean, key: (row: R) => string): Found<R> {
  const kept = old.name === name ? old.rows : new Map<string, R>();
  const fresh = rows.filter((row) => JSON.stringify(kept.get(key(row))) !== JSON.stringify(row));
  const missed = more || (old.name === name && old.more);
  if (!fresh.length && old.name === name && missed === old.more) return old;
  const all = [...fresh.map((row): [string, R] => [key(row), row]), ...[...kept].filter(([one]) => !fresh.some((row) => key(row) === one))];
  return { name, rows: new Map(all.slice(0, MOST)), more: missed || all.length > MOST };
}
