"""Spans written by hand with the plain OpenTelemetry SDK: gzip by one exporter, deflate by another.

The values are those of an agent on a provider with prompt caching and reasoning, and the
evaluation of its answer, as the GenAI conventions 1.37 to 1.41 name them.
"""

import base64
import json
import os

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Link, SpanKind, Status, StatusCode

keys = f"{os.environ['PILOTHOUSE_PUBLIC_KEY']}:{os.environ['PILOTHOUSE_SECRET_KEY']}"
basic = base64.b64encode(keys.encode()).decode()
RESOURCE = Resource(
    {
        "service.name": "by-hand",
        "service.version": "1.2.3",
        "deployment.environment.name": "staging",
        "weights": [0.5, 1.5],
    }
)


def provider(compression: Compression) -> TracerProvider:
    """A provider that sends every span at once, compressed one way."""
    made = TracerProvider(resource=RESOURCE)
    exporter = OTLPSpanExporter(
        endpoint=os.environ["PILOTHOUSE_URL"] + "/api/public/otel/v1/traces",
        headers={"Authorization": f"Basic {basic}"},
        compression=compression,
    )
    made.add_span_processor(SimpleSpanProcessor(exporter))
    return made


def agent(traces: TracerProvider) -> None:
    """An agent, its inference, its tool call, and an evaluation as an event."""
    tracer = traces.get_tracer(
        "by-hand", "0.1", schema_url="https://opentelemetry.io/schemas/1.41.0"
    )
    who = {
        "gen_ai.conversation.id": "conversation-1",
        "session.id": "session-1",
        "user.id": "ada",
        "gen_ai.agent.name": "reporter",
    }
    with tracer.start_as_current_span(
        "invoke_agent reporter",
        kind=SpanKind.INTERNAL,
        attributes={
            **who,
            "gen_ai.operation.name": "invoke_agent",
            # The sum of the children: counting it too would double the usage.
            "gen_ai.usage.input_tokens": 1200,
            "gen_ai.usage.output_tokens": 80,
        },
    ) as root:
        with tracer.start_as_current_span(
            "chat claude-sonnet-4-5",
            kind=SpanKind.CLIENT,
            attributes={
                **who,
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "anthropic",
                "gen_ai.request.model": "claude-sonnet-4-5",
                "gen_ai.response.model": "claude-sonnet-4-5-20250929",
                "gen_ai.response.id": "msg_01",
                "gen_ai.request.temperature": 0.3,
                "gen_ai.request.max_tokens": 500,
                "gen_ai.usage.input_tokens": 1200,
                "gen_ai.usage.cache_read.input_tokens": 1000,
                "gen_ai.usage.cache_creation.input_tokens": 100,
                "gen_ai.usage.output_tokens": 80,
                "gen_ai.usage.reasoning.output_tokens": 30,
                "gen_ai.response.finish_reasons": ["tool_call"],
                "gen_ai.response.time_to_first_chunk": 0.42,
                "gen_ai.system_instructions": json.dumps(
                    [{"type": "text", "content": "You report the weather."}]
                ),
                "gen_ai.input.messages": json.dumps(
                    [
                        {
                            "role": "user",
                            "parts": [
                                {"type": "text", "content": "巴黎的天气怎么样？"},
                                {
                                    "type": "uri",
                                    "modality": "image",
                                    "uri": "https://example.com/a.png",
                                },
                            ],
                        }
                    ],
                    ensure_ascii=False,
                ),
                "gen_ai.output.messages": json.dumps(
                    [
                        {
                            "role": "assistant",
                            "parts": [
                                {"type": "reasoning", "content": "I need the tool."},
                                {
                                    "type": "tool_call",
                                    "id": "call_1",
                                    "name": "get_weather",
                                    "arguments": {"city": "Paris"},
                                },
                            ],
                            "finish_reason": "tool_call",
                        }
                    ]
                ),
            },
        ):
            pass
        with tracer.start_as_current_span(
            "execute_tool get_weather",
            attributes={
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": "get_weather",
                "gen_ai.tool.type": "function",
                "gen_ai.tool.call.id": "call_1",
                "gen_ai.tool.call.arguments": '{"city": "Paris"}',
                "gen_ai.tool.call.result": "sunny",
            },
            links=[Link(root.get_span_context(), {"why": "asked for it"})],
        ) as tool:
            tool.record_exception(TimeoutError("the first try timed out"))
        root.add_event(
            "gen_ai.evaluation.result",
            {
                "gen_ai.evaluation.name": "relevance",
                "gen_ai.evaluation.score.value": 0.9,
                "gen_ai.evaluation.score.label": "good",
                "gen_ai.evaluation.explanation": "It answers the question.",
                "gen_ai.response.id": "msg_01",
            },
        )


def failing(traces: TracerProvider) -> None:
    """An inference that failed, with bytes and an empty value among its attributes."""
    with traces.get_tracer("by-hand").start_as_current_span(
        "chat gpt-4o",
        kind=SpanKind.CLIENT,
        attributes={
            "gen_ai.operation.name": "chat",
            "gen_ai.system": "openai",
            "gen_ai.request.model": "gpt-4o",
            "error.type": "rate_limit",
            "payload": b"\x00\x01\xff",
            "empty": "",
        },
    ) as span:
        span.set_status(Status(StatusCode.ERROR, "too many requests"))


for compression, work in ((Compression.Gzip, agent), (Compression.Deflate, failing)):
    traces = provider(compression)
    work(traces)
    traces.shutdown()
