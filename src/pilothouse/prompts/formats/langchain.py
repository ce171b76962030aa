"""LangChain's hub manifest: what `langchain_core.load.dumpd` gives for a prompt, or for a prompt with
its model."""

import json
from typing import Any, cast

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.prompt import Draft, PromptType, PromptVersion
from pilothouse.prompts.checking import SYNTAX_KEY, needs, syntax_of, without_syntax
from pilothouse.prompts.templates import Syntax, as_fstring, as_mustache, variables

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
    """With its tags, and its config among the metadata; both LangChain hands on to traces."""
    syntax = syntax_of(version.config)
    about: Object = {"name": version.name}
    if version.tags:
        about["tags"] = list(version.tags)
    if config := without_syntax(version.config):
        about["metadata"] = {"config": config}
    if isinstance(version.body, str):
        told = _template(version.body, syntax, **about)
    else:
        told = _made(
            "chat.ChatPromptTemplate",
            input_variables=sorted(needs(version.body, syntax)),
            messages=[_message(place, each, syntax) for place, each in enumerate(version.body, 1)],
            **about,
        )
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _message(place: int, message: Object, syntax: Syntax) -> Object:
    if message.get("type") == "placeholder":
        return _made("chat.MessagesPlaceholder", variable_name=message["name"], optional=True)
    role = str(message["role"])
    if message.keys() - {"role", "content"}:
        raise BadRequest(
            f"message {place} has parts that a template has no form for; export it as JSON"
        )
    prompt = _template(str(message["content"]), syntax)
    if role in _CLASSES:
        return _made(f"chat.{_CLASSES[role]}", prompt=prompt)
    return _made("chat.ChatMessagePromptTemplate", role=role, prompt=prompt)


def _template(text: str, syntax: Syntax, **about: Any) -> Object:
    """Mustache is written as an f-string, LangChain's own: its mustache knows more than names, and
    escapes values for HTML."""
    return _made(
        "prompt.PromptTemplate",
        input_variables=sorted(variables(text, syntax)),
        template=as_fstring(text) if syntax is Syntax.MUSTACHE else text,
        template_format="jinja2" if syntax is Syntax.JINJA else "f-string",
        **about,
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


def read(value: Any, name: str, known: str) -> Draft:
    """Raises BadRequest."""
    prompt, config = _parts(value)
    kwargs = _kwargs(prompt)
    formats = set[str]()
    if _class(prompt) == "ChatPromptTemplate" or "messages" in kwargs:
        messages = kwargs.get("messages")
        if not isinstance(messages, list):
            raise BadRequest("the manifest's chat prompt has no messages")
        kind, body = (
            PromptType.CHAT,
            [_read(each, formats) for each in cast(list[Any], messages)],
        )
    else:
        kind, body = PromptType.TEXT, _text(prompt, formats)
    tags = kwargs.get("tags")
    return Draft(
        name=name or str(kwargs.get("name") or known),
        type=kind,
        body=body,
        config=_config(_mapping(kwargs.get("metadata")).get("config"), config, formats),
        tags=tuple(map(str, cast(list[Any], tags))) if isinstance(tags, list) else None,
    )


def _config(kept: Any, model: Object, formats: set[str]) -> Any:
    """What we wrote into the metadata, with what the model beside the prompt says."""
    if len(formats) > 1:
        raise BadRequest("the manifest writes variables in several ways; choose one")
    told = model | ({SYNTAX_KEY: formats.pop()} if formats else {})
    if isinstance(kept, dict):
        return cast(Object, kept) | told
    return told or kept or {}


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
    plain = as_mustache(template)
    if plain is None:
        formats.add("f-string")
        return template
    return plain


def _class(value: Any) -> str:
    path = _mapping(value).get("id")
    return str(cast(list[Any], path)[-1]) if isinstance(path, list) and path else ""


def _kwargs(value: Any) -> Object:
    return _mapping(_mapping(value).get("kwargs"))


def _mapping(value: Any) -> Object:
    return cast(Object, value) if isinstance(value, dict) else {}
