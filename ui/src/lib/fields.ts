/** Fields of the filter language that the pages name themselves. */
import type { Key } from "@/messages";

export const FACETS = {
  traces: ["level", "environment", "name", "model", "user", "tags", "release", "version"],
  spans: ["level", "kind", "environment", "name", "model", "provider", "service", "trace_name", "user", "tags", "release"],
} as const;

export const FIELD_LABELS: Record<string, Key> = {
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
