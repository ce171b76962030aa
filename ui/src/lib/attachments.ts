/** References that stand in payloads in place of the bytes of images, sounds and files. */

export interface Reference {
  text: string;
  type: string;
  id: string;
}

const REFERENCE = /@@@langfuseMedia:type=([^|@]{1,200})\|id=([A-Za-z0-9_-]{22})\|source=[a-z0-9_]{1,40}@@@/g;
const MARK = "@@@langfuseMedia:";

export const mentions = (text: string): boolean => text.includes(MARK);

/** A text as what stands between its references, and these. */
export function pieces(text: string): (string | Reference)[] {
  if (!mentions(text)) return text ? [text] : [];
  const found: (string | Reference)[] = [];
  let at = 0;
  for (const match of text.matchAll(REFERENCE)) {
    if (match.index > at) found.push(text.slice(at, match.index));
    found.push({ text: match[0], type: match[1]!, id: match[2]! });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push(text.slice(at));
  return found;
}

/** The text as a person would read it aloud: `[image]` where a reference stands. */
export const spoken = (text: string): string => pieces(text).map((piece) => (typeof piece === "string" ? piece : `[${/^(image|audio|video)\//.exec(piece.type)?.[1] ?? "file"}]`)).join("");

/** No reference is longer than this. */
const LONGEST = 300;

/** Where to cut a text near a length, so that no reference is cut in two. */
export function whole(text: string, length: number): number {
  const from = Math.max(0, length - LONGEST);
  for (const match of text.slice(from, length + LONGEST).matchAll(REFERENCE)) {
    const [open, close] = [from + match.index, from + match.index + match[0].length];
    if (open < length && close > length) return close;
  }
  return length;
}

/** The reference that a text is as a whole; an address in markdown has it escaped. */
export function reference(text: string): Reference | null {
  if (!mentions(text)) return null;
  const [one, more] = pieces(text.trim().replaceAll("%7C", "|"));
  return typeof one === "object" && more === undefined ? one : null;
}

/** The references of a text, each once. */
export function references(text: string): Reference[] {
  const found = pieces(text).filter((piece) => typeof piece === "object");
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

interface Node {
  type: string;
  value?: string;
  children?: Node[];
  url?: string;
  alt?: string;
}

/** A plugin of remark: references in running text become images; in code they stay as written. */
export const remarkAttachments = () => show;

function show(node: Node): void {
  node.children = node.children?.flatMap((child): Node[] => {
    if (child.type !== "text") {
      show(child);
      return [child];
    }
    if (!mentions(child.value ?? "")) return [child];
    return pieces(child.value!).map((piece) => (typeof piece === "string" ? { type: "text", value: piece } : { type: "image", url: piece.text, alt: "" }));
  });
}
