"""Rules by which live traffic becomes items of data sets: what fits a filter, when it has been quiet."""

import asyncio
import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
import structlog

from pilothouse.datasets import bringing
from pilothouse.datasets.registry import ItemChange
from pilothouse.domain.clock import DAY, now
from pilothouse.domain.dataset import Dataset, DatasetRule, clean_split, clean_tags
from pilothouse.domain.errors import BadRequest, Conflict, NotFound, Unavailable
from pilothouse.domain.evaluation import Target, is_chosen
from pilothouse.domain.messages import parse
from pilothouse.domain.scope import Scope
from pilothouse.domain.span import Span
from pilothouse.evals import looking
from pilothouse.query import parser
from pilothouse.query.arrivals import Arrived
from pilothouse.reading.service import Reading
from pilothouse.store.relational import dataset_rules, datasets
from pilothouse.store.relational.accounts import new_id
from pilothouse.store.relational.database import Database

log = structlog.get_logger(__name__)

MOST = 200
"""Rules of a project."""
MOST_A_DAY = 10_000
MOST_DELAY = 7 * 24 * 3600
_LOOK_EVERY = 5.0
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


class Collecting:
    """A task of the server that looks at what comes in, and the keeper of the rules."""

    def __init__(self, database: Database, reading: Reading) -> None:
        self._database = database
        self._reading = reading
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._look(), name="collecting")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # -- keeping (these block; from any thread) ----------------------------------------------

    def add(self, project_id: str, draft: RuleDraft, author_id: str) -> DatasetRule:
        """What came before is not looked at. Raises BadRequest, NotFound, Conflict."""
        moment = now()
        rule = DatasetRule(
            id=new_id(),
            project_id=project_id,
            **_told(draft),
            seen_until=moment,
            author_id=author_id,
            created_at=moment,
            updated_at=moment,
        )
        with self._database.write() as db:
            _check(db, rule)
            if len(dataset_rules.of_project(db, project_id)) >= MOST:
                raise BadRequest(f"a project holds at most {MOST} rules")
            dataset_rules.add(db, rule)
        return rule

    def change(self, project_id: str, id: str, draft: RuleDraft) -> DatasetRule:
        """One that was off starts with what comes from now on."""
        moment = now()
        with self._database.write() as db:
            before = _found(dataset_rules.one(db, project_id, id))
            woken = draft.is_active and not before.is_active
            seen = moment if woken else before.seen_until
            rule = replace(before, **_told(draft), seen_until=seen, updated_at=moment)
            _check(db, rule)
            dataset_rules.replace(db, rule)
        return rule

    def remove(self, project_id: str, id: str) -> None:
        """The items that came of it stay."""
        with self._database.write() as db:
            if not dataset_rules.remove(db, project_id, id):
                raise NotFound("no such rule")

    def find(self, project_id: str, id: str) -> DatasetRule:
        with self._database.read() as db:
            return _found(dataset_rules.one(db, project_id, id))

    def of_project(self, project_id: str) -> list[DatasetRule]:
        with self._database.read() as db:
            return dataset_rules.of_project(db, project_id)

    # -- looking -----------------------------------------------------------------------------

    async def _look(self) -> None:
        while True:
            try:
                await self.look()
            except Unavailable as error:
                log.warning("rules cannot look", error=str(error)[:200])
            except Exception as error:
                log.error("rules did not look", exc_info=error)
            await asyncio.sleep(_LOOK_EVERY)

    async def look(self) -> None:
        """Every active rule looks once at what has come since it looked last."""
        for rule in await asyncio.to_thread(self._active):
            with contextlib.suppress(NotFound, BadRequest, Conflict):
                # Its data set was changed or deleted meanwhile: the next look sees how it is.
                await asyncio.to_thread(self._look_for, rule)

    def _active(self) -> list[DatasetRule]:
        with self._database.read() as db:
            return dataset_rules.active(db)

    def _look_for(self, rule: DatasetRule) -> None:
        for found, until in looking.arrived(self._reading, rule):
            chosen = [
                each for each in found if is_chosen(rule.id, looking.key(each), rule.sampling)
            ]
            if not self._take(rule, chosen, until):
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


def _told(draft: RuleDraft) -> dict[str, Any]:
    told = {name: getattr(draft, name) for name in RuleDraft.__slots__}
    return told | {"split": clean_split(draft.split), "tags": clean_tags(draft.tags)}


def _found(rule: DatasetRule | None) -> DatasetRule:
    if rule is None:
        raise NotFound("no such rule")
    return rule


def _check(db: sa.Connection, rule: DatasetRule) -> None:
    if not rule.name.strip() or len(rule.name) > 200:
        raise BadRequest("a rule's name has 1 to 200 characters")
    if rule.target is Target.SESSION:
        raise BadRequest("items are made of spans and of traces")
    if not 0 < rule.sampling <= 1:
        raise BadRequest("the probability is above 0 and at most 1")
    if not 0 <= rule.delay <= MOST_DELAY:
        raise BadRequest(f"the delay is 0 to {MOST_DELAY} seconds")
    if not 1 <= rule.daily_limit <= MOST_A_DAY:
        raise BadRequest(f"a rule adds 1 to {MOST_A_DAY} items a day")
    parser.parse(rule.filter)
    if datasets.by_id(db, rule.project_id, rule.dataset_id) is None:
        raise NotFound("no such data set")
