/** Bodies as stored: JSON text or plain text, perhaps cut. */

import { whole } from "./attachments";
import { LONG, LongJson } from "./long-json";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The value of a JSON text that is an object or an array; undefined for everything else. */
export function parseBody(text: string): Json | undefined {
  const begin = text.trimStart()[0];
  if (begin !== "{" && begin !== "[") return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The same, but of a long text: where it stands, to be looked through bit by bit. */
export function bodyOf(text: string): Json | LongJson | undefined {
  if (text.length < LONG) return parseBody(text);
  const ends = `${text.trimStart()[0]}${text.trimEnd().at(-1)}`;
  return ends === "{}" || ends === "[]" ? new LongJson(text) : undefined;
}

/** A text that is one JSON string reads better without its quotes. */
export function plainText(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : text;
  } catch {
    return text;
  }
}

/** Blocks of a long text, cut at line ends where there are any, so that the page draws only those in sight. */
export function blocks(text: string, size = 4000): string[] {
  const found: string[] = [];
  let at = 0;
  while (at < text.length) {
    let end = Math.min(at + size, text.length);
    if (end < text.length) {
      // Looked for in the block alone: a text without lines would be searched from its start each time.
      const line = text.slice(at, end).lastIndexOf("\n");
      if (line > 0) end = at + line + 1;
      // Never between the halves of one character.
      else if (/[\uD800-\uDBFF]/.test(text[end - 1]!)) end += 1;
      else end = whole(text, end);
    }
    found.push(text.slice(at, end));
    at = end;
  }
  return found;
}

/** One line for a folded object or array. */
export function summary(value: Json, length = 60): string {
  if (Array.isArray(value)) return value.length ? `[ ${value.length} ]` : "[]";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.keys(value);
  if (!keys.length) return "{}";
  const text = keys.join(", ");
  return `{ ${text.length > length ? `${text.slice(0, length)}…` : text} }`;
}

/** Ranges of a part of a long list: a hundred of them or less, of a hundred entries, or of a hundred times as many. */
export function chunks(start: number, end: number, most = 100): [number, number][] {
  let size = most;
  while ((end - start) / size > most) size *= most;
  const found: [number, number][] = [];
  for (let from = start; from < end; from += size) found.push([from, Math.min(from + size, end)]);
  return found;
}
