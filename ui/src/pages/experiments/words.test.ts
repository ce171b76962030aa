import { describe, expect, it } from "vitest";
import { changesOf } from "./words";

const kinds = (before: string, after: string) => changesOf(before, after)?.map((one) => `${one.kind} ${one.text.trim()}`);

describe("what changed", () => {
  it("is told by words", () => expect(kinds("the order was sent", "the order is sent")).toEqual(["same the order", "removed was", "added is", "same sent"]));
  it("is told in Chinese", () => expect(kinds("订单已发货", "订单未发货")).toEqual(["same 订单", "removed 已", "added 未", "same 发货"]));
  it("is nothing between equal texts", () => expect(kinds("same", "same")).toEqual(["same same"]));
  it("puts both texts together again", () => {
    const [before, after] = ["a b\nc  d", "a x\nc  e f"];
    const parts = changesOf(before!, after!)!;
    const side = (without: string) => parts.filter((one) => one.kind !== without).map((one) => one.text).join("");
    expect(side("removed")).toBe(after);
  });
  it("is not looked for in long texts", () => expect(changesOf("a ".repeat(20_000), "b")).toBeNull());
});
