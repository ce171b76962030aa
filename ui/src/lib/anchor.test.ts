import { describe, expect, it } from "vitest";
import { anchorOf, fingerprint, locate, stillSays } from "./anchor";

const TEXT = "It is in Paris. Not in London: in Paris, I say.";

describe("anchors", () => {
  it("find the place again among several that say the same", () => {
    const at = TEXT.lastIndexOf("Paris");
    const anchor = anchorOf("output", TEXT, at, at + 5, "x")!;
    expect(locate(TEXT, anchor)).toEqual([at, at + 5]);
    expect(locate(`More was said. ${TEXT}`, anchor)).toEqual([at + 15, at + 20]);
    expect(locate("It is in Rome.", anchor)).toBeNull();
  });

  it("leave out space at their ends, and are not made of nothing", () => {
    expect(anchorOf("input", "a word ", 1, 7, "")).toMatchObject({ quote: "word", before: "a ", after: " " });
    expect(anchorOf("input", "a  b", 1, 3, "")).toBeNull();
    expect(anchorOf("input", "x".repeat(3_000), 0, 3_000, "")).toBeNull();
  });

  it("see that a text has changed", () => {
    expect(fingerprint("abc", 3, 10)).toBe(fingerprint("abc", 3, 100));
    expect(fingerprint("abcdef", 6, 3)).toBe(fingerprint("abc", 6, 3));
    expect(new Set([fingerprint("abc", 3, 10), fingerprint("abd", 3, 10), fingerprint("abc", 4, 10)]).size).toBe(3);
  });

  it("see what a body still says, in markdown and in JSON", () => {
    expect(stillSays("The **shade** is cracked", "The shade is")).toBe(true);
    expect(stillSays(JSON.stringify([{ role: "user", content: "line one\nline two" }]), "one line")).toBe(true);
    expect(stillSays(JSON.stringify("quoted"), "quoted")).toBe(true);
    expect(stillSays("something else", "The shade")).toBe(false);
    expect(stillSays("a → b", "→")).toBe(true);
  });
});
