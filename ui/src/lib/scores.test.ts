import { describe, expect, it } from "vitest";
import { behind, depths, digitsOf, givenBy, kindKey, kindsOf, readKind, scoresSearch, stepOf, strength } from "./scores";

const kind = (name: string) => ({ name, data_type: "numeric", source: "", author: "" }) as const;
const bin = (given: object) => ({ label: "", low: null, high: null, others: false, ...given });

describe("the address of the score pages", () => {
  it("keeps what is valid and drops the rest", () => {
    expect(scoresSearch({ range: "7d", tab: "analytics", name: "a", min: "0", max: "x", source: "api", target: "moon", by: "trace" })).toEqual({
      range: "7d",
      tab: "analytics",
      name: "a",
      min: 0,
      source: "api",
      by: "trace",
    });
    expect(scoresSearch({ tab: "table", order: "value", min: "" })).toEqual({});
  });
});

describe("kinds", () => {
  it("are read from what they are written as, whatever their name", () => {
    for (const name of ["helpfulness", "a:b:c", "评分\n二"]) {
      const kind = { name, data_type: "numeric", source: "annotation", author: "" } as const;
      expect(readKind(kindKey(kind))).toEqual(kind);
      expect(readKind(kindKey(givenBy(kind, "a1b2")))).toEqual({ ...kind, author: "a1b2" });
    }
    expect(readKind("numeric::x")).toEqual({ name: "x", data_type: "numeric", source: "", author: "" });
    expect(givenBy(givenBy(readKind("numeric::x")!, "a1"), "")).toEqual(readKind("numeric::x"));
    for (const wrong of [undefined, "", "text::x", "numeric:moon:x", "numeric:api:"]) expect(readKind(wrong)).toBeNull();
  });

  it("are told by source where there are several, and not where they cannot be counted", () => {
    const seen = [
      { name: "quality", data_type: "numeric", source: "evaluator", count: 5 },
      { name: "thumbs", data_type: "boolean", source: "api", count: 7 },
      { name: "quality", data_type: "numeric", source: "annotation", count: 4 },
      { name: "remark", data_type: "text", source: "annotation", count: 90 },
    ];
    expect(kindsOf(seen).map((one) => [kindKey(one), one.count])).toEqual([
      ["numeric::quality", 9],
      ["numeric:evaluator:quality", 5],
      ["numeric:annotation:quality", 4],
      ["boolean::thumbs", 7],
    ]);
  });
});

it("finds the traces behind a bin", () => {
  expect(behind(kind("quality"), bin({ low: 0.2, high: 0.4 }), false)).toBe("score.quality:>=0.2 score.quality:<0.4");
  expect(behind(kind("quality"), bin({ low: 0.8, high: 1 }), true)).toBe("score.quality:>=0.8 score.quality:<=1");
  expect(behind(kind("stars"), bin({ low: -2, high: -2 }), false)).toBe("score.stars:-2");
  expect(behind(kind('a "b"'), bin({ label: "so so" }), false)).toBe('score."a \\"b\\"":"so so"');
  expect(behind(kind("thumbs up"), bin({ label: "True" }), false)).toBe('score."thumbs up":True');
  expect([behind(kind("tone"), bin({ others: true }), true), behind(kind("tone"), bin({}), true)]).toEqual([null, null]);
});

it("names the strength of a kappa", () => {
  expect([-0.1, 0, 0.2, 0.21, 0.5, 0.8, 0.81].map(strength)).toEqual(["none", "none", "slight", "fair", "moderate", "substantial", "perfect"]);
});

it("colours the fullest cell deepest and empty ones not at all", () => {
  expect(depths([[4, 1], [0, 0]], 46)).toEqual([[46, 26], [0, 0]]);
  expect(depths([[0]])).toEqual([[0]]);
});

it("steps by ones between whole bounds, else by hundredths", () => {
  expect(stepOf(1, 5)).toBe(1);
  expect(stepOf(0, 1)).toBe(0.01);
});

it("writes as many digits as a range needs", () => {
  expect([0.05, 0.1, 1, 12, 0].map(digitsOf)).toEqual([2, 1, 0, 0, 0]);
});
