import { describe, expect, it } from "vitest";
import { addTerm, chosen, hasTerm, looksOf, quote, removeTerm, term, terms, toggleTerm } from "./filter";

const looks = (text: string, mistake: number | null = null) => looksOf(text, mistake).map((one) => [one.look, one.text]);

describe("terms", () => {
  it("keeps quotes, groups and negation together", () => {
    const text = 'level:error -env:dev (a:1 or b:2) metadata.region:"eu west" "a refund"';
    expect(terms(text).map((one) => [one.kind, one.negated, one.field, one.value])).toEqual([
      ["field", false, "level", "error"],
      ["field", true, "env", "dev"],
      ["group", false, "", "(a:1 or b:2)"],
      ["field", false, "metadata.region", "eu west"],
      ["text", false, "", "a refund"],
    ]);
  });

  it("does not fall over what is half typed", () => {
    for (const text of ['"', "(", ")", "a:", ":", "-", '-"', "((a:1)"]) expect(() => terms(text)).not.toThrow();
  });
});

describe("clicks", () => {
  it("adds a term once", () => {
    expect(addTerm("", "model", "gpt-5")).toBe("model:gpt-5");
    expect(addTerm("model:gpt-5", "model", "gpt-5")).toBe("model:gpt-5");
    expect(addTerm("level:error", "name", "a b")).toBe('level:error name:"a b"');
  });

  it("keeps the meaning of an `or`", () => {
    expect(addTerm("a:1 or b:2", "env", "prod")).toBe("(a:1 or b:2) env:prod");
  });

  it("removes a term with its `and`", () => {
    expect(removeTerm("a:1 and b:2 c:3", "b", "2")).toBe("a:1 c:3");
    expect(removeTerm("a:1 and b:2", "a", "1")).toBe("b:2");
    expect(removeTerm("a:1", "a", "1")).toBe("");
  });

  it("toggles, and turns a refusal into a wish", () => {
    expect(toggleTerm("a:1", "a", "1")).toBe("");
    expect(toggleTerm("-a:1", "a", "1")).toBe("a:1");
  });

  it("finds again what it wrote, whatever the value holds", () => {
    for (const value of ["x", "a b", 'say "hi"', "back\\slash", "退款", "a:b", "(c)", "or", "-x", "a*"]) {
      expect(hasTerm(addTerm("level:error", "name", value), "name", value)).toBe(true);
    }
  });
});

it("lists what is chosen", () => {
  const { wanted, refused } = chosen("tags:a tags:b -tags:c", "tags");
  expect([[...wanted], [...refused]]).toEqual([["a", "b"], ["c"]]);
});

it("quotes only where it must", () => {
  expect(quote("gpt-5.1/mini")).toBe("gpt-5.1/mini");
  expect(quote("客服")).toBe("客服");
  expect(term("name", "x y", true)).toBe('-name:"x y"');
});

describe("looks", () => {
  it("draws terms as chips and leaves the rest", () => {
    expect(looks('level:error and -env:"a b" refund')).toEqual([
      ["chip", "level:error"],
      ["plain", " and "],
      ["refusal", '-env:"a b"'],
      ["plain", " refund"],
    ]);
    expect([looks(""), looks("", 0), looks("model:")]).toEqual([[], [], [["plain", "model:"]]]);
  });

  it("marks the word of the mistake, wherever it lies", () => {
    expect(looks("level:error latency:>x a", 20)).toEqual([
      ["chip", "level:error"],
      ["plain", " latency:"],
      ["mistake", ">x"],
      ["plain", " a"],
    ]);
    expect(looks("a:1 (", 5)).toEqual([
      ["chip", "a:1"],
      ["plain", " "],
      ["mistake", "("],
    ]);
    for (const text of ["a:1 b:2", '"', "-"]) for (let at = 0; at < 9; at += 1) expect(looksOf(text, at).map((one) => one.text).join("")).toBe(text);
  });
});
