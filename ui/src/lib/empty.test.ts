import { expect, it } from "vitest";
import type { SpanDetail } from "@/api/types";
import { emptyFields } from "./empty";

const detail = (kind: string, more: Partial<SpanDetail>, row = {}) =>
  ({
    span: { kind, model: "", provider: "", total_tokens: 0, total_cost: 0, first_token_time: 0, prompt_name: "", session_id: "s", user_id: "u", ...row },
    input_size: 5,
    output_size: 5,
    finish_reason: "",
    model_parameters: {},
    tools: [],
    attributes: {},
    ...more,
  }) as unknown as SpanDetail;

it("names the attributes that fill what is empty, and those that came instead", () => {
  const found = emptyFields(detail("llm", { attributes: { "my.model_id": "x", colour: "red" } }));
  const model = found.find((one) => one.field === "model")!;
  expect(model.keys).toContain("gen_ai.request.model");
  expect(model.instead).toEqual(["my.model_id"]);
  expect(found.map((one) => one.field)).not.toContain("input");
});

it("asks of a tool no more than a tool has", () => {
  expect(emptyFields(detail("tool", { output_size: 0 }, { user_id: "" })).map((one) => one.field)).toEqual(["output", "user"]);
});

it("is silent about what is filled", () => expect(emptyFields(detail("tool", {}))).toEqual([]));
