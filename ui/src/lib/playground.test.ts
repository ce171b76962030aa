import { describe, expect, it } from "vitest";
import type { SpanDetail } from "@/api/types";
import * as play from "./playground";

const said = (role: string, text: string) => ({ role, parts: [{ type: "text" as const, text }] });

const state = (more: Parameters<typeof play.variant>[0] = {}): play.State => ({
  ...play.fresh(),
  variants: [play.variant({ connection: "c", model: " m ", lines: [play.line({ role: "system" }), play.line({ text: "Hi {{name}}" })], ...more })],
  variables: { name: "Bo", unused: "x" },
});

const wrong = (more: Parameters<typeof play.variant>[0]) => {
  const one = state(more);
  try {
    play.asked(one, one.variants[0]!, "");
  } catch (error) {
    return (error as play.Wrong).problem.field;
  }
  return null;
};

const detail = (more: Partial<SpanDetail>): SpanDetail =>
  ({ span: { name: "call", model: "gpt", prompt_name: "", prompt_version: 0 }, input: "", input_messages: null, model_parameters: {}, tools: [], attributes: {}, ...more }) as unknown as SpanDetail;

const linesOf = (input: unknown) => {
  const found = play.fromItem(input);
  return "variant" in found ? found.variant.lines.map((one) => [one.role, one.text]) : found.variables;
};

describe("variables", () => {
  it("are found by the syntax", () => {
    const lines = [play.line({ text: "Hi {{ a }} {b} {{b}}" }), play.line({ role: play.PLACEHOLDER, name: "history", text: "{{c}}" })];
    expect(play.variablesOf(lines, "mustache")).toEqual(["a", "b"]);
    expect(play.variablesOf([play.line({ text: "{a} {{no}} {b}" })], "f-string")).toEqual(["a", "b"]);
    expect(play.variablesOf(lines, "jinja")).toBeNull();
    expect(play.placeholdersOf(lines)).toEqual(["history"]);
  });

  it("are JSON for Jinja alone", () => {
    expect(play.valueOf("[1]", "jinja")).toEqual([1]);
    expect(play.valueOf("[1", "jinja")).toBe("[1");
    expect(play.valueOf("[1]", "mustache")).toBe("[1]");
  });
});

describe("a request", () => {

  it("holds what was typed, and no more", () => {
    const one = state({ settings: { ...play.variant().settings, temperature: "0.5", stop: "a\nb", max_tokens: "10" } });
    expect(play.asked(one, one.variants[0]!, "s")).toEqual({
      connection_id: "c",
      model: "m",
      name: "",
      messages: [said("user", "Hi {{name}}")],
      syntax: "mustache",
      variables: { name: "Bo" },
      placeholders: {},
      temperature: 0.5,
      stop: ["a", "b"],
      max_tokens: 10,
      options: {},
      session_id: "s",
    });
  });

  it("says which field is wrong", () => {
    expect(wrong({ connection: "" })).toBe("connection");
    expect(wrong({ model: "" })).toBe("model");
    expect(wrong({ schema: "{" })).toBe("schema");
    expect(wrong({ schema: "[]" })).toBe("schema");
    expect(wrong({ options: "1" })).toBe("options");
    expect(wrong({ settings: { ...play.variant().settings, seed: "1.5" } })).toBe("seed");
    expect(wrong({ tools: [play.tool({ name: "t", parameters: "{" })] })).toBe("tool");
  });

  it("takes own variables before the shared ones", () => {
    const one = state({ variables: { name: "Li" } });
    expect(play.asked(one, one.variants[0]!, "").variables).toEqual({ name: "Li" });
  });
});

