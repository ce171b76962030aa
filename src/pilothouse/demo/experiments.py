"""Data sets of what people asked, and versions of the assistant that were run over one of them."""

import json
import random
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from pilothouse.demo import prompts, story
from pilothouse.demo.otlp import DAY, SECOND, Attribute, encoded, said, tell, tokens
from pilothouse.demo.scores import RESOLVED
from pilothouse.demo.story import Language

REGRESSION = "support/regression"
COMPLAINTS = "support/complaints"
CHINESE = "客服/中文问答"
_NAMESPACE = uuid.UUID("0d6b0a7e-52e5-4c0e-8f6f-9a9c4d1f7c55")
_ITEMS = 80

Object = dict[str, Any]

_QUESTION: Object = {
    "type": "object",
    "properties": {"question": {"type": "string", "minLength": 1}},
    "required": ["question"],
}
DATASETS: tuple[Object, ...] = (
    {
        "name": REGRESSION,
        "description": "What people really asked, and what a good answer says.",
        "metadata": {"owner": "support"},
        "input_schema": _QUESTION,
        "expected_output_schema": {"type": "string", "minLength": 1},
    },
    {
        "name": COMPLAINTS,
        "description": "Answers of production that did not help; somebody has to write what "
        "they should have been.",
    },
    {
        "name": CHINESE,
        "description": "中文客户的真实提问，以及好的回答应包含的内容。",
        "metadata": {"负责人": "客服组"},
        "input_schema": _QUESTION,
    },
)


@dataclass(frozen=True)
class Version:
    """How the assistant of a run does."""

    name: str
    description: str
    model: str
    prompt: int
    days_ago: int
    right: float
    helpful: float
    seconds: float
    repetitions: int = 1
    by_topic: dict[str, float] = field(default_factory=dict[str, float])
    """What is added to `right`."""

    @property
    def id(self) -> str:
        return uuid.uuid5(_NAMESPACE, self.name).hex[:16]


VERSIONS = (
    Version("prompt 2 · gpt-4o", "Before 2.4.0.", "gpt-4o", 2, 16, 0.62, 0.64, 2.7),
    Version("prompt 3 · gpt-4o", "In production.", "gpt-4o", 3, 9, 0.72, 0.70, 2.6),
    Version(
        "prompt 4 · gpt-4o",
        "Says first what happens next.",
        "gpt-4o",
        4,
        5,
        0.86,
        0.81,
        2.5,
        by_topic={"orders": 0.12, "account": -0.2},
    ),
    Version(
        "prompt 5 · gpt-5-mini", "Without made-up dates.", "gpt-5-mini", 5, 2, 0.88, 0.79, 1.4, 2
    ),
    Version(
        "prompt 5 · gemini-2.5-flash",
        "The same, for less.",
        "gemini-2.5-flash",
        5,
        1,
        0.83,
        0.74,
        1.0,
        2,
    ),
)


def items() -> list[Object]:
    """Of the first data set. Each is one turn of a story; those of one story have a source in
    common."""
    pick = random.Random(5)  # noqa: S311 - a story, not a secret
    turns = [(place, told, turn) for place, told in enumerate(story.STORIES) for turn in told.turns]
    found: list[Object] = []
    for number in range(_ITEMS):
        place, told, turn = turns[number % len(turns)]
        words = story.words(pick, told.language)
        found.append(
            {
                "id": f"{REGRESSION}/{number:03}",
                "input": {"question": turn.question.format_map(words)},
                "expected_output": turn.answer.format_map(words),
                "metadata": {"language": told.language, "topic": told.route, "story": place},
                "split": "dev" if place % 4 == 0 else "test",
                "tags": [told.route, *(["table"] if "|---" in turn.answer else [])],
            }
        )
    return found


def chinese_items() -> list[Object]:
    return [
        {**each, "id": each["id"].replace(REGRESSION, CHINESE), "split": "test"}
        for each in items()
        if each["metadata"]["language"] == "zh"
    ]


@dataclass(frozen=True)
class Run:
    request: bytes
    """OTLP, with every span."""
    events: list[Object]
    """Scores, as a client of Langfuse tells them."""


@dataclass(frozen=True)
class Judges:
    """Ids of the evaluators that are said to have judged."""

    correct: str
    resolved: str


def run(version: Version, dataset_id: str, judges: Judges, end: int) -> Run:
    """`end` is that of the month."""
    pick = random.Random(version.name)  # noqa: S311
    start = end - version.days_ago * DAY
    spans: list[Span] = []
    events: list[Object] = []
    for number, item in enumerate(items()):
        # An item that is hard for one version is hard for all of them.
        hard = random.Random(item["id"]).random()  # noqa: S311
        likely = version.right + version.by_topic.get(item["metadata"]["topic"], 0.0)
        for repetition in range(version.repetitions):
            right = pick.random() < likely + (0.5 - hard) * 0.5
            attempt = _Attempt(version, item, repetition, right, start + 3 * number * SECOND)
            spans += attempt.spans(dataset_id, pick)
            events += attempt.scores(judges, pick)
    return Run(encoded(("2.4.0-rc", "experiment", each) for each in spans), events)


