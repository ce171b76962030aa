import { describe, expect, it } from "vitest";
import { type Answer, OTHERS, stack, toPoints, totals, highest, shifted, summed } from "./series";

const answer = (columns: string[], rows: unknown[][], dimensions: string[] = []): Answer => ({
  question: { dimensions, measures: columns.slice((columns[0] === "time" ? 1 : 0) + dimensions.length) },
  columns,
  rows,
  times: [0, 10, 20],
  partial: [20],
});

describe("toPoints", () => {
  it("fills gaps with zero for sums, with nothing for percentiles", () => {
    const one = answer(["time", "count_count"], [[0, 4], [20, 6]]);
    expect(toPoints(one, { gap: 0 }).series[0]!.values).toEqual([4, 0, 6]);
    expect(toPoints(one, { gap: null }).series[0]!.values).toEqual([4, null, 6]);
    expect(toPoints(one, { gap: 0 }).partial).toEqual([2]);
  });

  it("makes a series per measure", () => {
    const two = answer(["time", "p50_latency", "p95_latency"], [[10, 1, "2"]]);
    expect(toPoints(two, { gap: null }).series.map((s) => [s.key, s.values])).toEqual([
      ["p50_latency", [null, 1, null]],
      ["p95_latency", [null, 2, null]],
    ]);
  });

  it("ranks groups and folds the small ones, losing nothing", () => {
    const rows = ["a", "b", "c", "d"].flatMap((key, i) => [[0, key, i + 1], [10, key, i + 1]]);
    const points = toPoints(answer(["time", "model", "sum_cost"], rows, ["model"]), { gap: 0, top: 3 });
    expect(points.series.map((s) => [s.key, s.total])).toEqual([["d", 8], ["c", 6], [OTHERS, 6]]);
    expect(points.folded).toBe(2);
    expect(points.series[2]!.values).toEqual([3, 3, 0]);
  });

  it("adds up rows of one group that differ in a second dimension", () => {
    const rows = [[0, "a", "x", 1], [0, "a", "y", 2]];
    expect(toPoints(answer(["time", "model", "user", "sum_cost"], rows, ["model", "user"]), { gap: 0 }).series[0]!.values)
      .toEqual([3, 0, 0]);
  });

  it("keeps what nobody knows apart from zero, in buckets and in totals", () => {
    const rows = [[0, "known", 2], [0, "own", null], [10, "own", null], [10, "other", null], [20, "mixed", null], [0, "mixed", 1]];
    const costs = answer(["time", "model", "sum_cost"], rows, ["model"]);
    expect(toPoints(costs, { gap: 0 }).series.map((s) => [s.key, s.total, s.values])).toEqual([
      ["known", 2, [2, 0, 0]],
      ["mixed", 1, [1, 0, null]],
      ["other", null, [0, null, 0]],
      ["own", null, [null, null, 0]],
    ]);
    const folded = toPoints(costs, { gap: 0, top: 3 }).series[2]!;
    expect([folded.key, folded.total, folded.values]).toEqual([OTHERS, null, [null, null, 0]]);
  });

  it("ignores rows outside the answer's own buckets", () => {
    expect(toPoints(answer(["time", "count_count"], [[99, 5]]), { gap: 0 }).series[0]).toEqual({ key: "count_count", values: [0, 0, 0], total: null });
  });
});

it("reads totals in the order of the measures", () => {
  expect(totals(answer(["count_count", "p95_latency"], [[3, null]]))).toEqual([3, null]);
  expect(totals(undefined)).toEqual([]);
});

it("stacks series from the bottom", () => {
  const points = toPoints(answer(["time", "k", "c"], [[0, "a", 2], [0, "b", 1]], ["k"]), { gap: 0 });
  expect(stack(points)).toEqual([[2, 0, 0], [3, 0, 0]]);
});

it("lays an earlier stretch under a later one", () => {
  const old = { times: [0, 10, 20], series: [{ key: "a", values: [1, 2, 3], total: 6 }], partial: [2], folded: 0 };
  expect(shifted(old, [30, 40, 50], 30).series[0]!.values).toEqual([1, 2, 3]);
  // Buckets that do not fall on one another: the nearest, and nothing where none is near.
  expect(shifted(old, [34, 44, 54, 64], 30).series[0]!.values).toEqual([1, 2, 3, null]);
});

it("sums groups and knows the highest", () => {
  const two = { times: [0, 1], series: [{ key: "a", values: [1, null], total: 1 }, { key: "b", values: [2, null], total: 2 }], partial: [], folded: 0 };
  expect(summed(two)).toEqual([3, null]);
  expect(highest([null, 3, 9, 9])).toBe(2);
  expect(highest([null])).toBe(-1);
});
