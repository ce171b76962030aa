"""Verdicts of whole comparisons: how seldom noise fails a gate, and what a gate says."""

import random

import numpy as np
import pytest

from pilothouse.domain.dataset import Experiment
from pilothouse.evals.comparison import Asked, Outcome, compare, outcome
from pilothouse.evals.runs import Run
from pilothouse.store.relational.experiments import Link


def run(name: str, scores: dict[str, list[dict[str, float]]]) -> Run:
    """By item the scores of each attempt."""
    rows = [(item, values) for item, attempts in scores.items() for values in attempts]
    names = {name for _, values in rows for name in values}
    return Run(
        Experiment("p", name, "d", name, "", None, 0, 0, 0),
        [Link(item, f"{name} {item} {place}", "") for place, (item, _) in enumerate(rows)],
        {each: np.array([values.get(each, np.nan) for _, values in rows]) for each in names},
    )


def drawn(seed: int, loss: float = 0.0, *, items: int = 60, repeat: int = 1) -> tuple[Run, Run]:
    """Two runs of the same application, or of one that loses as much: items differ in how hard they
    are, answers by chance."""
    chance = random.Random(seed)
    hard = {f"item {number}": chance.uniform(0.3, 0.95) for number in range(items)}

    def attempts(easier: float) -> list[dict[str, float]]:
        return [
            {"right": float(chance.random() < easier), "quality": chance.gauss(easier, 0.2)}
            for _ in range(repeat)
        ]

    return (
        run("before", {item: attempts(easy) for item, easy in hard.items()}),
        run("after", {item: attempts(easy - loss) for item, easy in hard.items()}),
    )


@pytest.mark.parametrize("repeat", [1, 3])
def test_noise_fails_no_more_often_than_promised(repeat: int) -> None:
    failed = 0
    for seed in range(200):
        before, after = drawn(seed, repeat=repeat)
        against = compare(before, [after], Asked(metrics=("right", "quality"))).candidates[0]
        failed += outcome(against) is Outcome.FAIL
    assert failed <= 200 * 0.05


def test_a_planted_loss_is_found() -> None:
    found = 0
    for seed in range(50):
        before, after = drawn(seed, 0.25, items=100)
        against = compare(before, [after], Asked(metrics=("right", "quality"))).candidates[0]
        found += outcome(against) is Outcome.FAIL
    assert found >= 48


def test_several_candidates_are_one_family() -> None:
    before, after = drawn(1, 0.1)
    _, other = drawn(2, 0.1)
    alone = compare(before, [after], Asked(metrics=("quality",)))
    both = compare(before, [after, other], Asked(metrics=("quality",)))
    assert (alone.family, both.family) == (1, 2)
    assert both.candidates[0].metrics[0].p >= alone.candidates[0].metrics[0].p


def test_the_order_of_items_changes_nothing() -> None:
    before, after = drawn(4, 0.1)
    columns = {name: values[::-1] for name, values in after.values.items()}
    turned = Run(after.experiment, list(reversed(after.links)), columns)
    assert compare(before, [after], Asked()) == compare(before, [turned], Asked())


def test_values_that_are_no_numbers_are_missing() -> None:
    before = run("before", {"a": [{"q": 1.0}], "b": [{"q": float("nan")}]})
    after = run("after", {"a": [{"q": 1.0}], "b": [{"q": float("inf")}]})
    [told] = compare(before, [after], Asked(metrics=("q",))).candidates[0].metrics
    assert told.found is not None
    assert (told.found.pairs, told.baseline_missing, told.candidate_missing) == (1, 1, 1)


def test_runs_that_share_no_item_cannot_be_told() -> None:
    against = compare(
        run("before", {"a": [{"q": 1.0}]}), [run("after", {"b": [{"q": 1.0}]})], Asked()
    ).candidates[0]
    assert (against.items, against.only_baseline, against.only_candidate) == (0, 1, 1)
    assert outcome(against) is Outcome.UNCLEAR


def test_a_candidate_that_fails_where_it_is_hard_does_not_pass() -> None:
    items = [f"item {number}" for number in range(40)]
    before = run("before", {item: [{"right": 1.0, "failures": 0.0}] for item in items})
    fails = {item: [{"right": 1.0, "failures": 0.0}] for item in items[:30]}
    fails |= {item: [{"failures": 1.0}] for item in items[30:]}
    after = run("after", fails)

    def says(*metrics: str) -> Outcome:
        against = compare(before, [after], Asked(metrics=metrics, margin=0.2)).candidates[0]
        return outcome(against, metrics)

    assert says() is Outcome.FAIL
    assert says("right") is Outcome.UNCLEAR


def test_a_few_missing_values_are_no_loss() -> None:
    items = [f"item {number}" for number in range(40)]
    before = run("before", {item: [{"right": 1.0}] for item in items})
    after = run(
        "after", {item: [{"right": 1.0} if place > 2 else {}] for place, item in enumerate(items)}
    )
    against = compare(before, [after], Asked(metrics=("right",), margin=0.2)).candidates[0]
    assert outcome(against, ("right",)) is Outcome.PASS
