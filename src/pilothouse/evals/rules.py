"""Rules: live traffic that fits a filter is evaluated when it has been quiet, history when asked."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.evaluation import (
    Assignment,
    Evaluation,
    EvaluationRule,
    EvaluatorVersion,
    Target,
    evaluation_id,
)
from pilothouse.domain.job import Job
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.evals import looking
from pilothouse.evals.looking import Looking
from pilothouse.evals.scorers import with_variables
from pilothouse.jobs.worker import Progress
from pilothouse.query import lists
from pilothouse.query.arrivals import Arrived
from pilothouse.query.lists import ListQuestion, View
from pilothouse.reading.service import Reading
from pilothouse.store.relational import evaluation_rules, evaluations, evaluators, jobs
from pilothouse.store.relational.database import Database

BACKFILL = "backfill"
MOST_EVALUATORS = 20
"""Of a rule."""
_PAGE = 1_000
_VIEWS: dict[Target, View] = {
    Target.SPAN: "spans",
    Target.TRACE: "traces",
    Target.SESSION: "sessions",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    name: str
    evaluator_id: str
    evaluator_version: int = 0
    target: Target = Target.TRACE
    filter: str = ""
    sampling: float = 1.0
    delay: int = 30
    daily_budget: float | None = None
    is_active: bool = True
    variables: Mapping[str, str] | None = None
    """None: as they are, while the evaluator is the same."""
    further: tuple[Assignment, ...] | None = None
    """None: as they are."""
    told_filter: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of a backfill."""

    found: int
    """That fit the filter in the range."""
    chosen: int
    """Of these, by the probability of the rule."""
    cost: float | None
    """US dollars, by what the evaluators cost lately; None: one that asks models has not worked yet."""


