"""Texts with variables, in the three ways that people write them.

`{{mustache}}`  a name between double braces, as Langfuse has it; what is no name stays text
`{f-string}`    a name between braces, as LangChain has it; `{{` and `}}` are braces
`jinja`         Jinja's language, sandboxed and in a process of its own with little time and memory
"""

import json
import re
import string
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pilothouse.domain.errors import BadRequest, Overloaded

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_CHARS = 1_000_000
"""Of a text that was rendered."""

_MUSTACHE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_SECONDS = 5
_TURNS = threading.BoundedSemaphore(4)
"""Processes at once: whoever may read may render, and each may take its share of memory."""


class Syntax(StrEnum):
    MUSTACHE = "mustache"
    FSTRING = "f-string"
    JINJA = "jinja"


class BadTemplate(BadRequest):
    """The text cannot be understood or rendered; the message says where and why."""

    code = "bad_template"


def variables(text: str, syntax: Syntax) -> set[str]:
    """The names that the text takes values for. Raises BadTemplate."""
    return _variables(text, syntax)[0]


def needed(text: str, syntax: Syntax) -> set[str]:
    """Those of them that it cannot do without. Raises BadTemplate."""
    every, optional = _variables(text, syntax)
    return every - optional


def _variables(text: str, syntax: Syntax) -> tuple[set[str], set[str]]:
    """The names that the text takes values for, and those whose absence it provides for."""
    if syntax is Syntax.MUSTACHE:
        return set(_MUSTACHE.findall(text)), set()
    if syntax is Syntax.FSTRING:
        return {name for _, name in _fields(text) if name}, set()
    from jinja2 import TemplateError
    from jinja2.meta import find_undeclared_variables

    environment = _names_only()
    try:
        tree = environment.parse(text)
        return find_undeclared_variables(tree) - set(environment.globals), _provided_for(tree)
    except TemplateError as error:
        raise BadTemplate(_told(error)) from error
    except RecursionError as error:
        raise BadTemplate("the template is nested too deep") from error


def rendered(text: str, syntax: Syntax, values: Mapping[str, Any]) -> str:
    """The text with every variable replaced. Raises BadTemplate that names what is wrong, a variable
    without a value among them. May start a process; blocks."""
    missing = sorted(needed(text, syntax) - values.keys())
    if missing:
        raise BadTemplate(f"no value is given for {', '.join(missing)}")
    if syntax is Syntax.JINJA:
        found = _by_jinja(text, values) if "{" in text else text
    elif syntax is Syntax.FSTRING:
        pieces = (
            literal + (_word(values[name]) if name else "") for literal, name in _fields(text)
        )
        found = "".join(pieces)
    else:
        found = _MUSTACHE.sub(lambda name: _word(values[name[1]]), text)
    if len(found) > MOST_CHARS:
        raise BadTemplate(f"the rendered text has more than {MOST_CHARS} characters")
    return found


def _fields(text: str) -> list[tuple[str, str]]:
    """Literal texts, each with the name after it, or none. Names alone are taken: attributes, indices
    and formats would let a text reach into what it is given."""
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError as error:
        raise BadTemplate(f"{error}; write {{{{ and }}}} where you mean a brace") from error
    fields: list[tuple[str, str]] = []
    for literal, name, format, conversion in parsed:
        if name is not None and (format or conversion or not name.isidentifier()):
            whole = (
                name + (f"!{conversion}" if conversion else "") + (f":{format}" if format else "")
            )
            raise BadTemplate(
                f"{{{whole[:100]}}} is no plain name; write {{{{ and }}}} where you mean a brace"
            )
        fields.append((literal, name or ""))
    return fields


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def as_fstring(text: str) -> str:
    """A text with mustache variables, as an f-string that says the same."""
    pieces = _MUSTACHE.split(text)
    return "".join(
        f"{{{piece}}}" if place % 2 else piece.replace("{", "{{").replace("}", "}}")
        for place, piece in enumerate(pieces)
    )


def as_mustache(text: str) -> str | None:
    """An f-string with mustache variables, which every SDK compiles; None where it says more than
    names. Raises BadTemplate."""
    try:
        fields = _fields(text)
    except BadTemplate as error:
        if isinstance(error.__cause__, ValueError):
            raise
        return None
    # Braces that stay are counted without the variables', which lie at the marks.
    literal = "".join(piece + ("\0" if name else "") for piece, name in fields)
    names = [name for _, name in fields if name]
    if "{{" in literal or literal.count("\0") != len(names):
        return None
    pieces = literal.split("\0")
    found = pieces[0] + "".join(
        f"{{{{{name}}}}}{piece}" for name, piece in zip(names, pieces[1:], strict=True)
    )
    return found if _MUSTACHE.findall(found) == names else None


# -- jinja -------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _names_only() -> "ImmutableSandboxedEnvironment":
    """An environment for finding names. Jinja works out filters of constants while it compiles, so
    that a large one could take all memory: filters that want a context are left alone."""
    from jinja2 import pass_context
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    @pass_context
    def never(*_: Any) -> None: ...

    environment: Any = ImmutableSandboxedEnvironment()
    environment.intercepted_binops = frozenset(environment.default_binop_table)
    environment.intercepted_unops = frozenset(environment.default_unop_table)
    environment.filters = dict.fromkeys(environment.filters, never)
    environment.tests = dict.fromkeys(environment.tests, never)
    return environment


def _provided_for(tree: Any) -> set[str]:
    """Names that are tested for being there, or that stand nowhere without a default."""
    from jinja2 import nodes

    def named(kind: Any, *names: str) -> list[str]:
        return [
            each.node.name
            for each in tree.find_all(kind)
            if each.name in names and isinstance(each.node, nodes.Name)
        ]

    every = Counter(each.name for each in tree.find_all(nodes.Name))
    with_default = Counter(named(nodes.Filter, "default", "d"))
    return {
        *named(nodes.Test, "defined", "undefined"),
        *(name for name, count in with_default.items() if count == every[name]),
    }


def _by_jinja(text: str, values: Mapping[str, Any]) -> str:
    question = json.dumps({"text": text, "values": dict(values), "most": MOST_CHARS})
    if not _TURNS.acquire(timeout=_SECONDS):
        raise Overloaded("too many templates are being rendered", retry_after=_SECONDS)
    try:
        answer = subprocess.run(
            [sys.executable, "-I", "-m", "pilothouse.prompts.jinja_process"],
            input=question.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadTemplate(f"rendering took longer than {_SECONDS} seconds") from error
    finally:
        _TURNS.release()
    if answer.returncode:
        raise BadTemplate("rendering took too much time or memory")
    told: dict[str, str] = json.loads(answer.stdout)
    if "error" in told:
        raise BadTemplate(told["error"])
    return told["text"]


def _told(error: Any) -> str:
    line = getattr(error, "lineno", None)
    return f"line {line}: {error.message}" if line else str(error.message)
