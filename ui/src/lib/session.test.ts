import { expect, it } from "vitest";
import type { Message, SpanRow, Turn } from "@/api/types";
import { nextFailed, usedBy, wordsOf } from "./session";

const said = (role: string, ...texts: string[]) => ({ role, parts: texts.map((text) => ({ type: "text", text })) }) as Message;
const words = (given: Partial<Turn>) => wordsOf({ input: "", output: "", input_messages: null, output_messages: null, ...given } as Turn);

const turn = (errors: number, level = "default") => ({ errors, level });
const span = (given: Partial<SpanRow>): SpanRow =>
  ({ billable: true, model: "", usage: {}, total_tokens: 0, total_cost: 0, cost_source: "", start_time: 0, first_token_time: 0, ...given }) as SpanRow;

it("finds the next and the last turn with an error, and says when there is none", () => {
  const turns = [turn(0), turn(2), turn(0), turn(0, "error"), turn(0)];
  expect(nextFailed(turns, 0, 1)).toBe(1);
  expect(nextFailed(turns, 1, 1)).toBe(3);
  expect(nextFailed(turns, 3, 1)).toBe(-1);
  expect(nextFailed(turns, 3, -1)).toBe(1);
  expect(nextFailed(turns, 1, -1)).toBe(-1);
  expect(nextFailed([], -1, 1)).toBe(-1);
});

it("sums what is paid for, by bucket and by model", () => {
  const used = usedBy([
    span({ billable: false, model: "big", usage: { input: 100 }, total_tokens: 100 }),
    span({ model: "small", usage: { input: 10, output: 5 }, total_tokens: 15, total_cost: 0.1, cost_source: "catalogue", start_time: 5, first_token_time: 9 }),
    span({ model: "small", usage: { input: 1 }, total_tokens: 1, cost_source: "unpriced", start_time: 2, first_token_time: 4 }),
    span({ model: "big", usage: { output: 7 }, total_tokens: 7, total_cost: 0.5, cost_source: "reported" }),
    span({}),
  ]);
  expect(used.buckets).toEqual({ input: 11, output: 12 });
  expect(used.models.map((one) => [one.model, one.calls, one.tokens, one.sources])).toEqual([
    ["big", 1, 7, ["reported"]],
    ["small", 2, 16, ["catalogue", "unpriced"]],
  ]);
  expect(used.firstToken).toBe(2);
});

it("knows no first token where nothing was streamed", () => expect(usedBy([span({ model: "m" })]).firstToken).toBeNull());

it("tells what was said in a turn whose head says nothing", () => {
  const input_messages = [said("system", "Be brief."), said("user", "Hello"), said("assistant", "Hi"), said("user", "Where is it?"), said("user")];
  expect(words({ input_messages, output_messages: [said("assistant", "There.")] })).toBe("Where is it?");
  expect(words({ input_messages: [said("system", "Be brief.")], output_messages: [said("assistant"), said("assistant", "There.")] })).toBe("There.");
  expect(words({ input: '{"a":1}' })).toBe('{"a":1}');
  expect(words({ output: "x".repeat(300) })).toHaveLength(200);
  expect(words({})).toBe("");
});
