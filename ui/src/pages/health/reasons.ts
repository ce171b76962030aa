import type { Trap } from "@/lib/sdks";
import { en } from "@/messages/en";
import { type Key, useSpeech } from "@/messages";

const known = (key: string): key is Key => key in en;

export function useReasonName(): (reason: string) => string {
  const { t } = useSpeech();
  return (reason) => {
    const key = `reason.${reason}`;
    return known(key) ? t(key) : reason || t("state.unknown");
  };
}

/** What to do about it; null for a reason this page has no advice for. */
export function useFix(): (reason: string) => string | null {
  const { t } = useSpeech();
  return (reason) => {
    const key = `fix.${reason}`;
    return known(key) ? t(key) : null;
  };
}

/** The settings and lines of code that the advice speaks of. */
export const REMEDIES: Record<string, string> = {
  not_decodable: "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
  wrong_type: "pip install --upgrade langfuse opentelemetry-sdk opentelemetry-exporter-otlp-proto-http",
  missing_field: 'langfuse.create_score(trace_id=trace_id, name="helpful", value=1)',
  bad_id: 'trace_id = Langfuse.create_trace_id(seed="order-4711")',
  bad_time: "span = tracer.start_span(name, start_time=time.time_ns())",
  too_large: "PILOTHOUSE_MAX_BODY_BYTES=134217728\nPILOTHOUSE_MAX_INFLATED_BYTES=536870912",
  too_many: 'span.set_attribute("app.settings", json.dumps(settings))',
  turned_away: "PILOTHOUSE_MAX_WAITING_SPANS=400000",
  not_kept: "OTEL_METRICS_EXPORTER=none\nOTEL_LOGS_EXPORTER=none",
  value_cut: 'span.update(output=report)  # not metadata={"report": report}',
  client_limit: "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=2000\nOTEL_SPAN_EVENT_COUNT_LIMIT=2000\nOTEL_SPAN_LINK_COUNT_LIMIT=2000",
  late: "OTEL_BSP_SCHEDULE_DELAY=1000\n\ntracer_provider.force_flush()  # before the process ends",
};

export const TRAP_REMEDIES: Record<Trap, string> = {
  langfuse_python_2: "langfuse.flush()\n\n# nginx\nunderscores_in_headers on;",
  langfuse_js_3: "await langfuse.shutdownAsync();",
  langfuse_otel: "LANGFUSE_TIMEOUT=20",
  genai_content: "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true",
};
