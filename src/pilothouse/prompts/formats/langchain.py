"""LangChain's hub manifest: what `langchain_core.load.dumpd` gives for a prompt, or for a prompt with
its model."""

import json
import string
from typing import Any, cast

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.prompt import Draft, PromptType, PromptVersion, variables

Object = dict[str, Any]

_ROLES = {
    "SystemMessagePromptTemplate": "system",
    "HumanMessagePromptTemplate": "user",
    "AIMessagePromptTemplate": "assistant",
    "SystemMessage": "system",
    "HumanMessage": "user",
    "AIMessage": "assistant",
}
_CLASSES = {
    "system": "SystemMessagePromptTemplate",
    "user": "HumanMessagePromptTemplate",
    "assistant": "AIMessagePromptTemplate",
}
_MODEL_KEYS = ("model", "temperature", "max_tokens", "top_p", "seed", "stop")


# -- writing -------------------------------------------------------------------------------------


def write(version: PromptVersion) -> str:
    if isinstance(version.body, str):
        told = _template(version.body)
    else:
        told = _made(
            "chat.ChatPromptTemplate",
            input_variables=sorted(variables(version.body)),
            messages=[_message(place, each) for place, each in enumerate(version.body, 1)],
        )
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _message(place: int, message: Object) -> Object:
    if message.get("type") == "placeholder":
        return _made("chat.MessagesPlaceholder", variable_name=message["name"], optional=True)
    role = str(message["role"])
    if message.keys() - {"role", "content"}:
        raise BadRequest(
            f"message {place} has parts that a template has no form for; export it as JSON"
        )
    if role in _CLASSES:
        return _made(f"chat.{_CLASSES[role]}", prompt=_template(str(message["content"])))
    return _made(
        "chat.ChatMessagePromptTemplate", role=role, prompt=_template(str(message["content"]))
    )


def _template(text: str) -> Object:
    return _made(
        "prompt.PromptTemplate",
        input_variables=sorted(variables(text)),
        template=text,
        template_format="mustache",
    )


def _made(path: str, **kwargs: Any) -> Object:
    return {
        "lc": 1,
        "type": "constructor",
        "id": ["langchain", "prompts", *path.split(".")],
        "kwargs": kwargs,
    }


# -- reading -------------------------------------------------------------------------------------


def is_manifest(value: Any) -> bool:
    return isinstance(value, dict) and "lc" in value and "id" in value


def read(value: Any, name: str) -> Draft:
    """Raises BadRequest."""
    prompt, config = _parts(value)
    formats = set[str]()
    if _class(prompt) == "ChatPromptTemplate" or "messages" in _kwargs(prompt):
        messages = _kwargs(prompt).get("messages")
        if not isinstance(messages, list):
            raise BadRequest("the manifest's chat prompt has no messages")
        body = [_read(each, formats) for each in cast(list[Any], messages)]
        return Draft(name, PromptType.CHAT, body, _with(config, formats))
    return Draft(name, PromptType.TEXT, _text(prompt, formats), _with(config, formats))


def _with(config: Object, formats: set[str]) -> Object:
    if len(formats) > 1:
        raise BadRequest("the manifest writes variables in several ways; choose one")
    return config | {"template_format": formats.pop()} if formats else config


def _parts(value: Any) -> tuple[Object, Object]:
    """The prompt, and what a model beside it says of itself."""
    if _class(value) in ("RunnableSequence", "PromptPlayground"):
        kwargs = _kwargs(value)
        model = kwargs.get("last") or kwargs.get("model")
        if _class(model) == "RunnableBinding":
            bound = _kwargs(model)
            more = _mapping(bound.get("kwargs"))
            inner = _kwargs(bound.get("bound"))
        else:
            more, inner = {}, _kwargs(model)
        told = {"model": inner.get("model_name"), **inner, **more}
        kept = (*_MODEL_KEYS, "tools", "tool_choice", "response_format")
        config = {key: told[key] for key in kept if told.get(key) is not None}
        return _mapping(kwargs.get("first") or kwargs.get("prompt")), config
    return _mapping(value), {}


def _read(value: Any, formats: set[str]) -> Object:
    kind, kwargs = _class(value), _kwargs(value)
    if kind == "MessagesPlaceholder":
        return {"type": "placeholder", "name": str(kwargs.get("variable_name") or "")}
    role = _ROLES.get(kind) or str(kwargs.get("role") or "")
    if not role:
        raise BadRequest(f"the manifest has a message of a kind that is not known: {kind[:60]}")
    if "content" in kwargs:
        if not isinstance(kwargs["content"], str):
            raise BadRequest("the manifest has a message that is no text")
        return {"role": role, "content": kwargs["content"]}
    return {"role": role, "content": _text(_mapping(kwargs.get("prompt")), formats)}


def _text(prompt: Object, formats: set[str]) -> str:
    kwargs = _kwargs(prompt)
    template = kwargs.get("template")
    if not isinstance(template, str):
        raise BadRequest("the manifest has a template that is no text")
    form = str(kwargs.get("template_format") or "f-string")
    if form == "mustache":
        return template
    if form == "jinja2":
        formats.add(form)
        return template
    plain = _as_mustache(template)
    if plain is None:
        formats.add("f-string")
        return template
    return plain


def _as_mustache(template: str) -> str | None:
    """An f-string in mustache, which every SDK compiles; None where it says more than names."""
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError as error:
        raise BadRequest(f"the manifest has a broken template: {error}") from error
    named = [name for _, name, *_ in parsed if name is not None]
    if any(
        form or how or (name is not None and not name.isidentifier())
        for _, name, form, how in parsed
    ):
        return None
    # Braces that stay are counted without the variables', which lie at the marks.
    literal = "".join(text + ("\0" if name is not None else "") for text, name, *_ in parsed)
    if "{{" in literal or "}}" in literal or literal.count("\0") != len(named):
        return None
    pieces = literal.split("\0")
    return pieces[0] + "".join(
        f"{{{{{name}}}}}{piece}" for name, piece in zip(named, pieces[1:], strict=True)
    )


def _class(value: Any) -> str:
    path = _mapping(value).get("id")
    return str(cast(list[Any], path)[-1]) if isinstance(path, list) and path else ""


def _kwargs(value: Any) -> Object:
    return _mapping(_mapping(value).get("kwargs"))


def _mapping(value: Any) -> Object:
    return cast(Object, value) if isinstance(value, dict) else {}
