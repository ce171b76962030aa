import { expect, test } from "vitest";
import { choose } from "./selection";

const KEYS = ["a", "b", "c", "d"];
const after = (chosen: string[], key: string, from: string | null = null) => [...choose(new Set(chosen), KEYS, key, from)].sort().join("");

test("a row is chosen and given up", () => {
  expect(after([], "b")).toBe("b");
  expect(after(["b", "c"], "b")).toBe("c");
});

test("a range goes both ways and does what the last row does", () => {
  expect(after(["b"], "d", "b")).toBe("bcd");
  expect(after(["d"], "a", "d")).toBe("abcd");
  expect(after(["a", "b", "c", "d"], "c", "b")).toBe("ad");
});

test("an anchor that is gone chooses the one row", () => {
  expect(after([], "c", "gone")).toBe("c");
});
