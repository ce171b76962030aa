"""Calibration cards: a judge's stored scores against what people said of the same things."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

import msgspec

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.intervals import Estimate, share
from pilothouse.domain.review import Chosen, Subject, Target
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.score import DataType, Score, Source
from pilothouse.evals import annotator_agreement, calibration, labels
from pilothouse.evals.annotator_agreement import Level
from pilothouse.evals.calibration import (
    ENOUGH_RANDOM,
    Candidate,
    Confusion,
    Corrected,
    Distances,
    Powered,
    Rates,
    Sample,
)
from pilothouse.evals.labels import Label, Value
from pilothouse.evals.worth import Said, Worth
from pilothouse.query import charts
from pilothouse.query.charts import ChartQuestion
from pilothouse.query.filters import Filter, Match, equal, every
from pilothouse.query.lists import ALWAYS, ListQuestion, order
from pilothouse.reading import agreement
from pilothouse.reading.service import Reading
from pilothouse.store.relational import annotation_queues
from pilothouse.store.relational.database import Database

MOST = 50_000
"""Scores of a judge, and of people, that are looked at: the newest."""
_LAST = 100
"""Scores of a judge, the newest of which tells its version; some may be about whole experiments."""
_FEW = 2_000
"""Labelled things, of which what the judge said is looked for one by one."""
MOST_LABELS = 30
"""Categories beyond which no table is drawn."""
Basis = Literal["auto", "random", "all"]
_COUNTED = frozenset({DataType.NUMERIC, DataType.BOOLEAN, DataType.CATEGORICAL})


@dataclass(frozen=True, slots=True)
class Asked:
    judge: str
    """Name of its scores."""
    within: TimeRange
    """When it judged; people may have said what they say at any time."""
    people: str = ""
    """Name of the scores of people; empty: that of the judge's."""
    version: str = ""
    """`evaluator` or `evaluator/version`; empty: the newest."""
    threshold: float | None = None
    """From which a number is a yes."""
    positive: str = ""
    """Category that is a yes."""
    basis: Basis = "auto"


@dataclass(frozen=True, slots=True)
class Version:
    """Of a judge, as its scores tell it: their metadata has `evaluator_id` and `evaluator_version`."""

    evaluator_id: str
    version: str
    count: int
    last: int

    @property
    def key(self) -> str:
        return f"{self.evaluator_id}/{self.version}" if self.version else self.evaluator_id


@dataclass(frozen=True, slots=True)
class Labelled:
    """Where the labels come from."""

    used: int
    random: int
    """Labelled things that chance chose."""
    by_hand: int
    telling: int
    """Labelled because the judge was unsure or its versions disagree: left out of estimates."""
    undecided: int
    """As many people say one as another, and nobody has decided."""
    waiting: int
    """Chosen by chance and judged, and not labelled yet."""
    basis: Basis


@dataclass(frozen=True, slots=True)
class Cell:
    people: str
    judge: str
    count: int


@dataclass(frozen=True, slots=True)
class OfLabel:
    """Of one category against all others."""

    label: str
    raw: Estimate
    """Share of what was judged that the judge gave it to."""
    recall: Estimate | None
    precision: Estimate | None
    corrected: Estimate | None
    """The share, freed of the judge's errors; None where the labels do not tell it."""
    powered: Estimate


