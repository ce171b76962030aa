import { describe, expect, it } from "vitest";
import { type Counted, byTime, isHarmless, issues, sum, tally } from "./ingest";

const MINUTE = 60e6;
const count = (given: Partial<Counted>): Counted => ({
  time: 0,
  outcome: "accepted",
  reason: "",
  items: 1,
  bytes: 10,
  worst: 0,
  sdk: "",
  key_id: "",
  ...given,
});

describe("over time", () => {
  it("puts every item into one bucket, also those at the edges", () => {
    const counts = [count({ items: 3 }), count({ time: 59 * MINUTE, outcome: "rejected", items: 2 }), count({ time: 60 * MINUTE })];
    const { times, series } = byTime(counts, 0, 60 * MINUTE, ["accepted", "rejected"]);
    expect(times.length).toBe(60);
    expect(series.map((one) => [one.key, one.total])).toEqual([
      ["accepted", 4],
      ["rejected", 2],
    ]);
    expect(series[1]!.values[59]).toBe(2);
  });

  it("keeps long ranges to few bars", () => {
    expect(byTime([], 0, 90 * 24 * 60 * MINUTE, ["late"]).times.length).toBeLessThanOrEqual(61);
  });
});

it("sums by name, those that sent most first, and counts dropped items once", () => {
  const counts = [
    count({ sdk: "a", items: 5 }),
    count({ sdk: "b", items: 4 }),
    count({ sdk: "b", outcome: "rejected", items: 20 }),
    count({ sdk: "a", outcome: "dropped", items: 5, bytes: 0 }),
  ];
  const found = tally(counts, (one) => one.sdk);
  expect(found.map((one) => [one.name, one.accepted, one.rejected, one.dropped])).toEqual([
    ["b", 4, 20, 0],
    ["a", 5, 0, 5],
  ]);
  expect(sum(counts)).toEqual({ accepted: 9, rejected: 20, dropped: 5, late: 0, bytes: 30 });
});

describe("issues", () => {
  const counts = [
    count({ items: 100 }),
    count({ outcome: "late", reason: "over_5m", items: 4, worst: 6 * MINUTE }),
    count({ outcome: "late", reason: "over_1d", items: 1, worst: 2000 * MINUTE, sdk: "slow" }),
    count({ outcome: "rejected", reason: "not_kept", items: 50 }),
    count({ outcome: "dropped", reason: "value_cut", items: 9 }),
    count({ outcome: "rejected", reason: "bad_id", items: 1, sdk: "x" }),
    count({ outcome: "rejected", reason: "bad_id", items: 2, sdk: "y" }),
  ];

  it("come with the worst first, and what does no harm last", () => {
    expect(issues(counts).map((one) => [one.outcome, one.reason, one.items])).toEqual([
      ["rejected", "bad_id", 3],
      ["dropped", "value_cut", 9],
      ["rejected", "not_kept", 50],
      ["late", "late", 5],
    ]);
    expect(issues(counts).map(isHarmless)).toEqual([false, false, true, true]);
  });

  it("name whom they come from, and how late items were", () => {
    const [bad, , , late] = issues(counts);
    expect(bad!.sdks).toEqual(["y", "x"]);
    expect(late!.delays).toEqual({ over_5m: 4, over_1h: 0, over_1d: 1, over_7d: 0 });
    expect(late!.worst).toBe(2000 * MINUTE);
  });

  it("are none where all is well", () => expect(issues([count({})])).toEqual([]));
});
