import { describe, expect, it } from "vitest";
import { callGraph, deciding } from "./call-graph";
import { buildTree } from "./tree";

const span = (span_id: string, parent_id: string, kind: string, name: string, start: number, end: number, more = {}) => ({
  span_id,
  parent_id,
  kind,
  name,
  start_time: start,
  end_time: end,
  level: "default",
  total_cost: 1,
  total_tokens: 10,
  billable: true,
  ...more,
});

const LOOP = [
  span("r", "", "agent", "agent", 0, 50, { billable: false }),
  span("m1", "r", "llm", "model", 0, 10),
  span("t1", "r", "tool", "look", 10, 20, { level: "error" }),
  span("m2", "r", "llm", "model", 20, 30),
  span("t2", "r", "tool", "look", 30, 40),
  span("m3", "r", "llm", "model", 40, 50),
];

const edges = (spans: typeof LOOP, together: boolean) =>
  callGraph(spans, buildTree(spans), together).edges.map((one) => `${one.order}. ${one.from} ${one.calls ? "calls" : "then"} ${one.to} ×${one.count}`);

describe("callGraph", () => {
  it("puts together what has one name and kind, and counts how often it went from one to the next", () => {
    expect(edges(LOOP, true)).toEqual([
      "1. agent agent calls llm model ×1",
      "2. llm model then tool look ×2",
      "3. tool look then llm model ×2",
    ]);
    const { nodes } = callGraph(LOOP, buildTree(LOOP), true);
    expect(nodes.map((one) => [one.name, one.spans.length, one.latency, one.cost, one.tokens, one.errors])).toEqual([
      ["agent", 1, 50, 0, 0, 0],
      ["model", 3, 30, 3, 30, 0],
      ["look", 2, 20, 2, 20, 1],
    ]);
  });

  it("shows every call as its own node", () => {
    expect(edges(LOOP, false)).toEqual(["1. 0 calls 1 ×1", "2. 1 then 2 ×1", "3. 2 then 3 ×1", "4. 3 then 4 ×1", "5. 4 then 5 ×1"]);
  });

  it("lets the parent call what runs side by side", () => {
    const spans = [
      span("r", "", "agent", "agent", 0, 30),
      span("a", "r", "tool", "a", 0, 10),
      span("b", "r", "tool", "b", 1, 8),
      span("c", "r", "llm", "c", 11, 30),
    ];
    expect(edges(spans, true)).toEqual(["1. agent agent calls tool a ×1", "2. agent agent calls tool b ×1", "3. tool a then llm c ×1"]);
  });

  it("says how much it leaves out, and takes 50,000 siblings", () => {
    const spans = [span("r", "", "agent", "r", 0, 1e6), ...Array.from({ length: 50_000 }, (_, i) => span(`s${i}`, "r", "tool", `t${i % 9}`, i, i + 1))];
    const tree = buildTree(spans);
    expect(callGraph(spans, tree, false, 300)).toMatchObject({ left: 49_701 });
    expect(callGraph(spans, tree, true).nodes).toHaveLength(10);
  });

  it("lets few edges decide on places where many would skip ranks", () => {
    const steps = Array.from({ length: 100 }, (_, i) => [
      span(`s${i}`, "r", "chain", `step ${i}`, i * 10, i * 10 + 9),
      span(`t${i}`, `s${i}`, "tool", "look", i * 10, i * 10 + 5),
    ]).flat();
    const spans = [span("r", "", "agent", "agent", 0, 1000), ...steps];
    const graph = callGraph(spans, buildTree(spans), true);
    expect(graph.edges).toHaveLength(200);
    const chosen = deciding(graph, 20);
    expect(new Set([...chosen].map((one) => one.to)).size).toBe(101);
    expect(chosen.size).toBeLessThan(115);
    expect(deciding(graph, Infinity).size).toBe(200);
  });
});
