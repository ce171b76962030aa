"""How standing rules look at live traffic: what came since they looked last and has been quiet. Rules of
either kind are kept, and look, in the same way; what they do with what they find is their own."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Generic, Protocol, TypeVar

import sqlalchemy as sa
import structlog

from pilothouse.domain.clock import DAY, SECOND, now
from pilothouse.domain.dataset import DatasetRule
from pilothouse.domain.errors import BadRequest, Conflict, NotFound, Unavailable
from pilothouse.domain.evaluation import EvaluationRule, is_chosen
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.evals.pieces import OWN_ENVIRONMENTS
from pilothouse.evals.scorers.tools import ENVIRONMENT
from pilothouse.query import filters, parser
from pilothouse.query.arrivals import ArrivalQuestion, Arrived
from pilothouse.query.filters import Filter, Match, equal, every
from pilothouse.reading.service import Reading
from pilothouse.store.relational.accounts import new_id
from pilothouse.store.relational.database import Database

log = structlog.get_logger(__name__)

Rule = TypeVar("Rule", EvaluationRule, DatasetRule)
Draft = TypeVar("Draft", bound="Drafted")

MOST = 200
"""Rules of a project."""
MOST_DELAY = 7 * 24 * 3600
_LOOK_EVERY = 5.0
_SETTLED = 1 * SECOND
_AGAIN = 10 * SECOND
"""What was given its revision before, and is seen only now, is looked for so far back."""
_PAGE = 1_000
_MOST_PAGES = 50
"""Of one look at a rule; the next goes on from there."""
_SPAN_OF_LIFE = DAY
"""What began longer ago when its news comes is left to those who choose it by hand."""


class Drafted(Protocol):
    """A rule as it is told."""

    @property
    def is_active(self) -> bool: ...


class Kept(Protocol[Rule]):
    """Where rules of a kind are kept."""

    def add(self, db: sa.Connection, rule: Rule) -> None: ...
    def replace(self, db: sa.Connection, rule: Rule) -> None: ...
    def remove(self, db: sa.Connection, project_id: str, id: str) -> bool: ...
    def one(self, db: sa.Connection, project_id: str, id: str) -> Rule | None: ...
    def of_project(self, db: sa.Connection, project_id: str) -> list[Rule]: ...
    def active(self, db: sa.Connection) -> list[Rule]: ...


class Looking(ABC, Generic[Rule, Draft]):
    """A task of the server that looks at what comes in, and the keeper of the rules."""

    name: str
    """Of the task."""

    def __init__(
        self, database: Database, reading: Reading, kept: Kept[Rule], kind: Callable[..., Rule]
    ) -> None:
        self._database = database
        self._reading = reading
        self._kept = kept
        self._kind = kind
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._look(), name=self.name)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # -- what a kind has of its own ----------------------------------------------------------

    @abstractmethod
    def _told(self, draft: Draft, before: Rule | None) -> dict[str, Any]:
        """Values of the rule that the draft tells."""

    @abstractmethod
    def _check(self, db: sa.Connection, rule: Rule) -> None:
        """Raises BadRequest and NotFound."""

    @abstractmethod
    def _look_for(self, rule: Rule) -> None:
        """What is there now. Blocks."""

    # -- keeping (these block; from any thread) ----------------------------------------------

    def add(self, project_id: str, draft: Draft, author_id: str) -> Rule:
        """What came before is not looked at. Raises BadRequest, NotFound, Conflict."""
        moment = now()
        rule = self._kind(
            id=new_id(),
            project_id=project_id,
            **self._told(draft, None),
            seen_until=moment,
            author_id=author_id,
            created_at=moment,
            updated_at=moment,
        )
        with self._database.write() as db:
            _check(rule)
            self._check(db, rule)
            if len(self._kept.of_project(db, project_id)) >= MOST:
                raise BadRequest(f"a project holds at most {MOST} rules")
            self._kept.add(db, rule)
        return rule

    def change(self, project_id: str, id: str, draft: Draft) -> Rule:
        """One that was off starts with what comes from now on."""
        moment = now()
        with self._database.write() as db:
            before = _found(self._kept.one(db, project_id, id))
            woken = draft.is_active and not before.is_active
            seen = moment if woken else before.seen_until
            told = self._told(draft, before)
            rule = replace(before, **told, seen_until=seen, updated_at=moment)
            _check(rule)
            self._check(db, rule)
            self._kept.replace(db, rule)
        return rule

    def remove(self, project_id: str, id: str) -> None:
        """What came of it stays."""
        with self._database.write() as db:
            if not self._kept.remove(db, project_id, id):
                raise NotFound("no such rule")

    def find(self, project_id: str, id: str) -> Rule:
        with self._database.read() as db:
            return _found(self._kept.one(db, project_id, id))

    def of_project(self, project_id: str) -> list[Rule]:
        with self._database.read() as db:
            return self._kept.of_project(db, project_id)

    # -- looking -----------------------------------------------------------------------------

    async def _look(self) -> None:
        while True:
            try:
                await self.look()
            except Unavailable as error:
                log.warning("rules cannot look", kind=self.name, error=str(error)[:200])
            except Exception as error:
                log.error("rules did not look", kind=self.name, exc_info=error)
            await asyncio.sleep(_LOOK_EVERY)

    async def look(self) -> None:
        """Every active rule looks once at what has come since it looked last."""
        for rule in await asyncio.to_thread(self._active):
            with contextlib.suppress(NotFound, BadRequest, Conflict):
                # What it needs was changed or deleted meanwhile: its page tells of that.
                await asyncio.to_thread(self._look_for, rule)

    def _active(self) -> list[Rule]:
        with self._database.read() as db:
            return self._kept.active(db)


def _found(rule: Rule | None) -> Rule:
    if rule is None:
        raise NotFound("no such rule")
    return rule


def _check(rule: EvaluationRule | DatasetRule) -> None:
    if not rule.name.strip() or len(rule.name) > 200:
        raise BadRequest("a rule's name has 1 to 200 characters")
    if not 0 < rule.sampling <= 1:
        raise BadRequest("the probability is above 0 and at most 1")
    if not 0 <= rule.delay <= MOST_DELAY:
        raise BadRequest(f"the delay is 0 to {MOST_DELAY} seconds")
    parser.parse(rule.filter)


def arrived(
    reading: Reading, rule: EvaluationRule | DatasetRule
) -> Iterator[tuple[list[Arrived], int]]:
    """Pages of what the rule has to look at, the last with the receipt up to which it has looked then;
    the others with 0."""
    until = now() - max(rule.delay * SECOND, _SETTLED)
    since = max(rule.seen_until - _AGAIN, rule.created_at)
    if until <= rule.seen_until:
        return
    within = TimeRange(max(0, since - _SPAN_OF_LIFE), now() + DAY)
    question = ArrivalQuestion(rule.target, within, since, until, traffic(rule.filter), _PAGE)
    scope = Scope(rule.project_id)
    for _ in range(_MOST_PAGES):
        found = reading.arrived(scope, question)
        if len(found) < _PAGE:
            yield found, until
            return
        yield found, 0
        question = replace(question, after=found[-1])
    # So much has come that the rest is left to the next look, with what has the same revision.
    last = question.after.last - 1 if question.after else since
    yield [], max(last, rule.seen_until)


def chosen(rule: EvaluationRule | DatasetRule, found: Iterable[Arrived]) -> list[Arrived]:
    """The part that chance chooses, the same for the same."""
    return [
        each
        for each in found
        if is_chosen(rule.id, each.session_id or f"{each.trace_id}/{each.span_id}", rule.sampling)
    ]


def traffic(text: str) -> Filter | None:
    """What the filter says, with what evaluators leave kept out, always; what else the server runs
    itself is looked at where the filter names the environment."""
    told = parser.parse(text)
    own = [ENVIRONMENT] if _names_environment(told) else OWN_ENVIRONMENTS
    return every(told, filters.Not(Match("environment", equal(*own))))


def _names_environment(filter: Filter | None) -> bool:
    match filter:
        case None:
            return False
        case Match(field, _, _):
            return field == "environment"
        case filters.Not(of):
            return _names_environment(of)
        case filters.And(of) | filters.Or(of):
            return any(map(_names_environment, of))
