"""Believable OTLP: traces of ten spans of an assistant, told in OpenInference and GenAI attributes.

About 5.7 KB a span in protobuf, as in the peers' measurements. Deterministic by seed.
"""

import json
import random
import struct
from collections.abc import Iterator

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

MODELS = (
    ("openai", "gpt-5"),
    ("openai", "gpt-5-mini"),
    ("openai", "gpt-4o"),
    ("anthropic", "claude-sonnet-4-5"),
    ("anthropic", "claude-haiku-4-5"),
    ("google", "gemini-2.5-pro"),
    ("deepseek", "deepseek-chat"),
    ("acme", "acme-private-7b"),
)
WORDS = [
    "order",
    "refund",
    "delivery",
    "invoice",
    "customer",
    "package",
    "address",
    "payment",
    "account",
    "please",
    "thanks",
    "wait",
    "confirm",
    "number",
    "status",
    "shipped",
    "returned",
    "warranty",
    "exchange",
    "colour",
    "size",
    "broken",
    "missing",
    "late",
    "support",
    "agent",
    "answer",
    "policy",
    "days",
    "working",
    "question",
    "help",
    "update",
    "tracking",
    "carrier",
    "label",
]
RARE = "zyzzyva"
"""Stands in about one input of ten thousand."""
USERS = 5_000


class Payloads:
    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)

    def request(self, spans: int, start: int, spread: int = 0) -> bytes:
        """An encoded request of `spans` spans, traces of ten, that begin within `spread`
        nanoseconds after `start`."""
        message = ExportTraceServiceRequest()
        group = message.resource_spans.add()
        group.resource.attributes.extend(
            [
                text("service.name", "assistant"),
                text("telemetry.sdk.language", "python"),
                text("deployment.environment.name", "production"),
            ]
        )
        scope = group.scope_spans.add()
        scope.scope.name, scope.scope.version = "openinference.instrumentation.openai", "0.1.40"
        for _ in range(spans // 10):
            scope.spans.extend(self.trace(start + self._random.randrange(spread + 1)))
        return message.SerializeToString()

    def trace(self, start: int) -> list[Span]:
        pick = self._random
        trace_id = pick.randbytes(16)
        user, session = f"user-{pick.randrange(USERS)}", f"session-{pick.randrange(USERS * 4)}"
        root_id = pick.randbytes(8)
        question = self.sentence(40)
        spans = [
            self._span(
                trace_id,
                root_id,
                b"",
                "assistant",
                start,
                4_000_000_000,
                "AGENT",
                [
                    text("user.id", user),
                    text("session.id", session),
                    text("input.value", question),
                    text("output.value", self.sentence(60)),
                    text(
                        "metadata",
                        json.dumps({"plan": pick.choice(["free", "pro"]), "region": "eu"}),
                    ),
                    KeyValue(
                        key="tag.tags",
                        value=AnyValue(
                            array_value=ArrayValue(
                                values=[AnyValue(string_value="chat"), AnyValue(string_value="web")]
                            )
                        ),
                    ),
                ],
            )
        ]
        for index in range(9):
            began = start + index * 400_000_000
            if index % 3 == 2:
                spans.append(
                    self._span(
                        trace_id,
                        pick.randbytes(8),
                        root_id,
                        "lookup_order",
                        began,
                        90_000_000,
                        "TOOL",
                        [
                            text("tool.name", "lookup_order"),
                            text("session.id", session),
                            text("input.value", json.dumps({"order": pick.randrange(10**6)})),
                            text("output.value", json.dumps({"text": self.sentence(500)})),
                        ],
                    )
                )
            else:
                spans.append(self._llm(trace_id, root_id, began, session, user, question))
        return spans

    def _llm(
        self, trace_id: bytes, root_id: bytes, start: int, session: str, user: str, question: str
    ) -> Span:
        pick = self._random
        provider, model = pick.choice(MODELS)
        context, answer = self.sentence(110), self.sentence(110)
        system = "You are the support assistant of a shop. Be brief, kind and exact."
        into, out = pick.randrange(300, 3_000), pick.randrange(50, 600)
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": question},
            {"role": "assistant", "content": context},
            {"role": "user", "content": context},
        ]
        attributes = [
            text("session.id", session),
            text("user.id", user),
            text("llm.model_name", model),
            text("llm.provider", provider),
            text("llm.invocation_parameters", json.dumps({"temperature": 0.2, "max_tokens": 800})),
            text("input.value", json.dumps({"messages": messages, "model": model})),
            text("input.mime_type", "application/json"),
            text("output.value", answer),
            text("output.mime_type", "text/plain"),
            number("llm.token_count.prompt", into),
            number("llm.token_count.completion", out),
            number("llm.token_count.total", into + out),
            number("llm.token_count.prompt_details.cache_read", into // 3),
            text("gen_ai.operation.name", "chat"),
            text("gen_ai.provider.name", provider),
            text("gen_ai.request.model", model),
            text("gen_ai.response.model", model),
            number("gen_ai.usage.input_tokens", into),
            number("gen_ai.usage.output_tokens", out),
            number("gen_ai.usage.cache_read.input_tokens", into // 3),
            text("llm.output_messages.0.message.role", "assistant"),
            text("llm.output_messages.0.message.content", answer),
            text("gen_ai.response.id", f"resp-{pick.getrandbits(64):x}"),
        ]
        for index, message in enumerate(messages):
            attributes.append(text(f"llm.input_messages.{index}.message.role", message["role"]))
            attributes.append(
                text(f"llm.input_messages.{index}.message.content", message["content"])
            )
        length = pick.randrange(400_000_000, 3_000_000_000)
        return self._span(
            trace_id, pick.randbytes(8), root_id, "ChatCompletion", start, length, "LLM", attributes
        )

    def _span(
        self,
        trace_id: bytes,
        span_id: bytes,
        parent: bytes,
        name: str,
        start: int,
        length: int,
        kind: str,
        attributes: list[KeyValue],
    ) -> Span:
        span = Span(
            trace_id=trace_id,
            span_id=span_id,
            parent_span_id=parent,
            name=name,
            start_time_unix_nano=start,
            end_time_unix_nano=start + length,
        )
        span.attributes.extend([text("openinference.span.kind", kind), *attributes])
        if self._random.random() < 0.02:
            span.status.code, span.status.message = 2, "upstream timed out"
        return span

    def sentence(self, words: int) -> str:
        pick = self._random
        chosen = pick.choices(WORDS, k=words)
        if pick.random() < 0.0001:
            chosen[0] = RARE
        return " ".join(chosen)


def text(key: str, value: str) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(string_value=value))


def number(key: str, value: int) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(int_value=value))


