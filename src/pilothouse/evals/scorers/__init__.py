"""Evaluators at work: settings in, judgements with reasons out.

    checked = check(EvaluatorKind.METRIC, {"metric": "exact"})     # BadRequest in words
    outcome = await scorer(version, "is right", tools).score(case)

What goes wrong with a case, a model or the user's code is an outcome with an error, never a score and
never an exception.
"""

from pilothouse.evals.scorers.kinds import check, scorer, with_variables
from pilothouse.evals.scorers.tools import Scorer, Tools

__all__ = ["Scorer", "Tools", "check", "scorer", "with_variables"]
