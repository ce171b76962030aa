/**
 * The calls of a trace as a graph: who calls whom, and what comes after what.
 *
 * Of the children of a span, one that begins after another has ended comes after it ("then"); one
 * that begins with the span, or beside others, is called by it ("calls").
 */
import type { Tree, TreeSpan } from "./tree";

export interface GraphSpan extends TreeSpan {
  name: string;
  kind: string;
}

export interface Node {
  key: string;
  name: string;
  kind: string;
  /** Spans that it stands for, in order of the tree. */
  spans: string[];
  latency: number;
  cost: number;
  tokens: number;
  errors: number;
}

export interface Edge {
  from: string;
  to: string;
  /** Calls it, or only comes before it? */
  calls: boolean;
  count: number;
  /** When it was walked first, counted from one. */
  order: number;
}

export interface Graph {
  nodes: Node[];
  edges: Edge[];
  /** Spans that are left out. */
  left: number;
}

/** Spans of one name and kind as one node, or every span as its own; the first `most` nodes. */
export function callGraph(spans: readonly GraphSpan[], tree: Tree, together: boolean, most = Infinity): Graph {
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Edge>();
  const spanAt = (row: number) => spans[tree.order[row]!]!;
  const keyAt = (row: number) => (together ? `${spanAt(row).kind} ${spanAt(row).name}` : String(row));
  let left = 0;
  for (let row = 0; row < tree.order.length; row += 1) {
    const span = spanAt(row);
    const key = keyAt(row);
    if (nodes.size >= most && !nodes.has(key)) {
      left += 1;
      continue;
    }
    const node = nodes.get(key) ?? { key, name: span.name, kind: span.kind, spans: [], latency: 0, cost: 0, tokens: 0, errors: 0 };
    nodes.set(key, node);
    node.spans.push(span.span_id);
    node.latency += Math.max(0, (span.end_time || tree.end) - span.start_time);
    if (span.billable) {
      node.cost += span.total_cost;
      node.tokens += span.total_tokens;
    }
    if (span.level === "error") node.errors += 1;
  }
  const before = predecessors(spans, tree);
  for (let row = 0; row < tree.order.length; row += 1) {
    const calls = before[row]! < 0;
    const from = calls ? tree.parent[row]! : before[row]!;
    if (from < 0 || !nodes.has(keyAt(from)) || !nodes.has(keyAt(row))) continue;
    const key = `${keyAt(from)}\n${keyAt(row)}\n${calls}`;
    const edge = edges.get(key);
    if (edge) edge.count += 1;
    else edges.set(key, { from: keyAt(from), to: keyAt(row), calls, count: 1, order: edges.size + 1 });
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()], left };
}

/**
 * The edges that decide where nodes stand: of each node the first that leads to it, and of the others
 * as many as together skip no more than `most` ranks. Each skipped rank costs the layout a node.
 */
export function deciding({ edges }: Graph, most: number): Set<Edge> {
  const rank = new Map<string, number>();
  const chosen = new Set<Edge>();
  for (const edge of edges) {
    const from = rank.get(edge.from) ?? 0;
    const to = rank.get(edge.to);
    if (!rank.has(edge.from)) rank.set(edge.from, from);
    const skipped = to === undefined ? 0 : Math.abs(to - from);
    if (to === undefined) rank.set(edge.to, from + 1);
    else if (skipped > most) continue;
    most -= skipped;
    chosen.add(edge);
  }
  return chosen;
}

/** Per row the sibling that had ended last when it began, or -1. */
function predecessors(spans: readonly GraphSpan[], tree: Tree): Int32Array {
  const before = new Int32Array(tree.order.length).fill(-1);
  const start = (row: number) => spans[tree.order[row]!]!.start_time;
  const end = (row: number) => spans[tree.order[row]!]!.end_time || Infinity;
  for (const siblings of families(tree.parent)) {
    const byEnd = [...siblings].sort((a, b) => end(a) - end(b) || a - b);
    let ended = 0;
    for (const row of siblings) {
      while (ended < byEnd.length && end(byEnd[ended]!) <= start(row)) ended += 1;
      let last = ended - 1;
      // What takes no time has ended when it begins.
      while (last >= 0 && byEnd[last]! >= row) last -= 1;
      if (last >= 0) before[row] = byEnd[last]!;
    }
  }
  return before;
}

/** Rows with one parent, in order of start. */
function families(parent: Int32Array): Iterable<number[]> {
  const found = new Map<number, number[]>();
  parent.forEach((above, row) => {
    const family = found.get(above);
    if (family) family.push(row);
    else found.set(above, [row]);
  });
  return found.values();
}
