"""Paths into JSON values, as people write them in settings:

    output                            a field
    output.answer.text                a key in it
    output.choices[0].message         an element, from the end with [-1]
    output.items[*].name              of every element: a list
    metadata["key.with.dots"]         a key with other signs

A leading `$.` is let through. A text on the way that holds JSON is read. Pure.
"""

import re
from typing import Any, cast

import msgspec

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.messages import parse as read

MISSING: Any = msgspec.UNSET
"""Nothing is there, which is not the same as null."""

EVERY = ...

Step = str | int | Any
"""A key, a place, or EVERY."""

_MOST = 500
_STEP = re.compile(
    r"""\.?(?P<key>[^\W\d][\w-]*) | \[(?P<place>-?\d{1,9})\] | (?P<every>\[\*\])
      | \[(?P<quoted>"(?:[^"\\]|\\.)*")\] | \['(?P<single>[^']*)'\]""",
    re.VERBOSE,
)


def parse(path: str) -> tuple[Step, ...]:
    """Raises BadRequest that shows where it is not understood."""
    text = path.strip().removeprefix("$").removeprefix(".")
    if not text or len(text) > _MOST:
        raise BadRequest(f"a path has 1 to {_MOST} characters, such as output.answer.text")
    steps: list[Step] = []
    position = 0
    while position < len(text):
        found = _STEP.match(text, position)
        if found is None or (not steps and found.lastgroup != "key"):
            raise BadRequest(
                f"the path {path[:100]!r} is not understood at {text[position : position + 20]!r};"
                ' write output.answer.text, output.items[0] or metadata["a key"]'
            )
        steps.append(_step(found))
        position = found.end()
    return tuple(steps)


def _step(found: re.Match[str]) -> Step:
    told = found[found.lastgroup or "key"]
    match found.lastgroup:
        case "place":
            return int(told)
        case "every":
            return EVERY
        case "quoted":
            return str(msgspec.json.decode(told))
        case _:
            return told


def find(value: Any, steps: tuple[Step, ...]) -> Any:
    """What the path leads to, or MISSING."""
    for place, step in enumerate(steps):
        if isinstance(value, str):
            value = read(value.strip())
        if step is EVERY:
            if not isinstance(value, list):
                return MISSING
            inner = (find(each, steps[place + 1 :]) for each in cast(list[Any], value))
            return [each for each in inner if each is not MISSING]
        value = _inside(value, step)
        if value is MISSING:
            return MISSING
    return value


def _inside(value: Any, step: Step) -> Any:
    if isinstance(step, int):
        if not isinstance(value, list) or not -len(value) <= step < len(value):
            return MISSING
        return value[step]
    return cast(dict[str, Any], value).get(step, MISSING) if isinstance(value, dict) else MISSING
