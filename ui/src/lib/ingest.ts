/** Counts of what came in, added up for a chart and for lists. */
import type { Points } from "./series";

export interface Counted {
  time: number;
  outcome: "accepted" | "rejected";
  items: number;
}

/** About how many bars a chart shows. */
const BARS = 60;

const series = (key: string, values: number[]) => ({ key, values, total: values.reduce((sum, one) => sum + one, 0) });

/** Buckets of equal length over the range, aligned to its start; accepted below, rejected on top. */
export function byTime(counts: readonly Counted[], start: number, end: number): Points {
  const step = Math.max(60e6, Math.ceil((end - start) / BARS / 60e6) * 60e6);
  const first = Math.floor(start / step) * step;
  const size = Math.max(1, Math.ceil((end - first) / step));
  const accepted = Array.from({ length: size }, () => 0);
  const rejected = Array.from({ length: size }, () => 0);
  for (const one of counts) {
    const at = Math.min(size - 1, Math.max(0, Math.floor((one.time - first) / step)));
    (one.outcome === "accepted" ? accepted : rejected)[at]! += one.items;
  }
  const times = accepted.map((_, index) => first + index * step);
  return { times, series: [series("accepted", accepted), series("rejected", rejected)], partial: [], folded: 0 };
}

export interface Bucketed {
  name: string;
  items: number;
  rejected: number;
}

/** Sums by a name, largest first. */
export function sumBy<C extends Counted>(counts: readonly C[], nameOf: (count: C) => string): Bucketed[] {
  const found = new Map<string, Bucketed>();
  for (const one of counts) {
    const name = nameOf(one);
    const sum = found.get(name) ?? { name, items: 0, rejected: 0 };
    sum.items += one.items;
    if (one.outcome === "rejected") sum.rejected += one.items;
    found.set(name, sum);
  }
  return [...found.values()].sort((a, b) => b.items - a.items || a.name.localeCompare(b.name));
}
