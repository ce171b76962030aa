/** Members that a comment mentions: `@[name](user:id)` as it is kept, `@name` as one writes it. */

export interface Member {
  id: string;
  name: string;
}

const KEPT = /@\[([^\]\n]{1,200})\]\(user:([\w-]{1,64})\)/g;

/** What is kept, from what was written and who was chosen while writing. Longer names go first, so that
 * `@Ann Lee` is not `@Ann` and a rest. */
export function encode(text: string, chosen: readonly Member[]): string {
  const named = new Map(chosen.map((one) => [one.name, one]));
  const names = [...named.keys()].sort((a, b) => b.length - a.length).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!names.length) return text;
  return text.replace(new RegExp(`@(${names.join("|")})(?![\\p{L}\\p{N}])`, "gu"), (_, name: string) => `@[${name}](user:${named.get(name)!.id})`);
}

/** What was written, and who was chosen. */
export function decode(kept: string): { text: string; chosen: Member[] } {
  const chosen = [...kept.matchAll(KEPT)].map(([, name, id]) => ({ name: name!, id: id! }));
  return { text: kept.replace(KEPT, "@$1"), chosen };
}

/** The name that is being written at the caret: what follows an `@` that begins a word. */
export function typing(text: string, caret: number): { from: number; word: string } | null {
  const found = /(?:^|[\s(（、，。：])@([\p{L}\p{N}._-]{0,40})$/u.exec(text.slice(0, caret));
  return found ? { from: caret - found[1]!.length, word: found[1]! } : null;
}

/** Members whose name or address has the word at the begin of a part. */
export function suggest<M extends Member & { email: string }>(members: readonly M[], word: string): M[] {
  const wanted = word.toLowerCase();
  const fits = (text: string) => text.toLowerCase().split(/[\s@._-]+/).some((part) => part.startsWith(wanted)) || text.toLowerCase().startsWith(wanted);
  return members.filter((one) => fits(one.name) || fits(one.email)).slice(0, 6);
}
