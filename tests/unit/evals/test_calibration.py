"""Calibration of judges: worked examples, and simulations in which intervals hold what they say."""

from math import sqrt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from pilothouse.domain.dataset import Experiment
from pilothouse.domain.review import Chosen, Target
from pilothouse.evals.calibration import (
    Candidate,
    Confusion,
    confusion,
    distances,
    prediction_powered,
    rates,
    raw,
    rogan_gladen,
    sample,
    to_label,
)
from pilothouse.evals.runs import Run
from pilothouse.evals.worth import Said, Worth, freed, freed_mean
from pilothouse.store.relational.experiments import Link

# -- worked out by hand ----------------------------------------------------------------------------


def test_rates_of_a_confusion_matrix() -> None:
    pairs = [(True, True)] * 45 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 40
    cells = confusion(pairs)
    assert cells == Confusion(hits=45, false_alarms=10, misses=5, rejections=40)
    found = rates(cells)
    told = (found.tpr, found.tnr, found.precision, found.accuracy, found.kappa)
    assert [each.value if each else None for each in told] == pytest.approx(
        [0.9, 0.8, 45 / 55, 0.85, 0.7]
    )
    # Wilson's interval of 45 of 50.
    assert found.tpr is not None
    assert (found.tpr.low, found.tpr.high) == pytest.approx((0.7864, 0.9565), abs=5e-4)
    nothing = rates(Confusion(3, 0, 0, 0))
    assert nothing.tnr is None
    assert nothing.kappa is None
    assert rates(Confusion(0, 0, 0, 0)).accuracy is None


def test_the_corrected_rate_by_hand() -> None:
    # (0.5 + 0.8 - 1) / (0.9 + 0.8 - 1)
    found = rogan_gladen(sample([1, 0] * 500), Confusion(45, 10, 5, 40))
    assert found.rate is not None
    assert found.rate.value == pytest.approx(0.3 / 0.7)
    assert not found.shaky
    # Half of the interval is larger than that of a perfect judge: its errors are uncertain too.
    assert found.rate.low is not None
    assert found.rate.high is not None
    assert (found.rate.high - found.rate.low) / 2 > 1.96 * sqrt(0.25 / 1000) / 0.7


@pytest.mark.parametrize(
    "cells",
    [
        Confusion(5, 5, 5, 5),
        Confusion(2, 8, 8, 2),
        Confusion(10, 0, 2, 0),
        Confusion(0, 0, 0, 9),
        Confusion(0, 0, 0, 0),
    ],
)
def test_a_rate_that_labels_cannot_tell_is_not_told(cells: Confusion) -> None:
    assert rogan_gladen(sample([1, 0, 1]), cells).rate is None


def test_a_judge_that_hardly_tells_is_called_shaky() -> None:
    assert rogan_gladen(sample([1, 0]), Confusion(55, 45, 45, 55)).shaky
    assert not rogan_gladen(sample([1, 0]), Confusion(70, 30, 30, 70)).shaky


def test_the_prediction_powered_mean_by_hand() -> None:
    people, judge = [1.0, 0.0, 1.0, 1.0], [1.0, 0.0, 1.0, 0.0]
    found = prediction_powered(sample([1, 0] * 50), sample(judge), people)
    # Covariance 0.125 over variance 0.25, shrunk by 1 + 4/100.
    assert found.trust == pytest.approx(0.5 / 1.04)
    assert found.mean.value == pytest.approx(0.75 - found.trust * 0.5 + found.trust * 0.5)
    assert found.mean.low is None
    alone = prediction_powered(sample([]), sample(judge), people)
    assert (alone.trust, alone.mean.value) == (0, 0.75)
    constant = prediction_powered(sample([1, 1, 1]), sample([1, 1, 1, 1]), people)
    assert (constant.trust, constant.mean.value) == (0, 0.75)


