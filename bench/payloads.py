"""Believable OTLP: traces of ten spans of an assistant, told in OpenInference and GenAI attributes.

About 5.7 KB a span in protobuf, as in the peers' measurements. Deterministic by seed.
"""

import itertools
import json
import random
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

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
"""Stands in the question of one trace of some hundreds."""
USERS = 5_000
_EPOCH = 1_700_000_000 * 10**9


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
        if pick.randrange(300) == 0:
            question = f"{RARE} {question}"
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
        return " ".join(pick.choices(WORDS, k=words))


def text(key: str, value: str) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(string_value=value))


def number(key: str, value: int) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(int_value=value))


class Templates:
    """Requests made once and sent many times with new ids and times, so that the sender costs
    nothing."""

    def __init__(self, spans: int, count: int = 20) -> None:
        self.spans = spans
        self.users: list[str] = []
        self._bodies: list[tuple[bytearray, list[_Places]]] = []
        for seed in range(count):
            # Starts lie apart, so that each is found by its bytes.
            body = Payloads(seed).request(spans, _EPOCH, spread=10**17)
            found = _spans_of(body)
            self.users += [user for span in found if (user := _user(span))]
            self._bodies.append((bytearray(body), _places(body, found)))
        self.users = sorted(set(self.users))

    def bodies(self, start: Callable[[], int], seed: int = 0) -> Iterator[bytes]:
        """Without end. `start` is called for the nanosecond at which each trace begins."""
        pick = random.Random(seed)
        for body, traces in itertools.cycle(self._bodies):
            for places in traces:
                for positions, length in places.ids:
                    fresh = pick.randbytes(length)
                    for at in positions:
                        body[at : at + length] = fresh
                began = start()
                for at, after in places.times:
                    struct.pack_into("<Q", body, at, began + after)
            yield bytes(body)


@dataclass
class _Places:
    """Where a trace has its ids and times in a body."""

    ids: list[tuple[list[int], int]]
    times: list[tuple[int, int]]
    """Position, and nanoseconds after the start of the trace."""


def within(start: int, spread: int, seed: int = 0) -> Callable[[], int]:
    """Starts at random in `spread` nanoseconds after `start`."""
    pick = random.Random(seed)
    return lambda: start + pick.randrange(spread)


def trace_id_of(body: bytes) -> str:
    """Of the first span."""
    return _spans_of(body)[0].trace_id.hex()


def _spans_of(body: bytes) -> list[Span]:
    message = ExportTraceServiceRequest.FromString(body)
    return [
        span
        for group in message.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    ]


def _user(span: Span) -> str:
    return next((each.value.string_value for each in span.attributes if each.key == "user.id"), "")


def _places(body: bytes, spans: list[Span]) -> list[_Places]:
    traces: dict[bytes, _Places] = {}
    ids: dict[bytes, list[int]] = {}
    first: dict[bytes, int] = {}
    at = 0
    for span in spans:
        for each in filter(None, (span.trace_id, span.span_id, span.parent_span_id)):
            at = body.index(each, at)
            if each not in ids:
                ids[each] = []
                places = traces.setdefault(span.trace_id, _Places([], []))
                places.ids.append((ids[each], len(each)))
            ids[each].append(at)
        start, end = span.start_time_unix_nano, span.end_time_unix_nano
        began = first.setdefault(span.trace_id, start)
        # Fields 7 and 8, each a tag of one byte and eight bytes.
        at = body.index(struct.pack("<BQBQ", 0x39, start, 0x41, end), at)
        traces[span.trace_id].times += [(at + 1, start - began), (at + 10, end - began)]
    return list(traces.values())
