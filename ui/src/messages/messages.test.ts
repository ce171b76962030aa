import { describe, expect, it } from "vitest";
import { en } from "./en";
import { type Entry, say } from "./say";
import { zh } from "./zh";

const holes = (entry: Entry): string[] => {
  const text = typeof entry === "string" ? entry : entry.other;
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
};

describe("catalogues", () => {
  it("hold the same keys", () => expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort()));

  it.each(Object.keys(en))("%s takes the same values in both languages", (key) => {
    expect(holes(zh[key as keyof typeof zh])).toEqual(holes(en[key as keyof typeof en]));
  });

  it("has no empty message", () => {
    for (const entry of [...Object.values<Entry>(en), ...Object.values<Entry>(zh)]) {
      expect(typeof entry === "string" ? entry : entry.other).not.toBe("");
    }
  });
});

it("chooses plural forms and writes numbers", () => {
  const words = { spans: { one: "{n} span", other: "{n} spans" }, plain: "{a} and {b}" };
  expect(say(words, "en-US", "spans", { n: 1 })).toBe("1 span");
  expect(say(words, "en-US", "spans", { n: 1200 })).toBe("1,200 spans");
  expect(say(words, "en-US", "plain", { a: "x" })).toBe("x and {b}");
});