def by_numpy(rest: Any, judge: Any, people: Any) -> tuple[float, float, float]:
    """PPI++ of a mean (Angelopoulos, Duchi and Zrnic, 2023), written anew from the paper."""
    rest, judge, people = (np.asarray(each, dtype=float) for each in (rest, judge, people))
    n, more = len(people), len(rest)
    together = np.cov(people, judge, ddof=0)
    trust = min(1.0, max(0.0, together[0, 1] / ((1 + n / more) * together[1, 1])))
    mean = trust * rest.mean() + (people - trust * judge).mean()
    variance = (people - trust * judge).var(ddof=1) / n + trust**2 * rest.var(ddof=1) / more
    half = stats.t.ppf(0.975, n - 1) * np.sqrt(variance)
    return mean, mean - half, mean + half


@pytest.mark.parametrize("seed", range(5))
def test_the_prediction_powered_mean_is_that_of_the_paper(seed: int) -> None:
    chance = np.random.default_rng(seed)
    people = chance.normal(0.6, 0.2, 40)
    judge = people + chance.normal(0.1, 0.1 * (seed + 1), 40)
    rest = chance.normal(0.7, 0.25, 300)
    found = prediction_powered(sample(rest.tolist()), sample(judge.tolist()), people.tolist()).mean
    assert (found.value, found.low, found.high) == pytest.approx(by_numpy(rest, judge, people))


def of_items(judge: list[list[float]]) -> Run:
    """An experiment: by item what the judge says of each attempt."""
    links = [
        Link(f"item {item:02}", f"trace {item} {attempt}", "")
        for item, own in enumerate(judge)
        for attempt in range(len(own))
    ]
    experiment = Experiment("p", "e", "d", "e", "", None, 0, 0, 0)
    return Run(experiment, links, {"good": np.array([each for own in judge for each in own])})


def test_items_of_an_experiment_are_freed_by_their_own_labels() -> None:
    chance = np.random.default_rng(3)
    judge = chance.normal(0.7, 0.2, (60, 2))
    people = judge[:20] - 0.1 + chance.normal(0, 0.05, (20, 2))
    # Of ten items both attempts were labelled, of ten others one.
    labelled = [(item, attempt) for item in range(20) for attempt in range(2 if item < 10 else 1)]
    said = {
        f"trace {item} {attempt}": [Said("", people[item, attempt], Chosen.BY_HAND)]
        for item, attempt in labelled
    }
    # What was labelled because the judge was unsure, and what it did not score, counts for nothing.
    said["trace 50 0"] = [Said("", 0.0, Chosen.UNSURE)]
    said["elsewhere"] = [Said("", 0.0, Chosen.RANDOM)]
    run = of_items(judge.tolist())
    found = freed(run, "good", Worth(None, said))
    assert found is not None
    assert (found.corrected, found.labelled) == (None, 20)
    of_judge = [judge[i].mean() if i < 10 else judge[i, 0] for i in range(20)]
    of_people = [people[i].mean() if i < 10 else people[i, 0] for i in range(20)]
    wanted = by_numpy(judge[20:].mean(axis=1), of_judge, of_people)
    assert found.powered is not None
    told = (found.powered.value, found.powered.low, found.powered.high)
    assert told == pytest.approx(wanted)
    # Among some of the items, only these count; without a label among them nothing is told.
    assert freed(run, "good", Worth(None, said), np.arange(40, 60)) is None
    few = freed(run, "good", Worth(None, said), np.arange(15, 60))
    assert few is not None
    assert few.powered is not None
    assert (few.labelled, few.powered.low) == (5, None)


