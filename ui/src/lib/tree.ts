/**
 * The spans of a trace as a tree in flat arrays, so that 50,000 of them stay quick.
 *
 * Promises: every span appears once; a span whose parent is absent is a root; cycles are cut;
 * siblings stand in order of start, then of arrival.
 */

export interface TreeSpan {
  span_id: string;
  parent_id: string;
  start_time: number;
  end_time: number;
  level: string;
  total_cost: number;
  total_tokens: number;
  billable: boolean;
}

export interface Tree {
  /** Row → index into the spans, in the order a reader sees them. */
  order: Int32Array;
  /** Per row: depth. */
  depth: Int32Array;
  /** Per row: the row of its parent, or -1. */
  parent: Int32Array;
  /** Per row: the row after its last descendant. */
  close: Int32Array;
  /** Per row: costs and tokens of the row and all below it, counted once. */
  cost: Float64Array;
  tokens: Float64Array;
  /** Per row: errors strictly below. */
  errorsBelow: Int32Array;
  /** Per row: when the last of it and all below it ended. */
  until: Float64Array;
  start: number;
  end: number;
  rowOf: Map<string, number>;
}

export function buildTree(spans: readonly TreeSpan[]): Tree {
  const size = spans.length;
  const { first, next, roots } = link(spans);
  const order = new Int32Array(size);
  const depth = new Int32Array(size);
  const parent = new Int32Array(size);
  const close = new Int32Array(size);
  const rowOf = new Map<string, number>();
  const placed = new Uint8Array(size);
  let row = 0;

  const walk = (root: number) => {
    // Frames: the span, its row, and the child to visit next.
    const stack: [number, number, number][] = [];
    const enter = (index: number, level: number) => {
      placed[index] = 1;
      order[row] = index;
      depth[row] = level;
      parent[row] = stack.length ? stack[stack.length - 1]![1] : -1;
      const id = spans[index]!.span_id;
      if (!rowOf.has(id)) rowOf.set(id, row);
      stack.push([index, row, first[index]!]);
      row += 1;
    };
    enter(root, 0);
    while (stack.length) {
      const frame = stack[stack.length - 1]!;
      const child = frame[2];
      if (child < 0) {
        close[frame[1]] = row;
        stack.pop();
      } else {
        frame[2] = next[child]!;
        if (!placed[child]) enter(child, stack.length);
      }
    }
  };
  for (const root of roots) walk(root);
  // What is left hangs on a cycle: cut it at the earliest span.
  for (let index = 0; index < size; index += 1) if (!placed[index]) walk(index);

  const { start, end } = bounds(spans);
  return { order, depth, parent, close, rowOf, ...sums(spans, order, close), until: ends(spans, order, close, end), start, end };
}

function link(spans: readonly TreeSpan[]) {
  const size = spans.length;
  const byId = new Map<string, number>();
  for (let i = 0; i < size; i += 1) if (!byId.has(spans[i]!.span_id)) byId.set(spans[i]!.span_id, i);
  const sorted = Array.from({ length: size }, (_, i) => i).sort(
    (a, b) => spans[a]!.start_time - spans[b]!.start_time || a - b,
  );
  const first = new Int32Array(size).fill(-1);
  const next = new Int32Array(size).fill(-1);
  const roots: number[] = [];
  // Backwards, because each child is put in front of its siblings.
  for (let at = size - 1; at >= 0; at -= 1) {
    const index = sorted[at]!;
    const span = spans[index]!;
    const parent = span.parent_id ? byId.get(span.parent_id) : undefined;
    if (parent === undefined || parent === index) roots.push(index);
    else {
      next[index] = first[parent]!;
      first[parent] = index;
    }
  }
  roots.reverse();
  return { first, next, roots };
}

function sums(spans: readonly TreeSpan[], order: Int32Array, close: Int32Array) {
  const size = spans.length;
  const cost = new Float64Array(size);
  const tokens = new Float64Array(size);
  const errorsBelow = new Int32Array(size);
  const errorsUpTo = new Int32Array(size + 1);
  const costUpTo = new Float64Array(size + 1);
  const tokensUpTo = new Float64Array(size + 1);
  for (let row = 0; row < size; row += 1) {
    const span = spans[order[row]!]!;
    errorsUpTo[row + 1] = errorsUpTo[row]! + (span.level === "error" ? 1 : 0);
    costUpTo[row + 1] = costUpTo[row]! + (span.billable ? span.total_cost : 0);
    tokensUpTo[row + 1] = tokensUpTo[row]! + (span.billable ? span.total_tokens : 0);
  }
  for (let row = 0; row < size; row += 1) {
    const end = close[row]!;
    cost[row] = costUpTo[end]! - costUpTo[row]!;
    tokens[row] = tokensUpTo[end]! - tokensUpTo[row]!;
    errorsBelow[row] = errorsUpTo[end]! - errorsUpTo[row + 1]!;
  }
  return { cost, tokens, errorsBelow };
}

/** Per row the latest end of it and all below it; what still runs lasts until the end of all. */
function ends(spans: readonly TreeSpan[], order: Int32Array, close: Int32Array, end: number): Float64Array {
  const until = new Float64Array(order.length);
  for (let row = order.length - 1; row >= 0; row -= 1) {
    until[row] = spans[order[row]!]!.end_time || end;
    for (let child = row + 1; child < close[row]!; child = close[child]!) until[row] = Math.max(until[row]!, until[child]!);
  }
  return until;
}

function bounds(spans: readonly TreeSpan[]) {
  let start = Infinity;
  let end = 0;
  for (const span of spans) {
    if (span.start_time < start) start = span.start_time;
    end = Math.max(end, span.start_time, span.end_time);
  }
  return { start: spans.length ? start : 0, end };
}

/** The rows to draw, given the ids that are folded. */
export function visibleRows(tree: Tree, spans: readonly TreeSpan[], folded: ReadonlySet<string>): Int32Array {
  const rows = new Int32Array(tree.order.length);
  let count = 0;
  for (let row = 0; row < tree.order.length; ) {
    rows[count] = row;
    count += 1;
    row = folded.has(spans[tree.order[row]!]!.span_id) ? tree.close[row]! : row + 1;
  }
  return rows.subarray(0, count);
}

/** Only rows that match, with all that lead to them. */
export function matchingRows(tree: Tree, matches: (index: number) => boolean): Int32Array {
  const keep = new Uint8Array(tree.order.length);
  const path: number[] = [];
  for (let row = 0; row < tree.order.length; row += 1) {
    path.length = tree.depth[row]!;
    path.push(row);
    if (matches(tree.order[row]!)) for (const step of path) keep[step] = 1;
  }
  const rows: number[] = [];
  for (let row = 0; row < keep.length; row += 1) if (keep[row]) rows.push(row);
  return Int32Array.from(rows);
}

/** Ids of the rows above a row, nearest first: they must be open for the row to be seen. */
export function ancestors(tree: Tree, row: number): number[] {
  const found: number[] = [];
  for (let above = tree.parent[row] ?? -1; above >= 0; above = tree.parent[above]!) found.push(above);
  return found;
}

export function roots(tree: Tree): number[] {
  return siblings(tree, 0, tree.order.length);
}

export function children(tree: Tree, row: number): number[] {
  return siblings(tree, row + 1, tree.close[row]!);
}

function siblings(tree: Tree, from: number, to: number): number[] {
  const rows: number[] = [];
  for (let row = from; row < to; row = tree.close[row]!) rows.push(row);
  return rows;
}

export function hasChildren(tree: Tree, row: number): boolean {
  return tree.close[row]! > row + 1;
}
