/** Turns of a session: finding one's way among them, and what one of them used. */
import type { Message, SpanRow, Turn } from "@/api/types";

interface Trouble {
  errors: number;
  level: string;
}

export const failed = (turn: Trouble): boolean => turn.errors > 0 || turn.level === "error";

/** The next turn with an error, or the one before; -1 when there is none on that side. */
export function nextFailed(turns: readonly Trouble[], from: number, step: 1 | -1): number {
  for (let at = from + step; at >= 0 && at < turns.length; at += step) if (failed(turns[at]!)) return at;
  return -1;
}

const textOf = (message: Message | undefined): string => message?.parts.find((part) => part.type === "text" && part.text)?.text ?? "";

/** What a person said last in a turn, else what was answered first, else what went in or came out. */
export function wordsOf({ input_messages, output_messages, input, output }: Turn): string {
  const asked = input_messages?.findLast((one) => one.role === "user" && textOf(one));
  const answered = output_messages?.find((one) => textOf(one));
  return (textOf(asked) || textOf(answered) || input || output).slice(0, 200);
}

export interface ModelUse {
  model: string;
  calls: number;
  tokens: number;
  cost: number;
  /** Where its cost comes from, one or several. */
  sources: SpanRow["cost_source"][];
}

export interface TurnUse {
  /** Tokens by bucket. */
  buckets: Record<string, number>;
  models: ModelUse[];
  /** From the start of the first model call that told it; null when none did. */
  firstToken: number | null;
}

/** Sums over what is paid for; nested spans tell the same usage more than once. */
export function usedBy(spans: readonly SpanRow[]): TurnUse {
  const buckets: Record<string, number> = {};
  const models = new Map<string, ModelUse>();
  for (const span of spans) {
    if (!span.billable || (!span.model && !span.total_tokens)) continue;
    for (const [bucket, tokens] of Object.entries(span.usage)) buckets[bucket] = (buckets[bucket] ?? 0) + tokens;
    const use = models.get(span.model) ?? { model: span.model, calls: 0, tokens: 0, cost: 0, sources: [] };
    use.calls += 1;
    use.tokens += span.total_tokens;
    use.cost += span.total_cost;
    if (!use.sources.includes(span.cost_source)) use.sources.push(span.cost_source);
    models.set(span.model, use);
  }
  const streamed = spans.filter((span) => span.first_token_time > 0).sort((a, b) => a.start_time - b.start_time)[0];
  return {
    buckets,
    models: [...models.values()].sort((a, b) => b.cost - a.cost || b.tokens - a.tokens),
    firstToken: streamed ? streamed.first_token_time - streamed.start_time : null,
  };
}