describe("an output", () => {
  it("grows by events", () => {
    const events: play.RunEvent[] = [
      { type: "started", trace_id: "t", span_id: "s" },
      { type: "reasoning", text: "Think." },
      { type: "text", text: "Hel" },
      { type: "text", text: "lo" },
      { type: "tool_call", index: 1, id: "b", name: "f", arguments: "{" },
      { type: "tool_call", index: 1, id: "", name: "", arguments: "}" },
    ];
    const half = events.reduce((output, event, index) => play.told(output, event, 100 + index), play.begun(90));
    expect(half).toMatchObject({ traceId: "t", spanId: "s", text: "Hello", reasoning: "Think.", firstAt: 101, pieces: 5, status: "running" });
    expect(half.calls[1]).toEqual({ id: "b", name: "f", arguments: "{}" });
    const call = { type: "tool_call" as const, id: "b", name: "f", arguments: {} };
    const whole = play.told(half, { type: "message", message: { role: "assistant", parts: [{ type: "text", text: "Hello" }, call] }, seconds: 1, error: "" }, 200);
    expect(whole.text).toBe("");
    expect(play.answerOf(whole)).toBe("Hello\nf({})");
    expect(play.openCalls(whole)).toEqual([call]);
    const answered = play.told(whole, { type: "message", message: { role: "tool", parts: [{ type: "tool_result", id: "b", result: 1 }] }, seconds: 0, error: "" }, 210);
    expect(play.openCalls(answered)).toEqual([]);
    expect(play.stopped(whole, 300)).toMatchObject({ status: "stopped", endedAt: 300 });
  });

  it("keeps a failure when it ends", () => {
    const ended = { type: "done" as const, finish_reason: "", first_token_seconds: 0, seconds: 0, tokens_per_second: 0, retries: 0, schema_problems: null, waits_for: [] };
    const failed = play.told(play.begun(0), { type: "failure", code: "too_slow", cause: "c", remedy: "r" }, 1);
    expect(play.told(failed, ended, 2)).toMatchObject({ status: "failed", endedAt: 2 });
  });

  it("what was said is no template", () => {
    const output = play.told(play.begun(0), { type: "message", message: said("assistant", '{"a": "{{b}}"}'), seconds: 1, error: "" }, 1);
    const one = play.goneOn(play.variant({ connection: "c", model: "m", lines: [play.line({ text: "{{q}}" })] }), output, [play.line({ text: "Q2" })]);
    expect(play.variablesOf(one.lines, "mustache")).toEqual(["q"]);
    const sent = play.asked(play.fresh(), one, "") as { messages: { role: string; name: string }[]; placeholders: Record<string, unknown> };
    expect(sent.messages.map((each) => each.role)).toEqual(["user", "placeholder", "user"]);
    expect(sent.placeholders[sent.messages[1]!.name]).toEqual([said("assistant", '{"a": "{{b}}"}')]);
  });

  it("is taken in to go on", () => {
    const output = play.told(play.begun(0), { type: "message", message: said("assistant", "A"), seconds: 1, error: "" }, 1);
    const one = play.goneOn(play.variant({ lines: [play.line({ role: "system" }), play.line({ text: "Q" })] }), output, [play.line({ text: "Q2" })]);
    expect(one.lines.map((each) => [each.role, each.text])).toEqual([["user", "Q"], ["assistant", "A"], ["user", "Q2"]]);
  });
});

