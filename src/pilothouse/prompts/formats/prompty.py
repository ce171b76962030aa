"""Prompty, `.prompty`: front matter in YAML, then the messages. Version 2 is written; 1 and 2 are read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.prompt import (
    Body,
    Draft,
    PromptType,
    PromptVersion,
    placeholders,
    texts,
)
from pilothouse.prompts.checking import SYNTAX_KEY, needs, syntax_of, without_syntax
from pilothouse.prompts.formats import yaml_text
from pilothouse.prompts.templates import Syntax, as_mustache

Object = dict[str, Any]

_FRONT = re.compile(
    r"\A\s*(?:---|\+\+\+)[ \t]*\n(.*?)\n(?:---|\+\+\+)[ \t]*(?:\n|\Z)(.*)\Z", re.DOTALL
)
_ROLE = re.compile(
    r"^[ \t]*#?[ \t]*(system|user|assistant|developer|function|tool)[ \t]*:[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ALONE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_ODD = re.compile(r"\{\{(?!\s*[A-Za-z_][A-Za-z0-9_]*\s*\}\})")
_LOGIC = re.compile(rf"\{{%|\{{#|{_ODD.pattern}")
_ROLES = frozenset({"system", "user", "assistant", "developer"})
_OPTIONS = {
    "temperature": "temperature",
    "maxOutputTokens": "max_tokens",
    "topP": "top_p",
    "topK": "top_k",
    "frequencyPenalty": "frequency_penalty",
    "presencePenalty": "presence_penalty",
    "seed": "seed",
    "stopSequences": "stop",
}
"""Prompty's option → the key in a config."""
_TEXT = "text"


# -- writing -------------------------------------------------------------------------------------


def write(version: PromptVersion) -> str:
    """Raises BadRequest where a text would be read as something else."""
    front: Object = {"name": version.name}
    if version.commit_message:
        front["description"] = version.commit_message
    tags = {"tags": list(version.tags)} if version.tags else {}
    front["metadata"] = {"type": version.type.value, **tags}
    syntax, body, config = syntax_of(version.config), version.body, version.config
    if syntax is Syntax.FSTRING:
        syntax, body, config = Syntax.MUSTACHE, _in_mustache(body), without_syntax(config)
    front |= _model(config)
    inputs: Object = {name: {"kind": "string"} for name in sorted(needs(body, syntax))}
    inputs |= {name: {"kind": "thread"} for name in sorted(placeholders(body))}
    if inputs:
        front["inputs"] = inputs
    front["template"] = {"format": {"kind": _format(body, syntax)}, "parser": {"kind": "prompty"}}
    return f"---\n{yaml_text.dump(front)}---\n{_body(body)}\n"


def _format(body: Body, syntax: Syntax) -> str:
    """Names alone are the same to Jinja, which does not escape values for HTML."""
    every = [*texts(body)]
    if syntax is not Syntax.JINJA:
        if any(_ODD.search(text) for text in every):
            raise BadRequest(
                "there are double braces around what is no name, which Prompty would not keep;"
                " export it as JSON"
            )
        if any(_LOGIC.search(text) for text in every):
            return "mustache"
    return "jinja2"


def _in_mustache(body: Body) -> Body:
    def one(text: str) -> str:
        found = as_mustache(text)
        if found is None:
            raise BadRequest("Prompty has no form for this f-string; export it as JSON")
        return found

    if isinstance(body, str):
        return one(body)
    return [
        {**each, "content": one(each["content"])} if "content" in each else each for each in body
    ]


def _model(config: Any) -> Object:
    """The model with its options; what Prompty has no word for is kept in the metadata."""
    told = dict(cast(Object, config)) if isinstance(config, dict) else {"config": config}
    model: Object = {}
    if isinstance(told.get("model"), str):
        model["id"] = told.pop("model")
    options = {word: told.pop(key) for word, key in _OPTIONS.items() if told.get(key) is not None}
    if options:
        model["options"] = options
    return ({"model": model} if model else {}) | ({"config": told} if told else {})


def _body(body: Body) -> str:
    if isinstance(body, str):
        _check(body, "the text")
        return body
    return "\n\n".join(_message(place, each) for place, each in enumerate(body, 1))


