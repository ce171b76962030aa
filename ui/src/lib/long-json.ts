/**
 * JSON of millions of characters, read as far as it is looked at: reading all of it would hold up the
 * page. Of an object or an array it is found out where its entries stand; each is read when it is drawn.
 */
import type { Json } from "./json";

/** From this length on a text is not read as a whole. */
export const LONG = 500_000;
/** Characters that are looked at between two breaths, and how long one may take, in milliseconds. */
const STRIDE = 200_000;
const BREATH = 8;

/** An object or array that stands in a long text. */
export class LongJson {
  constructor(
    readonly text: string,
    readonly from = 0,
    readonly to = text.length,
  ) {}
}

export class Entries {
  constructor(
    readonly text: string,
    /** Of an object; an array has none. */
    readonly keys: readonly string[] | null,
    /** Pairs of where each entry begins and ends. */
    readonly places: readonly number[],
  ) {}

  get count(): number {
    return this.places.length / 2;
  }

  /** Throws where it is no JSON. */
  at(index: number): Json | LongJson {
    const from = this.places[index * 2]!;
    const to = this.places[index * 2 + 1]!;
    const begin = this.text[from];
    if (to - from >= LONG && (begin === "{" || begin === "[")) return new LongJson(this.text, from, to);
    return JSON.parse(this.text.slice(from, to)) as Json;
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE, COMMA, COLON] = ['"', "\\", "[", "]", "{", "}", ",", ":"].map((one) => one.charCodeAt(0));
const isSpace = (code: number) => code === 32 || code === 10 || code === 13 || code === 9;

/** Where a string ends that begins at a place; -1 when it does not. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

/** Finds the entries, and comes back now and then; null when brackets or quotes stay open. */
export function* scan({ text, from, to }: LongJson): Generator<undefined, Entries | null> {
  let at = from;
  const skip = () => {
    while (at < to && isSpace(text.charCodeAt(at))) at += 1;
  };
  skip();
  const isObject = text.charCodeAt(at) === OPEN;
  if (!isObject && text.charCodeAt(at) !== OPEN_LIST) return null;
  const keys: string[] | null = isObject ? [] : null;
  const places: number[] = [];
  let depth = 1;
  let began = -1;
  let key: string | null = null;
  let next = at + STRIDE;
  const end = (place: number): boolean => {
    if (began < 0) return places.length === 0 && key === null;
    if (isObject && key === null) return false;
    let last = place;
    while (isSpace(text.charCodeAt(last - 1))) last -= 1;
    places.push(began, last);
    if (key !== null) keys?.push(key);
    [began, key] = [-1, null];
    return true;
  };
  for (at += 1; at < to; at += 1) {
    if (at >= next) {
      next = at + STRIDE;
      yield undefined;
    }
    const code = text.charCodeAt(at);
    if (isSpace(code)) continue;
    if (depth === 1 && code === COMMA) {
      if (!end(at) || places.length === 0) return null;
      continue;
    }
    if (code === CLOSE || code === CLOSE_LIST) {
      depth -= 1;
      if (depth > 0) continue;
      const fits = code === (isObject ? CLOSE : CLOSE_LIST) && end(at);
      at += 1;
      skip();
      return fits && at === to ? new Entries(text, keys, places) : null;
    }
    if (depth === 1 && began < 0) began = at;
    if (code === OPEN || code === OPEN_LIST) depth += 1;
    else if (code === QUOTE) {
      const close = endOfString(text, at);
      if (close < 0 || close >= to) return null;
      if (isObject && depth === 1 && key === null && began === at) {
        key = text.slice(at, close + 1);
        began = -1;
        at = close + 1;
        skip();
        if (text.charCodeAt(at) !== COLON) return null;
        try {
          key = JSON.parse(key) as string;
        } catch {
          return null;
        }
      } else at = close;
    }
  }
  return null;
}

/** The entries of an object or array, found in small steps; null where the text is no JSON. */
export async function entriesOf(value: LongJson): Promise<Entries | null> {
  const steps = scan(value);
  for (;;) {
    const began = performance.now();
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() - began < BREATH);
    await new Promise((go) => setTimeout(go));
  }
}
