/**
 * The filter text, cut into terms: enough to add, remove and find `field:value` terms with a click.
 * What a filter means is the server's business.
 */

export interface Term {
  from: number;
  to: number;
  negated: boolean;
  /** Empty for free text and for groups in parentheses. */
  field: string;
  /** Without its quotes. */
  value: string;
  kind: "field" | "text" | "group" | "word";
}

/** The terms of the outermost level; `and`, `or` and `not` are words. */
export function terms(text: string): Term[] {
  const found: Term[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at += 1;
      continue;
    }
    const from = at;
    at = endOfTerm(text, at);
    found.push(readTerm(text, from, at));
  }
  return found;
}

function endOfTerm(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const letter = text[at]!;
    if (quoted) {
      if (letter === "\\") at += 1;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === "(") depth += 1;
    else if (letter === ")") {
      depth -= 1;
      if (depth <= 0) return at + 1;
    } else if (depth === 0 && /\s/.test(letter)) return at;
  }
  return text.length;
}

function readTerm(text: string, from: number, to: number): Term {
  const whole = text.slice(from, to);
  const negated = whole.length > 1 && whole.startsWith("-");
  const body = negated ? whole.slice(1) : whole;
  const base = { from, to, negated, field: "", value: unquote(body) };
  if (body.startsWith("(")) return { ...base, kind: "group", value: body };
  if (/^(and|or|not)$/i.test(whole)) return { ...base, kind: "word" };
  const match = /^([A-Za-z_][\w.-]*):/.exec(body);
  if (!match) return { ...base, kind: "text" };
  return { ...base, kind: "field", field: match[1]!.toLowerCase(), value: unquote(body.slice(match[0].length)) };
}

export const unquote = (text: string): string =>
  text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replace(/\\(.)/g, "$1")
    : text;

/** A value as the filter text needs it: quoted when it holds anything but plain word characters. */
export function quote(value: string): string {
  if (/^[\p{L}\p{N}_./@+-]+$/u.test(value) && !/^(and|or|not)$/i.test(value) && !value.startsWith("-")) return value;
  return `"${value.replace(/(["\\])/g, "\\$1")}"`;
}

export function term(field: string, value: string, negated = false): string {
  return `${negated ? "-" : ""}${field}:${quote(value)}`;
}

function find(text: string, field: string, value: string, negated: boolean): Term | undefined {
  return terms(text).find(
    (one) => one.kind === "field" && one.negated === negated && one.field === field && one.value === value,
  );
}

export function hasTerm(text: string, field: string, value: string, negated = false): boolean {
  return find(text, field, value, negated) !== undefined;
}

/** Narrows the filter by one more term. */
export function addTerm(text: string, field: string, value: string, negated = false): string {
  return hasTerm(text, field, value, negated) ? text : narrowed(text, term(field, value, negated));
}

/** Narrows the filter by more terms. A filter with a top-level `or` is put in parentheses first. */
export function narrowed(text: string, more: string): string {
  const old = text.trim();
  const open = terms(old).some((one) => one.kind === "word" && one.value.toLowerCase() === "or");
  return `${open ? `(${old})` : old} ${more}`.trim();
}

export function removeTerm(text: string, field: string, value: string, negated = false): string {
  const found = find(text, field, value, negated);
  if (!found) return text;
  return cutTerm(text, found);
}

/** Removes a term and the `and` that stood beside it. */
export function cutTerm(text: string, found: Term): string {
  const head = text.slice(0, found.from).replace(/(\s+and)?\s*$/i, "");
  const tail = text.slice(found.to).replace(head ? /^\s+/ : /^\s*(and\s+)?/i, "");
  return [head, tail].filter(Boolean).join(" ").trim();
}

export function toggleTerm(text: string, field: string, value: string): string {
  if (hasTerm(text, field, value)) return removeTerm(text, field, value);
  return addTerm(removeTerm(text, field, value, true), field, value);
}

/** Which values of a field the outermost terms ask for, and which they refuse. */
export function chosen(text: string, field: string): { wanted: Set<string>; refused: Set<string> } {
  const wanted = new Set<string>();
  const refused = new Set<string>();
  for (const one of terms(text)) {
    if (one.kind === "field" && one.field === field) (one.negated ? refused : wanted).add(one.value);
  }
  return { wanted, refused };
}

export interface Piece {
  from: number;
  text: string;
  look: "plain" | "chip" | "refusal" | "mistake";
}

/** The text cut into what an editor would draw: terms as chips, and the word in which the mistake is. */
export function looksOf(text: string, mistake: number | null): Piece[] {
  const wrong = mistake === null || text === "" ? null : Math.min(mistake, text.length - 1);
  const end = wrong === null ? 0 : wrong + Math.max(1, text.slice(wrong).search(/\s|$/));
  const marks = terms(text)
    .filter((one) => one.kind === "field" && one.value !== "" && (wrong === null || one.to <= wrong || one.from >= end))
    .map((one): Omit<Piece, "text"> & { to: number } => ({ from: one.from, to: one.to, look: one.negated ? "refusal" : "chip" }));
  if (wrong !== null) marks.push({ from: wrong, to: end, look: "mistake" });
  const pieces: Piece[] = [];
  let at = 0;
  for (const { from, to, look } of marks.sort((a, b) => a.from - b.from)) {
    if (from > at) pieces.push({ from: at, text: text.slice(at, from), look: "plain" });
    pieces.push({ from, text: text.slice(from, to), look });
    at = to;
  }
  if (at < text.length) pieces.push({ from: at, text: text.slice(at), look: "plain" });
  return pieces;
}
