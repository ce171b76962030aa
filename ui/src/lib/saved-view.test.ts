import { expect, test } from "vitest";
import type { SavedView } from "@/api/types";
import { differs, isBare, isOnlyNamed, toQuery, toSearch } from "./saved-view";

const VIEW: SavedView = {
  id: "v1",
  list: "spans",
  name: "dear ones",
  shared: false,
  own: true,
  changeable: true,
  default: false,
  query: { filter: "level:error", columns: "name*,cost", order: "-cost", range: "7d", start: 0, end: 0, measure: "cost" },
  updated_at: 0,
};

test("a view opened holds what was saved", () => {
  const search = toSearch(VIEW);
  expect(search).toMatchObject({ view: "spans", filter: "level:error", order: "-cost", range: "7d", saved: "v1", measure: "cost" });
  expect(toQuery(search, search.columns ?? "")).toEqual(VIEW.query);
  expect(differs(VIEW, toQuery(search, search.columns ?? ""))).toBe(false);
});

test("any change makes it another one", () => {
  const search = toSearch(VIEW);
  expect(differs(VIEW, toQuery({ ...search, filter: undefined }, "name*,cost"))).toBe(true);
  expect(differs(VIEW, toQuery(search, "name,cost"))).toBe(true);
});

test("only an address that asks for nothing opens the default", () => {
  expect(isBare({})).toBe(true);
  expect(isBare({ view: "spans", live: "1" })).toBe(true);
  expect(isBare({ filter: "x" })).toBe(false);
  expect(isBare({ saved: "v1" })).toBe(false);
  expect(isOnlyNamed({ saved: "v1" })).toBe(true);
  expect(isOnlyNamed({ saved: "v1", peek: "t" })).toBe(true);
  expect(isOnlyNamed({ saved: "v1", filter: "x" })).toBe(false);
});
