import { describe, expect, it } from "vitest";
import { type Pair, align, compare, divergence, lines, unlike, withWhole, wordwise } from "./compare";
import { buildTree } from "./tree";

const span = (span_id: string, parent_id: string, name: string, start: number, more = {}) => ({
  span_id,
  parent_id,
  name,
  kind: "span",
  model: "",
  level: "default",
  input_preview: "",
  output_preview: "",
  start_time: start,
  end_time: start + 1,
  total_cost: 0,
  total_tokens: 0,
  billable: true,
  ...more,
});

type Spans = ReturnType<typeof span>[];
const side = (spans: Spans) => ({ spans, tree: buildTree(spans) });
const read = (a: Spans, b: Spans) => {
  const [left, right] = [side(a), side(b)];
  const pairs = compare(left, right);
  const id = (spans: Spans, index: number) => (index < 0 ? "-" : spans[index]!.span_id);
  const told = (pair: Pair) => `${" ".repeat(pair.depth)}${id(a, pair.left)} ${id(b, pair.right)} ${pair.differences.join()}`.trimEnd();
  return { pairs: pairs.map(told), first: divergence(pairs, left, right) };
};

const answering = (told: string) => [
  span("r", "", "run", 0, { output_preview: told }),
  span("a", "r", "plan", 1, { output_preview: "same" }),
  span("b", "r", "answer", 2, { output_preview: told }),
];
const asking = (input: string, output: string) => [span("r", "", "run", 0, { input_preview: input, output_preview: output }), span("a", "r", "plan", 1)];
const many = (from: number) => [span("r", "", "run", 0), ...Array.from({ length: 50_000 }, (_, i) => span(`s${i}`, "r", `step ${(i + from) % 50}`, i + 1))];

describe("compare", () => {
  it("finds counterparts by name and order, and what one side has alone", () => {
    const a = [span("r", "", "run", 0), span("x", "r", "plan", 1), span("y", "r", "look", 2), span("z", "r", "answer", 3)];
    const b = [span("R", "", "run", 0), span("X", "R", "plan", 1), span("W", "R", "ask", 2), span("w", "W", "inner", 2), span("Z", "R", "answer", 4)];
    expect(read(a, b)).toEqual({
      pairs: ["r R", " x X", " y - missing", " - W missing", "  - w missing", " z Z"],
      first: 2,
    });
  });

  it("blames the part, not the whole, for another output", () => {
    expect(read(answering("yes"), answering("no"))).toEqual({ pairs: ["r r output", " a a", " b b output"], first: 2 });
  });

  it("blames the whole when it was asked something else, or when its parts do not differ", () => {
    expect(read(asking("a", "x"), asking("b", "y")).first).toBe(0);
    expect(read(asking("a", "x"), asking("a", "y")).first).toBe(0);
    expect(read(asking("a", "x"), asking("a", "x")).first).toBe(-1);
  });

  it("takes 50,000 siblings on either side", () => {
    expect(compare(side(many(0)), side(many(1))).length).toBeLessThan(52_000);
  });
});

it("aligns lists by their longest common part", () => {
  expect(align(["a", "b", "c"], ["b", "c", "d"])).toEqual([[0, -1], [1, 0], [2, 1], [-1, 2]]);
  expect(align([], ["a"])).toEqual([[-1, 0]]);
});

it("tells which lines of two texts are new and which are gone", () => {
  expect(lines("a\nb\nc", "a\nx\nc").map((line) => `${line.side} ${line.text}`)).toEqual(["both a", "left b", "right x", "both c"]);
});

const body = (input: string, output = "", input_size = input.length) => ({ input, output, input_size, output_size: output.length });

it("whole bodies decide where they were read", () => {
  expect(unlike(body("a"), undefined)).toBeUndefined();
  expect(unlike(body("same head, one tail"), body("same head, other tail"))).toEqual(["input"]);
  // Cut at the same place, yet not as long.
  expect(unlike(body("a", "", 10), body("a", "", 11))).toEqual(["input"]);
  const pairs = [
    { left: 0, right: 0, depth: 0, differences: ["output" as const, "model" as const] },
    { left: 1, right: 1, depth: 1, differences: [] },
  ];
  const told = withWhole(pairs, new Map([[0, []], [1, ["input" as const]]]));
  expect(told.map((one) => one.differences)).toEqual([["model"], ["input"]]);
});

const shown = (left: string, right: string) => wordwise(left, right).map(({ text, side }) => `${{ both: "=", left: "-", right: "+" }[side]}${text}`);

it("compares texts word by word, and Chinese by its characters", () => {
  expect(shown("It is in Paris.", "It is in Bern.")).toEqual(["=It is in ", "-Paris", "+Bern", "=."]);
  expect(shown("灯坏了", "灯没坏")).toEqual(["=灯", "+没", "=坏", "-了"]);
  expect(shown("", "new")).toEqual(["+new"]);
  expect(shown("same", "same")).toEqual(["=same"]);
});
