"""Prompts as a folder under Git: one YAML file a prompt, at the path of its name.

name: support/greet
type: chat
version: 3              # the version that it was pulled at, or pushed as
tags: [support]
config:
  model: gpt-5-mini
prompt:
  - role: system
    content: |
      You answer questions about {{product}}.
  - placeholder: history
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, cast
from urllib.parse import quote, unquote

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.prompt import Body, Draft, PromptType, checked
from pilothouse.prompts.formats import yaml_text

Object = dict[str, Any]
SUFFIX = ".yaml"
_KEYS = frozenset({"name", "type", "version", "tags", "config", "prompt"})
_SAFE = " ()[],;=@+'!~"
"""Signs that every file system takes; letters of every language may stay as they are too."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A prompt as a file holds it."""

    name: str
    type: PromptType
    body: Body
    config: Any
    tags: tuple[str, ...]
    version: int
    """0: it was never pushed."""

    def same(self, other: "Kept") -> bool:
        """Would saving the one after the other make no new version?"""
        return (self.type, self.body, self.config) == (other.type, other.body, other.config)

    @property
    def draft(self) -> Draft:
        return Draft(self.name, self.type, self.body, self.config, tags=self.tags)


def path_of(name: str) -> PurePosixPath:
    """Where the file of a prompt lies. What a file system may trip over is percent-encoded."""
    return PurePosixPath(*(_part(each) for each in f"{name}{SUFFIX}".split("/")))


def _part(text: str) -> str:
    plain = "".join(
        each if ord(each) > 127 and each.isalnum() else quote(each, safe=_SAFE) for each in text
    )
    return plain.replace(".", "%2E", 1) if plain.startswith(".") else plain


def write(kept: Kept) -> str:
    told: Object = {"name": kept.name, "type": kept.type.value, "version": kept.version}
    if kept.tags:
        told["tags"] = list(kept.tags)
    told["config"] = kept.config
    told["prompt"] = kept.body if isinstance(kept.body, str) else [*map(_shown, kept.body)]
    return yaml_text.dump(told)


def _shown(message: Object) -> Object:
    if message.get("type") != "placeholder":
        return message
    rest = {key: value for key, value in message.items() if key not in ("type", "name")}
    return {"placeholder": message["name"], **rest}


def read(text: str, path: str) -> Kept:
    """Raises BadRequest that names the file."""
    try:
        return _read(yaml_text.load(text), path)
    except BadRequest as error:
        raise BadRequest(f"{path}: {error}") from error


def _read(told: Object, path: str) -> Kept:
    unknown = told.keys() - _KEYS
    if unknown:
        raise BadRequest(
            f"there is no key {min(map(str, unknown))!r}; there are {', '.join(sorted(_KEYS))}"
        )
    body = told.get("prompt")
    if isinstance(body, list):
        body = [_message(each) for each in cast(list[Any], body)]
    elif not isinstance(body, str):
        raise BadRequest("prompt is a text, or a list of messages")
    kind = told.get("type") or ("text" if isinstance(body, str) else "chat")
    if kind not in tuple(PromptType):
        raise BadRequest("type is text or chat")
    version = told.get("version", 0)
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise BadRequest("version is a whole number; 0 where it was never pushed")
    tags = told.get("tags") or []
    if not isinstance(tags, list):
        raise BadRequest("tags is a list of texts")
    name = told.get("name") or unquote(path.removesuffix(SUFFIX))
    config = told.get("config")
    draft = checked(Draft(str(name), PromptType(kind), body, {} if config is None else config))
    named = tuple(str(each) for each in cast(list[Any], tags))
    return Kept(draft.name, draft.type, draft.body, draft.config, named, version)


def _message(value: Any) -> Object:
    if not isinstance(value, dict):
        raise BadRequest("a message has a role and a content, or is a placeholder")
    told = cast(Object, value)
    if "placeholder" not in told:
        return told
    rest = {key: each for key, each in told.items() if key != "placeholder"}
    return {"type": "placeholder", "name": told["placeholder"], **rest}


def files(folder: Path) -> dict[str, Path]:
    """Files of prompts in a folder by their path in it. Hidden folders are left alone."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        inside = path.relative_to(folder)
        if not any(part.startswith(".") for part in inside.parts) and path.is_file():
            found[inside.as_posix()] = path
    return found
