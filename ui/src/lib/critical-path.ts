/**
 * The critical path of a trace: the spans that decide when it ends. Had one of them been quicker,
 * the trace would have ended sooner.
 *
 * It is found from the end backwards: what ended last was waited for; before it began, what had
 * ended last by then was waited for; and so within each of them.
 */
import { type Tree, type TreeSpan, children, roots } from "./tree";

/** Clocks of threads and machines differ: so many microseconds are not an overlap. */
const SLACK = 1000;

/** Per span: 1 where it is on the path. */
export function criticalPath(spans: readonly TreeSpan[], tree: Tree): Uint8Array {
  const size = tree.order.length;
  const on = new Uint8Array(size);
  const start = (row: number) => spans[tree.order[row]!]!.start_time;
  const end = (row: number) => spans[tree.order[row]!]!.end_time || tree.end;
  const waiting: [rows: number[], until: number][] = [[roots(tree), tree.end]];
  while (waiting.length) {
    const [rows, until] = waiting.pop()!;
    for (const [row, ended] of chain(rows, until, start, end, tree.until)) {
      on[tree.order[row]!] = 1;
      const inner = children(tree, row);
      if (inner.length) waiting.push([inner, ended]);
    }
  }
  return on;
}

/** Of siblings those that were waited for, the last first, with the moment that ended the waiting. */
function* chain(
  rows: number[],
  until: number,
  start: (row: number) => number,
  end: (row: number) => number,
  outlived: Float64Array,
): Generator<[number, number]> {
  let moment = until;
  // Work that a span leaves behind counts as its own where it is what ended last.
  const last = rows.reduce((best, row) => (outlived[row]! <= moment + SLACK && (best < 0 || outlived[row]! > outlived[best]!) ? row : best), -1);
  if (last < 0) return;
  yield [last, outlived[last]!];
  moment = start(last);
  for (const row of [...rows].sort((a, b) => end(b) - end(a) || start(b) - start(a))) {
    if (row === last || end(row) > moment + SLACK || start(row) >= moment) continue;
    yield [row, end(row)];
    moment = start(row);
  }
}
