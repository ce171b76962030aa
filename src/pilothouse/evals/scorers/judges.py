"""Judges: a model that gives a verdict, one that compares two outputs, and panels of them."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from statistics import fmean, median
from typing import Any

from msgspec.structs import replace

from pilothouse.domain.evaluation import Case, Judgement
from pilothouse.domain.messages import Message, Part
from pilothouse.evals.scorers import fields, showing, verdicts
from pilothouse.evals.scorers.asking import Asking
from pilothouse.evals.scorers.judge_settings import (
    FIRST,
    SECOND,
    Asked,
    Categorical,
    Judge,
    Member,
    Pairwise,
    Panel,
    Scale,
)
from pilothouse.evals.scorers.tools import Failed
from pilothouse.evals.scorers.verdicts import Unreadable, Verdict
from pilothouse.llm.connections import Connection
from pilothouse.llm.failures import ModelFailure, SchemaRefused
from pilothouse.llm.providers import Can
from pilothouse.llm.request import Request
from pilothouse.prompts import rendering
from pilothouse.prompts.templates import BadTemplate, Syntax

_SEEN = 300
"""Characters of an answer that an error shows."""


async def judge(settings: Judge, asking: Asking, case: Case) -> list[Judgement]:
    """Raises Failed."""
    verdict = await _asked(settings, settings.score, asking, _values(settings, case))
    return [Judgement("", verdict.value, verdict.reason)]


# -- asking once -----------------------------------------------------------------------------------


def _values(settings: Asked, case: Case) -> dict[str, str]:
    """What the variables of the prompt stand for. Raises Failed that names all that is missing."""
    found: dict[str, str] = {}
    missing: list[str] = []
    for name, path in settings.paths().items():
        if name in (FIRST, SECOND) and isinstance(settings, Pairwise):
            continue
        try:
            found[name] = showing.readable(case, path)
        except Failed:
            if name in settings.optional:
                found[name] = showing.nothing(settings.language)
            else:
                missing.append(path)
    if missing:
        raise Failed(f"there is no {', '.join(missing)} to look at")
    return found


async def _asked(settings: Asked, scale: Scale, asking: Asking, values: dict[str, str]) -> Verdict:
    """A model's verdict, asked for once more where the answer is none. Raises Failed."""
    connection = await asking.connection(settings.connection_id)
    try:
        messages = await asyncio.to_thread(_messages, settings, scale, values)
    except BadTemplate as error:
        raise Failed(f"the prompt: {error}; set fewer characters of each variable") from error
    text = await _said(settings, scale, connection, asking, messages)
    try:
        return verdicts.read(text, scale)
    except Unreadable:
        pass
    repair = [
        _turn("assistant", text or "…"),
        _turn("user", verdicts.again(scale, settings.language)),
    ]
    text = await _said(settings, scale, connection, asking, [*messages, *repair])
    try:
        return verdicts.read(text, scale)
    except Unreadable as error:
        raise Failed(
            f"the judge answered without the JSON it was asked for, twice: {text[:_SEEN] or '(nothing)'}"
        ) from error


async def _said(
    settings: Asked, scale: Scale, connection: Connection, asking: Asking, messages: list[Message]
) -> str:
    request = Request(
        model=settings.model,
        messages=messages,
        response_schema=verdicts.schema(scale) if _takes_schema(connection) else None,
        **_parameters(settings),
    )
    try:
        call = await _answered(connection, asking, request)
    except ModelFailure as error:
        raise Failed(str(error), again=error.again) from error
    finish = call.answer.finish
    if finish is not None and finish.reason == "length" and not call.answer.text.strip():
        raise Failed(
            "the judge came to no answer within its most tokens; raise max_tokens or ask for less"
            " reasoning"
        )
    return call.answer.text


async def _answered(connection: Connection, asking: Asking, request: Request) -> Any:
    """Not every model takes the schema that its provider does."""
    try:
        return await asking.answer(connection, request)
    except SchemaRefused:
        if request.response_schema is None:
            raise
    return await asking.answer(connection, replace(request, response_schema=None))


def _takes_schema(connection: Connection) -> bool:
    return bool({Can.SCHEMA, Can.JSON} & connection.provider.can)


def _parameters(settings: Asked) -> dict[str, Any]:
    told = settings.parameters
    return {name: getattr(told, name) for name in told.__struct_fields__}


def _messages(settings: Asked, scale: Scale, values: dict[str, str]) -> list[Message]:
    """The prompt as it is sent: what is judged marked off, the form of the answer at its end."""
    names = sorted(values)
    shown: dict[str, str] = {}
    was_cut = False
    for name, text in values.items():
        whole, cut = showing.cut(text, settings.most_chars, settings.language)
        shown[name] = showing.marked(name, whole, names)
        was_cut = was_cut or cut
    turns = [_turn(each.role, each.content) for each in settings.messages]
    messages = rendering.rendered(turns, Syntax.MUSTACHE, shown, {})
    last = verdicts.instructions(scale, names, was_cut, settings.language)
    if isinstance(settings, Judge):
        last = "\n".join(filter(None, [last, settings.about_score, settings.about_reason]))
    if messages[-1].role != "user":
        return [*messages, _turn("user", last)]
    return [*messages[:-1], _turn("user", f"{messages[-1].parts[0].text}\n\n{last}")]


