/** What changed between two texts, word by word; in Chinese too, where words have no spaces. Pure. */
import { diffWords } from "diff";

export interface Part {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Longer texts take too long to be compared while one waits. */
const MOST = 20_000;
const PATIENCE = 60;

const segments = typeof Intl.Segmenter === "undefined" ? undefined : new Intl.Segmenter(undefined, { granularity: "word" });

/** Null where the texts are too long, or too different, to be worth it. */
export function changesOf(before: string, after: string): Part[] | null {
  if (before.length + after.length > MOST) return null;
  const found = diffWords(before, after, { timeout: PATIENCE, ...(segments && { intlSegmenter: segments }) });
  return found?.map((one) => ({ kind: one.added ? "added" : one.removed ? "removed" : "same", text: one.value })) ?? null;
}
