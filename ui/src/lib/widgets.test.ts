import { describe, expect, it } from "vitest";
import type { WidgetQuestion } from "@/api/types";
import { asked, behind, bins, both, fitted, fromFile, heatOfBins, toFile } from "./widgets";

const question = (more: Partial<WidgetQuestion> = {}): WidgetQuestion => ({
  view: "spans",
  measures: [{ measure: "latency", aggregation: "p95", key: "" }],
  dimensions: ["model"],
  bucket: "none",
  filter: "",
  order: "",
  limit: 1000,
  ...more,
});
const own = () => "p95" as const;

describe("fitted", () => {
  it("gives each kind what it can draw", () => {
    expect(fitted(question(), "line", own)).toMatchObject({ bucket: "auto", dimensions: ["model"], order: "" });
    expect(fitted(question(), "number", own)).toMatchObject({ bucket: "none", dimensions: [] });
    expect(fitted(question({ bucket: "day" }), "top", own)).toMatchObject({ bucket: "none", order: "-p95_latency" });
  });

  it("spreads values for a histogram and gathers them again", () => {
    const spread = fitted(question(), "histogram", own);
    expect(spread.measures[0]!.aggregation).toBe("histogram");
    expect(fitted(spread, "line", own).measures[0]!.aggregation).toBe("p95");
  });
});

it("asks with the filter of the dashboard and its own", () => {
  expect(asked(question({ filter: "a or b" }), { start: 1, end: 2 }, "env:prod", "UTC").filter).toBe("(env:prod) (a or b)");
  expect(both("", "x")).toBe("x");
});

it("finds what lies behind a point", () => {
  expect(behind(question(), "gpt 5", "env:prod")).toBe('(env:prod) (model:"gpt 5")');
  expect(behind(question(), "", "")).toBe("-model:*");
  expect(behind(question({ dimensions: [], measures: [{ measure: "errors", key: "" }] }), "", "")).toBe("level:error");
});

it("reads back the file that it wrote, and no other", () => {
  const board = { name: "Mine", widgets: [] };
  expect(fromFile(toFile(board))).toEqual(board);
  for (const bad of ["", "[]", "null", "{}", toFile(board).replace('"version": 1', '"version": 2')]) expect(fromFile(bad)).toBeNull();
});

it("tells bins that differ from bucket to bucket by common steps, losing nothing", () => {
  const found = new Map([[0, bins([[1, 2, 3], [2, 10, 1]])], [10, bins([[5, 1000, 2]])]]);
  const heat = heatOfBins([0, 10, 20], found);
  const sum = (column: number) => heat.rows.reduce((all, row) => all + (row.values[column] ?? 0), 0);
  expect([sum(0), sum(10 / 10), sum(2)]).toEqual([4, 2, 0]);
  expect(heat.most).toBe(3);
});
