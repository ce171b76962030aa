"""The month as traces."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from pilothouse.demo import prompts, story
from pilothouse.demo.otlp import (
    DAY,
    MS,
    SECOND,
    Attribute,
    encoded,
    raised,
    said,
    tell,
    tokens,
)
from pilothouse.demo.prompts import Used
from pilothouse.demo.story import Language, Story


@dataclass(frozen=True)
class Model:
    provider: str
    name: str
    speed: int
    """Output tokens a second."""
    first: int
    """Milliseconds to the first token."""


OLD = Model("openai", "gpt-4o", 70, 520)
MINI = Model("openai", "gpt-5-mini", 120, 380)
SONNET = Model("anthropic", "claude-sonnet-4-5", 75, 640)
DEEPSEEK = Model("deepseek", "deepseek-chat", 45, 900)
GEMINI = Model("google", "gemini-2.5-flash", 150, 300)
OWN = Model("harbour", "harbour-triage-7b", 160, 120)
"""Runs in the shop's own rack: nobody publishes a price for it."""
EMBEDDING = Model("openai", "text-embedding-3-small", 0, 0)


@dataclass(frozen=True)
class Release:
    name: str
    answering: tuple[tuple[Model, float], ...]
    error_rate: float
    slow_rate: float
    satisfaction: float


BEFORE = Release("2.3.1", ((OLD, 0.7), (SONNET, 0.2), (DEEPSEEK, 0.1)), 0.045, 0.06, 0.74)
AFTER = Release("2.4.0", ((MINI, 0.55), (SONNET, 0.25), (GEMINI, 0.2)), 0.02, 0.03, 0.86)
SWITCH = 0.6
"""Share of the month after which the newer release answers."""


@dataclass
class Told:
    """What scores need to know of a trace."""

    trace_id: str
    session_id: str
    answer_span: str
    end: int
    language: Language
    release: Release
    failed: bool
    prompt: Used


@dataclass
class Month:
    """Deterministic by seed, but for the moment at which it ends."""

    end: int
    days: int
    conversations: int
    seed: int = 7
    told: list[Told] = field(default_factory=list[Told])

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - a story, not a secret
        self._users = [f"{name}-{n}" for n in range(18) for name in _NAMES]

    def requests(self, spans_each: int = 800) -> Iterator[bytes]:
        """Encoded requests; `told` grows as they are taken."""
        spans: list[tuple[str, str, Span]] = []
        for index in range(self.conversations):
            spans.extend(self._conversation(index))
            if len(spans) >= spans_each:
                yield encoded(spans)
                spans = []
        if spans:
            yield encoded(spans)

    @property
    def start(self) -> int:
        return self.end - self.days * DAY

    def share(self, moment: int) -> float:
        return (moment - self.start) / (self.days * DAY)

    def at(self, share: float) -> int:
        return int(self.start + share * (self.end - self.start))

    def _conversation(self, index: int) -> Iterator[tuple[str, str, Span]]:
        pick = self._random
        share = (index + pick.random()) / self.conversations
        # More people come as the month goes on.
        start = self._moment(share**0.85)
        release = AFTER if share > SWITCH and pick.random() < 0.97 else BEFORE
        language: Language = "zh" if pick.random() < 0.4 else "en"
        tale = pick.choice([each for each in story.STORIES if each.language == language])
        environment = "staging" if pick.random() < 0.06 else "production"
        session = f"chat-{start // SECOND:x}-{pick.randrange(4096):03x}"
        conversation = _Conversation(
            self, pick, tale, release, environment, session, pick.choice(self._users)
        )
        for number in range(1, len(tale.turns) + 1):
            if number > 1 and pick.random() < 0.15:
                break
            spans, start = conversation.turn(number, start)
            if start > self.end:
                break
            yield from ((release.name, environment, span) for span in spans)
            start += int(pick.uniform(8, 90) * SECOND)

    def _moment(self, share: float) -> int:
        """A moment of that share of the month, by day rather than by night."""
        pick = self._random
        day = self.start + int(share * self.days) * DAY
        hour = min(23.99, max(0.0, pick.gauss(14, 4)))
        return min(day + int(hour / 24 * DAY), self.end - int(pick.uniform(60, 7200) * SECOND))


