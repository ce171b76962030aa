"""From the parameters of Langfuse's API to questions of ours. Pure; raises BadRequest."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Depends, Query

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.scope import TimeRange
from pilothouse.protocols.langfuse.read import KINDS
from pilothouse.query import fields
from pilothouse.query.fields import Field, Type
from pilothouse.query.filters import (
    AnyOf,
    Compare,
    Exists,
    Filter,
    Like,
    Match,
    Not,
    Operator,
    Or,
    equal,
    every,
)
from pilothouse.query.lists import ALWAYS, ListQuestion, Order, View, order, ranged

Time = datetime | None
Words = Annotated[list[str] | None, Query()]


class Paging:
    """`page` and `limit`, and what an answer says of them."""

    def __init__(
        self,
        page: Annotated[int, Query(ge=1)] = 1,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> None:
        self.page = page
        self.limit = limit

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.limit

    def question(
        self, view: View, within: TimeRange, filter: Filter | None, by: Order | None = None
    ) -> ListQuestion:
        return ListQuestion(
            view,
            within,
            filter,
            by or order(view, ""),
            limit=self.limit,
            offset=self.offset,
        )

    def meta(self, items: int) -> dict[str, int]:
        pages = -(-items // self.limit)
        return {"page": self.page, "limit": self.limit, "totalItems": items, "totalPages": pages}


PagingOf = Annotated[Paging, Depends()]


def within(start: Time, end: Time) -> TimeRange:
    """From inclusive, to exclusive."""
    return ranged(micros(start) if start else ALWAYS.start, micros(end) if end else ALWAYS.end)


def micros(moment: datetime) -> int:
    """A time without a zone is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1_000_000)


def among(field: str, words: str | Sequence[str] | None) -> Filter | None:
    """The field is one of the words; no words, no condition."""
    listed = [words] if isinstance(words, str) else list(words or ())
    return Match(field, equal(*listed)) if listed else None


def listed(text: str | None) -> list[str]:
    """The words of a parameter that separates them by commas."""
    return [word for each in (text or "").split(",") if (word := each.strip())]


_SOURCES = {"API": "api", "ANNOTATION": "annotation", "EVAL": "evaluator"}


def source(word: str) -> str:
    """Of a score, in our word."""
    return _SOURCES.get(word.upper(), word)


def all_tags(tags: Sequence[str] | None) -> Filter | None:
    return every(*(Match("tags", equal(tag)) for tag in tags or ()))


def kind(word: str | None) -> Filter | None:
    return Match("kind", equal(_kind(word))) if word else None


def _kind(word: str) -> str:
    return KINDS.get(word.lower(), word.lower())


NOT_A_HEAD = Not(Match("kind", equal("trace")))
"""The head of a trace is no observation."""


def is_root(wanted: bool | None) -> Filter | None:
    """Whether it has no parent, or its client says that it begins the application's part."""
    if wanted is None:
        return None
    root = Or((Match("root", equal(True)), Not(Match("parent", Exists()))))
    return root if wanted else Not(root)


_ORDERS = {
    "timestamp": "start_time",
    "startTime": "start_time",
    "name": "name",
    "latency": "latency",
    "totalCost": "cost",
    "totalTokens": "tokens",
}


def ordered(view: View, text: str | None) -> Order:
    """`timestamp.desc` and the like; columns that we do not order by give the default."""
    column, _, direction = (text or "").partition(".")
    by = _ORDERS.get(column)
    if by is None:
        return order(view, "")
    return order(view, by if direction.lower() == "asc" else f"-{by}")


# -- the `filter` parameter ----------------------------------------------------------------------


class Condition(msgspec.Struct):
    """One condition of Langfuse's filters. All of a list must hold."""

    column: str
    operator: str
    type: str = "string"
    value: Any = None
    key: str = ""


_COLUMNS = {
    "id": "trace",
    "traceid": "trace",
    "observationid": "span",
    "parentobservationid": "parent",
    "name": "name",
    "tracename": "trace_name",
    "userid": "user",
    "user": "user",
    "sessionid": "session",
    "session": "session",
    "tags": "tags",
    "tracetags": "tags",
    "version": "version",
    "release": "release",
    "environment": "environment",
    "type": "kind",
    "level": "level",
    "statusmessage": "status",
    "model": "model",
    "providedmodelname": "model",
    "promptname": "prompt",
    "promptversion": "prompt_version",
    "timestamp": "time",
    "starttime": "time",
    "latency": "latency",
    "timetofirsttoken": "ttft",
    "totalcost": "cost",
    "inputtokens": "input_tokens",
    "outputtokens": "output_tokens",
    "totaltokens": "tokens",
    "metadata": "metadata",
    "input": "input",
    "output": "output",
    "scores": "score",
    "scoresnumeric": "score",
    "isrootobservation": "root",
    "bookmarked": "bookmarked",
    "public": "public",
    "errorcount": "errors",
}
"""Columns in lower case, without spaces and underscores."""

