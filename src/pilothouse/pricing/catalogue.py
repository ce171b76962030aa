"""Public prices of model providers, from the package genai-prices.

The package finds a model and says what it costs when. It counts tokens inclusively, so its price
keys are mapped to our disjoint buckets here and the arithmetic is our own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, lru_cache

import genai_prices
from genai_prices.data_snapshot import find_provider_by_id, get_snapshot
from genai_prices.data_units import unit_data
from genai_prices.types import ModelInfo, ModelPrice, Provider, TieredPrices

from pilothouse.domain import usage as buckets

from .rates import Rate, Rates

_PRICE_KEYS = {
    buckets.INPUT: ("input_mtok", "input_text_mtok"),
    buckets.INPUT_CACHE_READ: ("cache_read_mtok",),
    buckets.INPUT_CACHE_WRITE: ("cache_write_5m_mtok", "cache_write_mtok"),
    buckets.INPUT_CACHE_WRITE_1H: ("cache_write_1h_mtok",),
    buckets.INPUT_AUDIO: ("input_audio_mtok",),
    buckets.INPUT_IMAGE: ("input_image_mtok",),
    buckets.INPUT_VIDEO: ("input_video_mtok",),
    buckets.OUTPUT: ("output_mtok", "output_text_mtok"),
    buckets.OUTPUT_REASONING: ("output_reasoning_mtok",),
    buckets.OUTPUT_AUDIO: ("output_audio_mtok",),
    buckets.OUTPUT_IMAGE: ("output_image_mtok",),
}
_OTHER_UNITS = {
    name: (unit.get("price_key", name), unit["per"])
    for name, unit in unit_data.items()
    if unit["dimensions"]["family"] not in ("tokens", "requests")
}
"""Searches, characters, seconds …: a usage bucket of the unit's own name is priced by it."""

_PROVIDERS = {
    "az": "azure",
    "azure_openai": "azure",
    "azureopenai": "azure",
    "bedrock": "aws",
    "gcp": "google",
    "x_ai": "x-ai",
    "xai": "x-ai",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
    "mistral_ai": "mistral",
    "mistralai": "mistral",
    "moonshot": "moonshotai",
    "bigmodel": "zhipuai",
    "z_ai": "zai",
}
_UNCHARGED = re.compile(
    r"ollama|vllm|sglang|lm[_-]?studio|llama[._-]?cpp|llamafile|localai|xinference|\btgi\b"
)
"""Engines that people run by themselves: a model of a known name costs something else there."""

_GUESSABLE = frozenset({"openai", "litellm"})
"""Clients of the OpenAI protocol say `openai` whomever they call: the model's name may decide."""

_MAKERS = ("openai", "anthropic", "google", "mistral", "cohere", "deepseek", "x-ai", "moonshotai")

_CONTEXTS = {
    "batch": {"processing": "batch", "service_tier": "batch"},
    "fast": {"speed": "fast", "service_tier": "fast"},
}

VERSION = genai_prices.__version__


@dataclass(frozen=True, slots=True)
class Entry:
    """A model in the catalogue. `rates` depend on the time and on the service tier."""

    provider: Provider
    model: ModelInfo
    _rates: dict[tuple[str | bool, ...], Rates] = field(
        default_factory=dict[tuple[str | bool, ...], Rates]
    )

    @property
    def price_id(self) -> str:
        return f"genai-prices:{self.provider.id}/{self.model.id}@{VERSION}"

    def rates(self, at: int, service_tier: str = "") -> Rates:
        """Rates for a request that began at `at` (microseconds)."""
        if not self.model.price_variants:
            service_tier = ""
        if not service_tier and isinstance(self.model.prices, ModelPrice):
            key: tuple[str | bool, ...] = ()
            moment = None
        else:
            moment = datetime.fromtimestamp(at / 1_000_000, UTC)
            key = (service_tier, *(each.active(moment) for each in self._constraints()))
        rates = self._rates.get(key)
        if rates is None:
            rates = to_rates(self.prices(moment, service_tier))
            if len(self._rates) < 1000:
                self._rates[key] = rates
        return rates

    def prices(self, moment: datetime | None, service_tier: str = "") -> ModelPrice:
        """The catalogue's own price row."""
        context = _CONTEXTS.get(service_tier, {"service_tier": service_tier})
        # A provider that resells another's model does not inherit its discounts.
        own = any(self.model is model for model in self.provider.models)
        return self.model.get_prices(
            moment or datetime.now(UTC), context if own and service_tier else None
        )

    def _constraints(self):
        if not isinstance(self.model.prices, ModelPrice):
            for price in self.model.prices:
                if price.constraint is not None:
                    yield price.constraint
        for variant in self.model.price_variants or ():
            if variant.constraint is not None:
                yield variant.constraint


