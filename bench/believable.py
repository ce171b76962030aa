"""Believable spans for benchmarks: traces of ten, spread over days, with messages and attributes.

Seeded, so that two runs ask the same questions of the same data.
"""

import json
import random
from collections.abc import Iterator

from pilothouse.domain.clock import DAY
from pilothouse.domain.span import CostSource, Kind, Level, Span

USERS = 5_000
RARE_WORD = "zugzwang"
RARE_EVERY = 4_000
"""Traces between two that hold the rare word."""

_MODELS = (
    ("openai", "gpt-5", 1.25, 10.0),
    ("openai", "gpt-5-mini", 0.25, 2.0),
    ("anthropic", "claude-sonnet-4-5", 3.0, 15.0),
    ("anthropic", "claude-haiku-4-5", 1.0, 5.0),
    ("google", "gemini-3-pro", 2.0, 12.0),
    ("deepseek", "deepseek-chat", 0.28, 0.42),
    ("qwen", "qwen3-max", 1.2, 6.0),
    ("mistral", "mistral-large", 2.0, 6.0),
    ("zhipu", "glm-4.6", 0.6, 2.2),
)
_SHAPE = (
    ("agent", Kind.AGENT, 0),
    ("plan", Kind.CHAIN, 1),
    ("chat", Kind.LLM, 2),
    ("search", Kind.TOOL, 2),
    ("embed", Kind.EMBEDDING, 4),
    ("retrieve", Kind.RETRIEVER, 4),
    ("answer", Kind.CHAIN, 1),
    ("chat", Kind.LLM, 7),
    ("check", Kind.GUARDRAIL, 7),
    ("chat", Kind.LLM, 7),
)
"""Name, kind, and the number of the parent (from one; zero for the root)."""


class Believable:
    def __init__(self, project_id: str, seed: int = 7) -> None:
        self._project_id = project_id
        self._random = random.Random(seed)
        letters = "abcdefghijklmnopqrstuvwxyz"
        words = [
            "".join(self._random.choices(letters, k=self._random.randint(2, 11)))
            for _ in range(20_000)
        ]
        weights = [1 / (rank + 3) for rank in range(len(words))]
        self._sentences = [
            " ".join(self._random.choices(words, weights, k=18)) for _ in range(20_000)
        ]
        self._traces = 0

    def spans(self, count: int, end: int, days: int = 30) -> Iterator[Span]:
        """About `count` spans in order of time, the last trace just before `end`."""
        traces = count // len(_SHAPE)
        step = days * DAY // traces
        for number in range(traces):
            yield from self.trace(end - days * DAY + number * step)

    def trace(self, start: int) -> list[Span]:
        pick = self._random
        self._traces += 1
        trace_id = f"{pick.getrandbits(128):032x}"
        ids = [f"{pick.getrandbits(64):016x}" for _ in _SHAPE]
        user = pick.randrange(USERS)
        known = {
            "trace_name": pick.choice(("support", "research", "summary", "translate")),
            "user_id": f"user-{user}",
            "session_id": f"session-{user}-{start // DAY}",
            "tags": pick.sample(["beta", "mobile", "web", "vip"], k=pick.randint(0, 2)),
            "environment": pick.choice(("production", "production", "staging")),
            "release": f"2026.{pick.randint(1, 9)}",
            "service": "assistant",
        }
        at = start
        spans: list[Span] = []
        for place, (name, kind, parent) in enumerate(_SHAPE):
            span = Span(
                project_id=self._project_id,
                trace_id=trace_id,
                span_id=ids[place],
                parent_id=ids[parent - 1] if parent else "",
                start_time=at,
                end_time=at + int(pick.lognormvariate(13, 1)),
                name=name if parent else known["trace_name"],
                kind=kind,
                level=Level.ERROR if pick.random() < 0.02 else Level.DEFAULT,
                is_root=int(not parent),
                billable=int(kind in (Kind.LLM, Kind.EMBEDDING)),
                scope="openinference.instrumentation.openai",
                sdk="opentelemetry python 1.38.0",
                protocol="otlp",
                **known,
            )
            self._fill(span)
            spans.append(span)
            at += pick.randint(1_000, 400_000)
        spans[0].end_time = max(span.end_time for span in spans)
        for revision, span in enumerate(spans):
            span.revision = span.end_time + revision
        return spans

    def _fill(self, span: Span) -> None:
        pick = self._random
        question, answer = self._text(6), self._text(5)
        if span.is_root and self._traces % RARE_EVERY == 0:
            question = f"{question} {RARE_WORD} {self._text(1)}"
        span.input_preview, span.output_preview = question[:300], answer[:300]
        if span.kind == Kind.LLM:
            self._call(span)
            history = [
                {"role": "system", "content": self._text(4)},
                {"role": "user", "content": self._text(3)},
                {"role": "assistant", "content": self._text(3)},
                {"role": "user", "content": question},
            ]
            span.input = json.dumps(history)
            span.output = json.dumps([{"role": "assistant", "content": answer}])
        elif span.kind == Kind.EMBEDDING:
            self._call(span)
            span.input = json.dumps([self._text(4), self._text(4)])
        else:
            span.input = json.dumps({"question": question, "context": self._text(6)})
            span.output = json.dumps({"answer": answer})
        span.metadata = {
            "tenant": f'"tenant-{pick.randrange(40)}"',
            "attempt": str(pick.randint(1, 3)),
        }
        span.attributes = {
            f"llm.setting.{number}": f'"{pick.choice(self._sentences)}"' for number in range(12)
        }
        span.resource = {"service.name": '"assistant"', "host.name": f'"node-{pick.randrange(8)}"'}

    def _call(self, span: Span) -> None:
        pick = self._random
        provider, model, into, out = pick.choice(_MODELS)
        span.provider, span.model = provider, model
        span.first_token_time = span.start_time + pick.randint(100_000, 400_000)
        tokens = (pick.randint(200, 4_000), pick.randint(20, 900))
        if span.kind == Kind.EMBEDDING:
            tokens = (tokens[0], 0)
        span.usage = {"input": tokens[0], "output": tokens[1]}
        span.input_tokens, span.output_tokens, span.total_tokens = *tokens, sum(tokens)
        span.cost = {"input": tokens[0] * into / 1e6, "output": tokens[1] * out / 1e6}
        span.total_cost = sum(span.cost.values())
        span.cost_source = CostSource.CATALOGUE
        span.price_id = f"genai-prices:{provider}/{model}"
        span.response_id = f"resp-{pick.getrandbits(64):x}"
        span.model_parameters = '{"temperature":0.2,"max_tokens":1024}'

    def _text(self, sentences: int) -> str:
        return ". ".join(self._random.choices(self._sentences, k=sentences))
