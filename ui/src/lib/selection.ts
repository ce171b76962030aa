/** Rows that are chosen, by key. */

/** Chooses a row or gives it up; with a range, all rows between it and the one chosen before. */
export function choose(chosen: ReadonlySet<string>, keys: readonly string[], key: string, from: string | null): Set<string> {
  const next = new Set(chosen);
  const on = !chosen.has(key);
  const [a, b] = [keys.indexOf(from ?? key), keys.indexOf(key)];
  const range = a < 0 || b < 0 ? [key] : keys.slice(Math.min(a, b), Math.max(a, b) + 1);
  for (const one of range) {
    if (on) next.add(one);
    else next.delete(one);
  }
  return next;
}
