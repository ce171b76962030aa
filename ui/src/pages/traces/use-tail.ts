/** Asks for the newest rows every two seconds while the page is looked at and stands at its top. */
import { useEffect, useMemo, useRef, useState } from "react";
import { type Row, tailStart } from "@/lib/tail";
import { MINUTE } from "@/lib/time";

const EVERY = 2000;
const MOST = 500;

export type TailState = "off" | "live" | "paused" | "failed";

interface TailQuestion<R> {
  on: boolean;
  /** Changes with the question; what came before is then forgotten. */
  name: string;
  rangeStart: number;
  newest: number;
  key: (row: R) => string;
  fetch: (start: number, end: number) => Promise<readonly R[]>;
}

const isPaused = () => document.visibilityState !== "visible" || (document.querySelector("[data-table]")?.scrollTop ?? 0) > 0;

export function useTail<R extends Row>(question: TailQuestion<R>): { rows: readonly R[]; state: TailState } {
  const { on, name } = question;
  const [found, setFound] = useState<{ name: string; rows: Map<string, R> }>({ name, rows: new Map() });
  const [state, setState] = useState<TailState>("off");
  const latest = useRef(question);
  useEffect(() => {
    latest.current = question;
  });
  useEffect(() => {
    if (!on) return undefined;
    let over = false;
    let newest = 0;
    let timer = 0;
    const look = async () => {
      if (isPaused()) setState("paused");
      else {
        const { rangeStart, newest: listed, key, fetch } = latest.current;
        const now = Date.now() * 1000;
        try {
          const rows = await fetch(tailStart(Math.max(newest, listed), rangeStart, now), now + MINUTE);
          if (over) return;
          newest = Math.max(newest, rows[0]?.start_time ?? 0);
          setState("live");
          setFound((old) => merged(old, name, rows, key));
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
  return { rows, state };
}

type Found<R> = { name: string; rows: Map<string, R> };

/** What is already known in the same state draws nothing again. */
function merged<R>(old: Found<R>, name: string, rows: readonly R[], key: (row: R) => string): Found<R> {
  const kept = old.name === name ? old.rows : new Map<string, R>();
  const fresh = rows.filter((row) => JSON.stringify(kept.get(key(row))) !== JSON.stringify(row));
  if (!fresh.length && old.name === name) return old;
  const all = [...fresh.map((row): [string, R] => [key(row), row]), ...[...kept].filter(([one]) => !fresh.some((row) => key(row) === one))];
  return { name, rows: new Map(all.slice(0, MOST)) };
}
