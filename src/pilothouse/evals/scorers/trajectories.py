"""The calls of tools that were made against those that were expected."""

from collections.abc import Sequence
from typing import Any, Literal, cast

from pilothouse.domain import messages
from pilothouse.domain.evaluation import ToolUse
from pilothouse.evals.scorers.structures import difference, read
from pilothouse.evals.scorers.tools import Failed

How = Literal["strict", "unordered", "subset", "superset"]


def expected(value: Any) -> list[ToolUse]:
    """Of names, of `{name, arguments}`, or of messages with tool calls. Raises Failed."""
    value = read(value)
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        value = [value]
    given = cast(list[Any], value)
    found = messages.from_value(given)
    if found:
        parts = (part for message in found for part in message.parts)
        return [ToolUse(part.name, part.arguments) for part in parts if part.type == "tool_call"]
    return [_expected(each) for each in given]


def _expected(told: Any) -> ToolUse:
    if isinstance(told, str):
        return ToolUse(told, None)
    if isinstance(told, dict):
        call = cast(dict[str, Any], told).get("function", told)
        if isinstance(call, dict) and isinstance(
            name := cast(dict[str, Any], call).get("name"), str
        ):
            keys = ("arguments", "args", "input")
            return ToolUse(name, next((call[key] for key in keys if key in call), None))
    raise Failed(
        "the expected calls of tools are names, objects with a name and arguments, or messages with"
        " tool calls"
    )


def problem(made: Sequence[ToolUse], wanted: Sequence[ToolUse], how: How, arguments: bool) -> str:
    """Why the calls are not those wanted; empty: they are."""
    if how == "strict":
        return _in_order(made, wanted, arguments)
    left = list(wanted)
    extra: list[ToolUse] = []
    for call in made:
        place = next((at for at, each in enumerate(left) if _same(call, each, arguments)), None)
        if place is None:
            extra.append(call)
        else:
            left.pop(place)
    if left and how != "subset":
        return f"not called as expected: {_named(left)}"
    if extra and how != "superset":
        return f"called without being expected: {_named(extra)}"
    return ""


def _in_order(made: Sequence[ToolUse], wanted: Sequence[ToolUse], arguments: bool) -> str:
    for place, (call, each) in enumerate(zip(made, wanted, strict=False), start=1):
        if not _same(call, each, arguments):
            because = _arguments_differ(call, each) if call.name == each.name else ""
            return (
                f"call {place} is {call.name} and not {each.name}"
                if not because
                else (f"call {place}, {call.name}: {because}")
            )
    if len(made) < len(wanted):
        return f"not called: {_named(wanted[len(made) :])}"
    if len(made) > len(wanted):
        return f"called without being expected: {_named(made[len(wanted) :])}"
    return ""


def _same(call: ToolUse, wanted: ToolUse, arguments: bool) -> bool:
    """Where no arguments were told, any will do."""
    if call.name != wanted.name:
        return False
    return not arguments or wanted.arguments is None or not _arguments_differ(call, wanted)


def _arguments_differ(call: ToolUse, wanted: ToolUse) -> str:
    ours = {} if call.arguments is None else read(call.arguments)
    return difference(ours, read(wanted.arguments), False, 0)


def _named(calls: Sequence[ToolUse]) -> str:
    return ", ".join(each.name for each in calls)
