import { expect, test } from "vitest";
import { Wrong, line, variant } from "./playground";
import { type RunDraft, isLive, linesOf, newRunSearch, planOf } from "./runs";

const draft = (more: Partial<RunDraft> = {}): RunDraft => ({
  name: " first ",
  variant: variant({ connection: "c", model: "m", lines: [line({ role: "user", text: "{{question}} {{other}}" })] }),
  dataset: "d",
  split: "",
  replay: null,
  asSent: false,
  mapping: { question: "input.q", other: " ", gone: "input.x" },
  evaluators: [],
  repetitions: "2",
  concurrency: "",
  perMinute: "",
  ...more,
});

test("a plan tells what is run, over what, and how", () => {
  const plan = planOf(draft());
  expect(plan).toMatchObject({ name: "first", connection_id: "c", model: "m", dataset_id: "d", mapping: { question: "input.q" }, repetitions: 2, concurrency: 1, per_minute: 0 });
  expect(plan).not.toHaveProperty("variables");
  expect(plan).not.toHaveProperty("session_id");
});

test("a replay as it was sent has no messages and no prompt of its own", () => {
  const replay = { start: 1, end: 2, filter: "", most: 10 };
  expect(planOf(draft({ replay, asSent: true }))).toMatchObject({ messages: [], prompt_name: "", replay });
  expect(planOf(draft({ replay }))).not.toHaveProperty("dataset_id");
});

test("what cannot be sent is told", () => {
  expect(() => planOf(draft({ repetitions: "0" }))).toThrow(Wrong);
  expect(() => planOf(draft({ concurrency: "many" }))).toThrow(Wrong);
  expect(() => planOf(draft({ variant: variant({ connection: "c" }) }))).toThrow(Wrong);
});

test("addresses", () => {
  expect(newRunSearch({ dataset: "d", prompt: 12, version: "3", over: "x" })).toEqual({ dataset: "d", prompt: "12", version: 3 });
});

test("a run is live while items or evaluations wait", () => {
  const none = { waiting: 0, done: 1, failed: 0, held: 0 };
  expect(isLive({ job: { status: "done" }, evaluators: [none] })).toBe(false);
  expect(isLive({ job: { status: "done" }, evaluators: [{ ...none, waiting: 1 }] })).toBe(true);
  expect(isLive({ job: { status: "running" }, evaluators: [] })).toBe(true);
  expect(isLive({ job: null, evaluators: [] })).toBe(false);
});

const metric = (name: string, value: number) => ({ metric: name, lower_is_better: name === "latency", value, low: null, high: null, freed: null, powered: null });

test("lines of metrics, scores first", () => {
  const lines = linesOf([
    { id: "a", name: "A", started_at: 1, metrics: [metric("latency", 1), metric("right", 0.5)] },
    { id: "b", name: "B", started_at: 2, metrics: [metric("right", 0.7)] },
  ]);
  expect(lines.map((one) => one.metric)).toEqual(["right", "latency"]);
  expect(lines.map((one) => one.lower)).toEqual([false, true]);
  expect(lines[0]!.points.map((one) => [one.place, one.value])).toEqual([[0, 0.5], [1, 0.7]]);
});
