import { describe, expect, it } from "vitest";
import type { Message } from "@/api/types";
import { transcript } from "./transcript";

const says = (role: string, text: string): Message => ({ role, parts: [{ type: "text", text }] });
const system = says("system", "be kind");
const hello = says("user", "hello");
const hi = says("assistant", "hi");

const call = (span_id: string, input: Message[], output: Message[]) => ({ span_id, input, output, cut: false });
const read = (calls: ReturnType<typeof call>[]) => transcript(calls).map((one) => `${one.span_id}${one.thread} ${one.message.role}: ${one.message.parts[0]?.text}`);

describe("transcript", () => {
  it("shows each message of a growing history once, at the call that first had it", () => {
    const more = says("user", "more");
    expect(read([call("a", [system, hello], [hi]), call("b", [system, hello, hi, more], [says("assistant", "done")])])).toEqual([
      "a0 system: be kind",
      "a0 user: hello",
      "a0 assistant: hi",
      "b0 user: more",
      "b0 assistant: done",
    ]);
  });

  it("keeps what was really said twice", () => {
    const yes = says("user", "yes");
    expect(read([call("a", [yes], [hi]), call("b", [yes, hi, yes], [hi])])).toEqual([
      "a0 user: yes",
      "a0 assistant: hi",
      "b0 user: yes",
      "b0 assistant: hi",
    ]);
  });

  it("goes on where the beginning of a long history was left out, and where the instructions change", () => {
    const more = says("user", "more");
    const now = says("system", "it is noon");
    expect(read([call("a", [system, hello], [hi]), call("b", [now, hi, more], [])]).slice(3)).toEqual(["b0 system: it is noon", "b0 user: more"]);
  });

  it("tells conversations apart that share no more than their instructions", () => {
    const other = says("user", "summarise");
    const calls = [call("a", [system, hello], [hi]), call("b", [system, other], [says("assistant", "short")]), call("c", [system, hello, hi, says("user", "bye")], [])];
    expect(read(calls)).toEqual([
      "a0 system: be kind",
      "a0 user: hello",
      "a0 assistant: hi",
      "b1 system: be kind",
      "b1 user: summarise",
      "b1 assistant: short",
      "c0 user: bye",
    ]);
  });

  it("goes on when another agent with instructions of its own takes the conversation over", () => {
    const agent = says("system", "you know orders");
    const calls = [
      call("a", [system, hello], [says("assistant", "orders")]),
      call("b", [agent, hello], [hi]),
      call("c", [agent, hello, hi, says("user", "bye")], []),
    ];
    expect(read(calls).slice(3)).toEqual(["b0 system: you know orders", "b0 assistant: hi", "c0 user: bye"]);
  });

  it("knows a message again without its reasoning, its ids and its finish reason", () => {
    const asked: Message = {
      role: "assistant",
      finish_reason: "tool_calls",
      parts: [
        { type: "reasoning", text: "hm" },
        { type: "tool_call", id: "1", name: "look", arguments: { at: "x" } },
      ],
    };
    const again: Message = { role: "assistant", parts: [{ type: "tool_call", id: "9", name: "look", arguments: { at: "x" } }] };
    expect(read([call("a", [hello], [asked]), call("b", [hello, again], [hi])])).toHaveLength(3);
  });

  it("puts the result of a tool where it was called; a result without a call stays", () => {
    const calls: Message = { role: "assistant", parts: [{ type: "tool_call", id: "1", name: "look", arguments: {} }] };
    const result: Message = { role: "tool", parts: [{ type: "tool_result", id: "1", result: "found" }] };
    const stray: Message = { role: "tool", parts: [{ type: "tool_result", id: "7", result: "stray" }] };
    const said = transcript([call("a", [hello], [calls]), call("b", [hello, calls, result, stray], [hi])]);
    expect(said.map((one) => one.message.role)).toEqual(["user", "assistant", "tool", "assistant"]);
    expect(said[1]!.results.get(0)).toEqual({ part: result.parts[0], span_id: "b" });
    expect(said[2]!.message).toBe(stray);
  });

  it("takes five hundred calls that each repeat all before", () => {
    const history: Message[] = [];
    const calls = Array.from({ length: 500 }, (_, index) => {
      history.push(says("user", `question ${index}`));
      const one = call(`s${index}`, [...history], [says("assistant", `answer ${index}`)]);
      history.push(says("assistant", `answer ${index}`));
      return one;
    });
    expect(transcript(calls)).toHaveLength(1000);
  });
});
