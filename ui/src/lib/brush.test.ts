import { expect, test } from "vitest";
import { bucketAt, rangeOf, walked } from "./brush";

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

test("keys enter at the near end, walk within the buckets and take a stretch along with Shift", () => {
  expect(walked(null, "ArrowLeft", false, 5)).toEqual({ from: 4, to: 4 });
  expect(walked(null, "ArrowRight", true, 5)).toEqual({ from: 0, to: 0 });
  expect(walked({ from: 4, to: 4 }, "ArrowRight", false, 5)).toEqual({ from: 4, to: 4 });
  expect(walked({ from: 3, to: 3 }, "ArrowLeft", true, 5)).toEqual({ from: 3, to: 2 });
  expect(walked({ from: 3, to: 2 }, "Home", true, 5)).toEqual({ from: 3, to: 0 });
  expect(walked({ from: 3, to: 2 }, "End", false, 5)).toEqual({ from: 4, to: 4 });
});

test("other keys and charts without buckets move nothing", () => {
  expect(walked(null, "j", false, 5)).toBeNull();
  expect(walked(null, "End", false, 0)).toBeNull();
});