@dataclass(frozen=True, slots=True)
class Card:
    name: str
    people: str
    data_type: DataType
    people_type: DataType | None
    versions: list[Version]
    version: str
    judged: int
    weighted: bool
    """Do the judge's scores weigh by how probable it was to be judged?"""
    raw: Estimate | None
    """Mean, or rate of yes, of what was judged."""
    labelled: Labelled
    confusion: Confusion | None = None
    rates: Rates | None = None
    corrected: Corrected | None = None
    powered: Powered | None = None
    distances: Distances | None = None
    correlation: agreement.OfNumbers | None = None
    cells: list[Cell] = field(default_factory=list[Cell])
    of_labels: list[OfLabel] = field(default_factory=list[OfLabel])
    same: Estimate | None = None
    kappa: Estimate | None = None
    people_alpha: Estimate | None = None
    """How far people agree among themselves: no judge can do better."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """The newest score of the version on each thing, and what all versions say of it."""

    scores: dict[Target, Score]
    by_all: dict[Target, list[Score]]
    versions: list[Version]
    version: str
    data_type: DataType


class Calibrations:
    """Blocks; may be used from any thread. Raises BadRequest."""

    def __init__(self, database: Database, reading: Reading) -> None:
        self._database = database
        self._reading = reading

    def card(self, scope: Scope, asked: Asked) -> Card:
        judged = self._judged(scope, asked)
        given = self._given(scope, asked.people or asked.judge)
        found, undecided = labels.final(given)
        ways = self._ways(scope)
        basis = _basis(asked, judged, found, ways)
        used = _used(judged, found, ways, basis)
        kinds = Counter(each.data_type for each in given)
        card = Card(
            name=asked.judge,
            people=asked.people or asked.judge,
            data_type=judged.data_type,
            people_type=DataType(kinds.most_common(1)[0][0]) if kinds else None,
            versions=judged.versions,
            version=judged.version,
            judged=len(judged.scores),
            weighted=len({_weight(each) for each in judged.scores.values()}) > 1,
            raw=None,
            labelled=_labelled(judged, found, ways, len(used), undecided, basis),
            people_alpha=_among_people(given),
        )
        return _Reader(asked, judged, used).told(card)

    def worths(self, scope: Scope, judges: Iterable[str]) -> dict[str, Worth]:
        """What labels of people tell of judges, of those that there are labels for."""
        names = self._with_labels(scope, judges)
        ways = self._ways(scope) if names else {}
        told = {name: self._worth(scope, name, ways) for name in names}
        return {name: worth for name, worth in told.items() if worth is not None}

    def _worth(self, scope: Scope, judge: str, ways: dict[Target, Chosen]) -> Worth | None:
        """What labels of the same name tell of a judge: how its newest version errs, and what people
        said of what any version scored. None where there are none."""
        given = [each for each in self._given(scope, judge) if each.data_type in _COUNTED]
        if not given:
            return None
        newest = self._newest(scope, judge)
        if newest is None or newest.data_type not in _COUNTED:
            return None
        found, _ = labels.final([each for each in given if each.data_type == newest.data_type])
        kind, version = DataType(newest.data_type), _version_key(newest)
        judged = _judged(self._about(scope, judge, found), kind, version)
        asked = Asked(judge, ALWAYS)
        used = _used(judged, found, ways, _basis(asked, judged, found, ways))
        if kind is DataType.CATEGORICAL:
            return Worth(None, {}, of_categories=_of_categories(judged, used))
        errors = off = None
        if used and kind is DataType.BOOLEAN:
            errors = _confusion(judged, used, bool, bool)
        elif used:
            off = _off(judged, used)
        said: defaultdict[str, list[Said]] = defaultdict(list)
        for about, label in found.items():
            if about in judged.by_all and about.trace_id:
                way = ways.get(about, Chosen.BY_HAND)
                said[about.trace_id].append(Said(about.span_id, float(label.value), way))
        return Worth(errors, said, off)

    def _with_labels(self, scope: Scope, judges: Iterable[str]) -> list[str]:
        names = sorted(set(judges))
        if not names:
            return []
        asked = ChartQuestion(
            "scores",
            (charts.measure("count"),),
            ALWAYS,
            (charts.dimension("name", "scores"),),
            filter=every(
                Match("source", equal(Source.ANNOTATION.value)), Match("name", equal(*names))
            ),
            limit=len(names),
        )
        return [name for name, _ in self._reading.chart(scope, asked).rows]

    def to_label(
        self, scope: Scope, asked: Asked, count: int, random_share: float
    ) -> list[tuple[Target, Chosen]]:
        """What people should look at next; the same again until somebody labels something."""
        judged = self._judged(scope, asked)
        found, _ = labels.final(self._given(scope, asked.people or asked.judge))
        ways = self._ways(scope)
        known = {about for about in ways if ways[about] is not Chosen.BY_HAND} | found.keys()
        code = _coded()
        candidates = [
            Candidate(
                about,
                tuple(code(labels.value(each)) for each in judged.by_all[about]),
                is_labelled=about in known,
                is_random=ways.get(about) is Chosen.RANDOM,
            )
            for about in sorted(judged.scores, key=lambda each: (each.trace_id, each.id))
        ]
        numeric = judged.data_type is DataType.NUMERIC
        threshold = (0.5 if asked.threshold is None else asked.threshold) if numeric else None
        return calibration.to_label(
            candidates, count, threshold=threshold, random_share=random_share, seed=len(known)
        )

    def _judged(self, scope: Scope, asked: Asked) -> _Judged:
        scores = self._scores(scope, asked.judge, Source.EVALUATOR, asked.within)
        scores = [each for each in scores if each.data_type in _COUNTED]
        kinds = Counter(each.data_type for each in scores)
        kind = kinds.most_common(1)[0][0] if kinds else DataType.BOOLEAN
        scores = [each for each in scores if each.data_type == kind]
        versions = _versions(scores)
        wanted = _chosen_version(asked.version, versions)
        return _judged(scores, DataType(kind), wanted, versions)

    def _newest(self, scope: Scope, judge: str) -> Score | None:
        """What the judge said last, which tells its newest version."""
        found = self._scores(scope, judge, Source.EVALUATOR, ALWAYS, most=_LAST)
        return next((each for each in found if each.data_type in _COUNTED), None)

    def _about(self, scope: Scope, judge: str, found: Collection[Target]) -> list[Score]:
        """What the judge said of these: of a few without reading all that it ever said."""
        if len(found) > _FEW:
            return self._scores(scope, judge, Source.EVALUATOR, ALWAYS)
        traces = {each.trace_id for each in found} - {""}
        sessions = {each.session_id for each in found} - {""}
        told: list[Score] = []
        for name, ids in (("trace", traces), ("session", sessions)):
            if ids:
                among = Match(name, equal(*sorted(ids)))
                told += self._scores(scope, judge, Source.EVALUATOR, ALWAYS, among)
        return list({each.score_id: each for each in told}.values())

    def _given(self, scope: Scope, name: str) -> list[Score]:
        scores = self._scores(scope, name, Source.ANNOTATION, ALWAYS)
        return [each for each in scores if each.data_type in _COUNTED]

    def _scores(
        self,
        scope: Scope,
        name: str,
        source: Source,
        within: TimeRange,
        among: Filter | None = None,
        most: int = MOST,
    ) -> list[Score]:
        chosen = every(Match("name", equal(name)), Match("source", equal(source.value)), among)
        asked = ListQuestion("scores", within, chosen, order("scores", ""), most)
        found = self._reading.scores(scope, asked).items
        # What is said of a whole experiment is about nothing that people look at.
        return [each for each in found if each.trace_id or each.session_id]

    def _ways(self, scope: Scope) -> dict[Target, Chosen]:
        """How things came into queues; what chance chose once, chance chose."""
        with self._database.read() as db:
            rows = annotation_queues.chosen(db, scope.project_id)
        found: dict[Target, Chosen] = {}
        for subject, id, trace_id, chosen in rows:
            about = _target(subject, id, trace_id)
            if found.get(about) is not Chosen.RANDOM:
                found[about] = chosen or found.get(about, Chosen.BY_HAND)
        return found


def _judged(
    scores: Sequence[Score], kind: DataType, wanted: str, versions: Sequence[Version] = ()
) -> _Judged:
    newest: dict[Target, dict[str, Score]] = defaultdict(dict)
    for score in sorted(scores, key=lambda each: (each.timestamp, each.revision)):
        if score.data_type == kind:
            newest[labels.target(score)][_version_key(score)] = score
    return _Judged(
        scores={about: own[wanted] for about, own in newest.items() if wanted in own},
        by_all={about: list(own.values()) for about, own in newest.items()},
        versions=list(versions),
        version=wanted,
        data_type=kind,
    )


def _target(subject: Subject, id: str, trace_id: str) -> Target:
    match subject:
        case Subject.SESSION:
            return Target(session_id=id)
        case Subject.SPAN:
            return Target(trace_id, id)
        case _:
            return Target(id)


# -- versions --------------------------------------------------------------------------------------


def _told(score: Score, key: str) -> str:
    """Metadata are JSON texts; what is none is taken as it is."""
    text = score.metadata.get(key, "")
    try:
        found: Any = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    return found if isinstance(found, str) else text


def _version_key(score: Score) -> str:
    evaluator, version = _told(score, "evaluator_id"), _told(score, "evaluator_version")
    return f"{evaluator}/{version}" if version else evaluator


def _versions(scores: Sequence[Score]) -> list[Version]:
    """The newest first."""
    own: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        own[_version_key(score)].append(score)
    found = [
        Version(
            _told(each[0], "evaluator_id"),
            _told(each[0], "evaluator_version"),
            len(each),
            max(score.timestamp for score in each),
        )
        for each in own.values()
    ]
    return sorted(found, key=lambda each: -each.last)


def _chosen_version(asked: str, versions: Sequence[Version]) -> str:
    """Of an evaluator alone, its newest version that judged."""
    if not asked:
        return versions[0].key if versions else ""
    for each in versions:
        if asked in (each.key, each.evaluator_id):
            return each.key
    raise BadRequest(f"this judge has no scores of the version {asked[:100]!r} in the range")


def _weight(score: Score) -> float:
    """The inverse of the probability with which it was chosen to be judged, 1 where none is told."""
    try:
        probability = float(_told(score, "probability") or 1)
    except ValueError:
        return 1.0
    return 1 / probability if 0 < probability <= 1 else 1.0


# -- labels ----------------------------------------------------------------------------------------


def _counts(way: Chosen, basis: Basis) -> bool:
    return way is Chosen.RANDOM or (basis == "all" and way is Chosen.BY_HAND)


def _basis(
    asked: Asked, judged: _Judged, found: dict[Target, Label], ways: dict[Target, Chosen]
) -> Basis:
    if asked.basis != "auto":
        return asked.basis
    random = sum(about in judged.scores and ways.get(about) is Chosen.RANDOM for about in found)
    return "random" if random >= ENOUGH_RANDOM else "all"


def _used(
    judged: _Judged, found: dict[Target, Label], ways: dict[Target, Chosen], basis: Basis
) -> dict[Target, Label]:
    """Labels that estimates rest on."""
    return {
        about: label
        for about, label in found.items()
        if about in judged.scores and _counts(ways.get(about, Chosen.BY_HAND), basis)
    }


def _confusion(
    judged: _Judged,
    used: dict[Target, Label],
    yes_people: Callable[[Any], bool],
    yes_judge: Callable[[Any], bool],
) -> Confusion:
    return calibration.confusion(
        [
            (bool(yes_people(label.value)), bool(yes_judge(labels.value(judged.scores[about]))))
            for about, label in used.items()
        ]
    )


def _of_categories(judged: _Judged, used: dict[Target, Label]) -> dict[str, Confusion]:
    """Each against all others."""
    names = {str(label.value) for label in used.values()}
    names |= {str(labels.value(judged.scores[about])) for about in used}
    return {name: _confusion(judged, used, name.__eq__, name.__eq__) for name in names}


def _off(judged: _Judged, used: dict[Target, Label]) -> Sample:
    """What people said more than the judge."""
    own = [judged.scores[about] for about in used]
    people = [float(label.value) for label in used.values()]
    return calibration.sample(
        [said - float(labels.value(each)) for said, each in zip(people, own, strict=True)],
        [_weight(each) for each in own],
    )


def _labelled(
    judged: _Judged,
    found: dict[Target, Label],
    ways: dict[Target, Chosen],
    used: int,
    undecided: int,
    basis: Basis,
) -> Labelled:
    counts = Counter(ways.get(about, Chosen.BY_HAND) for about in found if about in judged.scores)
    drawn = [
        about for about, way in ways.items() if way is Chosen.RANDOM and about in judged.scores
    ]
    return Labelled(
        used=used,
        random=counts[Chosen.RANDOM],
        by_hand=counts[Chosen.BY_HAND],
        telling=counts[Chosen.UNSURE] + counts[Chosen.DISPUTED],
        undecided=undecided,
        waiting=sum(about not in found for about in drawn),
        basis=basis,
    )


def _among_people(given: Sequence[Score]) -> Estimate | None:
    numeric = all(each.data_type == DataType.NUMERIC for each in given)
    codes: dict[Value, float] = {}

    def code(value: Value) -> float:
        return float(value) if numeric else codes.setdefault(value, float(len(codes)))

    answers = [
        {who: code(labels.value(score)) for who, score in own.items()}
        for own in labels.said(given).values()
    ]
    return annotator_agreement.alpha(answers, Level.INTERVAL if numeric else Level.NOMINAL)


def _coded() -> Callable[[Value], float]:
    """Labels as numbers, so that they can be told apart."""
    known: dict[str, float] = {}

    def code(value: Value) -> float:
        if isinstance(value, str):
            return known.setdefault(value, float(len(known)))
        return float(value)

    return code


# -- what they say together ------------------------------------------------------------------------


def _reaches(threshold: float, value: float) -> bool:
    return value >= threshold


@dataclass(frozen=True, slots=True)
class _Reader:
    asked: Asked
    judged: _Judged
    used: dict[Target, Label]

    def told(self, card: Card) -> Card:
        """The card with what its types of scores allow to tell."""
        threshold = self.asked.threshold
        if threshold is None and card.people_type is DataType.BOOLEAN:
            # Where people say yes or no, a number is a yes from a half on.
            threshold = 0.5
        yes_judge = self._yes(card.data_type, threshold)
        yes_people = self._yes(card.people_type, threshold)
        both_numbers = card.data_type is card.people_type is DataType.NUMERIC
        found: dict[str, Any] = {}
        if card.judged and yes_judge:
            found["raw"] = calibration.raw(self._sample(yes_judge), binary=True)
        elif card.judged and card.data_type is DataType.NUMERIC:
            found["raw"] = calibration.raw(self._sample(float), binary=False)
        if not self.used:
            return replace(card, **found)
        if yes_judge and yes_people:
            found |= self._binary(yes_judge, yes_people)
        elif both_numbers:
            found |= self._numeric()
        if both_numbers:
            found |= self._distances()
        if card.people_type is card.data_type is DataType.CATEGORICAL:
            found |= self._labels()
        return replace(card, **found)

    def _yes(self, kind: DataType | None, threshold: float | None) -> Callable[[Any], bool] | None:
        """What makes a value a yes, where the question knows it."""
        positive = self.asked.positive
        if kind is DataType.BOOLEAN:
            return bool
        if kind is DataType.NUMERIC and threshold is not None:
            return partial(_reaches, threshold)
        if kind is DataType.CATEGORICAL and positive:
            return positive.__eq__
        return None

    def _sample(self, number: Any, *, rest: bool = False) -> Sample:
        own = [
            score
            for about, score in self.judged.scores.items()
            if not rest or about not in self.used
        ]
        return calibration.sample(
            [float(number(labels.value(each))) for each in own], [_weight(each) for each in own]
        )

    def _of_used(self, number: Any) -> Sample:
        own = [self.judged.scores[about] for about in self.used]
        return calibration.sample(
            [float(number(labels.value(each))) for each in own], [_weight(each) for each in own]
        )

    def _binary(self, yes_judge: Any, yes_people: Any) -> dict[str, Any]:
        cells = _confusion(self.judged, self.used, yes_people, yes_judge)
        people = [float(yes_people(label.value)) for label in self.used.values()]
        return {
            "confusion": cells,
            "rates": calibration.rates(cells),
            "corrected": calibration.rogan_gladen(self._sample(yes_judge), cells),
            "powered": calibration.prediction_powered(
                self._sample(yes_judge, rest=True), self._of_used(yes_judge), people
            ),
        }

    def _numeric(self) -> dict[str, Any]:
        people = [float(label.value) for label in self.used.values()]
        rest = self._sample(float, rest=True)
        return {"powered": calibration.prediction_powered(rest, self._of_used(float), people)}

    def _distances(self) -> dict[str, Any]:
        pairs = [
            (float(label.value), float(labels.value(self.judged.scores[about])))
            for about, label in self.used.items()
        ]
        return {
            "distances": calibration.distances(pairs),
            "correlation": agreement.of_numbers(pairs),
        }

    def _labels(self) -> dict[str, Any]:
        pairs = [
            (str(label.value), str(labels.value(self.judged.scores[about])))
            for about, label in self.used.items()
        ]
        cells = Counter(pairs)
        names = sorted({name for pair in pairs for name in pair})
        codes = {name: float(place) for place, name in enumerate(names)}
        equal = sum(one == other for one, other in pairs)
        shown = names if len(names) <= MOST_LABELS else []
        return {
            "same": share(equal, len(pairs)),
            "kappa": annotator_agreement.kappa([(codes[a], codes[b]) for a, b in pairs]),
            "cells": [Cell(a, b, cells[a, b]) for a in shown for b in shown],
            "of_labels": [self._of_label(name) for name in shown],
        }

    def _of_label(self, name: str) -> OfLabel:
        found = self._binary(name.__eq__, name.__eq__)
        return OfLabel(
            name,
            calibration.raw(self._sample(name.__eq__), binary=True),
            found["rates"].tpr,
            found["rates"].precision,
            found["corrected"].rate,
            found["powered"].mean,
        )
