/** Clients by name and version, as they call themselves, and what is known to go wrong with some. */

export interface Sdk {
  name: string;
  version: string;
}

/** `langfuse-sdk 4.18.0` is a name and a version; so is `pydantic-ai/2.68 (x86_64)` of a user agent. */
export function sdk(told: string): Sdk {
  const [, name = told, version = ""] = /^(.*?)[ /]v?(\d[\w.+-]*)(?: .*)?$/.exec(told) ?? [];
  return { name, version };
}

export const TRAPS = ["langfuse_python_2", "langfuse_js_3", "langfuse_otel", "genai_content"] as const;
export type Trap = (typeof TRAPS)[number];

const KNOWN: readonly { trap: Trap; name: RegExp; version?: RegExp }[] = [
  { trap: "langfuse_python_2", name: /^python$/, version: /^[12]\./ },
  { trap: "langfuse_js_3", name: /^(langfuse-js|langfuse-node|javascript)$/, version: /^[123]\./ },
  { trap: "langfuse_otel", name: /^langfuse-sdk$/, version: /^[34]\./ },
  { trap: "genai_content", name: /^opentelemetry\.instrumentation\.(openai_v2|google_genai|vertexai|genai\b.*)$/ },
];

export function trapOf(told: string): Trap | null {
  const { name, version } = sdk(told);
  return KNOWN.find((one) => one.name.test(name) && (!one.version || one.version.test(version)))?.trap ?? null;
}
