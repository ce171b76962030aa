import { expect, it } from "vitest";
import { bodyOf, configOf, differs, draftOf, foldersOf, isDraft, lastPart, promptSearch, readable, renewed } from "./prompts";

const chat = {
  type: "chat" as const,
  prompt: [
    { role: "system", content: "Be kind to {{name}}." },
    { type: "placeholder", name: "history" },
    { role: "assistant", content: "", tool_calls: [{ id: "a" }] },
  ],
  config: { model: "m", temperature: 0 },
};

it("gives back the body of a version as it was", () => {
  expect(bodyOf(draftOf(chat))).toEqual(chat.prompt);
  expect(bodyOf(draftOf({ type: "text", prompt: "Hi", config: {} }))).toBe("Hi");
});

it("knows whether a draft differs, whatever the spaces of its config", () => {
  const draft = draftOf(chat);
  expect(differs(draft, chat)).toBe(false);
  expect(differs({ ...draft, config: JSON.stringify(chat.config) }, chat)).toBe(false);
  expect(differs({ ...draft, config: '{"model": "other"}' }, chat)).toBe(true);
  expect(differs({ ...draft, config: "{" }, chat)).toBe(true);
  expect(differs({ ...draft, lines: draft.lines.slice(1) }, chat)).toBe(true);
});

it("tells what is wrong with a config", () => {
  expect(configOf({ config: " " })).toEqual({ value: {}, error: null });
  expect(configOf({ config: '{"a": 1}' })).toEqual({ value: { a: 1 }, error: null });
  expect(configOf({ config: "{a}" }).error).toContain("JSON");
});

it("takes drafts back from storage, and nothing else", () => {
  const kept: unknown = JSON.parse(JSON.stringify(draftOf(chat)));
  expect(isDraft(kept)).toBe(true);
  expect(isDraft(kept) && bodyOf(renewed(kept))).toEqual(chat.prompt);
  for (const other of [null, 3, {}, { type: "text" }, { ...(kept as object), lines: [null] }]) expect(isDraft(other)).toBe(false);
});

it("reads names as folders", () => {
  expect(foldersOf("a/b/c")).toEqual(["a", "a/b"]);
  expect(foldersOf("c")).toEqual([]);
  expect(lastPart("a/b/c")).toBe("c");
});

it("reads a chat as text", () => {
  expect(readable(chat.prompt)).toContain("── system\nBe kind to {{name}}.\n\n── {{history}} …\n\n── assistant");
});

it("keeps only what an address may say", () => {
  expect(promptSearch({ version: "3", tab: "compare", with: "x", inline: "1" })).toEqual({ version: 3, tab: "compare", inline: "1" });
  expect(promptSearch({ version: "0", tab: "other" })).toEqual({});
});
