import { describe, expect, it } from "vitest";
import { compareSearch, datasetSearch, joined, lineOf, parted, valueOf, writtenOf } from "./datasets";

describe("what is typed for an item", () => {
  it.each([
    ["", null],
    ["  ", null],
    ["Paris", "Paris"],
    ['{"a": 1}', { a: 1 }],
    ["12", 12],
    ['"12"', "12"],
    ["{broken", "{broken"],
  ])("%s is read", (written, value) => expect(valueOf(written)).toEqual(value));

  it.each([null, "Paris", "12", "null", "", { a: [1] }, 0, false])("%j is written so that it is read again", (value) => {
    expect(valueOf(writtenOf(value))).toEqual(value === "" ? "" : value);
  });

  it.each([
    [{ question: "Where is it?" }, "Where is it?"],
    [{ topic: "refunds", story: 2, tags: ["a"] }, 'topic: refunds · story: 2 · tags: ["a"]'],
    [{ count: 1 }, "count: 1"],
    [["a", 1], '["a",1]'],
    [null, ""],
    [0, "0"],
  ])("%j stands on one line", (value, line) => expect(lineOf(value)).toBe(line));
});

describe("addresses", () => {
  it("take what they know", () =>
    expect(compareSearch({ baseline: "a", candidates: "b,c", margin: "0.02", show: "worse", lower: 3, junk: 1 })).toEqual({
      baseline: "a",
      candidates: "b,c",
      margin: 0.02,
      show: "worse",
    }));
  it("leave out what is nothing", () => expect(compareSearch({ margin: -1, show: "all", candidates: "" })).toEqual({}));
  it.each([[["a", "b,c", "ä/%"]], [[]]])("hold words with any sign", (words) => expect(parted(joined(words))).toEqual(words));
  it("are not broken by what somebody wrote", () => expect(parted("%")).toEqual([]));
  it("know the tabs of a data set", () => expect(datasetSearch({ tab: "experiments", archived: 1, item: "" })).toEqual({ tab: "experiments", archived: "1" }));
});
