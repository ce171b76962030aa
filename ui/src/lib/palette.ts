/** Which entries of the palette match what was typed, the best first. */

export interface Entry {
  key: string;
  /** What it is found by, in every language. */
  words: readonly string[];
}

export interface Group<E extends Entry> {
  title: string;
  entries: readonly E[];
}

/** 0: it does not match. Every typed word must stand in one of the entry's. */
export function score(words: readonly string[], typed: string): number {
  const text = typed.trim().toLowerCase();
  const known = words.map((one) => one.toLowerCase());
  if (!text.split(/\s+/).every((part) => known.some((one) => one.includes(part)))) return 0;
  if (known.some((one) => one === text)) return 4;
  if (known.some((one) => one.startsWith(text))) return 3;
  return known.some((one) => new RegExp(`(^|[^\\p{L}\\p{N}])${text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}`, "u").test(one)) ? 2 : 1;
}

/** Groups with what matches; the group with the best match comes first. Nothing typed: all, as they are. */
export function matching<E extends Entry>(groups: readonly Group<E>[], typed: string): Group<E>[] {
  const full = (group: Group<E>) => group.entries.length > 0;
  if (!typed.trim()) return groups.filter(full);
  return groups
    .map(({ title, entries }) => {
      const found = entries.map((entry) => ({ entry, score: score(entry.words, typed) })).filter((one) => one.score > 0);
      found.sort((a, b) => b.score - a.score);
      return { title, entries: found.map((one) => one.entry), best: found[0]?.score ?? 0 };
    })
    .filter(full)
    .sort((a, b) => b.best - a.best)
    .map(({ title, entries }) => ({ title, entries }));
}

/** One word with a digit in it, long enough to be the id of a trace, a span or a session. */
export const looksLikeId = (text: string): boolean => /^(?=\S*\d)[^\s:"]{8,200}$/.test(text);
