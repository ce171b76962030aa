import { describe, expect, it } from "vitest";
import { ancestors, buildTree, hasChildren, matchingRows, visibleRows, type TreeSpan } from "./tree";

const span = (span_id: string, parent_id: string, start_time: number, more: Partial<TreeSpan> = {}): TreeSpan => ({
  span_id,
  parent_id,
  start_time,
  end_time: start_time + 10,
  level: "default",
  total_cost: 0,
  total_tokens: 0,
  billable: true,
  ...more,
});

const read = (spans: TreeSpan[]) => {
  const tree = buildTree(spans);
  return Array.from(tree.order, (index, row) => "  ".repeat(tree.depth[row]!) + spans[index]!.span_id);
};

describe("buildTree", () => {
  it("puts children below their parents, siblings by start", () => {
    const spans = [span("root", "", 0), span("b", "root", 20), span("a", "root", 10), span("a1", "a", 11)];
    expect(read(spans)).toEqual(["root", "  a", "    a1", "  b"]);
  });

  it("shows every span once: orphans as roots, cycles cut, doubles kept", () => {
    const spans = [span("x", "gone", 5), span("p", "q", 1), span("q", "p", 2), span("self", "self", 0), span("x", "", 9)];
    const lines = read(spans);
    expect(lines.map((line) => line.trim()).sort()).toEqual(["p", "q", "self", "x", "x"]);
    expect(lines).toContain("  q");
  });

  it("sums what is billable, and counts errors below", () => {
    const spans = [
      span("agent", "", 0, { total_cost: 9, total_tokens: 90, billable: false }),
      span("llm", "agent", 1, { total_cost: 2, total_tokens: 20 }),
      span("tool", "agent", 2, { level: "error" }),
      span("deep", "tool", 3, { total_cost: 1, total_tokens: 5, level: "error" }),
    ];
    const tree = buildTree(spans);
    expect([...tree.cost]).toEqual([3, 2, 1, 1]);
    expect([...tree.tokens]).toEqual([25, 20, 5, 5]);
    expect([...tree.errorsBelow]).toEqual([2, 0, 1, 0]);
    expect([tree.start, tree.end]).toEqual([0, 13]);
    expect([...tree.until]).toEqual([13, 11, 13, 13]);
  });

  it("takes a chain 50,000 deep without recursion, quickly", () => {
    const spans = Array.from({ length: 50_000 }, (_, i) => span(`s${i}`, i ? `s${i - 1}` : "", i));
    const began = performance.now();
    const tree = buildTree(spans);
    expect(tree.depth[49_999]).toBe(49_999);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it("is empty for no spans", () => expect(buildTree([]).order).toHaveLength(0));
});

describe("what is seen", () => {
  const spans = [span("r", "", 0), span("a", "r", 1), span("a1", "a", 2), span("b", "r", 3)];
  const tree = buildTree(spans);
  const names = (rows: Int32Array) => Array.from(rows, (row) => spans[tree.order[row]!]!.span_id);

  it("leaves out what is folded", () => {
    expect(names(visibleRows(tree, spans, new Set()))).toEqual(["r", "a", "a1", "b"]);
    expect(names(visibleRows(tree, spans, new Set(["a"])))).toEqual(["r", "a", "b"]);
    expect(names(visibleRows(tree, spans, new Set(["r", "a"])))).toEqual(["r"]);
  });

  it("keeps the path to a match", () => {
    expect(names(matchingRows(tree, (index) => spans[index]!.span_id === "a1"))).toEqual(["r", "a", "a1"]);
  });

  it("knows what is above and below", () => {
    expect(ancestors(tree, 2)).toEqual([1, 0]);
    expect(hasChildren(tree, 1)).toBe(true);
    expect(hasChildren(tree, 3)).toBe(false);
  });
});
