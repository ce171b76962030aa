"""An evaluator that the user wrote in Python.

    def evaluate(case):                          # or: def evaluate(output, expected_output):
        return case.output == case.expected_output

It returns a boolean, a number, a label, `{"value": …, "reason": …}`, or several by name:
`{"is short": True, "tone": {"value": "polite", "reason": "it says please"}}`.

By the contract `context`, which is Langfuse's, it is `evaluate(ctx)` and returns `EvaluationResult`.
"""

import math
from dataclasses import replace
from typing import Annotated, Any, Literal, cast

import msgspec

from pilothouse.domain.evaluation import Case, Judgement
from pilothouse.evals.sandbox import MOST_SECONDS, CodeFailed, Sandbox
from pilothouse.evals.scorers import fields
from pilothouse.evals.scorers.tools import Failed

_MOST_JUDGEMENTS = 50
_MOST_NAME = 200
_MOST_LABEL = 500
_MOST_REASON = 10_000
_RETURNS = (
    "a boolean, a number, a label, an object with a value and a reason, or several of these by name"
)


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]
    seconds: Annotated[float, msgspec.Meta(gt=0, le=MOST_SECONDS)] = 5.0
    contract: Literal["case", "context"] = "case"


async def code(settings: Code, sandbox: Sandbox, case: Case) -> list[Judgement]:
    """Raises Failed."""
    try:
        found = await sandbox.run(
            settings.source, fields.told(case), settings.seconds, settings.contract
        )
    except CodeFailed as error:
        raise Failed(str(error), again=error.again) from error
    return judgements(found) if settings.contract == "case" else _scores(found)


def _scores(found: list[dict[str, Any]]) -> list[Judgement]:
    """What an evaluator of the contract `context` returned. Raises Failed."""
    names = [str(each["name"]) for each in found]
    if not 0 < len(found) <= _MOST_JUDGEMENTS or len(set(names)) < len(names):
        raise Failed(f"evaluate returns 1 to {_MOST_JUDGEMENTS} scores, each of another name")
    made: list[Judgement] = []
    for name, each in zip(names, found, strict=True):
        _check_name(name)
        metadata = each["metadata"] or {}
        if not isinstance(metadata, dict):
            raise Failed(f"the metadata of the score {name!r} is no object")
        judgement = _judgement(name, {"value": each["value"], "reason": each["reason"]})
        config_id = str(each["config_id"] or "")
        made.append(
            replace(judgement, metadata=cast(dict[str, Any], metadata), config_id=config_id)
        )
    return made


def judgements(told: Any) -> list[Judgement]:
    """What an evaluator returned. Raises Failed that says why it is none."""
    if not isinstance(told, dict):
        return [_judgement("", told)]
    by_name = cast(dict[str, Any], told)
    if "value" in by_name and by_name.keys() <= {"value", "reason"}:
        return [_judgement("", by_name)]
    if not 0 < len(by_name) <= _MOST_JUDGEMENTS:
        raise Failed(
            f"evaluate returned {len(by_name)} judgements; 1 to {_MOST_JUDGEMENTS} are taken"
        )
    for name in by_name:
        _check_name(name)
    return [_judgement(name, each) for name, each in by_name.items()]


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > _MOST_NAME:
        raise Failed(f"the name of a judgement has 1 to {_MOST_NAME} characters")


def _judgement(name: str, told: Any) -> Judgement:
    reason = ""
    if isinstance(told, dict):
        both = cast(dict[str, Any], told)
        if "value" not in both:
            raise Failed(f"{_whose(name)} has no value; evaluate returns {_RETURNS}")
        told, reason = both["value"], both.get("reason")
        reason = "" if reason is None else fields.as_text(reason)[:_MOST_REASON]
    return Judgement(name, _value(name, told), reason)


def _value(name: str, told: Any) -> bool | float | str:
    if isinstance(told, bool):
        return told
    if isinstance(told, str):
        if not told.strip() or len(told) > _MOST_LABEL:
            raise Failed(f"{_whose(name)} is a label of 1 to {_MOST_LABEL} characters")
        return told
    if isinstance(told, int | float):
        try:
            if math.isfinite(number := float(told)):
                return number
        except OverflowError:
            pass
        raise Failed(f"{_whose(name)} is no finite number: {str(told)[:30]}")
    if told is None:
        raise Failed(f"evaluate returned nothing; it returns {_RETURNS}")
    raise Failed(f"{_whose(name)} is a {type(told).__name__}; evaluate returns {_RETURNS}")


def _whose(name: str) -> str:
    return f"the value of {name!r}" if name else "the value"
