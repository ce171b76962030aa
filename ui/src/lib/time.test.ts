import { expect, it } from "vitest";
import { before, cleanRange, DAY, fromLocalInput, MINUTE, presetLength, resolveRange, toLocalInput } from "./time";

it("reads lengths", () => {
  expect(presetLength("24h")).toBe(DAY);
  expect(presetLength("2w")).toBe(14 * DAY);
  expect(presetLength("soon")).toBeNull();
});

it("ends a relative range at the next full minute", () => {
  const now = 1_000_000 * MINUTE + 5;
  const { start, end } = resolveRange({ range: "1h" }, now);
  expect(end).toBe(1_000_001 * MINUTE);
  expect(end - start).toBe(60 * MINUTE);
});

it("keeps an absolute range and refuses a broken one", () => {
  expect(cleanRange({ start: "10", end: 20, range: "24h" })).toEqual({ start: 10, end: 20 });
  expect(cleanRange({ start: 20, end: 10 })).toEqual({});
  expect(cleanRange({ range: "7d" })).toEqual({ range: "7d" });
  expect(cleanRange({ range: "<script>" })).toEqual({});
});

it("steps back by its own length", () => expect(before({ start: 100, end: 130 })).toEqual({ start: 70, end: 100 }));

it("survives the date input", () => {
  const micros = 29_000_000 * MINUTE;
  expect(fromLocalInput(toLocalInput(micros))).toBe(micros);
  expect(fromLocalInput("never")).toBeNull();
});
