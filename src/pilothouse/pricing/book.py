"""The price book of a project: its own prices first, the catalogue's behind them."""

import math
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.span import CostSource, Span
from pilothouse.domain.usage import ESTIMATED

from . import catalogue
from .circumstances import as_text, parameters, service_tier, text
from .describe import Price, id_of, mentions, of_entry, of_override
from .override import (
    COMPARE,
    MAX_NAME,
    Condition,
    MetadataCondition,
    Override,
    ParameterCondition,
    UsageCondition,
    check,
    compile_pattern,
)
from .rates import Rate, Rates

MAX_CACHED = 10_000

US_DOLLARS = {"USD": 1.0}


@dataclass(frozen=True, slots=True)
class _Own:
    """An override, ready to use. `rates` is empty where its currency has no exchange rate."""

    override: Override
    pattern: re.Pattern[str]
    rates: Rates | None
    tiers: tuple[tuple[tuple[Condition, ...], Rates], ...]

    def matches(self, provider: str, model: str) -> bool:
        wanted = self.override.provider
        return (
            (not wanted or catalogue.normalise(wanted) == provider)
            and len(model) <= MAX_NAME
            and self.pattern.search(model) is not None
        )

    def rates_for(self, span: Span) -> Rates | None:
        for conditions, rates in self.tiers:
            if all(_holds(condition, span) for condition in conditions):
                return rates
        return self.rates


@dataclass(frozen=True, slots=True)
class _Match:
    """What the book knows of one provider's model: overrides newest first, and the catalogue."""

    own: tuple[_Own, ...]
    entry: catalogue.Entry | None

    def own_at(self, at: int) -> _Own | None:
        return next((own for own in self.own if own.override.valid_from <= at), None)


