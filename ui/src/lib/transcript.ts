/**
 * A trace as the conversation that a person would read.
 *
 * Applications send the whole history with every call. Each call continues the conversation with
 * which it shares most, and shows only what stands behind that; so every message appears once, at
 * the call that first had it. What shares nothing begins a conversation of its own.
 */
import type { Message, Part } from "@/api/types";

export interface SpokenCall {
  span_id: string;
  input: readonly Message[];
  output: readonly Message[];
  cut: boolean;
}

export interface Said {
  message: Message;
  /** The call that first had it. */
  span_id: string;
  /** Said by the call itself, or given to it? */
  side: "input" | "output";
  /** Counts the conversations of the trace. */
  thread: number;
  /** What the tools answered that this message calls, by the place of the call among its parts. */
  results: Map<number, { part: Part; span_id: string }>;
}

interface Thread {
  length: number;
  /** Where a message stands in it, by its mark, ascending. */
  places: Map<string, number[]>;
}

export function transcript(calls: readonly SpokenCall[]): Said[] {
  const said: Said[] = [];
  const threads: Thread[] = [];
  const marked = new Map<Message, string>();
  const markOf = (message: Message) => {
    const known = marked.get(message) ?? mark(message);
    marked.set(message, known);
    return known;
  };
  for (const call of calls) {
    const marks = call.input.map(markOf);
    let best = { shared: 0, thread: -1, known: new Set<number>() };
    threads.forEach((thread, index) => {
      const known = sharedWith(thread, marks, call.input);
      const shared = [...known].filter((at) => !leads(call.input[at]!)).length;
      // Of equals the later: what was said last is likelier to go on.
      if (shared > 0 && shared >= best.shared) best = { shared, thread: index, known };
    });
    if (best.thread < 0) best.thread = threads.push({ length: 0, places: new Map() }) - 1;
    const thread = threads[best.thread]!;
    const add = (message: Message, side: Said["side"]) => {
      said.push({ message, span_id: call.span_id, side, thread: best.thread, results: new Map() });
      const key = markOf(message);
      const places = thread.places.get(key);
      if (places) places.push(thread.length);
      else thread.places.set(key, [thread.length]);
      thread.length += 1;
    };
    call.input.forEach((message, at) => best.known.has(at) || add(message, "input"));
    for (const message of call.output) add(message, "output");
  }
  return withResults(said);
}

/** Which messages of an input stand in the thread already, in the same order. */
function sharedWith(thread: Thread, marks: readonly string[], input: readonly Message[]): Set<number> {
  const known = new Set<number>();
  let last = -1;
  marks.forEach((key, at) => {
    // Instructions stand first in every history, wherever in the conversation they came.
    const leading = leads(input[at]!);
    const place = thread.places.get(key)?.find((one) => leading || one > last);
    if (place === undefined) return;
    known.add(at);
    if (!leading) last = place;
  });
  return known;
}

const leads = (message: Message): boolean => message.role === "system" || message.role === "developer";

/** What two tellings of one message have in common: ids, reasoning and reasons to finish get lost on the way. */
function mark(message: Message): string {
  const parts = message.parts
    .filter((part) => part.type !== "reasoning")
    .map((part) => [part.type, (part.text ?? "").trim(), part.arguments, part.result, part.url, part.value]);
  return JSON.stringify([message.role, parts]);
}

/** Puts results where the tools were called; what belongs to no call stays a message. */
function withResults(said: Said[]): Said[] {
  const open = new Map<string, { of: Said; at: number }>();
  return said.filter((one) => {
    one.message.parts.forEach((part, at) => {
      if (part.type === "tool_call" && part.id) open.set(`${one.thread} ${part.id}`, { of: one, at });
    });
    const results = one.message.parts.filter((part) => part.type === "tool_result");
    const answers = results.map((part) => open.get(`${one.thread} ${part.id}`));
    if (!results.length || results.length < one.message.parts.length || answers.some((answer) => !answer)) return true;
    answers.forEach((answer, index) => answer!.of.results.set(answer!.at, { part: results[index]!, span_id: one.span_id }));
    return false;
  });
}
