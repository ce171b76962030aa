/** Why a field of a span is empty: what could have filled it, and what came instead. */
import type { SpanDetail } from "@/api/types";
import attributes from "./attributes.json";

export const EXPLAINED = [
  "model",
  "provider",
  "input",
  "output",
  "tokens",
  "cost",
  "first_token",
  "finish_reason",
  "parameters",
  "tools",
  "prompt",
  "session",
  "user",
] as const;
export type Explained = (typeof EXPLAINED)[number];

export interface EmptyField {
  field: Explained;
  /** Attributes that fill it, the first that counts first. */
  keys: string[];
  /** Attributes of the span that sound like it and that no convention we know has. */
  instead: string[];
}

type Filler = keyof typeof attributes;

interface Explanation {
  empty: (detail: SpanDetail) => boolean;
  from: readonly Filler[];
  /** Words in the names of attributes that may have meant it. */
  sounds: RegExp;
  /** Only model calls have it. */
  call?: boolean;
}

const FIELDS: Record<Explained, Explanation> = {
  model: { empty: ({ span }) => !span.model, from: ["model"], sounds: /model/i, call: true },
  provider: { empty: ({ span }) => !span.provider, from: ["provider"], sounds: /provider|vendor|system/i, call: true },
  input: { empty: (detail) => !detail.input_size, from: ["input"], sounds: /input|prompt|request|message|argument/i },
  output: { empty: (detail) => !detail.output_size, from: ["output"], sounds: /output|completion|response|result|answer/i },
  tokens: { empty: ({ span }) => !span.total_tokens, from: ["usage", "input_tokens", "output_tokens", "total_tokens"], sounds: /token|usage/i, call: true },
  cost: { empty: ({ span }) => !span.total_cost, from: ["cost", "total_cost", "input_cost", "output_cost"], sounds: /cost|price|usd/i, call: true },
  first_token: { empty: ({ span }) => !span.first_token_time, from: ["first_token_time", "seconds_to_first_token"], sounds: /first|ttft/i, call: true },
  finish_reason: { empty: (detail) => !detail.finish_reason, from: ["finish_reason"], sounds: /finish|stop/i, call: true },
  parameters: { empty: (detail) => !Object.keys(detail.model_parameters).length, from: ["parameters", "parameter"], sounds: /temperature|top_p|max_tokens|param/i, call: true },
  tools: { empty: (detail) => !detail.tools.length, from: ["tools"], sounds: /tool|function/i, call: true },
  prompt: { empty: ({ span }) => !span.prompt_name, from: ["prompt_name"], sounds: /prompt/i, call: true },
  session: { empty: ({ span }) => !span.session_id, from: ["session_id"], sounds: /session|thread|conversation/i },
  user: { empty: ({ span }) => !span.user_id, from: ["user_id"], sounds: /user/i },
};

export function emptyFields(detail: SpanDetail): EmptyField[] {
  const call = detail.span.kind === "llm" || detail.span.kind === "embedding";
  const came = Object.keys(detail.attributes);
  return EXPLAINED.filter((field) => FIELDS[field].empty(detail) && (call || !FIELDS[field].call)).map((field) => {
    const { from, sounds } = FIELDS[field];
    return { field, keys: from.flatMap((filler) => attributes[filler]), instead: came.filter((name) => sounds.test(name)) };
  });
}
