"""Prices that a project sets by itself. They beat the catalogue."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from pilothouse.domain.errors import BadRequest

MAX_PATTERN = 500
MAX_NAME = 300
"""Longest model name a pattern is tried on; what is longer matches nothing."""

_NESTED_REPEAT = re.compile(r"[*+}][^()]*\)[*+{]")


class UsageCondition(msgspec.Struct, frozen=True, tag_field="source", tag="usage"):
    """The sum of the usage buckets in whose names the regular expression is found, compared."""

    pattern: str
    operator: Literal["gt", "gte", "lt", "lte", "eq", "neq"]
    value: float


class ParameterCondition(msgspec.Struct, frozen=True, tag_field="source", tag="parameter"):
    """The model parameter `key` is one of `values`, compared as text. The parameter `service_tier`
    means the tier that served the request, wherever the emitter told it."""

    key: str
    values: tuple[str, ...]


class MetadataCondition(msgspec.Struct, frozen=True, tag_field="source", tag="metadata"):
    """The metadata `key` is one of `values`, compared as text."""

    key: str
    values: tuple[str, ...]


Condition = UsageCondition | ParameterCondition | MetadataCondition


class Tier(msgspec.Struct, frozen=True):
    """Prices that hold instead when all conditions do. Buckets not named keep the default price.

    Tiers are tried by ascending priority; the first that holds is taken.
    """

    name: str
    conditions: tuple[Condition, ...]
    prices: dict[str, float]
    priority: int = 0


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """The price of all models whose name matches `pattern`.

    Prices are in `currency` for one million units of a usage bucket (`domain.usage`, or a key of
    the client's own).
    """

    id: str
    pattern: str
    """Regular expression, found anywhere in the name unless anchored: `(?i)^(openai/)?gpt-4o$`."""
    prices: dict[str, float]
    tiers: tuple[Tier, ...] = ()
    provider: str = ""
    """Any provider when empty."""
    currency: str = "USD"
    valid_from: int = 0
    """Microseconds. Of several that match a span the newest that began before it is taken."""
    note: str = ""


def read(data: Mapping[str, Any]) -> Override:
    """An override from data that came from outside, checked. Raises BadRequest."""
    try:
        override = msgspec.convert(data, Override)
    except msgspec.ValidationError as error:
        raise BadRequest(str(error)) from None
    check(override)
    return override


def check(override: Override) -> None:
    """Raises BadRequest when the override could not be applied."""
    compile_pattern(override.pattern)
    _check_prices(override.prices)
    for tier in override.tiers:
        _check_prices(tier.prices)
        for condition in tier.conditions:
            if isinstance(condition, UsageCondition):
                compile_pattern(condition.pattern)


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to use. Raises BadRequest for what is malformed, too long, or repeats a
    repetition as `(a+)+` does, which may take forever."""
    if len(pattern) > MAX_PATTERN:
        raise BadRequest(f"a pattern has at most {MAX_PATTERN} characters")
    if _NESTED_REPEAT.search(pattern):
        raise BadRequest("a pattern may not repeat a repetition")
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise BadRequest(f"not a regular expression: {error}") from None


def _check_prices(prices: Mapping[str, float]) -> None:
    for bucket, price in prices.items():
        if not 0 <= price < 1e9:
            raise BadRequest(f"the price of {bucket!r} is not a number from 0 to 1e9")


COMPARE: dict[str, Callable[[float, float], bool]] = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "eq": lambda a, b: a == b,
    "neq": lambda a, b: a != b,
}
