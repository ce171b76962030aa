import { expect, it } from "vitest";
import { freedAt, isMean, rateOf, withFreed } from "./freed";

const rate = (value: number) => ({ value, low: null, high: null, labels: 12 });

it("finds a mean by time, group and measure, as charts name them", () => {
  const at = freedAt([
    { keys: [1_000, 3], means: [null, { freed: rate(0.5), powered: null }] },
    { keys: [1_000, null], means: [{ freed: null, powered: rate(0.7) }, null] },
  ]);
  expect(rateOf(at(["1000", "3"], 1))?.value).toBe(0.5);
  expect(rateOf(at([1_000, ""]))?.value).toBe(0.7);
  expect(rateOf(at([1_000, "3"]))).toBeUndefined();
  expect(rateOf(at([2_000, "3"], 1))).toBeUndefined();
});

it("asks about means of scores alone", () => {
  expect(isMean({ measure: "score", key: "helpful" })).toBe(true);
  expect(isMean({ measure: "value", aggregation: "avg" })).toBe(true);
  expect(isMean({ measure: "score", aggregation: "p95", key: "helpful" })).toBe(false);
  expect(isMean({ measure: "latency", aggregation: "avg" })).toBe(false);
});

it("puts what labels correct beside what a table says", () => {
  const table = { columns: ["time", "count", "avg_value"], rows: [[1_000, 4, 0.6], [2_000, 2, 0.4]] };
  const freed = [{ keys: [1_000], means: [null, { freed: rate(0.5), powered: null }] }];
  expect(withFreed(table, freed)).toEqual({
    columns: ["time", "count", "avg_value", "avg_value_corrected"],
    rows: [[1_000, 4, 0.6, 0.5], [2_000, 2, 0.4, null]],
  });
  expect(withFreed(table, [])).toEqual(table);
});
