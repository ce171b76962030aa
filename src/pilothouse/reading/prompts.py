"""What each version of a prompt does in production, what each label led to, and what changed when a
label was moved."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pilothouse.domain import intervals
from pilothouse.domain.clock import DAY
from pilothouse.domain.intervals import Difference, Estimate, Share, Sums
from pilothouse.domain.prompt import LATEST
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.score import DataType
from pilothouse.query import charts
from pilothouse.query.answers import CallSums, ScoreSums
from pilothouse.query.charts import ChartQuestion
from pilothouse.query.filters import Filter, Match, equal, every
from pilothouse.query.prompts import PromptQuestion, Slice
from pilothouse.store.api import AnalyticReader

MOST_VERSIONS = 50
_MOST_STAYS = 60
_MOST_MOVES = 20
WINDOW = 7 * DAY
"""That is looked at before and after a move, at most."""
_SURE = 0.05
_MOST_CATEGORIES = 6
"""Of one score."""


@dataclass(frozen=True, slots=True)
class Move:
    """Of a label, from one version to another; 0 is none."""

    label: str
    from_version: int
    to_version: int
    at: int


@dataclass(frozen=True, slots=True)
class Scored:
    """What the scores of one name say: a mean, of booleans the share of True, or of a categorical score
    the share of one category."""

    name: str
    category: str
    """Empty of all but categorical ones."""
    is_share: bool
    count: int
    value: Estimate
    sums: Sums
    judged: Sums
    """Of those that evaluators gave."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the calls of one version in a stretch of time."""

    slice: Slice
    sums: CallSums
    error_rate: Estimate
    p50: Estimate | None
    p95: Estimate | None
    """Microseconds."""
    cost: Estimate | None
    """Dollars a call, of those whose price is known."""
    scores: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure of two slices. Durations are compared as logarithms: `difference.value` of them is
    the natural logarithm of how many times as long they are in the middle."""

    measure: str
    """`errors`, `latency`, `cost` or `score`."""
    name: str
    category: str
    """Of the score."""
    difference: Difference
    p: float
    """As it counts among all measures that were compared, after Holm."""
    is_real: bool
    is_better: bool | None
    """Fewer errors, less time, less cost, more of a score; of a category nobody knows."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Of a label at a version."""

    label: str
    within: TimeRange
    figures: Figures | None
    version: int


@dataclass(frozen=True, slots=True)
class Moved:
    move: Move
    before: Figures | None
    after: Figures | None
    compared: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Production:
    versions: tuple[Figures, ...]
    stays: tuple[Stay, ...]
    moves: tuple[Moved, ...]

    @property
    def figures(self) -> Iterator[Figures]:
        """All that there are."""
        told = [each.figures for each in self.stays]
        told += [each for move in self.moves for each in (move.before, move.after)]
        yield from (*self.versions, *filter(None, told))


def production(
    reader: AnalyticReader,
    scope: Scope,
    name: str,
    within: TimeRange,
    filter: Filter | None,
    moves: Iterable[Move],
) -> Production:
    told = sorted((each for each in moves if each.label != LATEST), key=lambda each: each.at)
    seen = _versions(reader, scope, name, within, filter)
    stays = _stays(told, within)[-_MOST_STAYS:]
    inside = [each for each in told if within.start <= each.at < within.end][-_MOST_MOVES:]
    around = [_around(each, told, within.end) for each in inside]
    slices = [Slice(version, within) for version in seen]
    slices += [Slice(version, stay) for _, version, stay in stays]
    slices += [each for pair in around for each in pair if each]
    found = figures(reader, scope, PromptQuestion(name, tuple(dict.fromkeys(slices)), filter))
    return Production(
        versions=tuple(
            found[each] for each in (Slice(version, within) for version in seen) if each in found
        ),
        stays=tuple(
            Stay(label, stay, found.get(Slice(version, stay)), version)
            for label, version, stay in reversed(stays)
        ),
        moves=tuple(
            _moved(move, before and found.get(before), after and found.get(after))
            for move, (before, after) in reversed(list(zip(inside, around, strict=True)))
        ),
    )


def _versions(
    reader: AnalyticReader, scope: Scope, name: str, within: TimeRange, filter: Filter | None
) -> list[int]:
    """Those that were called, the highest first; the most used where there are many."""
    rows = reader.chart(
        scope,
        ChartQuestion(
            "spans",
            (charts.measure("count"),),
            within,
            (charts.dimension("prompt_version"),),
            filter=every(Match("prompt", equal(name)), filter),
            order="-count_count",
            limit=MOST_VERSIONS,
        ),
    )
    return sorted((int(version) for version, _ in rows[:MOST_VERSIONS]), reverse=True)


def _stays(moves: Sequence[Move], within: TimeRange) -> list[tuple[str, int, TimeRange]]:
    """Which version each label stood at when, the oldest first."""
    found: list[tuple[str, int, TimeRange]] = []
    for label in dict.fromkeys(each.label for each in moves):
        own = [each for each in moves if each.label == label]
        ends = [each.at for each in own[1:]] + [within.end]
        for move, end in zip(own, ends, strict=True):
            stay = TimeRange(max(move.at, within.start), min(end, within.end))
            if move.to_version and stay.start < stay.end:
                found.append((label, move.to_version, stay))
    return sorted(found, key=lambda each: each[2].start)


