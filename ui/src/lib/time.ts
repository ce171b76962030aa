/** Time ranges as the URL holds them, and as questions need them. All times are microseconds, UTC. */

export const SECOND = 1e6;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const PRESETS = ["15m", "1h", "6h", "24h", "7d", "30d", "90d"] as const;
export const DEFAULT_PRESET = "24h";

export interface Span {
  start: number;
  end: number;
}

/** What the URL says: `range=24h`, or `start` and `end`. */
export interface RangeSearch {
  range?: string;
  start?: number;
  end?: number;
}

const UNIT: Record<string, number> = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

/** Length of `24h`, `7d` …; null when it is not one. */
export function presetLength(text: string): number | null {
  const match = /^(\d{1,4})([mhdw])$/.exec(text);
  if (!match) return null;
  return Number(match[1]) * UNIT[match[2]!]!;
}

/** Keeps only what makes a valid range; a broken range in a URL falls back to the default. */
export function cleanRange(search: Record<string, unknown>): RangeSearch {
  const start = Number(search.start);
  const end = Number(search.end);
  if (Number.isFinite(start) && Number.isFinite(end) && start > 0 && end > start) {
    return { start: Math.round(start), end: Math.round(end) };
  }
  if (typeof search.range === "string" && presetLength(search.range) !== null) return { range: search.range };
  return {};
}

export function isAbsolute(search: RangeSearch): boolean {
  return search.start !== undefined && search.end !== undefined;
}

/**
 * The range in numbers. A relative range ends at the next full minute, so that what arrives now is
 * inside it and equal questions have equal keys.
 */
export function resolveRange(search: RangeSearch, now: number): Span {
  if (search.start !== undefined && search.end !== undefined) {
    return { start: search.start, end: search.end };
  }
  const length = presetLength(search.range ?? DEFAULT_PRESET) ?? DAY;
  const end = Math.ceil(now / MINUTE) * MINUTE;
  return { start: end - length, end };
}

/** The range of equal length just before, for comparisons. */
export function before({ start, end }: Span): Span {
  return { start: start - (end - start), end: start };
}

const two = (n: number) => String(n).padStart(2, "0");
const UTC = "UTC";

/** `2026-11-22T12:19` for an `<input type="datetime-local">`, in the browser's zone or in UTC. */
export function toLocalInput(micros: number, zone?: string): string {
  if (zone === UTC) return new Date(micros / 1000).toISOString().slice(0, 16);
  const date = new Date(micros / 1000);
  return (
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}` +
    `T${two(date.getHours())}:${two(date.getMinutes())}`
  );
}

export function fromLocalInput(text: string, zone?: string): number | null {
  const millis = new Date(zone === UTC ? `${text}Z` : text).getTime();
  return Number.isFinite(millis) ? millis * 1000 : null;
}
