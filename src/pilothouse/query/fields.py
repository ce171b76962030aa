"""What can be filtered and grouped by: one table of fields.

A field says something about a span, about its whole trace, or about totals of the trace. That
decides what a term means in a list of traces: a term about a span holds for a trace when it holds
for one of its spans; a term about the trace is read from the trace's head; a term about totals is
read from the sums over its spans. In a list of spans every term is about the span itself.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.span import CostSource, Kind, Level


class Type(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DURATION = "duration"
    MONEY = "money"
    TIME = "time"
    ENUM = "enum"
    TAGS = "tags"
    MAP = "map"
    BOOLEAN = "boolean"


ORDERED = frozenset({Type.NUMBER, Type.DURATION, Type.MONEY, Type.TIME, Type.MAP})
"""Types that can be compared; of a map, its entries."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: Type
    column: str = ""
    """The span's own field; empty where the value is computed or looked for."""
    about: Literal["span", "trace", "totals"] = "span"
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    """Of an enum."""
    dimension: bool = False
    """May charts group by it, and lists count its values?"""


_KINDS = tuple(kind.value for kind in Kind if kind is not Kind.TRACE)
_LEVELS = tuple(level.value for level in Level)
_COST_SOURCES = tuple(source.value for source in CostSource if source.value)


def _text(
    name: str, column: str = "", *aliases: str, about: Literal["span", "trace"] = "span"
) -> Field:
    return Field(name, Type.TEXT, column or name, about, aliases, dimension=True)


def _id(name: str, column: str, *aliases: str, about: Literal["span", "trace"] = "span") -> Field:
    return Field(name, Type.TEXT, column, about, aliases)


FIELDS: tuple[Field, ...] = (
    Field("text", Type.TEXT),
    Field("input", Type.TEXT, "input"),
    Field("output", Type.TEXT, "output"),
    _text("name"),
    _text("trace_name", about="trace"),
    Field("kind", Type.ENUM, "kind", aliases=("type",), values=_KINDS, dimension=True),
    Field("level", Type.ENUM, "level", values=_LEVELS, dimension=True),
    Field("status", Type.TEXT, "status_message", aliases=("status_message",), dimension=True),
    _text("model"),
    _text("provider"),
    _text("user", "user_id", "user_id", about="trace"),
    _text("session", "session_id", "session_id", "thread", about="trace"),
    Field("tags", Type.TAGS, "tags", "trace", aliases=("tag",), dimension=True),
    _text("environment", "environment", "env", about="trace"),
    _text("release", about="trace"),
    _text("version", about="trace"),
    _text("service"),
    _text("prompt", "prompt_name", "prompt_name"),
    Field("prompt_version", Type.NUMBER, "prompt_version", dimension=True),
    Field("latency", Type.DURATION, about="totals", aliases=("duration",)),
    Field("ttft", Type.DURATION, aliases=("time_to_first_token",)),
    Field("cost", Type.MONEY, "total_cost", "totals", aliases=("total_cost",)),
    Field("tokens", Type.NUMBER, "total_tokens", "totals", aliases=("total_tokens",)),
    Field("input_tokens", Type.NUMBER, "input_tokens", "totals"),
    Field("output_tokens", Type.NUMBER, "output_tokens", "totals"),
    Field("errors", Type.NUMBER, about="totals"),
    Field("warnings", Type.NUMBER, about="totals"),
    Field("spans", Type.NUMBER, about="totals"),
    Field("time", Type.TIME, "start_time", "trace", aliases=("start_time", "timestamp")),
    Field("received", Type.TIME, "revision"),
    _text("finish_reason"),
    Field(
        "cost_source",
        Type.ENUM,
        "cost_source",
        aliases=("pricing",),
        values=_COST_SOURCES,
        dimension=True,
    ),
    _text("price", "price_id", "price_id"),
    _id("trace", "trace_id", "trace_id", about="trace"),
    _id("span", "span_id", "span_id", "id"),
    _id("parent", "parent_id", "parent_id"),
    _id("response", "response_id", "response_id"),
    Field("root", Type.BOOLEAN, "is_root", aliases=("is_root",), dimension=True),
    Field("running", Type.BOOLEAN),
    Field("streamed", Type.BOOLEAN),
    Field("billable", Type.BOOLEAN, "billable"),
    Field("public", Type.BOOLEAN, "public", "trace"),
    Field("bookmarked", Type.BOOLEAN, "bookmarked", "trace", aliases=("starred",)),
    Field("metadata", Type.MAP, "metadata", aliases=("meta",)),
    Field("attributes", Type.MAP, "attributes", aliases=("attribute", "attr")),
    Field("resource", Type.MAP, "resource"),
    Field("usage", Type.MAP, "usage"),
    Field("score", Type.MAP, aliases=("scores",)),
    _text("scope"),
    _text("sdk"),
    _text("protocol"),
)

BODIES = frozenset({"text", "input", "output"})
"""Fields in which words are looked for."""

_BY_NAME = {name: field for field in FIELDS for name in (field.name, *field.aliases)}


def find(name: str) -> Field | None:
    return _BY_NAME.get(name.lower())


def named(name: str) -> Field:
    """Raises BadRequest on a name that no field has."""
    field = find(name)
    if field is None:
        raise BadRequest(f"there is no field {name}")
    return field


SCORES: tuple[Field, ...] = (
    Field("score_id", Type.TEXT, "score_id"),
    Field("name", Type.TEXT, "name"),
    Field("data_type", Type.TEXT, "data_type"),
    Field("source", Type.TEXT, "source"),
    Field("value", Type.NUMBER, "value"),
    Field("string_value", Type.TEXT, "text"),
    Field("comment", Type.TEXT, "comment"),
    Field("trace", Type.TEXT, "trace_id"),
    Field("span", Type.TEXT, "span_id"),
    Field("session", Type.TEXT, "session_id"),
    Field("experiment", Type.TEXT, "experiment_id"),
    Field("config", Type.TEXT, "config_id"),
    Field("queue", Type.TEXT, "queue_id"),
    Field("author", Type.TEXT, "author_id"),
    Field("environment", Type.TEXT, "environment"),
    Field("time", Type.TIME, "timestamp"),
    Field("adjudicated", Type.BOOLEAN, "mapContains(metadata, 'adjudicated')"),
)
"""What is known of a score by itself."""

SCORED: tuple[Field, ...] = (
    Field("user", Type.TEXT, "user_id", "trace"),
    Field("tags", Type.TAGS, "tags", "trace"),
    Field("trace_name", Type.TEXT, "trace_name", "trace"),
    Field("release", Type.TEXT, "release", "trace"),
    Field("version", Type.TEXT, "version", "trace"),
    Field("span_name", Type.TEXT, "name"),
    Field("kind", Type.TEXT, "kind"),
    Field("model", Type.TEXT, "model"),
    Field("prompt", Type.TEXT, "prompt_name"),
    Field("prompt_version", Type.NUMBER, "prompt_version"),
)
"""What is known of it by the trace, or the span, that was scored."""

_OF_SCORES = {field.name: field for field in (*SCORES, *SCORED)}


def of_score(name: str) -> Field:
    """Raises BadRequest on a name that scores have no field of."""
    field = _OF_SCORES.get(name)
    if field is None:
        raise BadRequest(f"scores have no field {name[:60]}")
    return field
