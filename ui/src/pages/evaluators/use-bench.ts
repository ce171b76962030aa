/** What is tried on, and what came of it. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type Trial, type TrialSubject, trialCases, tryEvaluator } from "@/api/evaluators";
import { type Draft, settingsOf, tidy } from "@/lib/evaluators";
import { useErrorText } from "@/ui/states";

export const SOURCES = ["traces", "spans", "sessions", "experiments", "typed"] as const;
export type Source = (typeof SOURCES)[number];

/** One thing to try on. */
export interface Subject {
  key: string;
  name: string;
  input: string;
  output: string;
  asked: TrialSubject;
}

export type Result = { state: "running" } | { state: "done"; trial: Trial } | { state: "failed"; error: string };

const AT_ONCE = 4;

export interface Bench {
  source: Source;
  setSource: (source: Source) => void;
  chosen: readonly Subject[];
  setChosen: (chosen: readonly Subject[]) => void;
  /** What one types, by field. */
  typed: Record<string, string>;
  setTyped: (typed: Record<string, string>) => void;
  /** The first of the list, where none is chosen. */
  setFirst: (first: Subject | null) => void;
  /** A case to complete paths from. */
  sample: Record<string, unknown> | null;
  results: ReadonlyMap<string, Result>;
  running: boolean;
  run: (draft: Draft, name: string, subjects: readonly Subject[]) => Promise<void>;
  stop: () => void;
}

export function useBench(projectId: string): Bench {
  const errorText = useErrorText();
  const [source, setSource] = useState<Source>("traces");
  const [chosen, setChosen] = useState<readonly Subject[]>([]);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [first, setFirst] = useState<Subject | null>(null);
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(new Map());
  const [running, setRunning] = useState(false);
  const stopping = useRef(new AbortController());
  useEffect(() => () => stopping.current.abort(), []);
  const looked = (source === "typed" ? undefined : (chosen[0] ?? first)) ?? null;
  const found = useQuery(trialCases(projectId, looked ? [looked.asked] : []));
  const put = (key: string, result: Result | null) =>
    setResults((old) => {
      const next = new Map(old);
      if (result) next.set(key, result);
      else next.delete(key);
      return next;
    });
  const run = async (draft: Draft, name: string, subjects: readonly Subject[]) => {
    const { signal } = (stopping.current = new AbortController());
    setRunning(true);
    setResults(new Map());
    const waiting = [...subjects];
    const body = { kind: draft.kind, settings: settingsOf(tidy(draft)), name };
    const work = async () => {
      for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
        put(next.key, { state: "running" });
        try {
          const { items } = await tryEvaluator(projectId, { ...body, subjects: [next.asked] }, signal);
          put(next.key, { state: "done", trial: items[0]! });
        } catch (error) {
          put(next.key, signal.aborted ? null : { state: "failed", error: errorText(error) });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    setRunning(false);
  };
  return { source, setSource, chosen, setChosen, typed, setTyped, setFirst, sample: (looked && found.data?.items[0]) || null, results, running, run, stop: () => stopping.current.abort() };
}
