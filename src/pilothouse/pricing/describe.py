"""Prices as people read them, of the catalogue and of overrides alike."""

from collections.abc import Iterator
from typing import Any

import msgspec

from .catalogue import Entry
from .override import Override
from .rates import Rate, Rates


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """A price as people read it: of the catalogue, or an override."""

    id: str
    source: str
    """`catalogue` or `override`."""
    provider: str
    pattern: str
    """The catalogue's model id, or the override's regular expression."""
    prices: dict[str, float]
    """In `currency` for one million units of a usage bucket."""
    tiers: list[dict[str, Any]]
    currency: str
    valid_from: int
    note: str


def mentions(thing: Override | Entry, words: list[str]) -> bool:
    """Do all words occur in the names of an override or a catalogue entry?"""
    if isinstance(thing, Override):
        names = f"{thing.id} {thing.provider} {thing.pattern} {thing.note}"
    else:
        names = f"{thing.provider.id}/{thing.model.id} {thing.model.name or ''}"
    return all(word in names.lower() for word in words)


def id_of(thing: Override | Entry) -> str:
    return f"override:{thing.id}" if isinstance(thing, Override) else thing.price_id


def of_override(override: Override) -> Price:
    return Price(
        id=id_of(override),
        source="override",
        provider=override.provider,
        pattern=override.pattern,
        prices=override.prices,
        tiers=[msgspec.to_builtins(tier) for tier in override.tiers],
        currency=override.currency,
        valid_from=override.valid_from,
        note=override.note,
    )


def of_entry(entry: Entry, at: int) -> Price:
    rates = entry.rates(at)
    return Price(
        id=id_of(entry),
        source="catalogue",
        provider=entry.provider.id,
        pattern=entry.model.id,
        prices={bucket: _per_million(rate, rate.price) for bucket, rate in rates.by_bucket.items()},
        tiers=[*_steps(rates), *_service_tiers(entry, at)],
        currency="USD",
        valid_from=0,
        note=entry.model.price_comments or "",
    )


def _per_million(rate: Rate, price: float) -> float:
    return price * 1_000_000 / rate.per


def _steps(rates: Rates) -> Iterator[dict[str, Any]]:
    starts = sorted({start for rate in rates.by_bucket.values() for start, _ in rate.steps})
    for start in starts:
        prices = {
            bucket: _per_million(rate, dict(rate.steps)[start])
            for bucket, rate in rates.by_bucket.items()
            if start in dict(rate.steps)
        }
        condition = {"source": "usage", "pattern": "^input", "operator": "gt", "value": start}
        yield {"name": f"input > {start}", "conditions": [condition], "prices": prices}


def _service_tiers(entry: Entry, at: int) -> Iterator[dict[str, Any]]:
    standard = entry.rates(at)
    for tier in ("batch", "flex", "priority", "fast"):
        rates = entry.rates(at, tier)
        prices = {
            bucket: _per_million(rate, rate.price)
            for bucket, rate in rates.by_bucket.items()
            if rate != standard.by_bucket.get(bucket)
        }
        if prices:
            condition = {"source": "parameter", "key": "service_tier", "values": [tier]}
            yield {"name": tier, "conditions": [condition], "prices": prices}
