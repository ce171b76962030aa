/** Usage buckets: their order and their side. Names are the server's. */

export const BUCKETS = [
  "input",
  "input_cache_read",
  "input_cache_write",
  "input_cache_write_1h",
  "input_audio",
  "input_image",
  "input_video",
  "output",
  "output_reasoning",
  "output_audio",
  "output_image",
  "total",
] as const;

export type Bucket = (typeof BUCKETS)[number];

const RANK = new Map<string, number>(BUCKETS.map((name, index) => [name, index]));

export function isBucket(name: string): name is Bucket {
  return RANK.has(name);
}

/** Known buckets in their order, then the client's own by name. */
export function inOrder(names: Iterable<string>): string[] {
  return [...new Set(names)].sort(
    (a, b) => (RANK.get(a) ?? 99) - (RANK.get(b) ?? 99) || a.localeCompare(b),
  );
}

/** Output tokens per second; after the first token when that is known. Null when it cannot be said. */
export function tokensPerSecond(span: {
  start_time: number;
  end_time: number;
  first_token_time: number;
  output_tokens: number;
}): number | null {
  if (!span.end_time || !span.output_tokens) return null;
  const micros = span.end_time - (span.first_token_time || span.start_time);
  return micros > 0 ? (span.output_tokens * 1e6) / micros : null;
}
