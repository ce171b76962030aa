import { expect, test } from "vitest";
import { cut, wanted } from "./highlight";

const marked = (text: string, filter: string) => cut(text, wanted(filter)).map((one) => (one.hit ? `[${one.text}]` : one.text)).join("");

test("words of the filter are marked, whatever their case", () => {
  expect(marked("Where is my Refund? refund!", "refund level:error")).toBe("Where is my [Refund]? [refund]!");
  expect(marked("我的退款在哪里", 'input:"退款"')).toBe("我的[退款]在哪里");
  expect(marked("a refund policy", '"refund policy" or refund')).toBe("a [refund policy]");
  expect(marked("gpt and chat", "(chat or output:gp*)")).toBe("[gp]t and [chat]");
});

test("what is excluded or about other fields is not", () => {
  expect(wanted('-refund level:error user:ann "a"')).toEqual([]);
  expect(marked("error", "level:error")).toBe("error");
});

test("letters that grow in lower case break nothing", () => {
  expect(marked("İstanbul refund", "refund")).toBe("İstanbul refund");
  expect(cut("", ["x"])).toEqual([]);
});
