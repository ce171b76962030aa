/** Places of widgets in a grid of twelve columns, where nothing overlaps and nothing floats. */

export const COLUMNS = 12;
export const LEAST = { w: 2, h: 2 };
export const MOST_HIGH = 24;

export interface Place {
  id: string;
  x: number;
  y: number;
  w: number;
  h: number;
}

const meet = (a: Place, b: Place): boolean =>
  a.id !== b.id && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

const fromTop = (a: Place, b: Place): number => a.y - b.y || a.x - b.x;

/** `moved` stands where it is wanted: what is in its way makes room below, then all rise as far as they can. */
export function settle<T extends Place>(all: readonly T[], moved?: T): T[] {
  const rest = all.filter((one) => one.id !== moved?.id).sort(fromTop);
  const placed: T[] = moved ? [moved] : [];
  for (const one of rest) placed.push(sunk(one, placed));
  const settled: T[] = [];
  for (const one of placed.sort(fromTop)) settled.push(risen(one, settled));
  return settled;
}

function sunk<T extends Place>(one: T, others: readonly T[]): T {
  let y = one.y;
  while (others.some((other) => meet({ ...one, y }, other))) y += 1;
  return { ...one, y };
}

function risen<T extends Place>(one: T, others: readonly T[]): T {
  let y = one.y;
  while (y > 0 && !others.some((other) => meet({ ...one, y: y - 1 }, other))) y -= 1;
  return { ...one, y };
}

/** The place moved by so many cells, kept inside the grid. */
export function movedBy<T extends Place>(one: T, dx: number, dy: number): T {
  return { ...one, x: Math.min(COLUMNS - one.w, Math.max(0, one.x + dx)), y: Math.max(0, one.y + dy) };
}

export function resizedBy<T extends Place>(one: T, dw: number, dh: number): T {
  return {
    ...one,
    w: Math.min(COLUMNS - one.x, Math.max(LEAST.w, one.w + dw)),
    h: Math.min(MOST_HIGH, Math.max(LEAST.h, one.h + dh)),
  };
}

/** Rows that are taken. */
export const bottom = (all: readonly Place[]): number => all.reduce((most, one) => Math.max(most, one.y + one.h), 0);
