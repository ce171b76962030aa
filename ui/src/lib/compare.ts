/**
 * Two traces side by side: which span of one answers to which of the other, and where they part.
 *
 * Children of spans that belong together are aligned by kind and name in their order, as lines of two
 * texts are. What has no counterpart stands alone, with all below it.
 */
import { type Tree, type TreeSpan, children, hasChildren, roots } from "./tree";

export interface ComparedSpan extends TreeSpan {
  name: string;
  kind: string;
  model: string;
  input_preview: string;
  output_preview: string;
}

export type Difference = "missing" | "input" | "output" | "model" | "level";

export interface Pair {
  /** Indexes into the spans of either side; -1 where there is no counterpart. */
  left: number;
  right: number;
  depth: number;
  differences: Difference[];
}

interface Side<S> {
  spans: readonly S[];
  tree: Tree;
}

/** Longer lists of siblings are aligned by how often a name came, not by the best fit. */
const LONG = 400;

export function compare<S extends ComparedSpan>(left: Side<S>, right: Side<S>): Pair[] {
  const pairs: Pair[] = [];
  const waiting: [left: number, right: number, depth: number][] = aligned(left, right, roots(left.tree), roots(right.tree), 0).reverse();
  while (waiting.length) {
    const [a, b, depth] = waiting.pop()!;
    const one = a < 0 ? undefined : left.spans[left.tree.order[a]!];
    const other = b < 0 ? undefined : right.spans[right.tree.order[b]!];
    pairs.push({
      left: a < 0 ? -1 : left.tree.order[a]!,
      right: b < 0 ? -1 : right.tree.order[b]!,
      depth,
      differences: one && other ? differences(one, other) : ["missing"],
    });
    const below = aligned(left, right, a < 0 ? [] : children(left.tree, a), b < 0 ? [] : children(right.tree, b), depth + 1);
    for (let at = below.length - 1; at >= 0; at -= 1) waiting.push(below[at]!);
  }
  return pairs;
}

function differences(one: ComparedSpan, other: ComparedSpan): Difference[] {
  const found: Difference[] = [];
  if (one.input_preview !== other.input_preview) found.push("input");
  if (one.output_preview !== other.output_preview) found.push("output");
  if (one.model !== other.model) found.push("model");
  if (one.level !== other.level) found.push("level");
  return found;
}

/** By the place of a pair: which of its bodies are not alike as wholes. */
export type Whole = ReadonlyMap<number, readonly Difference[]>;
export const NOTHING_READ: Whole = new Map();

interface Bodies {
  input: string;
  output: string;
  input_size: number;
  output_size: number;
}

/** Undefined until both are there. What is longer than was fetched differs when it is not as long. */
export function unlike(one: Bodies | undefined, other: Bodies | undefined): Difference[] | undefined {
  if (!one || !other) return undefined;
  return (["input", "output"] as const).filter((side) => one[side] !== other[side] || one[`${side}_size`] !== other[`${side}_size`]);
}

/** Rows know the heads of bodies alone; where the bodies were read, they decide. */
export function withWhole(pairs: Pair[], read: Whole): Pair[] {
  if (!read.size) return pairs;
  return pairs.map((pair, index) => {
    const whole = read.get(index);
    if (!whole || pair.differences[0] === "missing") return pair;
    return { ...pair, differences: [...whole, ...pair.differences.filter((one) => one !== "input" && one !== "output")] };
  });
}

/**
 * Where the traces part: the first pair that differs. The output of a span with others inside is
 * what those made of it, so it is they who are asked.
 */
export function divergence<S extends ComparedSpan>(pairs: readonly Pair[], left: Side<S>, right: Side<S>): number {
  const inner = (side: Side<S>, index: number) => index >= 0 && hasChildren(side.tree, side.tree.rowOf.get(side.spans[index]!.span_id) ?? 0);
  const own = pairs.findIndex((pair) => {
    const parent = inner(left, pair.left) || inner(right, pair.right);
    return pair.differences.some((one) => !parent || (one !== "output" && one !== "level"));
  });
  return own >= 0 ? own : pairs.findIndex((pair) => pair.differences.length > 0);
}