def _around(move: Move, moves: Sequence[Move], end: int) -> tuple[Slice | None, Slice | None]:
    """What to look at before and after a move: until the label is moved otherwise."""
    others = [each.at for each in moves if each.label == move.label]
    since = max((at for at in others if at < move.at), default=0)
    until = min((at for at in others if at > move.at), default=end)
    before = TimeRange(max(since, move.at - WINDOW), move.at)
    after = TimeRange(move.at, min(until, move.at + WINDOW, end))
    return (
        Slice(move.from_version, before) if move.from_version else None,
        Slice(move.to_version, after) if move.to_version and after.start < after.end else None,
    )


def _moved(move: Move, before: Figures | None, after: Figures | None) -> Moved:
    return Moved(move, before, after, compared(before, after) if before and after else ())


# -- figures -------------------------------------------------------------------------------------


def figures(reader: AnalyticReader, scope: Scope, question: PromptQuestion) -> dict[Slice, Figures]:
    """Of every slice that has calls."""
    if not question.slices:
        return {}
    scored = _scored(reader.prompt_scores(scope, question))
    return {
        question.slices[sums.place]: _figures(
            question.slices[sums.place], sums, scored.get(sums.place, [])
        )
        for sums in reader.prompt_calls(scope, question)
    }


def _figures(slice: Slice, sums: CallSums, scored: Sequence[Scored]) -> Figures:
    return Figures(
        slice=slice,
        sums=sums,
        error_rate=intervals.share(sums.errors, sums.calls),
        p50=_quantile(sums.durations[:3]),
        p95=_quantile(sums.durations[3:]),
        cost=intervals.mean(_costs(sums)) if sums.priced else None,
        scores=tuple(scored),
    )


def _quantile(told: Sequence[int]) -> Estimate | None:
    value, low, high = told
    if value < 0:
        return None
    return Estimate(value, None if low < 0 else low, None if high < 0 else high)


def _scored(told: Sequence[ScoreSums]) -> dict[int, list[Scored]]:
    """By place. A slice that has scores of a name has each of its more frequent categories, if only to
    say that it was never given there."""
    found: dict[int, list[Scored]] = defaultdict(list)
    given: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    judging: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for each in told:
        if each.data_type == DataType.CATEGORICAL:
            given[each.place, each.name][each.category] += each.count
            judging[each.place, each.name][each.category] += each.judged
            continue
        sums = Sums(each.count, each.total, each.squares)
        judged = Sums(each.judged, each.judged_total, each.judged_squares)
        is_share = each.data_type == DataType.BOOLEAN
        found[each.place].append(_valued(each.name, "", is_share, sums, judged))
    every: dict[str, Counter[str]] = defaultdict(Counter)
    for (_, name), counts in given.items():
        every[name].update(counts)
    for (place, name), counts in given.items():
        for category, _ in every[name].most_common(_MOST_CATEGORIES):
            sums, judged = (
                Sums(each.total(), each[category], each[category])
                for each in (counts, judging[place, name])
            )
            found[place].append(_valued(name, category, True, sums, judged))
    return found


def _valued(name: str, category: str, is_share: bool, sums: Sums, judged: Sums) -> Scored:
    value = intervals.share(round(sums.total), sums.count) if is_share else intervals.mean(sums)
    return Scored(name, category, is_share, sums.count, value, sums, judged)


def _costs(sums: CallSums) -> Sums:
    return Sums(sums.priced, sums.costs, sums.cost_squares)


# -- comparing -----------------------------------------------------------------------------------


def compared(first: Figures, second: Figures) -> tuple[Compared, ...]:
    """What differs between two slices, and whether that is real."""
    one, other = first.sums, second.sums
    found: list[tuple[str, str, str, Difference]] = [
        (
            "errors",
            "",
            "",
            intervals.of_shares(Share(one.errors, one.calls), Share(other.errors, other.calls)),
        )
    ]
    if one.ended and other.ended:
        logs = Sums(one.ended, one.logs, one.log_squares)
        others = Sums(other.ended, other.logs, other.log_squares)
        found.append(("latency", "", "", intervals.of_means(logs, others)))
    if one.priced and other.priced:
        found.append(("cost", "", "", intervals.of_means(_costs(one), _costs(other))))
    again = {(each.name, each.category, each.is_share): each for each in second.scores}
    found += [
        ("score", each.name, each.category, _of_scores(each, other))
        for each in first.scores
        if (other := again.get((each.name, each.category, each.is_share)))
    ]
    ps = intervals.holm([difference.p for *_, difference in found])
    return tuple(
        Compared(
            measure,
            name,
            category,
            difference,
            p,
            is_real=difference.enough and p < _SURE,
            is_better=_is_better(measure, category, difference),
        )
        for (measure, name, category, difference), p in zip(found, ps, strict=True)
    )


def _is_better(measure: str, category: str, difference: Difference) -> bool | None:
    if category:
        return None
    return difference.value > 0 if measure == "score" else difference.value < 0


def _of_scores(first: Scored, second: Scored) -> Difference:
    if not first.is_share:
        return intervals.of_means(first.sums, second.sums)
    one, other = (Share(round(each.sums.total), each.count) for each in (first, second))
    return intervals.of_shares(one, other)
