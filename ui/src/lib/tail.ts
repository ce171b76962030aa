/** Live tail: new rows in front of a list that was read before, without reading it again. */
import { MINUTE, SECOND } from "./time";

/** A trace is listed where it began and known when its first span arrives: so much later at most. */
const LATE = 10 * MINUTE;

/** From when on to ask for what is new. */
export function tailStart(newest: number, rangeStart: number, now: number): number {
  return Math.max(rangeStart, Math.min(newest || now, now) - LATE);
}

/** Rows are seen this much after they came in, at most. */
const UNSEEN = 5;

/** Only what came in since the last look, by the server's own clock. */
export const cameWithin = (micros: number): string => `received:>now-${Math.ceil(micros / SECOND) + UNSEEN}s`;

export interface Row {
  start_time: number;
}

/** The rows that were read, with what came since: newer states in place, new rows by their time. */
export function withTail<R extends Row>(rows: readonly R[], tail: readonly R[], key: (row: R) => string): R[] {
  if (!tail.length) return rows as R[];
  const fresh = new Map(tail.map((row) => [key(row), row]));
  const kept = rows.map((row) => {
    const now = fresh.get(key(row));
    fresh.delete(key(row));
    return now ?? row;
  });
  if (!fresh.size) return kept;
  return [...fresh.values(), ...kept].sort((a, b) => b.start_time - a.start_time);
}
