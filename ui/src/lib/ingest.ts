/** Counts of what came in, added up for charts, tables and advice. */
import type { Points } from "./series";

export const OUTCOMES = ["accepted", "rejected", "dropped", "late"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What is wrong with an item. Dropped and late items are accepted ones all the same. */
export type Trouble = Exclude<Outcome, "accepted">;

/** Steps of delay, as the server names them, with the least delay of each in microseconds. */
export const DELAYS = { over_5m: 5 * 60e6, over_1h: 3600e6, over_1d: 24 * 3600e6, over_7d: 7 * 24 * 3600e6 } as const;
export type Delay = keyof typeof DELAYS;

export interface Counted {
  time: number;
  outcome: Outcome;
  reason: string;
  items: number;
  bytes: number;
  worst: number;
  sdk: string;
  key_id: string;
}

/** About how many bars a chart shows. */
const BARS = 60;

/** Buckets of equal length over the range, aligned to its start; one series for each outcome. */
export function byTime(counts: readonly Counted[], start: number, end: number, outcomes: readonly Outcome[]): Points {
  const step = Math.max(60e6, Math.ceil((end - start) / BARS / 60e6) * 60e6);
  const first = Math.floor(start / step) * step;
  const size = Math.max(1, Math.ceil((end - first) / step));
  const series = outcomes.map((key) => {
    const values = Array.from({ length: size }, () => 0);
    for (const one of counts) {
      if (one.outcome === key) values[Math.min(size - 1, Math.max(0, Math.floor((one.time - first) / step)))]! += one.items;
    }
    return { key, values, total: values.reduce((sum, value) => sum + value, 0) };
  });
  return { times: Array.from({ length: size }, (_, index) => first + index * step), series, partial: [], folded: 0 };
}

export type Sums = Record<Outcome, number> & { bytes: number };

const nothing = (): Sums => ({ accepted: 0, rejected: 0, dropped: 0, late: 0, bytes: 0 });

function add(sums: Sums, one: Counted): void {
  sums[one.outcome] += one.items;
  sums.bytes += one.bytes;
}

export function sum(counts: readonly Counted[]): Sums {
  const sums = nothing();
  for (const one of counts) add(sums, one);
  return sums;
}

export interface Tally extends Sums {
  name: string;
}

/** Sums by a name; those with most items that came in first. */
export function tally(counts: readonly Counted[], nameOf: (count: Counted) => string): Tally[] {
  const found = new Map<string, Tally>();
  for (const one of counts) {
    const name = nameOf(one);
    const sums = found.get(name) ?? { name, ...nothing() };
    add(sums, one);
    found.set(name, sums);
  }
  const came = (one: Tally) => one.accepted + one.rejected;
  return [...found.values()].sort((a, b) => came(b) - came(a) || a.name.localeCompare(b.name));
}

export interface Issue {
  outcome: Trouble;
  /** Late items are one issue, whatever their delay. */
  reason: string;
  items: number;
  worst: number;
  sdks: string[];
  keys: string[];
  /** Of late items: how many by step of delay. */
  delays: Record<Delay, number>;
}

/** Telemetry that is not kept here is refused as it should be. */
export const isHarmless = (issue: Pick<Issue, "outcome" | "reason">): boolean => issue.outcome === "late" || issue.reason === "not_kept";

const RANK: Record<Trouble, number> = { rejected: 0, dropped: 1, late: 2 };

/** What went wrong, the worst first: what was refused, what lost a part, what came late. */
export function issues(counts: readonly Counted[]): Issue[] {
  const groups = new Map<string, Counted[]>();
  for (const one of counts) {
    if (one.outcome === "accepted" || !one.items) continue;
    const key = `${one.outcome} ${one.outcome === "late" ? "" : one.reason}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()]
    .map(issue)
    .sort((a, b) => Number(isHarmless(a)) - Number(isHarmless(b)) || RANK[a.outcome] - RANK[b.outcome] || b.items - a.items);
}

function issue(counts: readonly Counted[]): Issue {
  const outcome = counts[0]!.outcome as Trouble;
  const delays = { over_5m: 0, over_1h: 0, over_1d: 0, over_7d: 0 };
  for (const one of counts) if (one.reason in delays) delays[one.reason as Delay] += one.items;
  return {
    outcome,
    reason: outcome === "late" ? "late" : counts[0]!.reason,
    items: counts.reduce((all, one) => all + one.items, 0),
    worst: Math.max(...counts.map((one) => one.worst)),
    sdks: most(counts, (one) => one.sdk),
    keys: most(counts, (one) => one.key_id),
    delays,
  };
}

/** Names by their items, most first. */
function most(counts: readonly Counted[], nameOf: (count: Counted) => string): string[] {
  const sums = new Map<string, number>();
  for (const one of counts) sums.set(nameOf(one), (sums.get(nameOf(one)) ?? 0) + one.items);
  return [...sums].sort((a, b) => b[1] - a[1]).map(([name]) => name);
}
