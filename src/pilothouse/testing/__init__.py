"""Experiments with the application's own code, from a command, a script or a test.

    from pilothouse.testing import assert_not_worse, run_experiment

    def test_the_new_prompt():
        run = run_experiment(answer, dataset="support/regression", evaluators=[right])
        assert_not_worse(run, baseline="main", metric="right", margin=0.02)

A task takes the input of an item, or, by the names of its parameters, any of `input`, `expected_output`,
`metadata` and `item`; it may be a coroutine. What it calls inside is part of the item's trace wherever it is
traced by OpenTelemetry. An evaluator takes `output` besides, and gives a boolean, a number, a label,
`{"value": …, "reason": …}`, or several of these by name.
"""

from pilothouse.testing.gate import Worse, assert_not_worse
from pilothouse.testing.items import Item
from pilothouse.testing.runs import Run, run_experiment

__all__ = ["Item", "Run", "Worse", "assert_not_worse", "run_experiment"]
