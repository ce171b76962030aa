"""Two people who look at what a judge has looked at, and agree most of the time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pilothouse.demo.scores import RESOLVED, is_good
from pilothouse.demo.traces import Told
from pilothouse.domain.review import Queue, said_id

Object = dict[str, Any]

QUEUE = "Was the customer helped?"
LOOKED_AT, LEFT = 110, 12
"""Traces of the queue that both have looked at, and that nobody has yet."""

CONFIGS: tuple[Object, ...] = (
    {
        "name": RESOLVED,
        "data_type": "boolean",
        "description": "Does the customer have what they asked for, or know when it comes?",
    },
    {
        "name": "tone",
        "data_type": "categorical",
        "categories": [
            {"label": "cold", "value": 0},
            {"label": "fine", "value": 1},
            {"label": "warm", "value": 2},
        ],
        "description": "How would it read to somebody whose parcel is late?",
    },
)
_INSTRUCTIONS = """\
Read the conversation **as the customer would**.

1. Is what they asked for done, or do they know what happens next, and when? Then it is *resolved*.
2. A promise without a result of a tool is no help.
3. 中文对话同样按以上标准判断。
"""
_COMMENTS = ("A promise, and nothing done", "只答了一半", "The date is missing")


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    careful: float
    """How often they see what is so."""


PEOPLE = (
    Person("Mei Lin", "mei@harbour.example", 0.985),
    Person("Jonas Weber", "jonas@harbour.example", 0.95),
)


def queue(config_ids: list[str]) -> Object:
    return {
        "name": QUEUE,
        "description": "Labels for the judge of the same name",
        "instructions": _INSTRUCTIONS,
        "score_config_ids": config_ids,
        "overlap": len(PEOPLE),
        "is_blind": True,
    }


def chosen(judged: list[Told]) -> list[Told]:
    """By chance."""
    pick = random.Random(17)  # noqa: S311 - a story, not a secret
    return pick.sample(judged, min(len(judged), LOOKED_AT + LEFT))


def said(
    person: Person, person_id: str, told: Told, queue: Queue, item_id: str, moment: str
) -> Iterator[Object]:
    """What a person says of a trace, as Langfuse's events. `queue` asks for `CONFIGS`."""
    pick = random.Random(f"{person.name}/{told.trace_id}")  # noqa: S311
    resolved = is_good(told) == (pick.random() < person.careful)
    seen = random.Random(told.trace_id[::-1]).choice(["fine", "fine", "warm", "cold"])  # noqa: S311
    tone = seen if pick.random() < 0.8 else "fine"
    comment = pick.choice(_COMMENTS) if not resolved and pick.random() < 0.6 else ""
    answers = ((int(resolved), comment), (tone, ""))
    for config, id, (value, words) in zip(CONFIGS, queue.score_config_ids, answers, strict=True):
        score_id = said_id(queue.id, item_id, id, person_id)
        body = {
            "id": score_id,
            "traceId": told.trace_id,
            "name": config["name"],
            "value": value,
            "dataType": config["data_type"].upper(),
            "comment": words,
            "source": "ANNOTATION",
            "configId": id,
            "queueId": queue.id,
            "authorUserId": person_id,
            "environment": "production",
        }
        yield {"id": score_id, "type": "score-create", "timestamp": moment, "body": body}
