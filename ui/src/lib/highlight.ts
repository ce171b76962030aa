/** Which words of a filter are looked for in texts, and where they stand in one. */
import { terms } from "./filter";

const BODIES = new Set(["", "text", "input", "output", "name", "status"]);

/** In lower case, the longest first; of patterns, their pieces. */
export function wanted(filter: string): string[] {
  const found = new Set<string>();
  const look = (text: string) => {
    for (const one of terms(text)) {
      if (one.negated || one.kind === "word") continue;
      if (one.kind === "group") look(one.value.slice(1, -1));
      else if (BODIES.has(one.field)) {
        for (const piece of one.value.split("*")) if (piece.trim().length > 1) found.add(piece.trim().toLowerCase());
      }
    }
  };
  look(filter);
  return [...found].sort((a, b) => b.length - a.length);
}

export interface Piece {
  text: string;
  hit: boolean;
}

/** The text cut at every hit. Letters whose lower case has another length are left alone. */
export function cut(text: string, words: readonly string[]): Piece[] {
  const low = text.toLowerCase();
  if (!words.length || low.length !== text.length) return [{ text, hit: false }];
  const pieces: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    let from = text.length;
    let length = 0;
    for (const word of words) {
      const place = low.indexOf(word, at);
      if (place >= 0 && place < from) [from, length] = [place, word.length];
    }
    if (from > at) pieces.push({ text: text.slice(at, from), hit: false });
    if (length) pieces.push({ text: text.slice(from, from + length), hit: true });
    at = from + length;
  }
  return pieces;
}