def _turn(role: str, text: str) -> Message:
    return Message(role, [Part("text", text=text)])


# -- two outputs -----------------------------------------------------------------------------------

_TIE = "tie"
_CHOICE = Categorical(labels=[FIRST, SECOND, _TIE])
_PAIR = {
    "en": {
        "agree": "Both orders: {verdict}.",
        1: "better",
        0: "a tie",
        -1: "worse",
        "bias": "A tie: the verdict changes with the order (position bias).",
        "unsure": "A tie: one order finds a difference, the other none.",
        "orders": ("Shown first: ", "Shown second: "),
    },
    "zh": {
        "agree": "两种顺序的结论一致：{verdict}。",
        1: "更好",
        0: "不相上下",
        -1: "更差",
        "bias": "判为平局：结论随顺序而变（位置偏差）。",
        "unsure": "判为平局：一种顺序认为有差别，另一种认为没有。",
        "orders": ("排在前面时：", "排在后面时："),
    },
}


async def pairwise(settings: Pairwise, asking: Asking, case: Case) -> list[Judgement]:
    """1 where the output is better than the other, 0.5 for a tie, 0 where it is worse. Asked in both
    orders, as many models prefer a place. Raises Failed."""
    ours = showing.readable(case, settings.output)
    theirs = showing.readable(case, settings.other)
    values = _values(settings, case)
    one = await _asked(settings, _CHOICE, asking, {**values, FIRST: ours, SECOND: theirs})
    two = await _asked(settings, _CHOICE, asking, {**values, FIRST: theirs, SECOND: ours})
    signs = (_sign(one, FIRST), _sign(two, SECOND))
    words: dict[Any, Any] = _PAIR[settings.language]
    if signs[0] == signs[1]:
        sign, says = signs[0], words["agree"].format(verdict=words[signs[0]])
    else:
        sign, says = 0, words["bias" if signs[0] == -signs[1] else "unsure"]
    reasons = [
        f"{where}{each.reason}" for where, each in zip(words["orders"], (one, two), strict=True)
    ]
    return [Judgement("", (sign + 1) / 2, "\n".join([says, *reasons]))]


def _sign(verdict: Verdict, ours: str) -> int:
    if verdict.value == _TIE:
        return 0
    return 1 if verdict.value == ours else -1


# -- panels ----------------------------------------------------------------------------------------


async def panel(settings: Panel, asking: Asking, case: Case) -> list[Judgement]:
    """What the members come to together. One that fails is told, and the others count while there are
    enough of them. Raises Failed."""
    found = await asyncio.gather(*(_member(each, asking, case) for each in settings.members))
    voters = [(member, each) for member, each in found if isinstance(each, Verdict)]
    failures = [(member, each) for member, each in found if isinstance(each, Failed)]
    lines = [f"{member.title}: {_told(each.value)}: {each.reason}" for member, each in voters]
    lines += [f"{member.title}: ✗ {error}" for member, error in failures]
    if len(voters) < settings.needed:
        raise Failed(
            f"{len(voters)} of {len(settings.members)} members answered, and {settings.needed} have"
            f" to\n" + "\n".join(lines),
            again=any(error.again for _, error in failures),
        )
    try:
        value, says = _combined(settings, [each.value for _, each in voters])
    except Failed as error:
        raise Failed("\n".join([str(error), *lines])) from error
    return [Judgement("", value, "\n".join([says, *lines]))]


async def _member(member: Member, asking: Asking, case: Case) -> tuple[Member, Verdict | Failed]:
    try:
        return member, await _asked(member, member.score, asking, _values(member, case))
    except Failed as error:
        return member, error


def _combined(settings: Panel, values: Sequence[bool | float | str]) -> tuple[Any, str]:
    """The value, and how far they agree."""
    if settings.combine in ("mean", "median"):
        numbers = [float(each) for each in values]
        value = fmean(numbers) if settings.combine == "mean" else median(numbers)
        return value, f"{settings.combine} {value:.4g} ({min(numbers):g} … {max(numbers):g})"
    counts = Counter(values).most_common()
    told = ", ".join(f"{_told(value)} {count}/{len(values)}" for value, count in counts)
    if settings.combine == "all":
        return all(values), told
    if len(counts) > 1 and counts[0][1] == counts[1][1]:
        raise Failed(f"the panel is split: {told}; an odd number of members decides")
    return counts[0][0], told


def _told(value: bool | float | str) -> str:
    return value if isinstance(value, str) else fields.as_json(value)
