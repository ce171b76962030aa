import { expect, it } from "vitest";
import { byTime, sumBy } from "./ingest";

const MINUTE = 60e6;
const count = (time: number, outcome: "accepted" | "rejected", items: number) => ({ time, outcome, items, sdk: outcome });

it("puts every item into one bucket, also those at the edges", () => {
  const counts = [count(0, "accepted", 3), count(59 * MINUTE, "rejected", 2), count(60 * MINUTE, "accepted", 1)];
  const { times, series } = byTime(counts, 0, 60 * MINUTE);
  expect(times.length).toBe(60);
  expect(series.map((one) => [one.key, one.total])).toEqual([["accepted", 4], ["rejected", 2]]);
  expect(series[1]!.values[59]).toBe(2);
});

it("keeps long ranges to few bars", () => {
  expect(byTime([], 0, 90 * 24 * 60 * MINUTE).times.length).toBeLessThanOrEqual(61);
});

it("sums by name, largest first", () => {
  const counts = [count(1, "accepted", 5), count(2, "accepted", 4), count(3, "rejected", 20)];
  expect(sumBy(counts, (one) => one.sdk)).toEqual([
    { name: "rejected", items: 20, rejected: 20 },
    { name: "accepted", items: 9, rejected: 0 },
  ]);
});