@dataclass
class _Attempt:
    version: Version
    item: Object
    repetition: int
    right: bool
    start: int
    end: int = 0

    @property
    def trace_id(self) -> str:
        told = f"{self.version.name}/{self.item['id']}/{self.repetition}"
        return uuid.uuid5(_NAMESPACE, told).hex

    @property
    def language(self) -> Language:
        return self.item["metadata"]["language"]

    @property
    def output(self) -> str:
        """Half of the answer where it is not right, and of some another order's."""
        answer: str = self.item["expected_output"]
        if self.right:
            return answer
        half = answer.split(". ")[0].split("。")[0].rstrip(".") + ("。" if "。" in answer else ".")
        return _ORDER.sub(_next_order, half) if int(self.trace_id, 16) % 2 else half

    def spans(self, dataset_id: str, pick: random.Random) -> Iterator[Span]:
        self.end = self.start + int(max(0.4, pick.gauss(self.version.seconds, 0.5)) * SECOND)
        root = self._span("answer", "", self._told(dataset_id))
        yield root
        yield self._span("chat", root.span_id.hex(), self._call(pick))

    def _span(self, name: str, parent: str, told: dict[str, Attribute]) -> Span:
        ids = self.trace_id
        span = Span(
            trace_id=bytes.fromhex(ids),
            span_id=bytes.fromhex(ids[16:] if parent else ids[:16]),
            parent_span_id=bytes.fromhex(parent),
            name=name,
            start_time_unix_nano=self.start,
            end_time_unix_nano=self.end,
        )
        tell(span, told)
        return span

    def _told(self, dataset_id: str) -> dict[str, Attribute]:
        """What makes the span the answer to an item of the experiment."""
        metadata = {"model": self.version.model, "prompt": self.version.prompt}
        part = "langfuse.experiment"
        return {
            "langfuse.observation.input": _json(self.item["input"]),
            "langfuse.observation.output": _json(self.output),
            "langfuse.trace.name": "answer",
            f"{part}.id": self.version.id,
            f"{part}.name": self.version.name,
            f"{part}.description": self.version.description,
            f"{part}.metadata": _json(metadata),
            f"{part}.dataset.id": dataset_id,
            f"{part}.item.id": self.item["id"],
            f"{part}.item.root_observation_id": self.trace_id[:16],
            f"{part}.item.expected_output": _json(self.item["expected_output"]),
            f"{part}.item.metadata": _json(self.item["metadata"]),
        }

    def _call(self, pick: random.Random) -> dict[str, Attribute]:
        prompt = prompts.ANSWER if self.language == "en" else prompts.ANSWER_ZH
        used = prompts.used(prompt, min(self.version.prompt, len(prompt.versions)))
        asked = [said("system", used.text), said("user", self.item["input"]["question"])]
        answered = [said("assistant", self.output)]
        return {
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": self.version.model,
            "gen_ai.provider.name": "google" if "gemini" in self.version.model else "openai",
            "gen_ai.input.messages": _json(asked),
            "gen_ai.output.messages": _json(answered),
            "gen_ai.usage.input_tokens": tokens(asked) + pick.randrange(240, 320),
            "gen_ai.usage.output_tokens": tokens(answered),
            "langfuse.observation.prompt.name": used.name,
            "langfuse.observation.prompt.version": used.version,
        }

    def scores(self, judges: Judges, pick: random.Random) -> Iterator[Object]:
        helpful = pick.gauss(self.version.helpful if self.right else 0.45, 0.12)
        why = story.REASONS[self.language]["right" if self.right else "wrong"]
        errs = random.Random(self.trace_id).random() < (0.06 if self.right else 0.34)  # noqa: S311
        for name, judge, says in (
            ("correct", judges.correct, self.right),
            (RESOLVED, judges.resolved, self.right != errs),
        ):
            told = {"evaluator_id": judge, "evaluator_version": 2}
            by_judge = {"source": "EVAL", "metadata": told, "comment": why}
            yield self._score(name, int(says), "BOOLEAN", by_judge)
        yield self._score("helpfulness", round(min(1.0, max(0.0, helpful)), 2), "NUMERIC", {})

    def _score(self, name: str, value: float, kind: str, more: Object) -> Object:
        id = str(uuid.uuid5(_NAMESPACE, f"{self.trace_id}/{name}"))
        moment = datetime.fromtimestamp(self.end / 1e9, UTC).isoformat(timespec="milliseconds")
        body = {
            "id": id,
            "traceId": self.trace_id,
            "name": name,
            "value": value,
            "dataType": kind,
            "environment": "experiment",
            **more,
        }
        stamp = moment.replace("+00:00", "Z")
        return {"id": id, "type": "score-create", "timestamp": stamp, "body": body}


_ORDER = re.compile(r"HG-(\d{5})")


def _next_order(found: re.Match[str]) -> str:
    return f"HG-{int(found[1]) + 1}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
