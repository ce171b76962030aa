"""Messages with variables and placeholders, as they are sent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from pilothouse.domain.messages import Message, Part
from pilothouse.prompts import templates
from pilothouse.prompts.templates import Syntax

PLACEHOLDER = "placeholder"
"""Role of a message that is replaced by the messages of its name."""


def rendered(
    messages: Sequence[Message],
    syntax: Syntax,
    values: Mapping[str, Any],
    placeholders: Mapping[str, list[Message]],
) -> list[Message]:
    """The messages as they are sent. Raises BadTemplate that names what is missing. Blocks."""
    _check_names(messages, syntax, values, placeholders)
    found: list[Message] = []
    for message in messages:
        if message.role == PLACEHOLDER:
            found += placeholders[message.name]
            continue
        parts = [_rendered(part, syntax, values) for part in message.parts]
        found.append(msgspec.structs.replace(message, parts=parts))
    return found


def _rendered(part: Part, syntax: Syntax, values: Mapping[str, Any]) -> Part:
    if part.type != "text":
        return part
    return msgspec.structs.replace(part, text=templates.rendered(part.text, syntax, values))


def expected(
    messages: Sequence[Message],
    syntax: Syntax,
    of: Callable[[str, Syntax], set[str]] = templates.variables,
) -> tuple[set[str], set[str]]:
    """Variables and placeholders that the messages take values for. Raises BadTemplate."""
    variables: set[str] = set()
    placeholders: set[str] = set()
    for message in messages:
        if message.role == PLACEHOLDER:
            placeholders.add(message.name)
            continue
        for part in message.parts:
            if part.type == "text":
                variables |= of(part.text, syntax)
    return variables, placeholders


def _check_names(
    messages: Sequence[Message],
    syntax: Syntax,
    values: Mapping[str, Any],
    placeholders: Mapping[str, list[Message]],
) -> None:
    """All at once, so that nobody has to try for each."""
    names, places = expected(messages, syntax, templates.needed)
    if missing := sorted(names - values.keys()):
        raise templates.BadTemplate(f"no value is given for {', '.join(missing)}")
    if missing := sorted(places - placeholders.keys()):
        raise templates.BadTemplate(f"no messages are given for {', '.join(missing)}")
