/** An experiment as it is planned on its page, and rules as they are typed. Pure. */
import { type State, type Variant, Wrong, asked, fresh, placeholdersOf, variablesOf } from "./playground";

type Raw = Record<string, unknown>;
type Json = Record<string, unknown>;

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const present = <T extends object>(search: T): T => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;

export interface NewRunSearch {
  dataset?: string;
  prompt?: string;
  version?: number;
  /** Calls of production instead of a data set. */
  over?: "replay";
}

export function newRunSearch(raw: Raw): NewRunSearch {
  const version = Number(raw.version);
  return present({
    dataset: text(raw.dataset),
    prompt: raw.prompt === undefined ? undefined : text(String(raw.prompt)),
    version: Number.isInteger(version) && version > 0 ? version : undefined,
    over: raw.over === "replay" ? ("replay" as const) : undefined,
  });
}

export interface RulesSearch {
  /** A rule that is open, or `new`. */
  rule?: string;
  evaluator?: string;
  /** A rule that keeps traffic as items, or `new`, and the data set that a new one begins with. */
  keep?: string;
  dataset?: string;
}

export const rulesSearch = (raw: Raw): RulesSearch => present({ rule: text(raw.rule), evaluator: text(raw.evaluator), keep: text(raw.keep), dataset: text(raw.dataset) });

export interface ChosenEvaluator {
  evaluator_id: string;
  /** 0: the newest. */
  version: number;
  against: string;
}

export interface RunDraft {
  name: string;
  variant: Variant;
  dataset: string;
  split: string;
  replay: { start: number; end: number; filter: string; most: number } | null;
  /** Of a replay: the messages that were sent, to another model. */
  asSent: boolean;
  mapping: Record<string, string>;
  evaluators: ChosenEvaluator[];
  repetitions: string;
  concurrency: string;
  perMinute: string;
}

/** A number as it is typed. Throws `Wrong` for anything else. */
function whole(typed: string, least: number, most: number): number {
  const value = Number(typed.trim() || least);
  if (!Number.isInteger(value) || value < least || value > most) throw new Wrong({ field: "options", why: `${typed} (${least}–${most})` });
  return value;
}

/** What the server is asked to run. Throws `Wrong` for what cannot be sent. */
export function planOf(draft: RunDraft): Json {
  const state: State = { ...fresh(), variants: [draft.variant] };
  const { variables: _values, placeholders: _places, session_id: _session, ...call } = asked(state, draft.variant, "");
  const asSent = draft.replay !== null && draft.asSent;
  const wanted = new Set([...(variablesOf(draft.variant.lines, draft.variant.syntax) ?? Object.keys(draft.mapping)), ...placeholdersOf(draft.variant.lines)]);
  const mapping = Object.fromEntries(Object.entries(draft.mapping).filter(([name, path]) => wanted.has(name) && path.trim() !== ""));
  return {
    ...call,
    ...(asSent ? { messages: [], prompt_name: "", prompt_version: 0 } : {}),
    name: draft.name.trim(),
    ...(draft.replay ? { replay: draft.replay } : { dataset_id: draft.dataset, split: draft.split, mapping }),
    evaluators: draft.evaluators,
    repetitions: whole(draft.repetitions, 1, 50),
    concurrency: whole(draft.concurrency, 1, 64),
    per_minute: whole(draft.perMinute, 0, 1_000_000),
  };
}

/** Evaluators of an experiment as a bar tells them: what is done of all. */
export interface Counts {
  waiting: number;
  done: number;
  failed: number;
  held: number;
}

export const totalOf = (counts: Counts) => counts.waiting + counts.done + counts.failed + counts.held;

/** Does anything of a run still go on? */
export function isLive(run: { job: { status: string } | null; evaluators: readonly Counts[] } | undefined): boolean {
  if (!run) return false;
  return run.job?.status === "waiting" || run.job?.status === "running" || run.evaluators.some((one) => one.waiting > 0);
}

interface Measured {
  value: number;
  low: number | null;
  high: number | null;
  /** Of a judge, freed of its errors: by its error rates, and by labels of the same items. */
  freed: { value: number; low: number | null; high: number | null } | null;
  powered: { value: number; low: number | null; high: number | null; labels: number } | null;
}

export interface Line {
  metric: string;
  lower: boolean;
  points: (Measured & { at: number; id: string; name: string; place: number })[];
}

/** The metrics of experiments in their order, as lines: those of the scores first. */
export function linesOf(points: readonly { id: string; name: string; started_at: number; metrics: readonly (Measured & { metric: string; lower_is_better: boolean })[] }[]): Line[] {
  const lines = new Map<string, Line>();
  points.forEach((point, place) => {
    for (const { metric, lower_is_better, value, low, high, freed, powered } of point.metrics) {
      const line = lines.get(metric) ?? { metric, lower: lower_is_better, points: [] };
      line.points.push({ at: point.started_at, id: point.id, name: point.name, value, low, high, freed, powered, place });
      lines.set(metric, line);
    }
  });
  const own = ["latency", "cost", "failures"];
  return [...lines.values()].sort((one, other) => own.indexOf(one.metric) - own.indexOf(other.metric) || one.metric.localeCompare(other.metric));
}
