import { describe, expect, it } from "vitest";
import { criticalPath } from "./critical-path";
import { buildTree } from "./tree";

const span = (span_id: string, parent_id: string, start: number, end: number) => ({
  span_id,
  parent_id,
  start_time: start * 1e6,
  end_time: end * 1e6,
  level: "default",
  total_cost: 0,
  total_tokens: 0,
  billable: true,
});

const path = (spans: ReturnType<typeof span>[]) => {
  const tree = buildTree(spans);
  const on = criticalPath(spans, tree);
  return Array.from(tree.order, (index) => (on[index] ? spans[index]!.span_id : "")).filter(Boolean);
};

describe("criticalPath", () => {
  it("follows what was waited for: of two at once the longer, then what came after it", () => {
    expect(
      path([span("root", "", 0, 12), span("short", "root", 0, 8), span("long", "root", 0, 10), span("last", "root", 10, 12)]),
    ).toEqual(["root", "long", "last"]);
  });

  it("goes down into each of them", () => {
    expect(
      path([span("root", "", 0, 10), span("agent", "root", 1, 9), span("quick", "agent", 2, 3), span("slow", "agent", 2, 8)]),
    ).toEqual(["root", "agent", "slow"]);
  });

  it("counts work that outlives the span that began it", () => {
    expect(path([span("root", "", 0, 4), span("behind", "root", 1, 9), span("within", "root", 2, 4)])).toEqual(["root", "behind"]);
  });

  it("does not wait for what was left behind and ended later than needed", () => {
    const spans = [span("root", "", 0, 10), span("a", "root", 0, 3), span("left", "a", 1, 6), span("b", "root", 3, 10)];
    expect(path(spans)).toEqual(["root", "a", "b"]);
  });

  it("takes clocks that differ a little, several roots and what still runs", () => {
    expect(path([span("one", "", 0, 2), span("two", "", 1.9995, 5)])).toEqual(["one", "two"]);
    expect(path([span("root", "", 0, 0), span("done", "root", 0, 1), span("running", "root", 1, 0), span("step", "running", 1, 2)])).toEqual([
      "root",
      "done",
      "running",
      "step",
    ]);
  });

  it("takes a chain 50,000 deep and 50,000 siblings", () => {
    const deep = Array.from({ length: 50_000 }, (_, i) => span(`s${i}`, i ? `s${i - 1}` : "", i, 60_000));
    expect(path(deep)).toHaveLength(50_000);
    const wide = [span("root", "", 0, 50_000), ...Array.from({ length: 50_000 }, (_, i) => span(`w${i}`, "root", i, i + 1))];
    expect(path(wide)).toHaveLength(50_001);
  });

  it("is empty for no spans", () => expect(path([])).toEqual([]));
});
