import { expect, test } from "vitest";
import { bucketAt, rangeOf } from "./brush";

const TIMES = [0, 10, 20, 30];
const WITHIN = { start: 5, end: 37 };

test("a stretch covers whole buckets, whichever way it was dragged", () => {
  expect(rangeOf(TIMES, { from: 1, to: 2 }, WITHIN)).toEqual({ start: 10, end: 30 });
  expect(rangeOf(TIMES, { from: 2, to: 1 }, WITHIN)).toEqual({ start: 10, end: 30 });
});

test("it never leaves the range", () => {
  expect(rangeOf(TIMES, { from: 0, to: 3 }, WITHIN)).toEqual({ start: 5, end: 37 });
});

test("every place belongs to a bucket", () => {
  expect([-1, 0, 0.3, 0.99, 1, 7].map((share) => bucketAt(share, 4))).toEqual([0, 0, 1, 3, 3, 3]);
});
