"""What there is to say of a draft while somebody writes it: what stands in its way, and what will
surprise whoever uses it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.prompt import (
    LATEST,
    Body,
    Draft,
    Find,
    PromptVersion,
    Reference,
    checked,
    composed,
    placeholders,
    references,
    texts,
)
from pilothouse.prompts.templates import BadTemplate, Syntax, variables
from pilothouse.schemas import BrokenSchema, Schema

Code = Literal[
    "rule",
    "reference",
    "template",
    "variable_new",
    "variable_gone",
    "not_a_variable",
    "not_a_reference",
    "config_type",
    "config_schema",
]
_BRACES = re.compile(r"\{\{(?!\{)(.*?)\}\}", re.DOTALL)
_REFERENCES = re.compile(r"@@@langfusePrompt:(.*?)@@@", re.DOTALL)
_FORMATS = {
    "mustache": Syntax.MUSTACHE,
    "f-string": Syntax.FSTRING,
    "jinja": Syntax.JINJA,
    "jinja2": Syntax.JINJA,
}
_NAME = re.compile(r"\s*[A-Za-z_][A-Za-z0-9_]*\s*")
_MOST = 50


@dataclass(frozen=True, slots=True)
class Problem:
    code: Code
    subject: str
    """The variable, reference or key that it is about."""
    detail: str = ""
    """What is wrong, or what was expected."""
    is_error: bool = False
    """It cannot be saved like this."""


@dataclass(frozen=True, slots=True)
class Checked:
    variables: tuple[str, ...]
    """With those of the parts, by name."""
    placeholders: tuple[str, ...]
    references: tuple[Reference, ...]
    problems: tuple[Problem, ...]
    body: Body | None
    """With its parts in it; None where they cannot be put together."""


def check(draft: Draft, find: Find, known: PromptVersion | None) -> Checked:
    """What a draft needs and what is wrong with it, against the version that is in use."""
    problems: list[Problem] = []
    needed = set[str]()
    try:
        checked(draft)
    except BadRequest as error:
        problems.append(Problem("rule", "", str(error), is_error=True))
    whole: Body | None = None
    made = _version(draft)

    def found(reference: Reference) -> PromptVersion | None:
        """The draft itself is what its own labels will lead to."""
        own = reference.name == draft.name and reference.label in (LATEST, *draft.labels)
        return made if own else find(reference)

    try:
        whole = composed(made, found).body
    except BadRequest as error:
        problems.append(Problem("reference", "", str(error), is_error=True))
    syntax = syntax_of(draft.config)
    try:
        needed = needs(draft.body if whole is None else whole, syntax)
    except BadTemplate as error:
        problems.append(Problem("template", syntax, str(error)))
    else:
        if known is not None and whole is not None:
            problems += _against(known, find, needed)
    problems += _spelling(draft.body, syntax)
    problems += config_problems(draft.config)
    return Checked(
        variables=tuple(sorted(needed)),
        placeholders=tuple(sorted(placeholders(draft.body))),
        references=tuple(references(draft.body)),
        problems=tuple(problems[:_MOST]),
        body=whole,
    )


SYNTAX_KEY = "template_format"
"""Of a config, which says how variables are written."""


def without_syntax(config: Any) -> Any:
    """The config for a file that says elsewhere how variables are written."""
    if not isinstance(config, dict):
        return config
    told = cast(dict[str, Any], config)
    return {key: each for key, each in told.items() if key != SYNTAX_KEY}


def syntax_of(config: Any) -> Syntax:
    """How a prompt's variables are written: `template_format` of its config, as LangChain has it."""
    told = cast(dict[str, Any], config).get(SYNTAX_KEY) if isinstance(config, dict) else None
    return _FORMATS.get(str(told), Syntax.MUSTACHE)


def needs(body: Body, syntax: Syntax) -> set[str]:
    """The variables of a body. Raises BadTemplate."""
    return {name for text in texts(body) for name in variables(text, syntax)}


def _version(draft: Draft) -> PromptVersion:
    return PromptVersion("", "", draft.name, 0, draft.type, draft.body, {}, "", "", 0, 0)


