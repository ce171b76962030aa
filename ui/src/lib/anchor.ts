/** The piece of a text that a comment is about: found again by its words and what stood around it. */
import type { Anchor } from "@/api/types";
import { parseBody, plainText, type Json } from "./json";

/** Characters that are kept of what stood before and after. */
const AROUND = 40;
const MOST_QUOTED = 2_000;

export const SIDES = ["input", "output"] as const;
export type Side = (typeof SIDES)[number];

/** A piece of a text as an anchor; null when it is nothing but space, or too long. */
export function anchorOf(side: Side, text: string, start: number, end: number, hash: string): Anchor | null {
  const cut = text.slice(start, end);
  const quote = cut.trim();
  if (!quote || quote.length > MOST_QUOTED) return null;
  const from = start + cut.indexOf(quote);
  return { side, quote, before: text.slice(Math.max(0, from - AROUND), from), after: text.slice(from + quote.length, from + quote.length + AROUND), hash };
}

/** Where the piece stands in a text: of several places the one whose surroundings are most alike. */
export function locate(text: string, { quote, before, after }: Anchor): [number, number] | null {
  let best: [number, number] | null = null;
  let most = -1;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    const alike = ending(text.slice(0, at), before ?? "") + beginning(text.slice(at + quote.length), after ?? "");
    if (alike > most) [best, most] = [[at, at + quote.length], alike];
  }
  return best;
}

function beginning(one: string, other: string): number {
  let at = 0;
  while (at < other.length && one[at] === other[at]) at += 1;
  return at;
}

function ending(one: string, other: string): number {
  let at = 0;
  while (at < other.length && one[one.length - 1 - at] === other[other.length - 1 - at]) at += 1;
  return at;
}

/** A short fingerprint of a text, of which the first characters and the size are known. */
export function fingerprint(text: string, size: number, first: number): string {
  let [low, high] = [0x811c9dc5, 0x1b873593];
  const known = text.slice(0, first);
  for (let at = 0; at < known.length; at += 1) {
    const code = known.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return [size, low >>> 0, high >>> 0].map((part) => part.toString(36)).join("-");
}

/** Does a body still say what was quoted, whatever stands around it now? */
export function stillSays(body: string, quote: string): boolean {
  const wanted = letters(quote);
  const value = parseBody(body);
  const text = value === undefined ? plainText(body) : words(value).join(" ");
  return wanted ? letters(text).includes(wanted) : text.includes(quote);
}

/** Letters and digits alone: what pages show lacks the signs of markdown and of JSON. */
const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, "");

function words(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(words);
  if (value !== null && typeof value === "object") return Object.entries(value).flatMap(([key, inner]) => [key].concat(words(inner)));
  return [String(value)];
}
