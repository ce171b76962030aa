"""From kind and settings to a scorer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import regex
import structlog

from pilothouse.domain.errors import BadRequest, Unavailable
from pilothouse.domain.evaluation import Case, EvaluatorKind, EvaluatorVersion, Judgement, Outcome
from pilothouse.evals.scorers import fields, judge_settings, metrics
from pilothouse.evals.scorers.asking import Asking
from pilothouse.evals.scorers.code import Code, code
from pilothouse.evals.scorers.judge_settings import Judge, Pairwise, Panel
from pilothouse.evals.scorers.judges import judge, pairwise, panel
from pilothouse.evals.scorers.metric_settings import (
    Embedding,
    JsonSchema,
    Metric,
    Regex,
)
from pilothouse.evals.scorers.similarity import embedding
from pilothouse.evals.scorers.tools import Failed, Scorer, Tools
from pilothouse.schemas import BrokenSchema, Schema

log = structlog.get_logger(__name__)

_TYPES: dict[EvaluatorKind, Any] = {
    EvaluatorKind.METRIC: Metric,
    EvaluatorKind.JUDGE: Judge,
    EvaluatorKind.PAIRWISE: Pairwise,
    EvaluatorKind.PANEL: Panel,
    EvaluatorKind.CODE: Code,
}


def check(kind: EvaluatorKind, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with what was left out. Raises BadRequest that says what is wrong. Whether code is
    Python shows where it runs: `Sandbox.check`."""
    return msgspec.to_builtins(_read(kind, settings))


def with_variables(version: EvaluatorVersion, variables: Mapping[str, str]) -> EvaluatorVersion:
    """With other paths for variables of its prompt. Raises BadRequest where it has none such."""
    if not variables:
        return version
    if version.kind not in (EvaluatorKind.JUDGE, EvaluatorKind.PAIRWISE):
        raise BadRequest(f"a {version.kind} evaluator has no variables to be told otherwise")
    own: dict[str, str] = version.settings["variables"]
    settings = version.settings | {"variables": {**own, **variables}}
    return replace(version, settings=check(version.kind, settings))


def scorer(version: EvaluatorVersion, name: str, tools: Tools) -> Scorer:
    """Raises BadRequest where the settings are none."""
    settings = _read(version.kind, version.settings)
    match settings:
        case Code():
            return _Scorer(lambda case: code(settings, tools.sandbox, case))
        case Embedding():
            ask = embedding
        case Judge():
            ask = judge
        case Pairwise():
            ask = pairwise
        case Panel():
            ask = panel
        case _:
            return _Scorer(lambda case: _measured(settings, case))
    return _Asking(lambda: Asking(tools, version, name), settings, ask)


async def _measured(settings: Metric, case: Case) -> list[Judgement]:
    return [await asyncio.to_thread(metrics.measured, settings, case)]


class _Scorer:
    """Asks no model."""

    def __init__(self, judged: Callable[[Case], Awaitable[Sequence[Judgement]]]) -> None:
        self._judged = judged

    async def score(self, case: Case) -> Outcome:
        return await _outcome(self._judged(case))


class _Asking:
    """Asks models, which costs and leaves a trace."""

    def __init__(
        self,
        begin: Callable[[], Asking],
        settings: Any,
        ask: Callable[[Any, Asking, Case], Awaitable[Sequence[Judgement]]],
    ) -> None:
        self._begin = begin
        self._settings = settings
        self._ask = ask

    async def score(self, case: Case) -> Outcome:
        asking = self._begin()
        outcome: Outcome | None = None
        try:
            told = await _outcome(self._ask(self._settings, asking, case))
            outcome = replace(told, cost=asking.cost, run_trace_id=asking.trace_id)
            return outcome
        finally:
            await asking.close(case, outcome)


async def _outcome(judged: Awaitable[Sequence[Judgement]]) -> Outcome:
    try:
        return Outcome(tuple(await judged))
    except Failed as error:
        return Outcome(error=str(error), again=error.again)
    except Unavailable as error:
        return Outcome(error=str(error), again=True)
    except Exception as error:  # whatever a case holds, the others go on
        log.exception("an evaluator failed")
        return Outcome(error=f"{type(error).__name__}: {error}"[:500])


def _read(kind: EvaluatorKind, settings: dict[str, Any]) -> Any:
    try:
        found = msgspec.convert(settings, _TYPES[kind])
    except msgspec.ValidationError as error:
        raise BadRequest(f"the settings of this {kind} evaluator: {error}") from error
    if isinstance(found, Judge | Pairwise | Panel):
        judge_settings.check(found)
    elif not isinstance(found, Code):
        _check_metric(found)
    return found


def _check_metric(settings: Metric) -> None:
    for name in ("output", "expected"):
        path = getattr(settings, name, None)
        if path is not None:
            fields.check(path)
    match settings:
        case Regex(pattern=pattern):
            try:
                regex.compile(pattern)
            except regex.error as error:
                raise BadRequest(f"the pattern is not understood: {error}") from error
        case JsonSchema(schema=schema):
            try:
                Schema(schema)
            except BrokenSchema as error:
                raise BadRequest(f"the schema itself is wrong: {error}") from error
        case _:
            least, most = getattr(settings, "least", None), getattr(settings, "most", None)
            if least is not None and most is not None and least > most:
                raise BadRequest("least is more than most")