_SCORE_COLUMNS = {
    "id": "score_id",
    "name": "name",
    "scorename": "name",
    "source": "source",
    "scoresource": "source",
    "datatype": "data_type",
    "scoredatatype": "data_type",
    "value": "value",
    "booleanvalue": "value",
    "stringvalue": "string_value",
    "configid": "config",
    "queueid": "queue",
    "authoruserid": "author",
    "environment": "environment",
    "timestamp": "time",
    "scoretimestamp": "time",
    "traceid": "trace",
    "observationid": "span",
    "sessionid": "session",
    "experimentid": "experiment",
    "datasetrunid": "experiment",
    "userid": "user",
    "user": "user",
    "tags": "tags",
    "tracetags": "tags",
    "tracename": "trace_name",
    "tracerelease": "release",
    "release": "release",
    "traceversion": "version",
    "version": "version",
    "observationname": "span_name",
    "observationmodelname": "model",
    "observationpromptname": "prompt",
    "observationpromptversion": "prompt_version",
}

_decode = msgspec.json.Decoder(list[Condition])


def parsed(text: str | None, view: Literal["traces", "spans"]) -> Filter | None:
    """The `filter` parameter: a JSON list of conditions. Raises BadRequest."""
    return every(*(condition_on(view, condition) for condition in conditions(text)))


def conditions(text: str | None) -> list[Condition]:
    """Raises BadRequest."""
    try:
        return _decode.decode(text) if text else []
    except msgspec.MsgspecError as error:
        raise BadRequest(f"filter: {error}") from error


def condition_on(view: Literal["traces", "spans", "scores"], condition: Condition) -> Filter:
    """Raises BadRequest for a column or an operator that is not known."""
    column = condition.column.lower().replace(" ", "").replace("_", "")
    name = (_SCORE_COLUMNS if view == "scores" else _COLUMNS).get(column)
    if column == "id" and view == "spans":
        name = "span"
    if column == "name" and view == "traces":
        name = "trace_name"
    if name == "root":
        return _root_condition(condition)
    build = _OPERATORS.get(condition.operator)
    if name is None or build is None:
        what = condition.column if name is None else condition.operator
        raise BadRequest(f"filter: {what[:60]!r} is not known")
    field = fields.of_score(name) if view == "scores" else fields.named(name)
    return build(name, condition.key, _values(field, condition))


def _root_condition(condition: Condition) -> Filter:
    wanted = str(condition.value).lower() == "true"
    return is_root(wanted != (condition.operator == "<>")) or Or(())


def _values(field: Field, condition: Condition) -> list[Any]:
    """The values in our units: times and durations are microseconds, kinds our words."""
    value = condition.value
    listed: list[Any] = value if isinstance(value, list) else [value]
    read = _READERS.get(field.name if field.name in _READERS else field.type)
    try:
        return [read(each) for each in listed] if read else listed
    except (TypeError, ValueError) as error:
        raise BadRequest(f"filter: {condition.column} cannot be {value!r}") from error


_READERS: dict[Type | str, Callable[[Any], Any]] = {
    Type.TIME: lambda value: micros(datetime.fromisoformat(value)),
    Type.DURATION: lambda value: round(float(value) * 1_000_000),
    Type.NUMBER: float,
    Type.MONEY: float,
    Type.TEXT: str,
    Type.TAGS: str,
    Type.ENUM: lambda value: str(value).lower(),
    Type.BOOLEAN: lambda value: str(value).lower() == "true",
    "kind": lambda value: _kind(str(value)),
    "source": lambda value: source(str(value)),
    "data_type": lambda value: str(value).lower(),
}


def _any(name: str, key: str, given: list[Any]) -> Filter:
    return Match(name, AnyOf(tuple(given)), key)


def _like(before: bool, after: bool) -> Callable[[str, str, list[Any]], Filter]:
    def build(name: str, key: str, given: list[Any]) -> Filter:
        parts = (*([""] if before else []), str(given[0]), *([""] if after else []))
        return Match(name, AnyOf((Like(parts),)), key)

    return build


def _compare(operator: Operator) -> Callable[[str, str, list[Any]], Filter]:
    return lambda name, key, given: Match(name, Compare(operator, given[0]), key)


def _negated(
    build: Callable[[str, str, list[Any]], Filter],
) -> Callable[[str, str, list[Any]], Filter]:
    return lambda name, key, given: Not(build(name, key, given))


def _all(name: str, key: str, given: list[Any]) -> Filter:
    return every(*(_any(name, key, [each]) for each in given)) or Or(())


_contains = _like(before=True, after=True)
_OPERATORS: dict[str, Callable[[str, str, list[Any]], Filter]] = {
    "=": _any,
    "<>": _negated(_any),
    ">": _compare(">"),
    ">=": _compare(">="),
    "<": _compare("<"),
    "<=": _compare("<="),
    "contains": _contains,
    "does not contain": _negated(_contains),
    "matches": _contains,
    "starts with": _like(before=False, after=True),
    "ends with": _like(before=True, after=False),
    "any of": _any,
    "none of": _negated(_any),
    "all of": _all,
    "is set": lambda name, key, _: Match(name, Exists(), key),
    "is not set": lambda name, key, _: Not(Match(name, Exists(), key)),
    "is null": lambda name, key, _: Not(Match(name, Exists(), key)),
    "is not null": lambda name, key, _: Match(name, Exists(), key),
}
