import { expect, test } from "vitest";
import { cameWithin, tailStart, withTail } from "./tail";
import { MINUTE } from "./time";

const row = (id: string, start_time: number, name = "") => ({ id, start_time, name });
const key = (one: { id: string }) => one.id;

test("new rows stand where they belong, newest first, and known ones take their newer state", () => {
  const rows = [row("b", 20), row("a", 10)];
  expect(withTail(rows, [row("c", 30), row("b", 20, "done"), row("late", 15)], key)).toEqual([
    row("c", 30),
    row("b", 20, "done"),
    row("late", 15),
    row("a", 10),
  ]);
  expect(withTail(rows, [], key)).toBe(rows);
});

test("what is asked for reaches back a little, never before the range or into the future", () => {
  const now = 100 * MINUTE;
  expect(tailStart(99 * MINUTE, 0, now)).toBe(89 * MINUTE);
  expect(tailStart(0, 95 * MINUTE, now)).toBe(95 * MINUTE);
  expect(tailStart(500 * MINUTE, 0, now)).toBe(90 * MINUTE);
});

test("asks for what came since the last look, and a little more", () => expect(cameWithin(2_300_000)).toBe("received:>now-8s"));
