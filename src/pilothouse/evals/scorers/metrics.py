"""What is measured without asking anybody: one function for each metric's settings."""

from collections.abc import Callable
from typing import Any

from pilothouse.domain.evaluation import Case, Judgement
from pilothouse.evals.scorers import fields
from pilothouse.evals.scorers.metric_settings import Exact, Metric

Measure = Callable[[Any, Case], Judgement]


def exact(settings: Exact, case: Case) -> Judgement:
    output, expected = _both(settings, case)
    return Judgement("", output == expected)


def _both(settings: Any, case: Case) -> tuple[str, str]:
    """Output and expected text, as the settings want them compared."""
    output = fields.text(case, settings.output)
    expected = fields.text(case, settings.expected)
    return _folded(output, settings), _folded(expected, settings)


def _folded(text: str, settings: Any) -> str:
    if settings.ignore_space:
        text = " ".join(text.split())
    return text.casefold() if settings.ignore_case else text


_MEASURES: dict[type[Any], Measure] = {Exact: exact}


def measured(settings: Metric, case: Case) -> Judgement:
    """Raises Failed where the case lacks what is measured."""
    return _MEASURES[type(settings)](settings, case)
