"""Calls of models in production, taken up again with another prompt version. Pure.

Nobody records what a template's variables stood for. It is found again by laying the version that was
used over the messages that were sent: what fills the gaps are the values.
"""

import re
from collections.abc import Sequence

from pilothouse.domain.messages import Message
from pilothouse.prompts.rendering import PLACEHOLDER

_GAP = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")


class Unlike(Exception):
    """The messages were not made from that template. The text says where they part."""


def recovered(
    template: Sequence[Message], sent: Sequence[Message]
) -> tuple[dict[str, str], dict[str, list[Message]], list[Message]]:
    """What variables and placeholders stood for, and the messages that came after all of the
    template's. Raises Unlike."""
    values: dict[str, str] = {}
    places: dict[str, list[Message]] = {}
    at = 0
    for index, wanted in enumerate(template):
        if wanted.role == PLACEHOLDER:
            end = _end_of(template[index + 1 :], sent, at)
            places[wanted.name] = list(sent[at:end])
            at = end
            continue
        if at >= len(sent):
            raise Unlike(f"message {index + 1} of the prompt was not sent")
        found = _filled(wanted, sent[at])
        if found is None:
            raise Unlike(f"message {at + 1} was not made from message {index + 1} of the prompt")
        for name, value in found.items():
            if values.setdefault(name, value) != value:
                raise Unlike(f"the variable {name!r} stood for two different texts")
        at += 1
    return values, places, list(sent[at:])


def _end_of(rest: Sequence[Message], sent: Sequence[Message], at: int) -> int:
    """Where a placeholder's messages end: before those that the rest of the template needs, the first
    of which fits."""
    if not rest:
        return len(sent)
    if rest[0].role == PLACEHOLDER:
        return at
    for place in range(at, len(sent)):
        if _filled(rest[0], sent[place]) is not None:
            return place
    raise Unlike("what follows a placeholder of the prompt was not sent")


def _filled(template: Message, sent: Message) -> dict[str, str] | None:
    """What the gaps stand for; None where the message does not fit. Where a text can be read in
    several ways, a gap ends where what follows it is found first."""
    if template.role != sent.role:
        return None
    literals, names = _parts(_text(template))
    text = _text(sent)
    if not names:
        return {} if text == literals[0] else None
    first, *between, last = literals
    if not text.startswith(first) or not text.endswith(last):
        return None
    found: dict[str, str] = {}
    at, end = len(first), len(text) - len(last)
    for name, literal in zip(names, [*between, None], strict=True):
        stop = end if literal is None else text.find(literal, at, end)
        if stop < at or found.setdefault(name, text[at:stop]) != text[at:stop]:
            return None
        at = stop + len(literal or "")
    return found


def _parts(template: str) -> tuple[list[str], list[str]]:
    """The texts between the gaps, one more than these, and the names of the gaps."""
    pieces = _GAP.split(template)
    return pieces[::2], pieces[1::2]


def _text(message: Message) -> str:
    return "".join(part.text for part in message.parts if part.type == "text")