def to_rates(prices: ModelPrice) -> Rates:
    """Catalogue prices by usage bucket."""
    by_bucket: dict[str, Rate] = {}
    for bucket, keys in _PRICE_KEYS.items():
        for key in keys:
            price: Decimal | TieredPrices | None = getattr(prices, key)
            if price is not None:
                by_bucket[bucket] = _rate(price, 1_000_000)
                break
    for bucket, (key, per) in _OTHER_UNITS.items():
        price = getattr(prices, key)
        if price is not None:
            by_bucket[bucket] = _rate(price, per)
    request = prices.requests_kcount
    return Rates(by_bucket, float(request) / 1000 if isinstance(request, Decimal) else 0.0)


def _rate(price: Decimal | TieredPrices, per: int) -> Rate:
    if isinstance(price, TieredPrices):
        return Rate(
            float(price.base), per, tuple((tier.start, float(tier.price)) for tier in price.tiers)
        )
    return Rate(float(price), per)


# -- finding a model ---------------------------------------------------------------------------


@lru_cache(maxsize=10_000)
def find(provider: str, model: str) -> Entry | None:
    """The catalogue's entry for what an emitter calls a provider and a model, or None.

    A prefix of the model's name (`anthropic/claude-…`) may name the provider as well.
    """
    if not model or _UNCHARGED.search(provider.lower()):
        return None
    for provider_id, name in _readings(provider, model.lower()):
        found = _lookup(provider_id, name)
        if found is not None:
            return found
    return None


def normalise(provider: str) -> str:
    """The catalogue's word for a provider where it differs: `azure.ai.openai` is azure."""
    word = provider.strip().lower()
    first = re.split(r"[./:]", word, maxsplit=1)[0]
    for name in (word, first):
        if name.replace("-", "_") in _PROVIDERS:
            return _PROVIDERS[name.replace("-", "_")]
    if first.startswith("azure"):
        return "azure"
    return first if _provider(word) is None and _provider(first) else word


def _readings(provider: str, model: str) -> Iterator[tuple[str | None, str]]:
    """Ways to understand the two names, most literal first."""
    known = normalise(provider)
    prefix, slash, rest = model.partition("/")
    if known:
        yield known, model
        if slash:
            yield known, rest
    guess = not known or known in _GUESSABLE or _provider(known) is None
    if slash and (guess or normalise(prefix) == known):
        if _UNCHARGED.search(prefix):
            return
        yield normalise(prefix), rest
        if prefix == "models":
            yield None, rest
    if guess:
        yield None, model
        if re.match(r"([a-z-]+\.)?(anthropic|amazon|meta|mistral|cohere|qwen|deepseek)\.", model):
            yield "aws", model
    if not known and ":" not in model:
        # Nobody said whose it is, and the name tells no brand (`text-embedding-3-small`): whoever
        # makes a model of exactly that name.
        yield from ((maker, model) for maker in _MAKERS)


def _lookup(provider_id: str | None, model: str) -> Entry | None:
    snapshot = get_snapshot()
    try:
        provider = snapshot.find_provider(model, provider_id, None)
    except LookupError:
        return None
    found = provider.find_model(model, all_providers=snapshot.providers)
    return Entry(provider, found) if found else None


@lru_cache(maxsize=1000)
def _provider(provider_id: str) -> Provider | None:
    return find_provider_by_id(get_snapshot().providers, provider_id)


@cache
def entries() -> tuple[Entry, ...]:
    """All entries, in the catalogue's order."""
    providers = get_snapshot().providers
    return tuple(Entry(provider, model) for provider in providers for model in provider.models)