class _Conversation:
    """Turns of one story with one person, each a trace of its own."""

    def __init__(
        self,
        month: Month,
        pick: random.Random,
        tale: Story,
        release: Release,
        environment: str,
        session: str,
        user: str,
    ) -> None:
        self._month = month
        self._random = pick
        self._tale = tale
        self._release = release
        self._environment = environment
        self._session = session
        self._user = user
        self._history: list[dict[str, Any]] = []
        self._words = story.words(pick, tale.language)
        self._split_at = month.at(prompts.ANSWER.split_at) // 1000

    def turn(self, number: int, start: int) -> tuple[list[Span], int]:
        """The spans of a turn and the moment at which it ends."""
        tale, pick = self._tale, self._random
        turn = tale.turns[number - 1]
        question, answer = self._filled(turn.question), self._filled(turn.answer)
        share = self._month.share(start)
        prompt = prompts.answering(tale.language, share, self._session, self._split_at)
        trace = _Trace(pick, self._common(), prompt)
        root = trace.open("support-assistant", start, "invoke_agent")
        at = trace.guardrail(root, start + 4 * MS, question)
        at, route = trace.triage(root, at, question, tale.route, prompts.sorting(share))
        at = trace.retrieve(root, at, question) if number == 1 else at
        agent = trace.open(f"{route} agent", at, "invoke_agent", parent=root)
        messages = self._messages(prompt.text, question)
        model = _weighted(pick, self._release.answering)
        at, results = self._use_tools(trace, agent, at, messages, model)
        failed = pick.random() < self._release.error_rate
        slow = pick.random() < self._release.slow_rate
        at, answer_span = trace.answer(
            agent, at, model, [*messages, *results], answer, failed, slow
        )
        trace.close(agent, at, answer="" if failed else answer)
        trace.close(root, at + 3 * MS, question=question, answer="" if failed else answer)
        if failed:
            trace.fail(agent)
            trace.fail(root)
        self._history += [said("user", question), said("assistant", answer)]
        self._month.told.append(
            Told(
                trace.trace_id.hex(),
                self._session,
                answer_span.hex(),
                at,
                tale.language,
                self._release,
                failed,
                prompt,
            )
        )
        return trace.spans, at

    def _use_tools(
        self, trace: "_Trace", agent: Span, at: int, messages: list[dict[str, Any]], model: Model
    ) -> tuple[int, list[dict[str, Any]]]:
        results: list[dict[str, Any]] = []
        for name in story.TOOLS[self._tale.route]:
            arguments = {"order": self._words["order"]}
            if name in ("search_catalogue", "find_customer"):
                arguments = {"query": self._words["item"]}
            call_id = f"call_{self._random.getrandbits(48):012x}"
            call = {"type": "tool_call", "id": call_id, "name": name, "arguments": arguments}
            at, _ = trace.llm(
                agent,
                at,
                model,
                [*messages, *results],
                [{"role": "assistant", "parts": [call], "finish_reason": "tool_call"}],
            )
            at, outcome = trace.tool(agent, at, name, call_id, arguments, self._words)
            response = {"type": "tool_call_response", "id": call_id, "response": outcome}
            results += [
                {"role": "assistant", "parts": [call]},
                {"role": "tool", "parts": [response]},
            ]
        return at, results

    def _messages(self, system: str, question: str) -> list[dict[str, Any]]:
        return [said("system", system), *self._history, said("user", question)]

    def _filled(self, text: str) -> str:
        return text.format(**self._words)

    def _common(self) -> dict[str, Attribute]:
        return {
            "session.id": self._session,
            "user.id": self._user,
            "tag.tags": ["support", self._tale.route, self._tale.language],
            "langfuse.release": self._release.name,
            "langfuse.environment": self._environment,
            "langfuse.trace.metadata.channel": self._random.choice(["web", "app", "mail"]),
        }


