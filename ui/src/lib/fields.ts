/** Fields of the filter language that the pages name themselves. */
import type { Key } from "@/messages";

export const FACETS = {
  traces: ["level", "environment", "name", "model", "user", "tags", "release", "version"],
  spans: ["level", "kind", "environment", "name", "model", "provider", "service", "trace_name", "user", "tags", "release"],
} as const;

export const FIELD_LABELS: Record<string, Key> = {
  input: "col.input",
  output: "col.output",
  status: "col.status",
  prompt: "col.prompt",
  latency: "col.duration",
  ttft: "col.ttft",
  cost: "col.cost",
  tokens: "col.tokens",
  input_tokens: "col.input_tokens",
  output_tokens: "col.output_tokens",
  errors: "col.errors",
  spans: "col.spans",
  time: "col.start_time",
  received: "col.received",
  trace: "col.trace_id",
  score: "col.scores",
  metadata: "span.metadata",
  attributes: "span.attributes",
  resource: "span.resource",
  level: "col.level",
  kind: "col.kind",
  environment: "col.environment",
  name: "col.name",
  model: "col.model",
  provider: "col.provider",
  service: "col.service",
  trace_name: "col.trace_name",
  user: "col.user",
  user_id: "col.user",
  session: "col.session",
  session_id: "col.session",
  tags: "col.tags",
  release: "col.release",
  version: "col.version",
};
