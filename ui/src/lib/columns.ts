/**
 * Which columns a table shows, in what order, how wide, and which of them stay in sight: one line of
 * text for the address, the memory of the browser and saved views. `name*,cost:120,input` pins the
 * name and gives the cost 120 pixels.
 */

export interface Placed {
  key: string;
  pinned: boolean;
  /** Pixels; undefined: the column's own. */
  width?: number;
}

export const NARROWEST = 48;
export const WIDEST = 900;

export function readColumns(text: string, known: ReadonlySet<string>): Placed[] {
  const seen = new Set<string>();
  const found: Placed[] = [];
  for (const part of text.split(",")) {
    const match = /^([\w.-]+)(\*)?(?::(\d{1,4}))?$/.exec(part.trim());
    const key = match?.[1];
    if (!key || !known.has(key) || seen.has(key)) continue;
    seen.add(key);
    found.push({ key, pinned: match[2] === "*", ...(match[3] ? { width: fitting(Number(match[3])) } : {}) });
  }
  return pinnedFirst(found);
}

export function writeColumns(placed: readonly Placed[]): string {
  return placed.map(({ key, pinned, width }) => `${key}${pinned ? "*" : ""}${width ? `:${width}` : ""}`).join(",");
}

export const fitting = (width: number): number => Math.min(WIDEST, Math.max(NARROWEST, Math.round(width)));

/** Pinned columns stand before the others; otherwise the order stays. */
const pinnedFirst = (placed: readonly Placed[]): Placed[] => [...placed.filter((one) => one.pinned), ...placed.filter((one) => !one.pinned)];

/** Puts a column where another one stands. It takes over whether that one is pinned. */
export function moveTo(placed: readonly Placed[], key: string, target: string): Placed[] {
  const from = placed.findIndex((one) => one.key === key);
  const to = placed.findIndex((one) => one.key === target);
  if (from < 0 || to < 0 || from === to) return [...placed];
  const rest = placed.filter((one) => one.key !== key);
  rest.splice(to, 0, { ...placed[from]!, pinned: placed[to]!.pinned });
  return pinnedFirst(rest);
}

/** The usual columns that `width` has room for: what can be spared goes, the first of it first. */
export function fitted(usual: readonly string[], spare: readonly string[], room: (key: string) => number, width: number): string[] {
  let shown = [...usual];
  for (const key of spare) {
    if (shown.reduce((sum, one) => sum + room(one), 0) <= width) break;
    shown = shown.filter((one) => one !== key);
  }
  return shown;
}

/** One place to the left or right. */
export function step(placed: readonly Placed[], key: string, by: 1 | -1): Placed[] {
  const target = placed[placed.findIndex((one) => one.key === key) + by];
  return target ? moveTo(placed, key, target.key) : [...placed];
}

/** Takes a column away, or puts it at the end. The last one stays. */
export function toggle(placed: readonly Placed[], key: string): Placed[] {
  if (!placed.some((one) => one.key === key)) return [...placed, { key, pinned: false }];
  return placed.length > 1 ? placed.filter((one) => one.key !== key) : [...placed];
}

export function pin(placed: readonly Placed[], key: string): Placed[] {
  return pinnedFirst(placed.map((one) => (one.key === key ? { ...one, pinned: !one.pinned } : one)));
}

export function resize(placed: readonly Placed[], key: string, width: number | undefined): Placed[] {
  return placed.map(({ width: old, ...one }) => {
    const wanted = one.key === key ? width && fitting(width) : old;
    return wanted ? { ...one, width: wanted } : one;
  });
}