class PriceBook:
    """Prices for the spans of one project. Immutable; make another when an override changes.

    `currencies` holds US dollars for one unit of each currency that overrides may use. Overrides
    that cannot be applied (`override.check`) are passed over; where the currency has no rate, the
    spans they match stay unpriced. `now` gives the time of the look-up in nanoseconds.
    """

    def __init__(
        self,
        overrides: Iterable[Override] = (),
        *,
        currencies: Mapping[str, float] = US_DOLLARS,
        now: Callable[[], int] = time.time_ns,
    ) -> None:
        ready = [own for each in overrides if (own := _ready(each, currencies))]
        ready.reverse()  # of two with the same date the later in the list is newer
        self._own = tuple(sorted(ready, key=lambda own: -own.override.valid_from))
        self._matches: dict[tuple[str, str], _Match] = {}
        self._now = now

    def price(self, span: Span) -> None:
        """Fill the span's cost fields in place; calling it again gives the same.

        A reported cost (`cost` not empty, `cost_source` reported) ends the calculation. A span
        that is not billable, or tells neither usage nor cost, gets none. Usage of a model that
        nobody has a price for is `unpriced`. Reported amounts below zero or not finite count as
        not reported.
        """
        if span.cost_source == CostSource.REPORTED and span.billable and _keep_reported(span):
            return
        span.cost, span.total_cost, span.price_id, span.price_date = {}, 0.0, "", 0
        span.cost_source = CostSource.NONE
        if not span.billable or not any(span.usage.values()):
            return
        span.cost_source = CostSource.UNPRICED
        match = self._match(span.provider, span.model)
        own = match.own_at(span.start_time)
        if own is not None:
            self._fill(
                span, own.rates_for(span), CostSource.OVERRIDE, f"override:{own.override.id}"
            )
        elif match.entry is not None:
            rates = match.entry.rates(span.start_time, service_tier(span))
            self._fill(span, rates, CostSource.CATALOGUE, match.entry.price_id)

    def lookup(self, provider: str, model: str, at: int) -> Price | None:
        """The price that a span of that model would get at `at` (microseconds), before tiers."""
        match = self._match(provider, model)
        own = match.own_at(at)
        if own is not None:
            return of_override(own.override)
        return of_entry(match.entry, at) if match.entry else None

    def search(
        self, text: str, limit: int = 100, source: str = "", *, offset: int = 0
    ) -> tuple[list[Price], int]:
        """Prices whose provider, model or pattern contains all words of `text`, overrides first;
        and how many there are in all. Of one source only when given, `override` or `catalogue`.
        Catalogue prices are today's."""
        words = text.lower().split()
        own = [own.override for own in self._own if mentions(own.override, words)]
        public = [entry for entry in catalogue.entries() if mentions(entry, words)]
        if source == "override":
            public = []
        elif source == "catalogue":
            own = []
        every = [*own, *public]
        return [self._described(each) for each in every[offset : offset + limit]], len(every)

    def find(self, price_id: str) -> Price | None:
        """The one with that id."""
        every = chain((own.override for own in self._own), catalogue.entries())
        found = next((each for each in every if id_of(each) == price_id), None)
        return self._described(found) if found else None

    def _described(self, price: Override | catalogue.Entry) -> Price:
        if isinstance(price, Override):
            return of_override(price)
        return of_entry(price, self._now() // 1000)

    def _match(self, provider: str, model: str) -> _Match:
        match = self._matches.get((provider, model))
        if match is None:
            known = catalogue.normalise(provider)
            own = tuple(own for own in self._own if own.matches(known, model))
            match = _Match(own, catalogue.find(provider, model))
            if len(self._matches) >= MAX_CACHED:
                self._matches.clear()
            self._matches[provider, model] = match
        return match

    def _fill(self, span: Span, rates: Rates | None, source: CostSource, price_id: str) -> None:
        span.price_id = price_id
        span.price_date = self._now() // 1000
        cost = rates.cost(span.usage) if rates else {}
        if cost:
            span.cost = cost
            span.total_cost = sum(cost.values())
            span.cost_source = CostSource.ESTIMATED if ESTIMATED in span.attributes else source


def _keep_reported(span: Span) -> bool:
    """Make the reported cost one map of parts and their total. False when there is none."""
    parts = {key: cost for key, cost in span.cost.items() if 0 <= cost < math.inf}
    if not parts:
        return False
    total = parts.get("total")
    if len(parts) > 1:
        # A total beside its parts would be counted twice by whoever adds up the map.
        parts.pop("total", None)
    span.cost, span.total_cost = parts, sum(parts.values()) if total is None else total
    span.price_id, span.price_date = "", 0
    return True


def _ready(override: Override, currencies: Mapping[str, float]) -> _Own | None:
    try:
        check(override)
    except BadRequest:
        return None
    pattern = compile_pattern(override.pattern)
    dollars = currencies.get(override.currency.upper())
    if dollars is None:
        return _Own(override, pattern, None, ())
    tiers = tuple(
        (tier.conditions, _rates({**override.prices, **tier.prices}, dollars))
        for tier in sorted(override.tiers, key=lambda tier: tier.priority)
    )
    return _Own(override, pattern, _rates(override.prices, dollars), tiers)


def _rates(prices: Mapping[str, float], dollars: float) -> Rates:
    return Rates({bucket: Rate(price * dollars) for bucket, price in prices.items()})


def _holds(condition: Condition, span: Span) -> bool:
    match condition:
        case UsageCondition(pattern, operator, value):
            found = _pattern(pattern)
            used = sum(count for bucket, count in span.usage.items() if found.search(bucket))
            return COMPARE[operator](used, value)
        case ParameterCondition("service_tier", values):
            return (service_tier(span) or "default") in values
        case ParameterCondition(key, values):
            given = parameters(span)
            return key in given and as_text(given[key]) in values
        case MetadataCondition(key, values):
            return key in span.metadata and text(span.metadata[key]) in values


_pattern = lru_cache(maxsize=1000)(re.compile)
