import { expect, it } from "vitest";
import { blocks, bodyOf, chunks, parseBody, plainText, summary } from "./json";
import { LongJson } from "./long-json";

it("reads objects and arrays, and leaves the rest as text", () => {
  expect(parseBody(' {"a": 1}')).toEqual({ a: 1 });
  expect(parseBody('{"a": 1')).toBeUndefined();
  expect(parseBody("3")).toBeUndefined();
  expect(plainText('"two\\nlines"')).toBe("two\nlines");
  expect(plainText('"open')).toBe('"open');
});

it("cuts a text into blocks that join to the same text", () => {
  const text = `${"line\n".repeat(2000)}${"x".repeat(9000)}${"😀".repeat(3000)}`;
  const cut = blocks(text, 1000);
  expect(cut.join("")).toBe(text);
  expect(Math.max(...cut.map((one) => one.length))).toBeLessThanOrEqual(1001);
  expect(cut.every((one) => one.isWellFormed())).toBe(true);
});

it("summarises what is folded", () => {
  expect(summary([1, 2])).toBe("[ 2 ]");
  expect(summary({ a: 1, b: 2 })).toBe("{ a, b }");
  expect(summary({})).toBe("{}");
});

it("splits long lists, and what is longer into parts to be split again", () => {
  expect(chunks(0, 250)).toEqual([[0, 100], [100, 200], [200, 250]]);
  expect(chunks(300, 310)).toEqual([[300, 310]]);
  const large = chunks(0, 256_000);
  expect([large.length, large[0], large.at(-1)]).toEqual([26, [0, 10_000], [250_000, 256_000]]);
  expect(chunks(...large.at(-1)!)).toHaveLength(60);
  expect(chunks(0, 30_000_000)[0]).toEqual([0, 1_000_000]);
});

it("cuts ten million characters without a line at once", () => {
  const began = performance.now();
  expect(blocks("x".repeat(10_000_000))).toHaveLength(2500);
  expect(performance.now() - began).toBeLessThan(1000);
});

it("does not read a long body as a whole", () => {
  const text = JSON.stringify(Array.from({ length: 60_000 }, () => "on its way"));
  expect(bodyOf(` ${text}\n`)).toBeInstanceOf(LongJson);
  expect(bodyOf(text.slice(0, -1))).toBeUndefined();
  expect(bodyOf('[1, "a"]')).toEqual([1, "a"]);
});
