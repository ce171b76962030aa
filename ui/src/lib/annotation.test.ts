import { describe, expect, it } from "vitest";
import { calibrationSearch, draftOf, nextOpen, queueSearch, scoresOf } from "./annotation";

const CONFIGS = [
  { id: "a", data_type: "boolean" },
  { id: "b", data_type: "text" },
  { id: "c", data_type: "numeric" },
];

describe("what is said of an item", () => {
  it("begins with what was said before", () => {
    const given = [{ config_id: "a", data_type: "boolean", value: 0, text: "False", comment: "so" }];
    expect(draftOf(CONFIGS, given)).toEqual({
      a: { value: false, comment: "so" },
      b: { value: undefined, comment: "" },
      c: { value: undefined, comment: "" },
    });
  });

  it("leaves out what has no value", () => {
    const draft = { a: { value: false, comment: " so " }, b: { value: "  ", comment: "" }, c: { value: undefined, comment: "why" } };
    expect(scoresOf(draft)).toEqual([{ config_id: "a", value: false, comment: "so" }]);
  });

  it("goes on to the next that needs a value, and round", () => {
    const none = draftOf(CONFIGS, []);
    expect(nextOpen(CONFIGS, none, -1)).toBe(0);
    expect(nextOpen(CONFIGS, none, 0)).toBe(2);
    expect(nextOpen(CONFIGS, none, 2)).toBe(0);
    const all = { ...none, a: { value: true, comment: "" }, c: { value: 0, comment: "" } };
    expect(nextOpen(CONFIGS, all, 0)).toBe(-1);
    expect(nextOpen([], {}, -1)).toBe(-1);
  });
});

describe("addresses", () => {
  it("keep what is known alone", () => {
    expect(queueSearch({ tab: "items", status: "pending", all: 1, other: "x" })).toEqual({ status: "pending", all: "1" });
    expect(queueSearch({ tab: "agreement", status: "no" })).toEqual({ tab: "agreement" });
    expect(calibrationSearch({ judge: "faithful", threshold: "0.5", basis: "auto", range: "30d" })).toEqual({ judge: "faithful", threshold: 0.5, range: "30d" });
  });
});