class Rules(Looking[EvaluationRule, RuleDraft]):
    name = "rules"

    def __init__(self, database: Database, reading: Reading, wake: Callable[[], None]) -> None:
        """`wake` says that there is something to evaluate."""
        super().__init__(database, reading, evaluation_rules, EvaluationRule)
        self._wake = wake

    def _told(self, draft: RuleDraft, before: EvaluationRule | None) -> dict[str, Any]:
        told = {name: getattr(draft, name) for name in RuleDraft.__slots__}
        if draft.variables is None:
            same = before is not None and before.evaluator_id == draft.evaluator_id
            told["variables"] = before.variables if before and same else {}
        if draft.further is None:
            told["further"] = before.further if before else ()
        if not draft.told_filter and before is not None and before.filter == draft.filter:
            told["told_filter"] = before.told_filter
        return told

    def _check(self, db: sa.Connection, rule: EvaluationRule) -> None:
        if rule.daily_budget is not None and not 0 <= rule.daily_budget < 1e9:
            raise BadRequest("the budget is a number of dollars a day")
        if len({each.evaluator_id for each in rule.assignments}) < len(rule.assignments):
            raise BadRequest("a rule names each evaluator once")
        if len(rule.assignments) > MOST_EVALUATORS:
            raise BadRequest(f"a rule has at most {MOST_EVALUATORS} evaluators")
        for each in rule.assignments:
            with_variables(_version(db, rule, each), each.variables)

    def _look_for(self, rule: EvaluationRule) -> None:
        found = looking.arrived(self._reading, rule)
        if sum(self._ask(rule, page, until) for page, until in found):
            self._wake()

    def _ask(self, rule: EvaluationRule, found: Iterable[Arrived], looked_until: int) -> int:
        """Gives how many evaluations are new."""
        moment = now()
        with self._database.write() as db:
            versions = [_version(db, rule, each) for each in rule.assignments]
            asked = [
                _evaluation(rule, version, each, moment)
                for each in looking.chosen(rule, found)
                for version in versions
            ]
            if looked_until and not evaluation_rules.looked(db, rule, looked_until):
                return 0
            return evaluations.ask(db, asked)

    # -- backfill ----------------------------------------------------------------------------

    def estimate(self, project_id: str, id: str, within: TimeRange) -> Estimate:
        rule = self.find(project_id, id)
        found = self._reading.count(Scope(project_id), _question(rule, within))
        with self._database.read() as db:
            costs = [
                evaluations.mean_cost(db, project_id, each.evaluator_id)
                for each in rule.assignments
                if _version(db, rule, each).asks_models
            ]
        cost = None if None in costs else sum(each or 0.0 for each in costs)
        chosen = round(found * rule.sampling)
        return Estimate(found, chosen, None if cost is None else cost * chosen)

    def backfill(self, project_id: str, id: str, within: TimeRange, author_id: str) -> Job:
        """Have history evaluated; what was evaluated before is not again."""
        self.find(project_id, id)
        settings = {"start": within.start, "end": within.end}
        with self._database.write() as db:
            before = jobs.latest(db, project_id, BACKFILL, id)
            if before is not None and before.finished_at == 0:
                raise BadRequest("a backfill of this rule is running already")
            return jobs.add(db, project_id, BACKFILL, id, settings, author_id)

    async def fill(self, job: Job, progress: Progress) -> None:
        """Does jobs of the kind `backfill`."""
        rule = await asyncio.to_thread(self.find, job.project_id, job.subject)
        within = TimeRange(job.settings["start"], job.settings["end"])
        question = _question(rule, within)
        scope = Scope(job.project_id)
        progress.total = await asyncio.to_thread(self._reading.count, scope, question)
        progress.done = 0
        pages = self._pages(scope, rule, question)
        while (page := await asyncio.to_thread(next, pages, None)) is not None:
            await asyncio.to_thread(self._ask, rule, page, 0)
            progress.done += len(page)
            self._wake()

    def _pages(
        self, scope: Scope, rule: EvaluationRule, question: ListQuestion
    ) -> Iterator[list[Arrived]]:
        cursor: str | None = None
        while True:
            found, cursor = self._page(scope, rule.target, question.at(cursor))
            yield found
            if cursor is None:
                return

    def _page(
        self, scope: Scope, target: Target, question: ListQuestion
    ) -> tuple[list[Arrived], str | None]:
        if target is Target.SPAN:
            spans = self._reading.spans(scope, question)
            keys = [Arrived(trace_id=s.trace_id, span_id=s.span_id, last=0) for s in spans.items]
            return keys, spans.next_cursor
        if target is Target.TRACE:
            traces = self._reading.traces(scope, question)
            keys = [Arrived(trace_id=each.head.trace_id, last=0) for each in traces.items]
            return keys, traces.next_cursor
        sessions = self._reading.sessions(scope, question)
        keys = [Arrived(session_id=each.session_id, last=0) for each in sessions.items]
        return keys, sessions.next_cursor


def _version(db: sa.Connection, rule: EvaluationRule, who: Assignment) -> EvaluatorVersion:
    number = rule.evaluator_version if who.evaluator_id == rule.evaluator_id else 0
    found = evaluators.version(db, rule.project_id, who.evaluator_id, number)
    if found is None:
        raise NotFound("no such version of an evaluator")
    return found


def _evaluation(
    rule: EvaluationRule, version: EvaluatorVersion, found: Arrived, moment: int
) -> Evaluation:
    asked = Evaluation(
        id="",
        project_id=rule.project_id,
        evaluator_id=version.evaluator_id,
        evaluator_version=version.version,
        rule_id=rule.id,
        trace_id=found.trace_id,
        span_id=found.span_id,
        session_id=found.session_id,
        probability=rule.sampling,
        run_at=moment,
        created_at=moment,
    )
    return replace(asked, id=evaluation_id(asked))


def _question(rule: EvaluationRule, within: TimeRange) -> ListQuestion:
    view = _VIEWS[rule.target]
    return ListQuestion(view, within, looking.traffic(rule.filter), lists.order(view, ""), _PAGE)
