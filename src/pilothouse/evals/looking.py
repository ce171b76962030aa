"""How standing rules look at live traffic: what came since they looked last and has been quiet."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from pilothouse.domain.clock import DAY, SECOND, now
from pilothouse.domain.evaluation import Target
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.evals.pieces import OWN_ENVIRONMENTS
from pilothouse.evals.scorers.tools import ENVIRONMENT
from pilothouse.query import filters, parser
from pilothouse.query.arrivals import ArrivalQuestion, Arrived
from pilothouse.query.filters import Filter, Match, equal, every
from pilothouse.reading.service import Reading

_SETTLED = 1 * SECOND
_AGAIN = 10 * SECOND
"""What was given its revision before, and is seen only now, is looked for so far back."""
_PAGE = 1_000
_MOST_PAGES = 50
"""Of one look at a rule; the next goes on from there."""
_SPAN_OF_LIFE = DAY
"""What began longer ago when its news comes is left to those who choose it by hand."""


class Standing(Protocol):
    """What the rules have in common."""

    @property
    def project_id(self) -> str: ...
    @property
    def target(self) -> Target: ...
    @property
    def filter(self) -> str: ...
    @property
    def delay(self) -> int: ...
    @property
    def seen_until(self) -> int: ...
    @property
    def created_at(self) -> int: ...


def arrived(reading: Reading, rule: Standing) -> Iterator[tuple[list[Arrived], int]]:
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


def key(found: Arrived) -> str:
    return found.session_id or f"{found.trace_id}/{found.span_id}"


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
