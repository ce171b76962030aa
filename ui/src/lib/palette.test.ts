import { expect, it } from "vitest";
import { looksLikeId, matching, score } from "./palette";

const pages = { title: "Pages", entries: [{ key: "users", words: ["Users", "用户"] }, { key: "home", words: ["Home", "首页"] }] };
const actions = { title: "Actions", entries: [{ key: "dark", words: ["Dark theme", "深色主题"] }, { key: "out", words: ["Sign out", "退出登录"] }] };

it("finds by the words of any language", () => {
  expect(matching([pages, actions], "用户")).toEqual([{ title: "Pages", entries: [pages.entries[0]] }]);
  expect(matching([pages, actions], "theme dark").map((one) => one.entries.map(({ key }) => key))).toEqual([["dark"]]);
});

it("puts the group with the best match first", () => {
  const found = matching([pages, actions], "o");
  expect(found.map((one) => one.title)).toEqual(["Actions", "Pages"]);
  expect(score(["Home"], "o")).toBeLessThan(score(["Sign out"], "o"));
});

it("shows all when nothing is typed, and leaves out empty groups", () => {
  expect(matching([pages, { title: "None", entries: [] }], " ")).toEqual([pages]);
});

it("takes signs as they stand, also within", () => {
  expect(score(["a.b*"], "a.b*")).toBe(4);
  expect(score(["prompt 5 · gpt-5-mini"], "gpt-5")).toBe(2);
  for (const sign of "-\\^$.*+?()[]{}|/#&~:@\"'=<>!,;%`") expect(score([`one ${sign}x two`], `${sign}x`)).toBe(2);
});

it("knows ids from words", () => {
  expect(["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "chat-2024-11"].every(looksLikeId)).toBe(true);
  expect(["support", "level:error1", "order 8842"].some(looksLikeId)).toBe(false);
});
