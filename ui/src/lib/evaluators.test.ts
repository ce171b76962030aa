import { describe, expect, it } from "vitest";
import { type Judge, at, blank, draftOf, evaluatorSearch, lacksModel, newEvaluatorSearch, pathsOf, readable, settingsOf, tidy, typed, variablesOf } from "./evaluators";

const CASE = { input: "hi", output: { answer: { text: "hello" }, items: [{ n: 1 }, { n: 2 }], "a b": 3 }, metadata: null, documents: [], told: '{"inner": [1]}' };

describe("addresses", () => {
  it("keep what is theirs alone", () => {
    expect(evaluatorSearch({ version: "2", with: "x", other: 1 })).toEqual({ version: 2 });
    expect(newEvaluatorSearch({ kind: "judge", from: "bias", language: "zh" })).toEqual({ kind: "judge", from: "bias", language: "zh" });
    expect(newEvaluatorSearch({ kind: "magic", language: "de" })).toEqual({});
  });
});

describe("paths", () => {
  it("lead to all that is there, the shallow ones first", () => {
    expect(pathsOf(CASE)).toEqual(["input", "output", "told", "output.answer", "output.items", 'output["a b"]', "output.answer.text", "output.items[0]", "output.items[1]", "output.items[0].n", "output.items[1].n"]);
  });
  it.each([
    ["output.answer.text", "hello"],
    ["$.output.items[-1].n", 2],
    ['output["a b"]', 3],
    ["told.inner[0]", 1],
    ["output.nothing", undefined],
    ["output..", undefined],
    ["input.deeper", undefined],
  ])("%s shows %j", (path, value) => expect(at(CASE, path)).toEqual(value));
});

describe("settings", () => {
  it("find the variables of a prompt", () => {
    expect(variablesOf([{ role: "user", content: "{{ a }} {{b}} {{a}} {{ 1 }}" }])).toEqual(["a", "b"]);
  });
  it("know whom no model was chosen for", () => {
    expect(lacksModel(blank("panel", "en"))).toBe(true);
    expect(lacksModel(blank("code", "en"))).toBe(false);
    expect(lacksModel({ kind: "metric", settings: { metric: "embedding", connection_id: "c" } })).toBe(true);
    expect(lacksModel({ kind: "judge", settings: { ...(blank("judge", "en").settings as Judge), connection_id: "c", model: "m" } })).toBe(false);
  });
  it("lose mappings of variables that are gone", () => {
    const settings = { ...(blank("judge", "en").settings as Judge), variables: { input: "input.question", output: "output", gone: "metadata" }, optional: ["gone", "input"] };
    expect(tidy({ kind: "judge", settings }).settings).toMatchObject({ variables: { input: "input.question" }, optional: ["input"] });
  });
  it("send of a metric what it knows", () => {
    expect(settingsOf({ kind: "metric", settings: { metric: "latency", output: "output", most: 3, least: null } })).toEqual({ metric: "latency", most: 3 });
  });
  it("fill up what an older version lacks", () => {
    expect(draftOf("code", { source: "x" }).settings).toEqual({ source: "x", seconds: 5 });
  });
  it("are read with prompts as text", () => {
    const told = readable(blank("judge", "en"));
    expect(told).toContain("# user\nJudge whether");
    expect(told).toContain('"type": "boolean"');
    expect(told).not.toContain("\\n");
  });
});

it("reads what is typed as JSON where it is JSON", () => {
  expect(typed('{"a": 1}')).toEqual({ a: 1 });
  expect(typed("3")).toBe(3);
  expect(typed("3 apples")).toBe("3 apples");
  expect(typed("{no json")).toBe("{no json");
  expect(typed("  ")).toBeUndefined();
});
