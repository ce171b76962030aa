import { expect, it } from "vitest";
import type { Json } from "./json";
import { Entries, LONG, LongJson, entriesOf, scan } from "./long-json";

function read(text: string): Entries | null {
  const steps = scan(new LongJson(text));
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const whole = (entries: Entries | null) => entries && Array.from({ length: entries.count }, (_, index) => [entries.keys?.[index] ?? index, entries.at(index)]);

it("finds the same entries as a whole reading does", () => {
  const values: Json[] = [
    [],
    {},
    [1, "a,b", [2, "]"], { c: "}" }, null, true, -1.5e3],
    { 'k"1': "\\", "": [], deep: { a: [{ b: "\\\"" }] }, n: null, "评": "分" },
    [[[[["x"]]]], "", "\u2028"],
  ];
  for (const value of values) {
    for (const text of [JSON.stringify(value), ` \n${JSON.stringify(value, null, 3)}\t`]) {
      const wanted = Array.isArray(value) ? value.map((one, index) => [index, one]) : Object.entries(value as object);
      expect(whole(read(text)), text).toEqual(wanted);
    }
  }
});

it("does not take for JSON what is not", () => {
  for (const text of ["", "3", '"a"', "[", "[1", "[1}", "{]", '["a]', "[1] 2", "{1:2}", '{"a" 1}', '{"a":1,}', "[1,]", "[,1]", '{"a"}', "[1,,2]"]) {
    expect(read(text), text).toBeNull();
  }
});

it("reads long entries when they are looked at, and others at once", async () => {
  const long = Array.from({ length: 40_000 }, (_, index) => ({ index, text: "on its way" }));
  const text = JSON.stringify({ a: 1, long, words: "x".repeat(LONG) });
  const entries = (await entriesOf(new LongJson(text)))!;
  expect([entries.count, entries.keys]).toEqual([3, ["a", "long", "words"]]);
  expect([entries.at(0), (entries.at(2) as string).length]).toEqual([1, LONG]);
  const inner = entries.at(1) as LongJson;
  expect(inner).toBeInstanceOf(LongJson);
  const rows = (await entriesOf(inner))!;
  expect([rows.count, rows.keys, rows.at(39_999)]).toEqual([40_000, null, { index: 39_999, text: "on its way" }]);
});

it("comes back now and then while it looks", () => {
  const steps = scan(new LongJson(`[${"1,".repeat(500_000)}1]`));
  let rests = 0;
  while (!steps.next().done) rests += 1;
  expect(rests).toBeGreaterThan(3);
});
