import { describe, expect, it } from "vitest";
import { type Only, onlyOf, seek, words } from "./seek";

const span = (span_id: string, more = {}) => ({
  span_id,
  name: "",
  kind: "span",
  level: "default",
  model: "",
  input_preview: "",
  output_preview: "",
  status_message: "",
  ...more,
});

const SPANS = [
  span("a", { name: "Answer", kind: "agent" }),
  span("b", { kind: "llm", model: "gpt-5", output_preview: "It is On its way" }),
  span("c", { kind: "llm", level: "error", status_message: "rate limit" }),
  span("d", { kind: "tool", level: "error" }),
];

const found = (text: string, only: Only[] = [], served: string[] = []) => {
  const which = seek(SPANS, { text, only, critical: Uint8Array.of(1, 1, 0, 0), texts: () => words(SPANS), served: new Set(served) });
  return which && SPANS.filter((_, index) => which[index]).map((one) => one.span_id).join("");
};

describe("seek", () => {
  it("finds nothing in particular when nothing is asked", () => expect(found("  ")).toBeNull());

  it("looks in names, models, previews and errors, whatever the case", () => {
    expect(found("answer")).toBe("a");
    expect(found("GPT")).toBe("b");
    expect(found("on its way")).toBe("b");
    expect(found("rate limit")).toBe("c");
  });

  it("adds what the server found in whole bodies", () => expect(found("way", [], ["d"])).toBe("bd"));

  it("narrows by everything that is asked at once", () => {
    expect(found("", ["calls"])).toBe("bc");
    expect(found("", ["calls", "errors"])).toBe("c");
    expect(found("", ["slow"])).toBe("ab");
    expect(found("way", ["errors"], ["c"])).toBe("c");
  });
});

it("reads what an address asks for, and leaves out what it does not know", () => {
  expect(onlyOf("slow,x,calls")).toEqual(["calls", "slow"]);
  expect(onlyOf(undefined)).toEqual([]);
});
