"""Prompts under versions: their shapes, their rules, and how one is composed of others. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from pilothouse.domain.errors import BadRequest

LATEST = "latest"
"""The label that the newest version always has, and no other."""
PRODUCTION = "production"
"""The label that is asked for where none is named."""

MOST_DEPTH = 5
_MOST_NAME = 255
_MOST_LABEL = 36
_RESERVED = frozenset({"new", "metrics", "prompt-detail"})
_LABEL = re.compile(r"[a-z0-9_\-.]+")
_REFERENCE = re.compile(r"@@@langfusePrompt:(.*?)@@@", re.DOTALL)
_VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")


class PromptType(StrEnum):
    TEXT = "text"
    CHAT = "chat"


Body = str | list[dict[str, Any]]
"""A text, or messages `{role, content}` and placeholders `{type: "placeholder", name}` among them."""


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """One version as it stands now: body, config and message never change, labels and tags do."""

    id: str
    project_id: str
    name: str
    version: int
    type: PromptType
    body: Body
    config: Any
    commit_message: str
    author_id: str
    created_at: int
    updated_at: int
    labels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """All versions of a name."""

    name: str
    type: PromptType
    tags: tuple[str, ...]
    versions: tuple[int, ...]
    labels: tuple[str, ...]
    updated_at: int
    last_config: Any


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new version is made of. `tags` None keeps those of the name; `version` 0 is the next
    number, another one is that of a version brought along from elsewhere."""

    name: str
    type: PromptType
    body: Body
    config: Any = field(default_factory=dict[str, Any])
    labels: tuple[str, ...] = ()
    tags: tuple[str, ...] | None = None
    commit_message: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """Names another prompt by one of label and version."""

    name: str
    label: str = ""
    version: int = 0

    def __str__(self) -> str:
        return f"{self.name} (" + (f"version {self.version})" if self.version else f"{self.label})")


def checked(draft: Draft) -> Draft:
    """The draft, its labels without repetition. Raises BadRequest where a rule is broken."""
    _check_name(draft.name)
    for label in draft.labels:
        check_label(label)
    _check_body(draft.type, draft.body)
    both = variables(draft.body) & placeholders(draft.body)
    if both:
        raise BadRequest(f"{min(both)!r} is a variable and a placeholder: choose one")
    labels = tuple(dict.fromkeys(label for label in draft.labels if label != LATEST))
    tags = None if draft.tags is None else tuple(dict.fromkeys(draft.tags))
    return replace(draft, labels=labels, tags=tags)


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > _MOST_NAME:
        raise BadRequest(f"a prompt's name has 1 to {_MOST_NAME} characters")
    if name in _RESERVED:
        raise BadRequest(f"{name!r} is a reserved name")
    if any(sign in name for sign in "|<>\x00"):
        raise BadRequest("a prompt's name holds none of | < >")
    if name.startswith("/") or name.endswith("/") or "//" in name:
        raise BadRequest("folders in a prompt's name are separated by one slash")


def check_label(label: str) -> None:
    if len(label) > _MOST_LABEL or not _LABEL.fullmatch(label):
        raise BadRequest(
            f"a label has 1 to {_MOST_LABEL} of a-z, 0-9, _, - and .; {label[:60]!r} has others"
        )


def _check_body(type: PromptType, body: Body) -> None:
    if type is PromptType.TEXT:
        if not isinstance(body, str):
            raise BadRequest("the prompt of a text prompt is text")
        return
    if isinstance(body, str):
        raise BadRequest("the prompt of a chat prompt is a list of messages")
    for message in body:
        if message.get("type") == "placeholder":
            if not isinstance(message.get("name"), str) or not message["name"]:
                raise BadRequest("a placeholder needs a name")
        elif not isinstance(message.get("role"), str) or not isinstance(
            message.get("content"), str
        ):
            raise BadRequest("a message has a role and a content, both texts")


def texts(body: Body) -> Iterator[str]:
    """Every text that may hold variables and references."""
    if isinstance(body, str):
        yield body
        return
    for message in body:
        if isinstance(message.get("content"), str):
            yield message["content"]


def variables(body: Body) -> set[str]:
    return {found for text in texts(body) for found in _VARIABLE.findall(text)}


def placeholders(body: Body) -> set[str]:
    if isinstance(body, str):
        return set()
    return {str(each.get("name")) for each in body if each.get("type") == "placeholder"}


# -- composition ---------------------------------------------------------------------------------


def references(body: Body) -> list[Reference]:
    """The other prompts that the body takes in. What is no whole reference stays text."""
    found = (_reference(inner) for text in texts(body) for inner in _REFERENCE.findall(text))
    return list(dict.fromkeys(each for each in found if each))


def _reference(inner: str) -> Reference | None:
    """Of `name=greeting|label=production` or `name=greeting|version=2`."""
    name, bar, which = inner.partition("|")
    key, _, value = which.partition("=")
    if not name.startswith("name=") or not bar or not value:
        return None
    if key == "label":
        return Reference(name.removeprefix("name="), label=value)
    if key == "version" and value.isdecimal():
        return Reference(name.removeprefix("name="), version=int(value))
    return None


Find = Callable[[Reference], PromptVersion | None]


@dataclass(frozen=True, slots=True)
class Composed:
    body: Body
    parts: Mapping[str, tuple[PromptVersion, ...]]
    """By id of a version those that it takes in itself. Empty when it takes in none."""


def composed(prompt: PromptVersion, find: Find) -> Composed:
    """The body with every reference replaced by the text it leads to, five levels deep.

    Raises BadRequest for a reference that leads nowhere, to a chat prompt, too deep or in a circle.
    """
    parts: dict[str, tuple[PromptVersion, ...]] = {}
    return Composed(_composed(prompt, find, (), parts), parts)


def composed_text(text: str, find: Find) -> str:
    """A text that belongs to no prompt, composed in the same way. Raises BadRequest."""
    prompt = PromptVersion("", "", "", 0, PromptType.TEXT, text, {}, "", "", 0, 0)
    return str(composed(prompt, find).body)


def _composed(
    prompt: PromptVersion,
    find: Find,
    above: tuple[tuple[str, int], ...],
    parts: dict[str, tuple[PromptVersion, ...]],
) -> Body:
    inside = (*above, (prompt.name, prompt.version))
    if len(inside) > MOST_DEPTH + 1:
        raise BadRequest(f"prompts are composed at most {MOST_DEPTH} levels deep")
    replaced: dict[Reference, str] = {}
    direct: list[PromptVersion] = []
    for reference in references(prompt.body):
        part = find(reference)
        if part is None:
            raise BadRequest(f"Prompt dependency not found: {reference}")
        if part.type is not PromptType.TEXT:
            raise BadRequest(f"only text prompts can be taken in, {reference} is a chat prompt")
        if (part.name, part.version) in inside:
            raise BadRequest(f"Circular dependency detected involving prompt {reference}")
        direct.append(part)
        replaced[reference] = str(_composed(part, find, inside, parts))
    if not direct:
        return prompt.body
    parts[prompt.id] = tuple(direct)
    return _replaced(prompt.body, replaced)


def _replaced(body: Body, by: Mapping[Reference, str]) -> Body:
    def one(match: re.Match[str]) -> str:
        reference = _reference(match.group(1))
        return by[reference] if reference and reference in by else match.group(0)

    if isinstance(body, str):
        return _REFERENCE.sub(one, body)
    return [
        {**message, "content": _REFERENCE.sub(one, message["content"])}
        if isinstance(message.get("content"), str)
        else message
        for message in body
    ]
