"""How emitters' attributes become fields of a span: data, not branches.

A dialect is a tuple of rows. A row names an attribute, the field it fills and, where the value needs
reading, how. Several rows, of one dialect or of many, may fill the same field: the one that stands
first wins, dialects in the order of `dialects.ALL`. What no row names stays an attribute.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NewType

FieldName = NewType("FieldName", str)


class Field:
    """What an attribute can fill: constants, because a member of an Enum costs four times as much to
    name, and a span names dozens. Many are columns of a span by the same name."""

    NAME = FieldName("name")
    KIND = FieldName("kind")
    LEVEL = FieldName("level")
    STATUS_MESSAGE = FieldName("status_message")
    MODEL = FieldName("model")
    PROVIDER = FieldName("provider")
    INPUT = FieldName("input")
    OUTPUT = FieldName("output")
    SYSTEM = FieldName("system")
    """Instructions that stand before the input's messages."""
    TOOLS = FieldName("tools")
    PARAMETERS = FieldName("parameters")
    """A whole JSON object of them."""
    PARAMETER = FieldName("parameter")
    """One of them, by the rest of the key."""
    RESPONSE_ID = FieldName("response_id")
    FINISH_REASON = FieldName("finish_reason")
    FIRST_TOKEN_TIME = FieldName("first_token_time")
    """Microseconds since 1970."""
    SECONDS_TO_FIRST_TOKEN = FieldName("seconds_to_first_token")

    # Counts as most emitters give them: parts lie inside `input_tokens` and `output_tokens`.
    INPUT_TOKENS = FieldName("input_tokens")
    OUTPUT_TOKENS = FieldName("output_tokens")
    UNCACHED_INPUT = FieldName("uncached_input")
    """Of emitters that count cached input beside the input, not inside it."""
    TOTAL_TOKENS = FieldName("total_tokens")
    CACHE_READ = FieldName("input_cache_read")
    CACHE_WRITE = FieldName("input_cache_write")
    CACHE_WRITE_1H = FieldName("input_cache_write_1h")
    INPUT_AUDIO = FieldName("input_audio")
    INPUT_IMAGE = FieldName("input_image")
    INPUT_VIDEO = FieldName("input_video")
    REASONING = FieldName("output_reasoning")
    OUTPUT_AUDIO = FieldName("output_audio")
    OUTPUT_IMAGE = FieldName("output_image")
    USAGE = FieldName("usage")
    """A whole map of the client's own, disjoint buckets."""
    COST = FieldName("cost")
    """A whole map."""
    INPUT_COST = FieldName("input_cost")
    OUTPUT_COST = FieldName("output_cost")
    TOTAL_COST = FieldName("total_cost")
    NOT_BILLABLE = FieldName("not_billable")
    """A mark that the span repeats the usage of inner spans."""

    PROMPT_NAME = FieldName("prompt_name")
    PROMPT_VERSION = FieldName("prompt_version")

    TRACE_NAME = FieldName("trace_name")
    TRACE_INPUT = FieldName("trace_input")
    TRACE_OUTPUT = FieldName("trace_output")
    SESSION = FieldName("session_id")
    USER = FieldName("user_id")
    TAGS = FieldName("tags")
    ENVIRONMENT = FieldName("environment")
    RELEASE = FieldName("release")
    VERSION = FieldName("version")
    PUBLIC = FieldName("public")
    AS_ROOT = FieldName("as_root")
    METADATA = FieldName("metadata")
    TRACE_METADATA = FieldName("trace_metadata")
    """Metadata that is told to the whole trace, on whichever span."""
    """One entry by the rest of the key, or a whole JSON object."""
    INDEXED = FieldName("indexed")
    """A piece of a list that lies flat over many keys; `row.group` says which list."""
    IGNORED = FieldName("ignored")
    """Says nothing that is not said elsewhere."""


Reader = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a dialect. A key that ends in `*` stands for every key that begins so; what comes
    after is the rest. A reader gives None for a value that does not count."""

    key: str
    field: FieldName
    read: Reader | None = None
    group: str = ""
    """Of INDEXED rows: the list they belong to, such as `input.openinference`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row with its place in the whole order, bound to one concrete key. `rest` is what the key
    has beyond the row's, or the piece's name where a row names a piece of a list."""

    field: FieldName
    read: Reader | None
    group: str
    rank: int
    rest: str


def _rule(row: Row, rank: int, rest: str) -> Rule:
    return Rule(row.field, row.read, row.group, rank, rest)


class Rulebook(dict[str, Rule | None]):
    """The rule of every key that was met, of all dialects; None for a key that has none, and stays
    an attribute."""

    _MOST_KEYS = 20_000

    def __init__(self, dialects: tuple[tuple[Row, ...], ...]) -> None:
        rows = [row for dialect in dialects for row in dialect]
        self._exact: dict[str, Rule] = {}
        self._prefixes: list[tuple[str, Row, int]] = []
        for rank, row in enumerate(rows):
            if row.key.endswith("*"):
                self._prefixes.append((row.key[:-1], row, rank))
            else:
                piece = row.key.rpartition(".")[2] if row.field is Field.INDEXED else ""
                self._exact.setdefault(row.key, _rule(row, rank, piece))

    def __missing__(self, key: str) -> Rule | None:
        rule = self._exact.get(key) or self._by_prefix(key)
        if len(self) < self._MOST_KEYS:
            self[key] = rule
        return rule

    def _by_prefix(self, key: str) -> Rule | None:
        for prefix, row, rank in self._prefixes:
            if key.startswith(prefix) and len(key) > len(prefix):
                return _rule(row, rank, key[len(prefix) :])
        return None
