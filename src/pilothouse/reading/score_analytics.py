"""What scores of one kind say over a range, and how far two kinds agree about the same things."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.score import DataType
from pilothouse.query import charts
from pilothouse.query.answers import ChartRows, ScorePair
from pilothouse.query.charts import Bucket, ChartQuestion
from pilothouse.query.filters import Filter, Match, equal, every
from pilothouse.query.lists import ListQuestion, Matched, order
from pilothouse.reading import agreement
from pilothouse.reading.charts import answer
from pilothouse.store.api import AnalyticReader

MOST_PAIRS = 100_000
MOST_LABELS = 12
"""In a table of two scores; the rarest beyond are counted together."""
BINS = 10
_MOST_DISTINCT = 50
NUMBERS = frozenset({DataType.NUMERIC, DataType.BOOLEAN})
LABELS = frozenset({DataType.BOOLEAN, DataType.CATEGORICAL})
_TRUE, _FALSE = "True", "False"


@dataclass(frozen=True, slots=True)
class Kind:
    """Scores that mean the same: one name and type, from everywhere or from one source or author;
    where it is told, only those that settle what people disagreed about, or only the others."""

    name: str
    data_type: DataType
    source: str = ""
    author_id: str = ""
    adjudicated: bool | None = None
    among: Filter | None = None
    """Those alone that fit."""

    @property
    def filter(self) -> Filter | None:
        return every(
            Match("name", equal(self.name)),
            Match("data_type", equal(self.data_type.value)),
            Match("source", equal(self.source)) if self.source else None,
            Match("author", equal(self.author_id)) if self.author_id else None,
            None if self.adjudicated is None else Match("adjudicated", equal(self.adjudicated)),
            self.among,
        )


@dataclass(frozen=True, slots=True)
class Question:
    first: Kind
    second: Kind | None
    within: TimeRange
    by: Matched
    timezone: str


@dataclass(frozen=True, slots=True)
class Bin:
    """A label, or a range of numbers whose end belongs to the next one, but for the last."""

    label: str = ""
    low: float | None = None
    high: float | None = None
    others: bool = False
    """All labels that are not told one by one."""


@dataclass(frozen=True, slots=True)
class Summary:
    count: int
    mean: float | None
    """Of numbers; of booleans the share of True."""
    median: float | None
    least: float | None
    most: float | None
    bins: list[Bin]
    counts: list[int]
    trend: ChartRows
    """Time, then mean and count; of categories time, label and count."""


@dataclass(frozen=True, slots=True)
class Agreement:
    pairs: int
    """All that there are."""
    used: int
    """So many of them were looked at."""
    rows: list[Bin]
    """Of the first score."""
    columns: list[Bin]
    counts: list[list[int]]
    labels: agreement.OfLabels | None
    """Where both are labels of the same type."""
    numbers: agreement.OfNumbers | None
    """Where both are numbers or booleans."""
    same_scale: bool
    """Do distances between the two mean something?"""


@dataclass(frozen=True, slots=True)
class Analysis:
    summaries: list[Summary]
    agreement: Agreement | None


def analysis(reader: AnalyticReader, scope: Scope, question: Question) -> Analysis:
    """Raises BadRequest on types that cannot be counted."""
    kinds = [question.first, *([question.second] if question.second else [])]
    for kind in kinds:
        if kind.data_type not in NUMBERS | LABELS:
            raise BadRequest(f"{kind.data_type} scores are read one by one, not counted")
    return Analysis(
        summaries=[_summary(reader, scope, question, kind) for kind in kinds],
        agreement=_agreement(reader, scope, question, question.second) if question.second else None,
    )


# -- one kind ----------------------------------------------------------------------------------


def _summary(reader: AnalyticReader, scope: Scope, question: Question, kind: Kind) -> Summary:
    def asked(*measures: tuple[str, str], split: str = "", bucket: Bucket = "none") -> ChartRows:
        return answer(
            reader,
            scope,
            charts.resolved(
                ChartQuestion(
                    "scores",
                    tuple(charts.measure(name, way) for name, way in measures),
                    question.within,
                    (charts.dimension(split, "scores"),) if split else (),
                    bucket=bucket,
                    filter=kind.filter,
                    limit=10_000 if bucket != "none" else _MOST_DISTINCT,
                    timezone=question.timezone,
                )
            ),
        )

    is_number = kind.data_type is DataType.NUMERIC
    values = [("value", way) for way in ("avg", "p50", "min", "max")]
    total = asked(("count", "count"), *values).rows
    count, mean, median, least, most = total[0] if total else (0, None, None, None, None)
    if is_number:
        bins, counts = _histogram(asked(("value", "histogram")).rows)
    else:
        split = "value" if kind.data_type is DataType.BOOLEAN else "string_value"
        bins, counts = _by_label(asked(("count", "count"), split=split).rows, kind)
    if kind.data_type is DataType.CATEGORICAL:
        trend = asked(("count", "count"), split="string_value", bucket="auto")
        mean = median = least = most = None
    else:
        trend = asked(("value", "avg"), ("count", "count"), bucket="auto")
    return Summary(count, mean, median, least, most, bins, counts, trend)


def _histogram(rows: Sequence[Sequence[Any]]) -> tuple[list[Bin], list[int]]:
    found = rows[0][0] if rows and rows[0][0] else []
    return (
        [Bin(low=low, high=high) for low, high, _ in found],
        [round(count) for _, _, count in found],
    )


def _by_label(rows: Sequence[Sequence[Any]], kind: Kind) -> tuple[list[Bin], list[int]]:
    if kind.data_type is DataType.CATEGORICAL:
        return [Bin(str(label)) for label, _ in rows], [count for _, count in rows]
    counts = dict.fromkeys((_TRUE, _FALSE), 0)
    for value, count in rows:
        counts[_TRUE if float(value) else _FALSE] += count
    return [Bin(label) for label in counts], list(counts.values())


# -- two kinds ---------------------------------------------------------------------------------


def _agreement(reader: AnalyticReader, scope: Scope, question: Question, second: Kind) -> Agreement:
    first = question.first
    asked, other_asked = (
        ListQuestion("scores", question.within, kind.filter, order("scores", ""))
        for kind in (first, second)
    )
    pairs, total = reader.score_pairs(scope, asked, other_asked, question.by, MOST_PAIRS)
    types = {first.data_type, second.data_type}
    labelled = len(types) == 1 and types <= LABELS
    same_scale = types == {DataType.NUMERIC}
    said, other_said = [pair.first for pair in pairs], [pair.second for pair in pairs]
    if len(types) == 1:
        # On common axes equal values lie on the diagonal.
        one = other = _sorter(first, [*said, *other_said])
    else:
        one, other = _sorter(first, said), _sorter(second, other_said)
    cells = Counter((one.place(pair.first), other.place(pair.second)) for pair in pairs)
    positive = _TRUE if types == {DataType.BOOLEAN} else None
    return Agreement(
        pairs=total,
        used=len(pairs),
        rows=one.bins,
        columns=other.bins,
        counts=[
            [cells[row, column] for column in range(len(other.bins))]
            for row in range(len(one.bins))
        ],
        labels=agreement.of_labels([_labels(first, pair) for pair in pairs], positive)
        if labelled and pairs
        else None,
        numbers=agreement.of_numbers([(pair.first[0], pair.second[0]) for pair in pairs])
        if types <= NUMBERS and pairs
        else None,
        same_scale=same_scale,
    )


Said = tuple[float, str]


@dataclass(frozen=True, slots=True)
class _Sorter:
    bins: list[Bin]
    place: Callable[[Said], int]


def _sorter(kind: Kind, said: Sequence[Said]) -> _Sorter:
    if kind.data_type is DataType.NUMERIC:
        return _ranges([value for value, _ in said])
    labels = [_label(kind, each) for each in said]
    if kind.data_type is DataType.BOOLEAN:
        shown = [_FALSE, _TRUE]
    else:
        numbers = {label: each[0] for label, each in zip(labels, said, strict=True)}
        frequent = [label for label, _ in Counter(labels).most_common(MOST_LABELS)]
        shown = sorted(frequent, key=lambda label: (numbers[label], label))
    bins = [Bin(label) for label in shown]
    places = {label: place for place, label in enumerate(shown)}
    if len(set(labels) - places.keys()):
        bins.append(Bin(others=True))
    return _Sorter(bins, lambda each: places.get(_label(kind, each), len(shown)))


def _ranges(values: Sequence[float]) -> _Sorter:
    """Equal ranges; values that are few are told one by one."""
    if not values:
        return _Sorter([], lambda _: 0)
    distinct = sorted(set(values))
    if len(distinct) <= BINS:
        places = {value: place for place, value in enumerate(distinct)}
        return _Sorter([Bin(low=each, high=each) for each in distinct], lambda s: places[s[0]])
    low, high = distinct[0], distinct[-1]
    width = (high - low) / BINS
    edges = [low + width * step for step in range(BINS)] + [high]
    return _Sorter(
        [Bin(low=edges[step], high=edges[step + 1]) for step in range(BINS)],
        lambda each: min(BINS - 1, int((each[0] - low) / width)),
    )


def _labels(kind: Kind, pair: ScorePair) -> tuple[str, str]:
    return _label(kind, pair.first), _label(kind, pair.second)


def _label(kind: Kind, said: Said) -> str:
    """Booleans are told by their number, whatever their text."""
    if kind.data_type is DataType.BOOLEAN:
        return _TRUE if said[0] else _FALSE
    return said[1]