def _against(known: PromptVersion, find: Find, needed: set[str]) -> Iterator[Problem]:
    """Code that was written for a version gives values to the variables of that one."""
    try:
        before = needs(composed(known, find).body, syntax_of(known.config))
    except BadRequest:
        return
    told = str(known.version)
    for name in sorted(needed - before):
        yield Problem("variable_new", name, told)
    for name in sorted(before - needed):
        yield Problem("variable_gone", name, told)


def _spelling(body: Body, syntax: Syntax) -> Iterator[Problem]:
    """What looks like a variable or a reference and is none."""
    for text in texts(body):
        for inner in _BRACES.findall(text) if syntax is Syntax.MUSTACHE else ():
            if not _NAME.fullmatch(inner):
                yield Problem("not_a_variable", f"{{{{{inner[:60]}}}}}")
        for inner in dict.fromkeys(_REFERENCES.findall(text)):
            if not references(f"@@@langfusePrompt:{inner}@@@"):
                yield Problem("not_a_reference", inner[:80])


# -- config --------------------------------------------------------------------------------------


def _is_number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: _is_real(value) and low <= value <= high


def _is_real(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_objects(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict) for each in cast(list[Any], value)
    )


def _is_texts(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(each, str) for each in cast(list[Any], value))
    )


_COUNT = ("a whole number from 1", _is_count)
_PENALTY = ("a number from -2 to 2", _is_number(-2, 2))
_CONFIG: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "model": ("a text", lambda value: isinstance(value, str) and bool(value)),
    "temperature": ("a number from 0 to 2", _is_number(0, 2)),
    "top_p": ("a number from 0 to 1", _is_number(0, 1)),
    "top_k": _COUNT,
    "max_tokens": _COUNT,
    "max_completion_tokens": _COUNT,
    "max_output_tokens": _COUNT,
    "n": _COUNT,
    "seed": ("a whole number", _is_whole),
    "frequency_penalty": _PENALTY,
    "presence_penalty": _PENALTY,
    "stop": ("a text or a list of texts", _is_texts),
    "stream": ("true or false", lambda value: isinstance(value, bool)),
    "tools": ("a list of objects", _is_objects),
    "tool_choice": ("a text or an object", lambda value: isinstance(value, str | dict)),
    "response_format": ("an object", lambda value: isinstance(value, dict)),
    "response_schema": ("an object", lambda value: isinstance(value, dict)),
    "json_schema": ("an object", lambda value: isinstance(value, dict)),
    SYNTAX_KEY: ("mustache, f-string or jinja2", lambda value: value in tuple(_FORMATS)),
}
"""Keys that models and tools read → what they take. Others are the application's own."""


def config_problems(config: Any) -> Iterator[Problem]:
    if not isinstance(config, dict):
        yield Problem("config_type", "config", "an object")
        return
    told = cast(dict[str, Any], config)
    for key, (expected, fits) in _CONFIG.items():
        if told.get(key) is not None and not fits(told[key]):
            yield Problem("config_type", key, expected)
    for key, schema in _schemas(told):
        try:
            Schema(schema)
        except BrokenSchema as error:
            yield Problem("config_schema", key, str(error))


def _schemas(config: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """JSON schemas of answers and of tools' arguments, where they stand in a config."""
    for key in ("response_schema", "json_schema"):
        if isinstance(config.get(key), dict):
            yield key, config[key]
    form = _inside(config.get("response_format"), "json_schema", "schema")
    if form is not None:
        yield "response_format", form
    tools = config.get("tools")
    if _is_objects(tools):
        for tool in cast(list[dict[str, Any]], tools):
            arguments = _inside(tool, "function", "parameters")
            if arguments is not None:
                yield "tools", arguments


def _inside(value: Any, *path: str) -> dict[str, Any] | None:
    for key in path:
        value = cast(dict[str, Any], value).get(key) if isinstance(value, dict) else None
    return cast(dict[str, Any], value) if isinstance(value, dict) else None