def test_any_scores_of_a_judge_are_freed_by_labels_elsewhere() -> None:
    # (0.5 + 0.8 - 1) / (0.9 + 0.8 - 1)
    found = freed_mean(0.5, 40, 0.25, Worth(Confusion(45, 10, 5, 40), {}))
    assert found is not None
    assert found.corrected is not None
    assert (found.corrected.value, found.labels) == (pytest.approx(0.3 / 0.7), 100)
    assert found.powered is None
    mild = Worth(None, {}, sample([-0.5, -0.3] * 5))
    found = freed_mean(3.0, 100, 4.0, mild)
    assert found is not None
    assert found.powered is not None
    assert (found.powered.value, found.labelled) == (pytest.approx(2.6), 10)
    assert found.powered.high is not None
    half = stats.t.ppf(0.975, 9) * sqrt(4 / 100 + (0.1**2 * 10 / 9) / 10)
    assert found.powered.high == pytest.approx(2.6 + half)
    # Of one score, or by a few labels, there is no interval; where labels tell nothing, no mean.
    for of, worth in ((1, mild), (100, Worth(None, {}, sample([-0.4])))):
        found = freed_mean(3.0, of, float("nan") if of == 1 else 4.0, worth)
        assert found is not None
        assert found.powered is not None
        assert (found.powered.value, found.powered.low) == (pytest.approx(2.6), None)
    assert freed_mean(0.5, 40, 0.25, Worth(Confusion(3, 0, 0, 0), {})) is None
    assert freed_mean(0.5, 40, 0.25, Worth(None, {})) is None
    assert freed_mean(0.5, 40, 0.25, None) is None


def test_of_items_that_chance_chose_enough_the_others_do_not_count() -> None:
    run = of_items([[1.0]] * 80)
    said = {
        f"trace {item} 0": [Said("", 0.5, Chosen.RANDOM if item < 30 else Chosen.BY_HAND)]
        for item in range(50)
    }
    found = freed(run, "good", Worth(None, said))
    assert found is not None
    assert found.labelled == 30


def test_a_judge_that_was_never_seen_to_err_may_err() -> None:
    said = [1.0] * 12 + [0.0] * 18
    found = prediction_powered(sample([1, 0] * 50_000), sample(said), said).mean
    assert found.low is not None
    assert found.high is not None
    # Were two of thirty errors hidden, it could be off by that much.
    assert found.high - found.low > 0.1


def test_weights_undo_unequal_sampling() -> None:
    # Ten of yes drawn surely, ten of no with one in four.
    found = sample([1] * 10 + [0] * 10, [1] * 10 + [4] * 10)
    assert found.mean == pytest.approx(0.2)
    assert found.size == pytest.approx(50**2 / (10 + 160))
    assert raw(found, binary=True).value == pytest.approx(0.2)


def test_distances_of_numbers() -> None:
    found = distances([(1, 2), (2, 2), (3, 5), (4, 3)])
    assert (found.error.value, found.bias.value) == (1.0, 0.5)
    assert found.bias.low is not None


# -- intervals hold what they say ------------------------------------------------------------------

TIMES = 400
LEAST = 0.925
"""Of 400 intervals of 95 %, one in fifty draws would hold less often than this by chance; the seeds
are fixed."""


def judged(chance: np.random.Generator, truth: np.ndarray, tpr: float, tnr: float) -> np.ndarray:
    right = np.where(truth, chance.random(truth.shape) < tpr, chance.random(truth.shape) < tnr)
    return np.where(right, truth, ~truth)


@pytest.mark.parametrize(
    ("rate", "tpr", "tnr", "labelled"),
    [(0.3, 0.85, 0.9, 100), (0.1, 0.9, 0.95, 200), (0.7, 0.7, 0.75, 150), (0.95, 0.95, 0.8, 200)],
)
def test_corrected_rates_hold_the_truth(rate: float, tpr: float, tnr: float, labelled: int) -> None:
    chance = np.random.default_rng(7)
    held = plain = 0
    for _ in range(TIMES):
        truth = chance.random(1_500) < rate
        says = judged(chance, truth, tpr, tnr)
        cells = confusion(
            list(zip(truth[:labelled].tolist(), says[:labelled].tolist(), strict=True))
        )
        found = rogan_gladen(sample(says.astype(float)), cells).rate
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        held += found.low <= rate <= found.high
        naive = raw(sample(says.astype(float)), binary=True)
        assert naive.low is not None
        assert naive.high is not None
        plain += naive.low <= rate <= naive.high
    assert held / TIMES >= LEAST
    # The judge's own interval does not.
    assert plain / TIMES < 0.6