class _Trace:
    """Spans of one trace, built one after the other."""

    def __init__(self, pick: random.Random, common: dict[str, Attribute], prompt: Used) -> None:
        self._random = pick
        self._common = common
        self._prompt = prompt
        self.trace_id = pick.randbytes(16)
        self.spans: list[Span] = []

    def open(self, name: str, start: int, operation: str, parent: Span | None = None) -> Span:
        span = Span(
            trace_id=self.trace_id,
            span_id=self._random.randbytes(8),
            parent_span_id=parent.span_id if parent else b"",
            name=name,
            start_time_unix_nano=start,
        )
        tell(span, {"gen_ai.operation.name": operation, **self._common})
        if operation == "invoke_agent":
            tell(span, {"gen_ai.agent.name": name})
        self.spans.append(span)
        return span

    def close(self, span: Span, end: int, question: str = "", answer: str = "") -> None:
        span.end_time_unix_nano = end
        if question:
            tell(span, {"input.value": question})
        if answer:
            tell(span, {"output.value": answer})

    def fail(self, span: Span, message: str = "the model call failed") -> None:
        span.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message=message))

    def guardrail(self, parent: Span, at: int, text: str) -> int:
        span = self.open("check for personal data", at, "", parent)
        end = at + self._random.randrange(3, 18) * MS
        verdict = json.dumps({"flagged": False, "checks": ["card number", "passport", "password"]})
        tell(
            span,
            {"openinference.span.kind": "GUARDRAIL", "input.value": text, "output.value": verdict},
        )
        self.close(span, end)
        return end

    def triage(
        self, parent: Span, at: int, question: str, route: str, prompt: Used
    ) -> tuple[int, str]:
        messages = [said("user", prompt.text.replace("{{message}}", question))]
        said_back = [said("assistant", route)]
        end, _ = self.llm(parent, at, OWN, messages, said_back, name="triage", prompt=prompt)
        return end, route

    def retrieve(self, parent: Span, at: int, question: str) -> int:
        pick = self._random
        span = self.open("search knowledge base", at, "retrieval", parent)
        embedding = self.open("embed question", at + MS, "embeddings", span)
        end = at + pick.randrange(40, 160) * MS
        tell(
            embedding,
            {
                "gen_ai.request.model": EMBEDDING.name,
                "gen_ai.provider.name": "openai",
                "gen_ai.usage.input_tokens": max(4, len(question) // 4),
                "input.value": question,
            },
        )
        self.close(embedding, end - 12 * MS)
        found = pick.sample(story.DOCUMENTS, 3)
        attributes: dict[str, Attribute] = {"input.value": question}
        for index, (name, content) in enumerate(found):
            prefix = f"retrieval.documents.{index}.document"
            attributes[f"{prefix}.id"] = name
            attributes[f"{prefix}.content"] = content
            attributes[f"{prefix}.score"] = round(0.93 - 0.11 * index - pick.random() * 0.05, 3)
        tell(span, attributes)
        self.close(span, end)
        return end

    def tool(
        self,
        parent: Span,
        at: int,
        name: str,
        call_id: str,
        arguments: dict[str, str],
        words: dict[str, str],
    ) -> tuple[int, Any]:
        pick = self._random
        span = self.open(name, at, "execute_tool", parent)
        end = at + int(pick.lognormvariate(4.6, 0.6)) * MS
        tell(
            span,
            {
                "gen_ai.tool.name": name,
                "gen_ai.tool.call.id": call_id,
                "gen_ai.tool.call.arguments": json.dumps(arguments, ensure_ascii=False),
            },
        )
        if pick.random() < 0.03:
            kind, message = pick.choice(story.TOOL_ERRORS)
            end += 2 * SECOND
            raised(span, end - MS, kind, message)
            self.close(span, end)
            return end, {"error": message}
        outcome = {"status": "in transit", "from": words["city"], "days": int(words["days"])}
        if name == "search_catalogue":
            outcome = {"items": [words["item"]], "in_stock": pick.randrange(1, 40)}
        elif name == "create_return":
            outcome = {"return_id": f"R-{pick.randrange(10**6):06d}", "label": "sent"}
        elif name == "find_customer":
            outcome = {"customer": f"C-{pick.randrange(10**5):05d}", "locked": True}
        tell(span, {"gen_ai.tool.call.result": json.dumps(outcome, ensure_ascii=False)})
        self.close(span, end)
        return end, outcome

    def answer(
        self,
        parent: Span,
        at: int,
        model: Model,
        messages: list[dict[str, Any]],
        text: str,
        failed: bool,
        slow: bool,
    ) -> tuple[int, bytes]:
        pick = self._random
        if failed:
            span = self._call(parent, at, model, messages, "chat", self._prompt)
            kind, message = pick.choice(story.ERRORS)
            end = at + (30 * SECOND if "Timeout" in kind else pick.randrange(200, 900) * MS)
            raised(span, end, kind, message)
            self.close(span, end)
            return end, span.span_id
        message = {**said("assistant", text), "finish_reason": "stop"}
        return self.llm(parent, at, model, messages, [message], slow=slow, streamed=True)

    def llm(
        self,
        parent: Span,
        at: int,
        model: Model,
        messages: list[dict[str, Any]],
        output: list[dict[str, Any]],
        *,
        name: str = "",
        slow: bool = False,
        streamed: bool = False,
        prompt: Used | None = None,
    ) -> tuple[int, bytes]:
        pick = self._random
        called = name or f"chat {model.name}"
        span = self._call(parent, at, model, messages, called, prompt or self._prompt)
        written, read = tokens(output), tokens(messages)
        reasoning = pick.randrange(60, 400) if model in (MINI, GEMINI) and streamed else 0
        wait = int(model.first * pick.lognormvariate(0, 0.25) * (9 if slow else 1)) * MS
        end = at + wait + int((written + reasoning) / max(model.speed, 1) * SECOND)
        cached = (read // 128) * 128 if len(messages) > 3 and pick.random() < 0.7 else 0
        tell(
            span,
            {
                "gen_ai.response.model": model.name,
                "gen_ai.response.id": f"resp_{pick.getrandbits(64):016x}",
                "gen_ai.response.finish_reasons": [str(output[-1].get("finish_reason", "stop"))],
                "gen_ai.output.messages": json.dumps(output, ensure_ascii=False),
                "gen_ai.usage.input_tokens": read + 240,
                "gen_ai.usage.output_tokens": written + reasoning,
            },
        )
        if cached:
            tell(span, {"gen_ai.usage.cache_read.input_tokens": cached})
        if reasoning:
            tell(span, {"gen_ai.usage.reasoning.output_tokens": reasoning})
        if streamed:
            tell(span, {"gen_ai.response.time_to_first_chunk": round(wait / SECOND, 3)})
        self.close(span, end)
        return end, span.span_id

    def _call(
        self,
        parent: Span,
        at: int,
        model: Model,
        messages: list[dict[str, Any]],
        name: str,
        prompt: Used,
    ) -> Span:
        span = self.open(name, at, "chat", parent)
        tell(
            span,
            {
                "gen_ai.request.model": model.name,
                "gen_ai.provider.name": model.provider,
                "gen_ai.request.temperature": 0.2,
                "gen_ai.request.max_tokens": 800,
                "gen_ai.input.messages": json.dumps(messages, ensure_ascii=False),
                "langfuse.observation.prompt.name": prompt.name,
                "langfuse.observation.prompt.version": prompt.version,
            },
        )
        return span


_NAMES = (
    "amara",
    "björn",
    "chen",
    "dalia",
    "emil",
    "fang",
    "greta",
    "hiro",
    "李娜",
    "王伟",
    "noor",
)


def _weighted(pick: random.Random, choices: tuple[tuple[Model, float], ...]) -> Model:
    models, weights = zip(*choices, strict=True)
    return pick.choices(models, weights)[0]
