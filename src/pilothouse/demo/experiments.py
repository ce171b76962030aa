"""A data set of what people asked, and three versions of the assistant that were run over it, as a
client of Langfuse tells them."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pilothouse.demo import story

DATASET = "support/regression"
_NAMESPACE = uuid.UUID("0d6b0a7e-52e5-4c0e-8f6f-9a9c4d1f7c55")
_ITEMS = 80

Object = dict[str, Any]


@dataclass(frozen=True)
class Version:
    """How the assistant of a run does."""

    name: str
    description: str
    model: str
    days_ago: int
    right: float
    helpful: float
    seconds: float


VERSIONS = (
    Version("prompt 3 · gpt-4o", "In production.", "gpt-4o", 9, 0.72, 0.70, 2.6),
    Version("prompt 4 · gpt-4o", "Says the number of days first.", "gpt-4o", 5, 0.9, 0.81, 2.5),
    Version("prompt 4 · gpt-5-mini", "The same, for less.", "gpt-5-mini", 2, 0.88, 0.79, 1.4),
)


def dataset() -> Object:
    return {
        "name": DATASET,
        "description": "What people really asked, and what a good answer says.",
        "metadata": {"owner": "support"},
    }


def items() -> list[Object]:
    """Each is one turn of a story; those of one story have a source in common."""
    pick = random.Random(5)  # noqa: S311 - a story, not a secret
    turns = [(place, told, turn) for place, told in enumerate(story.STORIES) for turn in told.turns]
    found: list[Object] = []
    for number in range(_ITEMS):
        place, told, turn = turns[number % len(turns)]
        words = story.words(pick, told.language)
        found.append(
            {
                "datasetName": DATASET,
                "id": f"{DATASET}/{number:03}",
                "input": {"question": turn.question.format_map(words)},
                "expectedOutput": turn.answer.format_map(words),
                "metadata": {"language": told.language, "topic": told.route, "story": place},
            }
        )
    return found


def run(version: Version, items: list[Object], now: datetime) -> tuple[list[Object], list[Object]]:
    """Events of the traces with their scores, and the links of the traces to the items."""
    pick = random.Random(version.name)  # noqa: S311
    start = now - timedelta(days=version.days_ago)
    events: list[Object] = []
    links: list[Object] = []
    for number, item in enumerate(items):
        # An item that is hard for one version is hard for all of them.
        hard = random.Random(item["id"]).random()  # noqa: S311
        right = pick.random() < version.right + (0.5 - hard) * 0.2
        events += _attempt(version, item, right, start + timedelta(seconds=3 * number), pick)
        links.append(
            {
                "runName": version.name,
                "runDescription": version.description,
                "metadata": {"model": version.model},
                "datasetItemId": item["id"],
                "traceId": _trace_id(version, item),
                "createdAt": _moment(start + timedelta(seconds=3 * number)),
            }
        )
    return events, links


def _attempt(
    version: Version, item: Object, right: bool, start: datetime, pick: random.Random
) -> Iterator[Object]:
    trace_id = _trace_id(version, item)
    answer: str = item["expectedOutput"]
    output = answer if right else answer.split(". ")[0].rstrip(".。") + "."
    end = start + timedelta(seconds=max(0.4, pick.gauss(version.seconds, 0.5)))
    common = {"environment": "experiment", "input": item["input"], "output": output}
    trace = {"id": trace_id, "timestamp": _moment(start), "name": "answer", **common}
    call = {
        "id": f"{trace_id[:16]}",
        "traceId": trace_id,
        "name": "answer",
        "model": version.model,
        "startTime": _moment(start),
        "endTime": _moment(end),
        "usage": {"input": pick.randrange(350, 480), "output": len(output) // 4 + 1},
        **common,
    }
    helpful = min(1.0, max(0.0, pick.gauss(version.helpful if right else 0.45, 0.12)))
    yield _event("trace-create", trace_id, trace, start)
    yield _event("generation-create", f"{trace_id}/call", call, start)
    for name, value, kind in (
        ("correct", int(right), "BOOLEAN"),
        ("helpfulness", round(helpful, 2), "NUMERIC"),
    ):
        id = str(uuid.uuid5(_NAMESPACE, f"{trace_id}/{name}"))
        body = {"id": id, "traceId": trace_id, "name": name, "value": value, "dataType": kind}
        yield _event("score-create", id, {**body, "environment": "experiment"}, end)


def _event(type: str, key: str, body: Object, at: datetime) -> Object:
    id = str(uuid.uuid5(_NAMESPACE, f"{type}/{key}"))
    return {"id": id, "type": type, "timestamp": _moment(at), "body": body}


def _trace_id(version: Version, item: Object) -> str:
    return uuid.uuid5(_NAMESPACE, f"{version.name}/{item['id']}").hex


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