@pytest.mark.parametrize(
    ("rate", "tpr", "tnr", "labelled"),
    [(0.3, 0.85, 0.9, 100), (0.1, 0.9, 0.95, 120), (0.5, 1.0, 1.0, 40), (0.4, 0.5, 0.5, 80)],
)
def test_prediction_powered_rates_hold_the_truth(
    rate: float, tpr: float, tnr: float, labelled: int
) -> None:
    chance = np.random.default_rng(8)
    held, width, alone = 0, 0.0, 0.0
    for _ in range(TIMES):
        truth = chance.random(2_000) < rate
        says = judged(chance, truth, tpr, tnr).astype(float)
        people = truth[:labelled].astype(float).tolist()
        found = prediction_powered(sample(says[labelled:]), sample(says[:labelled]), people).mean
        assert found.low is not None
        assert found.high is not None
        held += found.low <= rate <= found.high
        width += found.high - found.low
        labels = prediction_powered(sample([]), sample(says[:labelled]), people).mean
        assert labels.low is not None
        assert labels.high is not None
        alone += labels.high - labels.low
    assert held / TIMES >= LEAST
    # Never much worse than the labels alone, and better where the judge knows something.
    assert width < alone * 1.02
    if tpr + tnr > 1.5:
        assert width < alone * 0.85


def test_prediction_powered_means_of_numbers_hold_the_truth() -> None:
    chance = np.random.default_rng(9)
    held = 0
    for _ in range(TIMES):
        truth = chance.gamma(2, 1.5, 1_000)
        says = 0.8 * truth + 1 + chance.normal(0, 0.5, 1_000)
        found = prediction_powered(sample(says[80:]), sample(says[:80]), truth[:80].tolist()).mean
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 3.0 <= found.high
    assert held / TIMES >= LEAST


def test_means_of_other_numbers_than_the_labelled_hold_the_truth() -> None:
    """Traffic changed since people labelled; the judge is as mild as it was."""
    chance = np.random.default_rng(12)
    held = plain = 0
    for _ in range(TIMES):
        labelled, truth = chance.normal(3, 1, 60), chance.normal(2, 1, 400)
        off = labelled - (labelled + 0.5 + chance.normal(0, 0.5, 60))
        says = truth + 0.5 + chance.normal(0, 0.5, 400)
        found = freed_mean(
            float(says.mean()),
            len(says),
            float(says.var(ddof=1)),
            Worth(None, {}, sample(off.tolist())),
        )
        assert found is not None
        assert found.powered is not None
        assert found.powered.low is not None
        assert found.powered.high is not None
        held += found.powered.low <= 2 <= found.powered.high
        naive = raw(sample(says.tolist()), binary=False)
        assert naive.low is not None
        assert naive.high is not None
        plain += naive.low <= 2 <= naive.high
    assert held / TIMES >= LEAST
    assert plain == 0


def test_rates_of_unequally_sampled_traffic_hold_the_truth() -> None:
    """Failures are judged four times as often as the rest; weights undo it."""
    chance = np.random.default_rng(10)
    held = powered = 0
    for _ in range(TIMES):
        truth = chance.random(6_000) < 0.25
        chosen = chance.random(6_000) < np.where(truth, 0.1, 0.4)
        weights = np.where(truth, 10.0, 2.5)[chosen]
        truth, says = truth[chosen], judged(chance, truth[chosen], 0.85, 0.9)
        order = chance.permutation(len(truth))
        truth, says, weights = truth[order], says[order], weights[order]
        n = 250
        cells = confusion(list(zip(truth[:n].tolist(), says[:n].tolist(), strict=True)))
        found = rogan_gladen(sample(says.astype(float), weights), cells).rate
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.25 <= found.high
        other = prediction_powered(
            sample(says[n:].astype(float), weights[n:]),
            sample(says[:n].astype(float), weights[:n]),
            truth[:n].astype(float).tolist(),
        ).mean
        assert other.low is not None
        assert other.high is not None
        powered += other.low <= 0.25 <= other.high
    assert held / TIMES >= LEAST
    assert powered / TIMES >= LEAST


