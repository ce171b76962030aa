import { expect, it } from "vitest";
import { sessionSearch, userSearch } from "./search";

it.each([
  [{ turn: "12", open: "true" }, { turn: 12, open: true }],
  [{ turn: "3.7" }, { turn: 3 }],
  [{ turn: "0" }, {}],
  [{ turn: "-4", open: "" }, {}],
  [{ turn: "x" }, {}],
  [{}, {}],
])("the address of a session %j is read as %j", (raw, read) => expect(sessionSearch(raw)).toEqual(read));

it.each([
  [{ tab: "sessions", order: "-cost", range: "7d" }, { tab: "sessions", order: "-cost", range: "7d" }],
  [{ tab: "nothing", start: "5", end: "9" }, { start: 5, end: 9 }],
  [{ tab: "traces", range: "x" }, { tab: "traces" }],
])("the address of a user %j is read as %j", (raw, read) => expect(userSearch(raw)).toEqual(read));
