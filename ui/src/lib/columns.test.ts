import { expect, test } from "vitest";
import { fitted, moveTo, pin, readColumns, resize, step, toggle, writeColumns } from "./columns";

const KNOWN = new Set(["time", "name", "input", "cost"]);
const read = (text: string) => readColumns(text, KNOWN);

test("what is written is read back", () => {
  for (const text of ["name*:200,time,cost:120", "time", "cost*,name*,input"]) expect(writeColumns(read(text))).toBe(text);
});

test("anything is read, and only what is known is kept, once", () => {
  expect(writeColumns(read("name,,nothing,name,<b>,cost:1,input:99999,time:12px"))).toBe("name,cost:48");
  expect(read("")).toEqual([]);
});

test("pinned columns stand first", () => {
  expect(writeColumns(read("time,name*,cost"))).toBe("name*,time,cost");
  expect(writeColumns(pin(read("time,name,cost"), "cost"))).toBe("cost*,time,name");
  expect(writeColumns(pin(read("cost*,time*,name"), "cost"))).toBe("time*,cost,name");
});

test("columns move, and take over the pin of the place they move to", () => {
  expect(writeColumns(moveTo(read("time,name,input,cost"), "cost", "name"))).toBe("time,cost,name,input");
  expect(writeColumns(moveTo(read("time,name,input,cost"), "time", "input"))).toBe("name,input,time,cost");
  expect(writeColumns(step(read("time*,name,cost"), "name", -1))).toBe("name*,time*,cost");
  expect(writeColumns(step(read("time,name"), "name", 1))).toBe("time,name");
  expect(writeColumns(moveTo(read("time,name"), "name", "gone"))).toBe("time,name");
});

const shown = (width: number) => fitted(["time", "name", "input", "cost"], ["cost", "time"], (key) => (key === "input" ? 200 : 100), width).join(",");

test("where room is short, columns that can be spared go, one after the other", () => {
  expect([500, 499, 400, 399, 10].map(shown)).toEqual(["time,name,input,cost", "time,name,input", "time,name,input", "name,input", "name,input"]);
});

test("columns come and go, but never all of them", () => {
  expect(writeColumns(toggle(read("time,name"), "cost"))).toBe("time,name,cost");
  expect(writeColumns(toggle(read("time,name"), "time"))).toBe("name");
  expect(writeColumns(toggle(read("time"), "time"))).toBe("time");
});

test("a width is kept within bounds, and can be given up", () => {
  expect(writeColumns(resize(read("time,name"), "name", 7))).toBe("time,name:48");
  expect(writeColumns(resize(read("time,name:300"), "name", undefined))).toBe("time,name");
});
