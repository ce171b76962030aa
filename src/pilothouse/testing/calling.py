"""How the application's functions are called, and what evaluators' answers mean. Pure."""

import asyncio
import importlib
import inspect
import math
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.evaluation import Judgement

Function = Callable[..., Any]


def found(name: str) -> Function:
    """Of `module:function`. The working folder is looked into too. Raises BadRequest."""
    module, colon, path = name.partition(":")
    if not colon or not module or not path:
        raise BadRequest(f"{name!r} names no function; write module:function")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        value: Any = importlib.import_module(module)
        for part in path.split("."):
            value = getattr(value, part)
    except (ImportError, AttributeError) as error:
        raise BadRequest(f"{name!r} cannot be had: {error}") from error
    if not callable(value):
        raise BadRequest(f"{name!r} is no function")
    return value


def arguments(function: Function, known: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """What a function is called with: by the names of its parameters, or the first of what is known
    where it has one parameter of another name. Raises BadRequest."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # some built-ins do not tell
        return [next(iter(known.values()))], {}
    if any(each.kind is each.VAR_KEYWORD for each in parameters):
        return [], dict(known)
    named = [
        each for each in parameters if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]
    needed = [each for each in named if each.default is each.empty]
    told = {each.name: known[each.name] for each in named if each.name in known}
    missing = [each for each in needed if each.name not in known]
    if not missing and not any(each.kind is each.POSITIONAL_ONLY for each in named):
        return [], told
    if len(needed) == 1:
        return [next(iter(known.values()))], {}
    raise BadRequest(
        f"{getattr(function, '__name__', function)!r} wants {missing[0].name!r}, which is none of"
        f" {', '.join(known)}"
    )


def called(function: Function, known: Mapping[str, Any]) -> Any:
    """What the function gives; a coroutine is run to its end in a loop of its own."""
    positional, named = arguments(function, known)
    given = function(*positional, **named)
    if inspect.isawaitable(given):
        return asyncio.run(_awaited(given))
    return given


async def _awaited(given: Awaitable[Any]) -> Any:
    return await given


def judgements(name: str, answer: Any) -> list[Judgement]:
    """What an evaluator's answer says. Raises BadRequest for what is no score; None says nothing."""
    if answer is None:
        return []
    if isinstance(answer, list | tuple):
        return [each for one in cast(list[Any], answer) for each in judgements(name, one)]
    if hasattr(answer, "name") and hasattr(answer, "value"):  # as Langfuse's SDKs have them
        reason = getattr(answer, "comment", None)
        return [_judgement(str(answer.name), answer.value, reason)]
    if isinstance(answer, Mapping):
        told = cast(Mapping[str, Any], answer)
        if "value" in told or "score" in told:
            value = told["value"] if "value" in told else told["score"]
            reason = told.get("reason") or told.get("comment")
            return [_judgement(str(told.get("name") or told.get("key") or name), value, reason)]
        return [each for key, value in told.items() for each in judgements(str(key), value)]
    return [_judgement(name, answer, None)]


def _judgement(name: str, value: Any, reason: Any) -> Judgement:
    if not isinstance(value, bool | int | float | str) or (
        isinstance(value, float) and not math.isfinite(value)
    ):
        raise BadRequest(f"the evaluator {name!r} gave {value!r:.100}, which is no score")
    return Judgement(name, value, str(reason or ""))
