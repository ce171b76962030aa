import { describe, expect, it } from "vitest";
import { ago, bytes, change, clock, compact, duration, listed, money } from "./format";

describe("duration", () => {
  it.each([
    [0, "0 µs"],
    [312, "312 µs"],
    [4_200, "4.2 ms"],
    [845_000, "845 ms"],
    [999_900, "1.00 s"],
    [2_340_000, "2.34 s"],
    [59_960_000, "1m 00s"],
    [192_000_000, "3m 12s"],
    [3_840_000_000, "1h 4m"],
    [90_000_000_000, "1d 1h"],
  ])("%d µs is %s", (micros, text) => expect(duration("en", micros)).toBe(text));

  it.each([
    [192_000_000, "3分12秒"],
    [3_840_000_000, "1小时4分"],
    [90_000_000_000, "1天1小时"],
    [2_340_000, "2.34 s"],
  ])("%d µs is %s in Chinese", (micros, text) => expect(duration("zh-CN", micros)).toBe(text));

  it("has no text for what never ended", () => expect(duration("en", -1)).toBe("–"));
});

describe("money", () => {
  it.each([
    [0, "$0"],
    [0.000123456, "$0.000123"],
    [0.0042, "$0.0042"],
    [0.05, "$0.050"],
    [0.5, "$0.50"],
    [12.345, "$12.35"],
    [1234.5, "$1,234.50"],
    [1_500_000, "$1.5M"],
    [1e-12, "<$0.00000001"],
  ])("%d is %s", (value, text) => expect(money("en", value)).toBe(text));
});

it("shortens large counts in the language's own units", () => {
  expect(compact("en", 9_999)).toBe("9,999");
  expect(compact("en", 12_345)).toBe("12.3K");
  expect(compact("zh-CN", 12_345)).toBe("1.2万");
});

it("compares with an earlier value, or says that it cannot", () => {
  expect(change("en", 150, 100)).toBe("+50%");
  expect(change("en", 99, 100)).toBe("-1%");
  expect(change("en", 100, 100)).toBe("0%");
  expect(change("en", 5, 0)).toBeNull();
  expect(change("en", Number.NaN, 3)).toBeNull();
});

it("writes sizes", () => {
  expect(bytes("en", 999)).toBe("999 B");
  expect(bytes("en", 10_400_000)).toBe("10.4 MB");
});

it("writes times in a zone and relative to now", () => {
  const noon = Date.UTC(2026, 10, 22, 12, 19, 2) * 1000;
  expect(clock("en", noon, "UTC")).toBe("Nov 22, 12:19:02");
  expect(ago("en", noon, noon + 185e6)).toBe("3 min. ago");
  expect(ago("zh-CN", noon, noon + 185e6)).toBe("3分钟前");
});

describe("listed", () => {
  it("parts words as the language does", () => {
    expect(listed("en-US", ["cost", "tokens"])).toBe("cost, tokens");
    expect(listed("zh-CN", ["费用", "模型"])).toBe("费用、模型");
  });
});
