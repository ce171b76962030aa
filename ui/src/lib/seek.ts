/** Which spans of a trace are looked for: by what they are, and by words. */

export const ONLY = ["calls", "errors", "slow"] as const;
export type Only = (typeof ONLY)[number];

export const onlyOf = (text: string | undefined): Only[] => ONLY.filter((one) => text?.split(",").includes(one));

interface Sought {
  span_id: string;
  name: string;
  kind: string;
  level: string;
  model: string;
  input_preview: string;
  output_preview: string;
  status_message: string;
}

/** Lower-case text of each span, made once for any number of searches. */
export const words = (spans: readonly Sought[]): string[] =>
  spans.map((span) =>
    [span.name, span.model, span.kind, span.span_id, span.status_message, span.input_preview, span.output_preview]
      .join("\n")
      .toLowerCase(),
  );

interface Question {
  text: string;
  only: readonly Only[];
  /** Per span, whether it is on the critical path. */
  critical: Uint8Array;
  texts: () => string[];
  /** Spans in whose whole input or output the server found the text. */
  served: ReadonlySet<string>;
}

/** Per span, whether it was looked for; null when nothing was. */
export function seek(spans: readonly Sought[], { text, only, critical, texts, served }: Question): Uint8Array | null {
  const sought = text.trim().toLowerCase();
  if (!sought && !only.length) return null;
  const all = sought ? texts() : [];
  return Uint8Array.from(spans, (span, index) => {
    if (only.includes("calls") && span.kind !== "llm" && span.kind !== "embedding") return 0;
    if (only.includes("errors") && span.level !== "error") return 0;
    if (only.includes("slow") && !critical[index]) return 0;
    return !sought || all[index]!.includes(sought) || served.has(span.span_id) ? 1 : 0;
  });
}
