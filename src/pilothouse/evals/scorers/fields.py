"""The fields of a case, as settings name them by path and as code sees them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import msgspec

from pilothouse.domain import messages, paths
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.evaluation import Case
from pilothouse.evals.scorers.tools import Failed
from pilothouse.llm.parts import plain

NAMES = (
    "input",
    "output",
    "expected_output",
    "metadata",
    "conversation",
    "documents",
    "tools",
    "available_tools",
    "other_output",
    "latency",
    "cost",
    "input_tokens",
    "output_tokens",
    "trace_id",
    "span_id",
    "session_id",
)

_LISTS = ("conversation", "documents", "tools", "available_tools")
"""Empty: there is none."""

_parse = lru_cache(maxsize=1000)(paths.parse)


def check(path: str) -> str:
    """Raises BadRequest where it is none, or begins with no field."""
    field = _parse(path)[0]
    if field not in NAMES:
        raise BadRequest(f"the path {path!r} begins with one of {', '.join(NAMES)}")
    return path


def told(case: Case) -> dict[str, Any]:
    """All of a case in JSON values."""
    return {name: _field(case, name) for name in NAMES}


def _field(case: Case, name: str) -> Any:
    if name == "conversation":
        return [{"role": role, "text": text} for role, text in case.conversation]
    if name == "tools":
        return [msgspec.to_builtins(each) for each in case.tools]
    value = getattr(case, name)
    return list(value) if isinstance(value, tuple) else value


def with_values(case: Case, values: Mapping[str, Any]) -> Case:
    """With other values in some fields, in JSON as `told` tells them. Raises BadRequest."""
    if unknown := values.keys() - set(NAMES):
        raise BadRequest(f"a case has no {min(unknown)}; it has {', '.join(NAMES)}")
    given = dict(values)
    try:
        if "conversation" in given:
            turns = msgspec.convert(given["conversation"], list[dict[str, str]])
            given["conversation"] = [(each["role"], each["text"]) for each in turns]
        return replace(case, **_typed(given))
    except KeyError as error:
        raise BadRequest("conversation: each turn has a role and a text") from error
    except msgspec.ValidationError as error:
        raise BadRequest(f"the values of the case: {error}") from error


def _typed(given: dict[str, Any]) -> dict[str, Any]:
    made = msgspec.convert(given, Case)
    return {name: getattr(made, name) for name in given}


def value(case: Case, path: str) -> Any:
    """What the path leads to. Raises Failed that says what is missing."""
    field, *steps = _parse(path)
    found = paths.find(_field(case, str(field)), tuple(steps))
    nothing = found is None or found is paths.MISSING
    if nothing or (not steps and field in _LISTS and not found):
        raise Failed(f"there is no {path} to look at")
    return found


def text(case: Case, path: str) -> str:
    return as_text(value(case, path))


def as_text(found: Any) -> str:
    """A text as it is, of messages what the last one says, anything else as JSON."""
    if isinstance(found, str):
        return found
    for message in reversed(messages.from_value(found) or ()):
        if said := plain(message):
            return said
    return as_json(found)


def as_json(found: Any) -> str:
    return msgspec.json.encode(found).decode()
