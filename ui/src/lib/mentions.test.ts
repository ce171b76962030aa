import { describe, expect, it } from "vitest";
import { decode, encode, suggest, typing } from "./mentions";

const ann = { id: "1", name: "Ann", email: "ann@example.com" };
const lee = { id: "2", name: "Ann Lee", email: "lee@example.com" };
const mei = { id: "3", name: "梅", email: "mei.lin@example.com" };

describe("mentions", () => {
  it("are kept with the id of who was chosen", () => {
    const kept = encode("@Ann Lee and @Ann, not @Anna: see 梅 @梅。", [ann, lee, mei]);
    expect(kept).toBe("@[Ann Lee](user:2) and @[Ann](user:1), not @Anna: see 梅 @[梅](user:3)。");
    expect(decode(kept)).toEqual({ text: "@Ann Lee and @Ann, not @Anna: see 梅 @梅。", chosen: [{ id: "2", name: "Ann Lee" }, { id: "1", name: "Ann" }, { id: "3", name: "梅" }] });
    expect(encode("@Ann", [])).toBe("@Ann");
  });

  it("are completed where a name begins", () => {
    expect(typing("ask @an", 7)).toEqual({ from: 5, word: "an" });
    expect(typing("@", 1)).toEqual({ from: 1, word: "" });
    expect(typing("mail@an", 7)).toBeNull();
    expect(typing("ask @an now", 11)).toBeNull();
    expect(suggest([ann, lee, mei], "le").map((one) => one.id)).toEqual(["2"]);
    expect(suggest([ann, lee, mei], "lin").map((one) => one.id)).toEqual(["3"]);
    expect(suggest([ann, lee, mei], "")).toHaveLength(3);
  });
});
