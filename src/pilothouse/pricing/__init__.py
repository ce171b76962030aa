"""What usage costs, and how we know. Pure: no store, no clock but the one given."""

from .book import PriceBook
from .describe import Price
from .describe import of_override as describe
from .override import (
    Condition,
    MetadataCondition,
    Override,
    ParameterCondition,
    Tier,
    UsageCondition,
    check,
    read,
)

__all__ = [
    "Condition",
    "MetadataCondition",
    "Override",
    "ParameterCondition",
    "Price",
    "PriceBook",
    "Tier",
    "UsageCondition",
    "check",
    "describe",
    "read",
]