# -- what to label next ----------------------------------------------------------------------------


def candidate(n: int, *values: float, labelled: bool = False, random: bool = False) -> Candidate:
    return Candidate(Target(trace_id=str(n)), values, labelled, random)


def test_what_tells_most_and_what_chance_chose() -> None:
    near = [candidate(n, 0.45 + n / 100) for n in range(10)]
    far = [candidate(n, 0.0) for n in range(10, 200)]
    disputed = [candidate(n, 0.0, 1.0) for n in range(200, 205)]
    found = to_label([*near, *far, *disputed], 30, threshold=0.5)
    ways = [chosen for _, chosen in found]
    assert len({target for target, _ in found}) == len(found) == 30
    assert ways.count(Chosen.RANDOM) == 15
    told = {target.trace_id for target, chosen in found if chosen is not Chosen.RANDOM}
    assert {str(n) for n in range(200, 205)} <= told | {
        target.trace_id for target, chosen in found if chosen is Chosen.RANDOM
    }
    assert ways.count(Chosen.DISPUTED) >= 4
    assert to_label([*near, *far, *disputed], 30, threshold=0.5) == found
    # Where nothing tells more than the rest, chance chooses all.
    only = to_label(far, 10, threshold=None)
    assert [chosen for _, chosen in only] == [Chosen.RANDOM] * 10
    assert len(to_label(far[:3], 10, threshold=None)) == 3
    assert to_label([], 10, threshold=0.5) == []


def test_the_random_part_is_drawn_from_what_is_labelled_too() -> None:
    known = [candidate(n, 0.5, labelled=True) for n in range(50)]
    found = to_label(known, 10, threshold=0.5)
    assert [chosen for _, chosen in found] == [Chosen.RANDOM] * 10
    again = [candidate(n, 0.5, labelled=True, random=True) for n in range(50)]
    assert to_label(again, 10, threshold=0.5) == []


def test_estimates_stay_honest_when_what_is_unsure_is_labelled_first() -> None:
    """A judge that errs near its threshold: by all labels it looks worse than it is, by the random
    part it does not."""
    chance = np.random.default_rng(12)
    by_all, by_chance, right = [], [], []
    for seed in range(60):
        score = chance.random(600)
        wrong = chance.random(600) < 0.5 * np.exp(-8 * np.abs(score - 0.5))
        truth = np.where(wrong, score < 0.5, score >= 0.5)
        everything = [candidate(n, float(score[n])) for n in range(600)]
        found = to_label(everything, 200, threshold=0.5, seed=seed)
        # A second round: what was labelled for being unsure may be drawn by chance now.
        ways = {int(target.trace_id): chosen for target, chosen in found}
        second = [
            candidate(
                n,
                float(score[n]),
                labelled=n in ways,
                random=ways.get(n) is Chosen.RANDOM,
            )
            for n in range(600)
        ]
        for target, chosen in to_label(second, 100, threshold=0.5, seed=seed):
            n = int(target.trace_id)
            if chosen is Chosen.RANDOM or n not in ways:
                ways[n] = chosen

        def accuracy(
            among: list[int], score: np.ndarray = score, truth: np.ndarray = truth
        ) -> float:
            return float(np.mean([(score[n] >= 0.5) == truth[n] for n in among]))

        by_all.append(accuracy(list(ways)))
        by_chance.append(accuracy([n for n, way in ways.items() if way is Chosen.RANDOM]))
        right.append(accuracy(list(range(600))))
    assert np.mean(by_chance) == pytest.approx(np.mean(right), abs=0.008)
    assert np.mean(by_all) < np.mean(right) - 0.03
