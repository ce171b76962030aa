/** What is typed in the playground, kept through a reload, and the runs of this page. */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import * as ask from "@/api/playground";
import { ApiError } from "@/api/client";
import { remember, rememberedJson } from "@/lib/memory";
import { type Failure, type Output, type RunEvent, type State, type Variant, Wrong, asked, fresh, isOver, isState, lightened, queued, renewed, shareable, stopped, told } from "@/lib/playground";
import { useSpeech } from "@/messages";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

const PAUSE = 300;
const MOST_OUTPUTS = 50;
/** Browsers keep six connections to a server; the page itself needs some of them. */
const AT_ONCE = 4;

export const stateKey = (projectId: string, saved: string | undefined) => `playground.${projectId}.${saved ?? "draft"}`;

export interface Kept {
  state: State;
  change: (next: (state: State) => State) => void;
  /** Was there something of before, which was changed and not saved? */
  restored: boolean;
  /** Takes in what is saved, or tells that it is: from then on only changes are kept here. */
  settle: (saved?: State) => void;
}

export function useKept(key: string): Kept {
  const [first] = useState(() => rememberedJson(key, isState));
  const [state, setState] = useState<State>(() => (first ? renewed(first) : fresh()));
  const changed = useRef(first !== null);
  const told = useRef(false);
  const { t } = useSpeech();
  const tell = useEffectEvent(() => {
    if (!told.current) toast(t("play.files_not_kept"), "danger");
    told.current = true;
  });
  useEffect(() => {
    // Headers of tools may hold secrets; they last as long as the page.
    const keep = () => {
      if (!changed.current) return;
      const whole = shareable(state);
      if (!remember(key, JSON.stringify(whole)) && remember(key, JSON.stringify(lightened(whole)))) tell();
    };
    const timer = setTimeout(keep, PAUSE);
    window.addEventListener("pagehide", keep);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pagehide", keep);
    };
  }, [key, state]);
  const change = useCallback((next: (state: State) => State) => {
    changed.current = true;
    setState(next);
  }, []);
  const settle = useCallback(
    (saved?: State) => {
      changed.current = false;
      remember(key, null);
      if (saved) setState(saved);
    },
    [key],
  );
  return { state, change, restored: first !== null, settle };
}

export interface Runs {
  /** By the key of a variant, the latest last. */
  outputs: ReadonlyMap<number, readonly Output[]>;
  running: boolean;
  /** Gives what keeps it from being run. */
  run: (state: State, variant: Variant, only?: string[]) => Wrong | null;
  stop: (variant?: number) => void;
  forget: (variant: number) => void;
}

export function useRuns(projectId: string): Runs {
  const [outputs, setOutputs] = useState<ReadonlyMap<number, readonly Output[]>>(new Map());
  const controllers = useRef(new Map<number, { variant: number; abort: AbortController }>());
  const waiting = useRef<(() => Promise<void>)[]>([]);
  const underway = useRef(0);
  const sessions = useRef(new Map<number, string>());
  const errorText = useErrorText();

  const put = useCallback((variant: number, key: number, next: (output: Output) => Output) => {
    setOutputs((all) => new Map(all).set(variant, (all.get(variant) ?? []).map((one) => (one.key === key ? next(one) : one))));
  }, []);

  // Whoever leaves the page pays for nothing more.
  useEffect(() => {
    const all = controllers.current;
    return () => {
      waiting.current = [];
      for (const { abort } of all.values()) abort.abort();
    };
  }, []);

  /** Starts what waits, as many as may run at once. */
  const advance = () => {
    while (underway.current < AT_ONCE) {
      const begin = waiting.current.shift();
      if (!begin) return;
      underway.current += 1;
      void begin().finally(() => {
        underway.current -= 1;
        advance();
      });
    }
  };

  const enqueue = (variant: number, body: Record<string, unknown>) => {
    const output = queued();
    const abort = new AbortController();
    controllers.current.set(output.key, { variant, abort });
    setOutputs((all) => new Map(all).set(variant, [...(all.get(variant) ?? []), output].slice(-MOST_OUTPUTS)));
    waiting.current.push(() => start(variant, output.key, abort, body));
  };

  const start = async (variant: number, key: number, abort: AbortController, body: Record<string, unknown>) => {
    if (abort.signal.aborted) return;
    put(variant, key, (one) => ({ ...one, status: "running", startedAt: Date.now() }));
    // Pieces come faster than they can be drawn.
    let pieces: RunEvent[] = [];
    let frame = 0;
    const draw = () => {
      frame = 0;
      const events = pieces;
      pieces = [];
      put(variant, key, (one) => events.reduce((before, event) => told(before, event, Date.now()), one));
    };
    const receive = (event: RunEvent) => {
      pieces.push(event);
      frame ||= window.setTimeout(draw, 40);
    };
    try {
      await ask.run(projectId, body, abort.signal, receive);
      clearTimeout(frame);
      draw();
    } catch (error) {
      clearTimeout(frame);
      draw();
      put(variant, key, (one) => (abort.signal.aborted ? stopped(one, Date.now()) : { ...one, status: "failed", endedAt: Date.now(), failure: failureOf(error, errorText(error)) }));
    } finally {
      controllers.current.delete(key);
    }
  };

  const run = (state: State, variant: Variant, only?: string[]): Wrong | null => {
    let session = sessions.current.get(variant.key);
    if (!session) sessions.current.set(variant.key, (session = `playground-${crypto.getRandomValues(new Uint32Array(2)).join("")}`));
    try {
      const body = asked(state, variant, session, only);
      setOutputs((all) => new Map(all).set(variant.key, []));
      for (let time = 0; time < state.times; time += 1) enqueue(variant.key, body);
      advance();
    } catch (error) {
      if (error instanceof Wrong) return error;
      throw error;
    }
    return null;
  };

  const stop = (variant?: number) => {
    for (const [key, one] of controllers.current) {
      if (variant !== undefined && one.variant !== variant) continue;
      one.abort.abort();
      put(one.variant, key, (output) => (output.status === "waiting" ? stopped(output, Date.now()) : output));
    }
  };

  const forget = (variant: number) => {
    stop(variant);
    setOutputs((all) => new Map([...all].filter(([key]) => key !== variant)));
  };

  const running = [...outputs.values()].some((all) => all.some((one) => !isOver(one)));
  return { outputs, running, run, stop, forget };
}

function failureOf(error: unknown, text: string): Failure {
  if (error instanceof ApiError) return { code: error.code, cause: text, remedy: "" };
  return { code: "cut_off", cause: text, remedy: "" };
}
