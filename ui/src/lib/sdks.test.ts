import { expect, it } from "vitest";
import { sdk, trapOf } from "./sdks";

it.each([
  ["langfuse-sdk 4.18.0", "langfuse-sdk", "4.18.0"],
  ["openinference.instrumentation.langchain 0.1.80", "openinference.instrumentation.langchain", "0.1.80"],
  ["OTel-OTLP-Exporter-Python/1.30.0", "OTel-OTLP-Exporter-Python", "1.30.0"],
  ["python-requests/2.32 (Linux; x86_64)", "python-requests", "2.32"],
  ["opentelemetry.instrumentation.genai.openai 1.3b0", "opentelemetry.instrumentation.genai.openai", "1.3b0"],
  ["ai", "ai", ""],
  ["my app", "my app", ""],
  ["", "", ""],
])("%s has a name and a version", (told, name, version) => expect(sdk(told)).toEqual({ name, version }));

it.each([
  ["python 2.60.10", "langfuse_python_2"],
  ["langfuse-js 3.39.1", "langfuse_js_3"],
  ["langfuse-sdk 3.15.0", "langfuse_otel"],
  ["langfuse-sdk 5.0.4", null],
  ["python 5.0.4", null],
  ["opentelemetry.instrumentation.openai_v2", "genai_content"],
  ["opentelemetry.instrumentation.openai.v1 0.62.4", null],
])("what is known of %s is %s", (told, trap) => expect(trapOf(told)).toBe(trap));
