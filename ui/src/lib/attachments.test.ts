import { describe, expect, it } from "vitest";
import { pieces, reference, references, remarkAttachments, whole } from "./attachments";
import { blocks } from "./json";

const one = "@@@langfuseMedia:type=image/png|id=abcdefghijklmnopqrstuv|source=base64_data_uri@@@";
const other = one.replace("image/png", "audio/wav").replace("abcd", "ABCD");

describe("references to media", () => {
  it("are cut out of the text around them", () => {
    const told = pieces(`see ${one}, hear ${other}`);
    expect(told.map((piece) => (typeof piece === "string" ? piece : piece.type))).toEqual(["see ", "image/png", ", hear ", "audio/wav"]);
    expect(told.map((piece) => (typeof piece === "string" ? piece : piece.text)).join("")).toBe(`see ${one}, hear ${other}`);
  });

  it("are nothing but the form that SDKs write", () => {
    for (const text of ["", "@@@langfuseMedia:type=|id=x@@@", one.slice(0, -1), "plain"]) expect(references(text)).toEqual([]);
    expect(pieces("")).toEqual([]);
  });

  it("are whole values, also where markdown escaped them", () => {
    expect(reference(one)?.id).toBe("abcdefghijklmnopqrstuv");
    expect(reference(one.replaceAll("|", "%7C"))?.type).toBe("image/png");
    expect(reference(`${one} `)?.type).toBe("image/png");
    expect(reference(`a ${one}`)).toBeNull();
    expect(reference("https://example.com/a.png")).toBeNull();
  });

  it("stand once in a list of them", () => {
    expect(references(`${one} ${other} ${one}`).map((found) => found.type)).toEqual(["image/png", "audio/wav"]);
  });

  it("are never cut in two", () => {
    const text = `${"x".repeat(50)}${one}y`;
    for (let length = 0; length <= text.length; length += 1) {
      expect(whole(text, length)).toBe(length > 50 && length < text.length - 1 ? text.length - 1 : length);
    }
    expect(blocks(`${"z".repeat(3_950)}${one}${"z".repeat(10)}`).some((block) => block.includes(one))).toBe(true);
  });

  it("become images in prose, but not in code", () => {
    const tree = { type: "root", children: [{ type: "paragraph", children: [{ type: "text", value: `a ${one} b` }, { type: "inlineCode", value: one }] }] };
    remarkAttachments()(tree);
    expect(tree.children[0]!.children.map((node) => node.type)).toEqual(["text", "image", "text", "inlineCode"]);
  });
});