function aligned<S extends ComparedSpan>(left: Side<S>, right: Side<S>, a: number[], b: number[], depth: number): [number, number, number][] {
  const name = (side: Side<S>, row: number) => `${side.spans[side.tree.order[row]!]!.kind} ${side.spans[side.tree.order[row]!]!.name}`;
  const matches = align(
    a.map((row) => name(left, row)),
    b.map((row) => name(right, row)),
  );
  return matches.map(([at, to]) => [at < 0 ? -1 : a[at]!, to < 0 ? -1 : b[to]!, depth]);
}

/** Places of equal items of two lists in order; -1 where an item has no counterpart. */
export function align(a: readonly string[], b: readonly string[]): [number, number][] {
  const found: [number, number][] = [];
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) found.push([from, from++]);
  let ends = 0;
  while (ends < a.length - from && ends < b.length - from && a[a.length - 1 - ends] === b[b.length - 1 - ends]) ends += 1;
  const inner = a.length > LONG + from + ends || b.length > LONG + from + ends ? inTurn : longest;
  for (const [at, to] of inner(a.slice(from, a.length - ends), b.slice(from, b.length - ends))) {
    found.push([at < 0 ? -1 : at + from, to < 0 ? -1 : to + from]);
  }
  for (let left = ends; left > 0; left -= 1) found.push([a.length - left, b.length - left]);
  return found;
}

/** The longest common subsequence. */
function longest(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  const best = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      best[i * width + j] = a[i] === b[j] ? best[(i + 1) * width + j + 1]! + 1 : Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!);
    }
  }
  const found: [number, number][] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) found.push([i++, j++]);
    else if (j >= b.length || (i < a.length && best[(i + 1) * width + j]! >= best[i * width + j + 1]!)) found.push([i++, -1]);
    else found.push([-1, j++]);
  }
  return found;
}

/** Each item with the next equal one behind the last that was matched. */
function inTurn(a: readonly string[], b: readonly string[]): [number, number][] {
  const places = new Map<string, number[]>();
  for (let j = b.length - 1; j >= 0; j -= 1) {
    const known = places.get(b[j]!);
    if (known) known.push(j);
    else places.set(b[j]!, [j]);
  }
  const found: [number, number][] = [];
  let next = 0;
  a.forEach((item, i) => {
    const known = places.get(item) ?? [];
    while (known.length && known[known.length - 1]! < next) known.pop();
    const j = known[known.length - 1];
    // A counterpart far behind would leave all between without one.
    if (j === undefined || j - next > LONG) {
      found.push([i, -1]);
      return;
    }
    while (next < j) found.push([-1, next++]);
    found.push([i, j]);
    next = j + 1;
  });
  while (next < b.length) found.push([-1, next++]);
  return found;
}

export interface Line {
  text: string;
  side: "both" | "left" | "right";
}

/** Two texts line by line. */
export function lines(left: string, right: string): Line[] {
  const a = left.split("\n");
  const b = right.split("\n");
  return align(a, b).map(([at, to]) => ({ text: at < 0 ? b[to]! : a[at]!, side: at < 0 ? "right" : to < 0 ? "left" : "both" }));
}

/** Words, spaces, signs; each character of a script that is written without spaces. */
const TOKEN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}\p{M}]+|\s+|./gu;

/** Two texts word by word, neighbours of one side put together. */
export function wordwise(left: string, right: string): Line[] {
  const a = left.match(TOKEN) ?? [];
  const b = right.match(TOKEN) ?? [];
  const found: Line[] = [];
  for (const [at, to] of align(a, b)) {
    const side = at < 0 ? "right" : to < 0 ? "left" : "both";
    const text = at < 0 ? b[to]! : a[at]!;
    const last = found[found.length - 1];
    if (last?.side === side) last.text += text;
    else found.push({ text, side });
  }
  return found;
}
