"""From kind and settings to a scorer."""

import asyncio
from typing import Any

import msgspec
import structlog

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.evaluation import Case, EvaluatorKind, EvaluatorVersion, Outcome
from pilothouse.evals.scorers import fields, metrics
from pilothouse.evals.scorers.metric_settings import Metric
from pilothouse.evals.scorers.tools import Failed, Scorer, Tools

log = structlog.get_logger(__name__)


def check(kind: EvaluatorKind, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with what was left out. Raises BadRequest that says what is wrong."""
    return msgspec.to_builtins(_read(kind, settings))


def scorer(version: EvaluatorVersion, name: str, tools: Tools) -> Scorer:
    """Raises BadRequest where the settings are none."""
    settings = _read(version.kind, version.settings)
    return _Metric(settings)


def _read(kind: EvaluatorKind, settings: dict[str, Any]) -> Any:
    if kind is not EvaluatorKind.METRIC:
        raise BadRequest(f"evaluators of the kind {kind} are not there yet")
    try:
        found = msgspec.convert(settings, Metric)
    except msgspec.ValidationError as error:
        raise BadRequest(f"settings of a {kind}: {error}") from error
    fields.check(found.output)
    fields.check(found.expected)
    return found


class _Metric:
    def __init__(self, settings: Metric) -> None:
        self._settings = settings

    async def score(self, case: Case) -> Outcome:
        try:
            found = await asyncio.to_thread(metrics.measured, self._settings, case)
        except Failed as error:
            return Outcome(error=str(error), again=error.again)
        except Exception as error:  # whatever a case holds, the others go on
            log.exception("an evaluator failed")
            return Outcome(error=f"{type(error).__name__}: {error}"[:500])
        return Outcome((found,))