class Templates:
    """Requests made once and sent many times with new ids, so that the sender costs nothing."""

    def __init__(self, spans: int, start: int, spread: int, count: int = 20) -> None:
        self._spans = spans
        self._bodies = []
        for seed in range(count):
            body = Payloads(seed).request(spans, start, spread)
            ids = {span.trace_id: [] for span in _spans_of(body)} | {
                span.span_id: [] for span in _spans_of(body)
            }
            self._bodies.append((bytearray(body), [_places(body, each) for each in ids]))

    def bodies(self, count: int, seed: int = 0) -> Iterator[bytes]:
        pick = random.Random(seed)
        for index in range(count):
            body, places = self._bodies[index % len(self._bodies)]
            for positions, length in places:
                fresh = struct.pack("<Q", pick.getrandbits(64)) + pick.randbytes(8)
                for at in positions:
                    body[at : at + length] = fresh[:length]
            yield bytes(body)


def _spans_of(body: bytes) -> list[Span]:
    message = ExportTraceServiceRequest.FromString(body)
    return [
        span
        for group in message.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    ]


def _places(body: bytes, needle: bytes) -> tuple[list[int], int]:
    found: list[int] = []
    at = body.find(needle)
    while at >= 0:
        found.append(at)
        at = body.find(needle, at + 1)
    return found, len(needle)