def _message(place: int, message: Object) -> str:
    if message.get("type") == "placeholder":
        return f"{{{{{message['name']}}}}}"
    role, content = str(message["role"]), str(message["content"])
    if role not in _ROLES or message.keys() - {"role", "content"}:
        raise BadRequest(
            f"message {place} has a role or parts that Prompty has no form for; export it as JSON"
        )
    _check(content, f"message {place}")
    if not content or content != content.strip():
        raise BadRequest(
            f"message {place} is empty, or begins or ends with spaces, which Prompty would not keep;"
            " export it as JSON"
        )
    return f"{role}:\n{content}"


def _check(text: str, what: str) -> None:
    found = _ROLE.search(text)
    if found:
        raise BadRequest(
            f"{what} has the line {found[0].strip()!r}, which Prompty would read as the role of a"
            " message; export it as JSON"
        )


# -- reading -------------------------------------------------------------------------------------


def read(text: str, name: str, known: str) -> Draft:
    """Raises BadRequest."""
    found = _FRONT.match(text.replace("\r\n", "\n"))
    if not found:
        raise BadRequest("a .prompty file begins with front matter between lines of ---")
    front, body = yaml_text.load(found[1]), found[2]
    threads = _threads(front)
    metadata = _mapping(front.get("metadata"))
    config = _config(front)
    if _LOGIC.search(body) and "jinja" in _template(front):
        config.setdefault(SYNTAX_KEY, "jinja2")
    is_text = metadata.get("type") == _TEXT or not _ROLE.search(body)
    tags = metadata.get("tags", front.get("tags"))
    return Draft(
        name=name or str(front.get("name") or known),
        type=PromptType.TEXT if is_text else PromptType.CHAT,
        body=body.removesuffix("\n") if is_text else list(_messages(body, threads)),
        config=config,
        tags=tuple(map(str, cast(list[Any], tags))) if isinstance(tags, list) else None,
        commit_message=str(front.get("description") or "")[:500],
    )


def _messages(body: str, threads: set[str]) -> Iterator[Object]:
    """Text before the first role is the system's. A line that is a thread alone stands for messages."""
    cut = _ROLE.split(body)
    told = [("system", cut[0]), *zip(cut[1::2], cut[2::2], strict=True)]
    for role, content in told:
        parts = _around_threads(content, threads)
        for part, thread in parts:
            if part.strip():
                yield {"role": role.lower(), "content": part.strip()}
            if thread:
                yield {"type": "placeholder", "name": thread}


def _around_threads(content: str, threads: set[str]) -> Iterator[tuple[str, str]]:
    """Stretches of text, each with the thread after it."""
    lines: list[str] = []
    for line in content.split("\n"):
        alone = _ALONE.fullmatch(line.strip())
        if alone and alone[1] in threads:
            yield "\n".join(lines), alone[1]
            lines = []
        else:
            lines.append(line)
    yield "\n".join(lines), ""


def _threads(front: Object) -> set[str]:
    inputs = front.get("inputs")
    if isinstance(inputs, list):
        named = [_mapping(each) for each in cast(list[Any], inputs)]
        return {str(each.get("name")) for each in named if each.get("kind") == "thread"}
    found = _mapping(inputs)
    return {
        key
        for key, each in found.items()
        if _mapping(each).get("kind") == "thread" or _mapping(each).get("is_chat_history")
    }


def _template(front: Object) -> str:
    """How variables are written: `jinja2` unless mustache is told."""
    told = front.get("template")
    if isinstance(told, Mapping):
        form = cast(Mapping[str, Any], told).get("format")
        told = _mapping(form).get("kind") if isinstance(form, Mapping) else form
    return str(told or "jinja2")


def _config(front: Object) -> Object:
    """The model and its options, of either version, and what was kept of a config."""
    model = front.get("model")
    if isinstance(model, str):
        return {"model": model, **_mapping(front.get("config"))}
    told = _mapping(model)
    configuration = _mapping(told.get("configuration"))
    config: Object = {}
    for found in (
        told.get("id"),
        configuration.get("azure_deployment"),
        configuration.get("model"),
    ):
        if isinstance(found, str):
            config["model"] = found
    config |= _mapping(told.get("parameters"))
    for key, value in _mapping(told.get("options")).items():
        if key == "additionalProperties":
            config |= _mapping(value)
        else:
            config[_OPTIONS.get(key, key)] = value
    if isinstance(front.get("tools"), list):
        config["tools"] = front["tools"]
    return config | _mapping(front.get("config"))


def _mapping(value: Any) -> Object:
    return cast(Object, value) if isinstance(value, dict) else {}
