"""OpenTelemetry's own openai instrumentation, traces and logs by OTLP over HTTP.

The same program runs with its newest package (messages on spans) and with the older one in its
default mode (messages as log events); the environment decides.
"""

import base64
import os

keys = f"{os.environ['PILOTHOUSE_PUBLIC_KEY']}:{os.environ['PILOTHOUSE_SECRET_KEY']}"
basic = base64.b64encode(keys.encode()).decode()
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = os.environ["PILOTHOUSE_URL"] + "/api/public/otel"
os.environ["OTEL_EXPORTER_OTLP_HEADERS"] = f"Authorization=Basic%20{basic}"

import json

from openai import APIError, OpenAI
from opentelemetry import trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

try:
    from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
except ImportError:
    from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor

resource = Resource({"service.name": "otel-app"})
traces = TracerProvider(resource=resource)
traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(traces)
logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
set_logger_provider(logs)
OpenAIInstrumentor().instrument()

MODEL = os.environ["MODEL_NAME"]
client = OpenAI(base_url=os.environ["MODEL_URL"], api_key="none", max_retries=0)
FUNCTION = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


def main() -> None:
    """A plain answer, a streamed one, a tool call, embeddings, an error."""
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": "Hello, who are you? 你好"},
        ],
        temperature=0.2,
        max_tokens=20,
        seed=3,
    )
    print(answer.choices[0].message.content)
    chunks = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Count to five."}],
        stream=True,
        stream_options={"include_usage": True},
        max_tokens=20,
    )
    print("".join(c.choices[0].delta.content or "" for c in chunks if c.choices))
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    reply = client.chat.completions.create(
        model=MODEL, messages=messages, tools=[FUNCTION], max_tokens=60
    )
    message = reply.choices[0].message
    messages.append(message.model_dump(exclude_none=True))
    for call in message.tool_calls or []:
        city = json.loads(call.function.arguments)["city"]
        content = f"sunny in {city}, 21 degrees"
        messages.append({"role": "tool", "tool_call_id": call.id, "content": content})
    answer = client.chat.completions.create(model=MODEL, messages=messages, max_tokens=40)
    print(answer.choices[0].message.content)
    client.embeddings.create(model=MODEL, input="a short text")
    try:
        client.embeddings.create(model=MODEL, input=[])
    except APIError as error:
        print("expected:", error)


with trace.get_tracer("app").start_as_current_span("main"):
    main()
traces.shutdown()
logs.shutdown()
