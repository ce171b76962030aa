"""How emitters' attributes become fields of a span: data, not branches.

A dialect is a tuple of rows. A row names an attribute, the field it fills and, where the value needs
reading, how. Several rows, of one dialect or of many, may fill the same field: the one that stands
first wins, dialects in the order of `dialects.ALL`. What no row names stays an attribute.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Field(StrEnum):
    """What an attribute can fill."""

    # Enum's own hash is written in Python; fields are looked up dozens of times a span.
    __hash__ = str.__hash__

    NAME = "name"
    KIND = "kind"
    LEVEL = "level"
    STATUS_MESSAGE = "status_message"
    MODEL = "model"
    PROVIDER = "provider"
    INPUT = "input"
    OUTPUT = "output"
    SYSTEM = "system"
    """Instructions that stand before the input's messages."""
    TOOLS = "tools"
    PARAMETERS = "parameters"
    """A whole JSON object of them."""
    PARAMETER = "parameter"
    """One of them, by the rest of the key."""
    RESPONSE_ID = "response_id"
    FINISH_REASON = "finish_reason"
    FIRST_TOKEN_TIME = "first_token_time"
    """Microseconds since 1970."""
    SECONDS_TO_FIRST_TOKEN = "seconds_to_first_token"

    # Counts as most emitters give them: parts lie inside `input_tokens` and `output_tokens`.
    INPUT_TOKENS = "input_tokens"
    OUTPUT_TOKENS = "output_tokens"
    UNCACHED_INPUT = "uncached_input"
    """Of emitters that count cached input beside the input, not inside it."""
    TOTAL_TOKENS = "total_tokens"
    CACHE_READ = "input_cache_read"
    CACHE_WRITE = "input_cache_write"
    CACHE_WRITE_1H = "input_cache_write_1h"
    INPUT_AUDIO = "input_audio"
    INPUT_IMAGE = "input_image"
    INPUT_VIDEO = "input_video"
    REASONING = "output_reasoning"
    OUTPUT_AUDIO = "output_audio"
    OUTPUT_IMAGE = "output_image"
    USAGE = "usage"
    """A whole map of the client's own, disjoint buckets."""
    COST = "cost"
    """A whole map."""
    INPUT_COST = "input_cost"
    OUTPUT_COST = "output_cost"
    TOTAL_COST = "total_cost"
    NOT_BILLABLE = "not_billable"
    """A mark that the span repeats the usage of inner spans."""

    PROMPT_NAME = "prompt_name"
    PROMPT_VERSION = "prompt_version"

    TRACE_NAME = "trace_name"
    TRACE_INPUT = "trace_input"
    TRACE_OUTPUT = "trace_output"
    SESSION = "session_id"
    USER = "user_id"
    TAGS = "tags"
    ENVIRONMENT = "environment"
    RELEASE = "release"
    VERSION = "version"
    PUBLIC = "public"
    AS_ROOT = "as_root"
    METADATA = "metadata"
    """One entry by the rest of the key, or a whole JSON object."""
    INDEXED = "indexed"
    """A piece of a list that lies flat over many keys; `row.group` says which list."""
    IGNORED = "ignored"
    """Says nothing that is not said elsewhere."""


Reader = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a dialect. A key that ends in `*` stands for every key that begins so; what comes
    after is the rest. A reader gives None for a value that does not count."""

    key: str
    field: Field
    read: Reader | None = None
    group: str = ""
    """Of INDEXED rows: the list they belong to, such as `input.openinference`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row with its place in the whole order, bound to one concrete key. `rest` is what the key
    has beyond the row's, or the piece's name where a row names a piece of a list."""

    row: Row
    rank: int
    rest: str


class Rulebook:
    """All rows of all dialects, looked up by key."""

    _MOST_KEYS = 20_000

    def __init__(self, dialects: tuple[tuple[Row, ...], ...]) -> None:
        rows = [row for dialect in dialects for row in dialect]
        self._exact: dict[str, Rule] = {}
        self._prefixes: list[tuple[str, Rule]] = []
        for rank, row in enumerate(rows):
            if row.key.endswith("*"):
                self._prefixes.append((row.key[:-1], Rule(row, rank, "")))
            else:
                piece = row.key.rpartition(".")[2] if row.field is Field.INDEXED else ""
                self._exact.setdefault(row.key, Rule(row, rank, piece))
        self._seen: dict[str, Rule | None] = {}

    def rule(self, key: str) -> Rule | None:
        """The rule for an attribute, or None when it stays what it is."""
        try:
            return self._seen[key]
        except KeyError:
            rule = self._exact.get(key) or self._by_prefix(key)
            if len(self._seen) < self._MOST_KEYS:
                self._seen[key] = rule
            return rule

    def _by_prefix(self, key: str) -> Rule | None:
        for prefix, rule in self._prefixes:
            if key.startswith(prefix) and len(key) > len(prefix):
                return Rule(rule.row, rule.rank, key[len(prefix) :])
        return None
