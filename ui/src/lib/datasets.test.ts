import { describe, expect, it } from "vitest";
import { type FileColumns, NO_SPLIT, compareSearch, datasetSearch, joined, lineOf, parted, roleOf, tagsOf, toldColumns, valueOf, whereOf, withRole, withShape, writtenOf } from "./datasets";

describe("what is typed for an item", () => {
  it.each([
    ["", null],
    ["  ", null],
    ["Paris", "Paris"],
    ['{"a": 1}', { a: 1 }],
    ["12", 12],
    ['"12"', "12"],
    ["{broken", "{broken"],
  ])("%s is read", (written, value) => expect(valueOf(written)).toEqual(value));

  it.each([null, "Paris", "12", "null", "", { a: [1] }, 0, false])("%j is written so that it is read again", (value) => {
    expect(valueOf(writtenOf(value))).toEqual(value === "" ? "" : value);
  });

  it.each([
    [{ question: "Where is it?" }, "Where is it?"],
    [{ topic: "refunds", story: 2, tags: ["a"] }, 'topic: refunds · story: 2 · tags: ["a"]'],
    [{ count: 1 }, "count: 1"],
    [["a", 1], '["a",1]'],
    [null, ""],
    [0, "0"],
  ])("%j stands on one line", (value, line) => expect(lineOf(value)).toBe(line));
});

describe("addresses", () => {
  it("take what they know", () =>
    expect(compareSearch({ baseline: "a", candidates: "b,c", margin: "0.02", show: "worse", lower: 3, junk: 1 })).toEqual({
      baseline: "a",
      candidates: "b,c",
      margin: 0.02,
      show: "worse",
    }));
  it("leave out what is nothing", () => expect(compareSearch({ margin: -1, show: "all", candidates: "" })).toEqual({}));
  it.each([[["a", "b,c", "ä/%"]], [[]]])("hold words with any sign", (words) => expect(parted(joined(words))).toEqual(words));
  it("are not broken by what somebody wrote", () => expect(parted("%")).toEqual([]));
  it("know the tabs of a data set", () => expect(datasetSearch({ tab: "experiments", status: "all", item: "", near: 0.1 })).toEqual({ tab: "experiments", status: "all" }));
  it("tell those without a split from those of any", () => {
    expect(whereOf({ split: NO_SPLIT })).toEqual({ status: "active", split: "" });
    expect(whereOf({ tag: "a", status: "all" })).toEqual({ status: "all", tag: "a" });
  });
});

const one = (...columns: string[]) => ({ columns, as_object: false });

describe("columns of a file", () => {
  const columns: FileColumns = { input: one("q"), expected_output: one("a"), metadata: one(), id: "id", split: "", tags: "", types: {} };
  const order = ["id", "q", "a", "more"];
  it("become one thing each", () => {
    const next = withRole(columns, "a", "id", order);
    expect([next.id, next.expected_output.columns]).toEqual(["a", []]);
    expect(order.map((name) => roleOf(next, name))).toEqual(["", "input", "id", ""]);
  });
  it("make an object where there are several, in their order", () => {
    const next = withRole(columns, "id", "input", order);
    expect(next.input).toEqual({ columns: ["id", "q"], as_object: true });
    expect(next.id).toBe("");
    expect(withRole(withShape(columns, "input", true), "a", "", order).input).toEqual({ columns: ["q"], as_object: true });
  });
  it("are told with the types of what becomes something", () => {
    const told = toldColumns({ ...columns, types: { q: "text", more: "json" } });
    expect((JSON.parse(told) as FileColumns).types).toEqual({ q: "text" });
  });
  it("that become nothing leave nothing", () => expect(withRole(withShape(columns, "input", true), "q", "", order).input).toEqual(one()));
});

it("tags are typed one after the other", () => expect(tagsOf(" a, b，c；a ; ")).toEqual(["a", "b", "c"]));

it("media stand as a word in a line", () => {
  const image = "@@@langfuseMedia:type=image/png|id=AAAAAAAAAAAAAAAAAAAAAA|source=base64_data_uri@@@";
  expect(lineOf({ question: `What is ${image}?` })).toBe("What is [image]?");
});
