import { expect, it } from "vitest";
import { isShared, placeOf, reached } from "./share";

it("leads the questions of a shared page below its link, and no others", () => {
  const place = placeOf(".eJx-1_2.abc");
  expect(isShared(place)).toBe(true);
  expect(isShared("p1")).toBe(false);
  expect(reached(`/api/pilothouse/projects/${place}/traces/t/spans/s`)).toBe("/api/pilothouse/shared/.eJx-1_2.abc/traces/t/spans/s");
  expect(reached(`/api/pilothouse/projects/${encodeURIComponent(place)}/media/m`)).toBe("/api/pilothouse/shared/.eJx-1_2.abc/media/m");
  expect(reached("/api/pilothouse/projects/p~1/traces")).toBe("/api/pilothouse/projects/p~1/traces");
});
