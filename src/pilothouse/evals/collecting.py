"""Rules by which live traffic becomes items of data sets: what fits a filter, when it has been quiet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from pilothouse.datasets import bringing
from pilothouse.datasets.registry import ItemChange
from pilothouse.domain.clock import DAY, now
from pilothouse.domain.dataset import Dataset, DatasetRule, clean_split, clean_tags
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.evaluation import Target
from pilothouse.domain.messages import parse
from pilothouse.domain.scope import Scope
from pilothouse.domain.span import Span
from pilothouse.evals import looking
from pilothouse.evals.looking import Looking
from pilothouse.query.arrivals import Arrived
from pilothouse.reading.service import Reading
from pilothouse.store.relational import dataset_rules, datasets
from pilothouse.store.relational.database import Database

MOST_A_DAY = 10_000
_WHOLE_AT_ONCE = 100
_UNFIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    name: str
    dataset_id: str
    target: Target = Target.TRACE
    filter: str = ""
    sampling: float = 1.0
    delay: int = 30
    daily_limit: int = 100
    split: str = ""
    tags: tuple[str, ...] = ()
    is_active: bool = True


class Collecting(Looking[DatasetRule, RuleDraft]):
    name = "collecting"

    def __init__(self, database: Database, reading: Reading) -> None:
        super().__init__(database, reading, dataset_rules, DatasetRule)

    def _told(self, draft: RuleDraft, before: DatasetRule | None) -> dict[str, Any]:
        told = {name: getattr(draft, name) for name in RuleDraft.__slots__}
        return told | {"split": clean_split(draft.split), "tags": clean_tags(draft.tags)}

    def _check(self, db: sa.Connection, rule: DatasetRule) -> None:
        if rule.target is Target.SESSION:
            raise BadRequest("items are made of spans and of traces")
        if not 1 <= rule.daily_limit <= MOST_A_DAY:
            raise BadRequest(f"a rule adds 1 to {MOST_A_DAY} items a day")
        if datasets.by_id(db, rule.project_id, rule.dataset_id) is None:
            raise NotFound("no such data set")

    def _look_for(self, rule: DatasetRule) -> None:
        for found, until in looking.arrived(self._reading, rule):
            if not self._take(rule, looking.chosen(rule, found), until):
                return

    def _take(self, rule: DatasetRule, found: Sequence[Arrived], until: int) -> bool:
        """Adds what is new, as many as the day allows, and notes how far the rule has looked. False
        when another server was quicker, or the rule is gone."""
        with self._database.read() as db:
            dataset = datasets.by_id(db, rule.project_id, rule.dataset_id)
            taken = datasets.sources_of(db, rule.project_id, rule.dataset_id) if found else set()
        if dataset is None:
            return False
        day = now() // DAY
        new = [each for each in found if (each.trace_id, each.span_id) not in taken]
        # What was there for the last look too was told of then, where it did not fit.
        again = [each for each in new if each.last <= rule.seen_until]
        fresh = [each for each in new if each.last > rule.seen_until]
        parts = [self._changes(rule, dataset, each, day) for each in (again, fresh)]
        with self._database.write() as db:
            current = dataset_rules.locked(db, rule)
            if current is None:
                return False
            for changes, is_told in zip(parts, (False, True), strict=True):
                came = bringing.add_in(db, dataset, changes, current.left_on(day))
                current = _counted(current, came, day, is_told=is_told)
            dataset_rules.replace(db, replace(current, seen_until=until or current.seen_until))
        return True

    def _changes(
        self, rule: DatasetRule, dataset: Dataset, found: Sequence[Arrived], day: int
    ) -> list[ItemChange]:
        """Of no more than the day may take, and of some that may not fit."""
        left = rule.left_on(day)
        keys = [(each.trace_id, each.span_id) for each in found[: left + _UNFIT if left else 0]]
        is_trace = rule.target is Target.TRACE
        spans = whole(self._reading, Scope(rule.project_id), keys, traces=is_trace)
        return list(items(dataset, spans, rule.split, rule.tags, traces=is_trace))


def _counted(rule: DatasetRule, came: bringing.Brought, day: int, *, is_told: bool) -> DatasetRule:
    before = rule.added_that_day if rule.day == day else 0
    return replace(
        rule,
        added=rule.added + came.added,
        refused=rule.refused + (came.bad if is_told else 0),
        reason=came.problems[-1].reason if came.problems else rule.reason,
        day=day,
        added_that_day=before + came.added,
    )


def whole(
    reading: Reading, scope: Scope, keys: Sequence[tuple[str, str]], *, traces: bool
) -> Iterator[Span]:
    """Spans, or heads of traces, with their bodies; those that are there, in the order asked for."""
    for at in range(0, len(keys), _WHOLE_AT_ONCE):
        part = keys[at : at + _WHOLE_AT_ONCE]
        if traces:
            found = reading.summaries(scope, [trace for trace, _ in part])
            yield from (found[trace].head for trace, _ in part if trace in found)
        else:
            yield from reading.whole_spans(scope, part)


def items(
    dataset: Dataset, spans: Iterable[Span], split: str, tags: Sequence[str], *, traces: bool
) -> Iterator[ItemChange]:
    """What spans took in as input, and what they gave as expected output, each under an id that it
    always gets."""
    for span in spans:
        span_id = "" if traces else span.span_id
        yield ItemChange(
            id=bringing.derived_id(dataset, span.trace_id, span_id),
            input=_value(span.input),
            expected_output=_value(span.output),
            source_trace_id=span.trace_id,
            source_span_id=span_id,
            split=split,
            tags=tuple(tags),
        )


def _value(payload: str) -> Any:
    return parse(payload) if payload else None