describe("starting points", () => {

  it("a span gives its messages, parameters and tools", () => {
    const image = { type: "media" as const, url: "data:image/png;base64,AA", mime_type: "image/png" };
    const found = play.fromSpan(
      detail({
        input_messages: [said("system", "S"), { role: "user", parts: [{ type: "text", text: "U" }, image] }],
        model_parameters: { temperature: "0.2", max_completion_tokens: 40, response_format: { json_schema: { schema: { type: "object" } } } },
        tools: [{ type: "function", function: { name: "f", description: "d", parameters: { type: "object" } } }, { nonsense: 1 }],
      }),
    );
    expect(found.lines.map((one) => [one.role, one.text, one.more.length])).toEqual([["system", "S", 0], ["user", "U", 1]]);
    expect(found.settings).toMatchObject({ temperature: "0.2", max_tokens: "40", seed: "" });
    expect(found.tools.map((one) => one.name)).toEqual(["f"]);
    expect(JSON.parse(found.schema)).toEqual({ type: "object" });
    expect(play.toMessage(found.lines[1]!).parts).toEqual([{ type: "text", text: "U" }, image]);
  });

  it("a run of the playground gives the very request", () => {
    const kept = { type: "reasoning", text: "r", value: [{ anthropic: {} }] };
    const found = play.fromSpan(detail({ attributes: { "pilothouse.request": { messages: [{ role: "assistant", parts: [kept] }], options: { a: 1 } } } }));
    expect(found.lines[0]!.more).toEqual([kept]);
    expect(JSON.parse(found.options)).toEqual({ a: 1 });
  });

  it("a prompt goes there and back", () => {
    const prompt = [{ role: "system", content: "S {{a}}" }, { type: "placeholder", name: "history" }];
    const found = play.fromPrompt({ name: "p", version: 3, type: "chat", prompt, config: { model: "m", temperature: 0 } });
    expect(found.prompt).toEqual({ name: "p", version: 3 });
    expect(play.toPrompt(found)).toEqual({ prompt, config: { model: "m", temperature: 0 } });
  });

  it("a prompt keeps of its config what is of no concern here, by the names that stand there", () => {
    const form = { type: "json_schema", json_schema: { name: "reply", schema: { type: "object" } } };
    const config = { model: "m", max_completion_tokens: 9, parameters: { topP: 0.5 }, template_format: "jinja2", response_format: form, tool_choice: "auto", own: { a: [1] } };
    const found = play.fromPrompt({ name: "p", version: 1, type: "text", prompt: "{% if a %}b{% endif %}", config });
    expect(found).toMatchObject({ syntax: "jinja", choice: "auto", settings: { max_tokens: "9", top_p: "0.5" } });
    expect(play.toPrompt(found).config).toEqual(config);
    const changed = { ...found, syntax: "f-string" as const, choice: "", schema: '{"type": "array"}', options: '{"top_k": 3}', settings: { ...found.settings, max_tokens: "7", top_p: "" } };
    expect(play.toPrompt(changed).config).toEqual({
      model: "m",
      max_completion_tokens: 7,
      parameters: {},
      template_format: "f-string",
      response_format: { type: "json_schema", json_schema: { name: "reply", strict: true, schema: { type: "array" } } },
      own: { a: [1] },
      options: { top_k: 3 },
    });
    expect(play.toPrompt(play.variant({ syntax: "jinja" })).config).toEqual({ template_format: "jinja2" });
  });

  it("a span gives what has no field of its own as options", () => {
    const found = play.fromSpan(
      detail({ model_parameters: { frequency_penalty: 0.5, presence_penalty: 0, max_tokens: "Infinity", maxRetries: 2, tool_choice: { type: "function", function: { name: "f" } } } }),
    );
    expect(JSON.parse(found.options)).toEqual({ frequency_penalty: 0.5 });
    expect([found.settings.max_tokens, found.choice]).toEqual(["", "f"]);
  });

  it("a span is called again where it was called", () => {
    const some = { provider: "", models: [] };
    const all = [{ ...some, id: "a", name: "A", provider: "openai" }, { ...some, id: "b", name: "B", models: ["m"] }, { ...some, id: "c", name: "C" }];
    const of = (model: string, attributes = {}) => play.connectionFor(detail({ span: { model, provider: "openai" }, attributes } as never), all);
    expect([of("m", { "pilothouse.connection": "C" }), of("m"), of("n")]).toEqual(["c", "b", "a"]);
    expect(play.connectionFor(detail({}), [])).toBe("");
  });

  it("an item of a data set is a conversation, a text, or values for variables", () => {
    expect(linesOf([{ role: "user", content: "Q" }])).toEqual([["user", "Q"]]);
    expect(linesOf({ messages: [said("system", "S"), { role: "user", content: "Q" }] })).toEqual([["system", "S"], ["user", "Q"]]);
    expect(linesOf("Q")).toEqual([["user", "Q"]]);
    expect(linesOf({ question: "Q", k: { a: 1 } })).toEqual({ question: "Q", k: '{\n  "a": 1\n}' });
  });

  it("a state comes back from storage, and never with headers of tools", () => {
    const state = { ...play.fresh(), variants: [play.variant({ tools: [play.tool({ name: "t", headers: "authorization: secret" })] })] };
    const back: unknown = JSON.parse(JSON.stringify(play.shareable(state)));
    expect(play.isState(back)).toBe(true);
    expect(JSON.stringify(back)).not.toContain("secret");
    expect(play.renewed(back as play.State).variants[0]!.tools[0]!.name).toBe("t");
    expect(play.isState({ variants: [] })).toBe(false);
    expect(play.isPristine(play.fresh())).toBe(true);
  });
});
