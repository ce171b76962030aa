"""Unit prices of one model under given circumstances, and what usage costs at them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pilothouse.domain import usage as buckets

Steps = tuple[tuple[int, float], ...]

_WIDER = {
    buckets.INPUT_CACHE_WRITE_1H: buckets.INPUT_CACHE_WRITE,
    buckets.INPUT: buckets.TOTAL,
    buckets.OUTPUT: buckets.TOTAL,
}


def wider(bucket: str) -> str:
    """The bucket whose price holds for `bucket` when that has none of its own, or nothing."""
    if bucket in _WIDER:
        return _WIDER[bucket]
    if bucket.startswith("input"):
        return buckets.INPUT
    if bucket.startswith("output"):
        return buckets.OUTPUT
    return ""


@dataclass(frozen=True, slots=True)
class Rate:
    """US dollars for `per` units. Each step replaces the price of all units, not only of those
    above it, once the input of the whole request is larger than its start."""

    price: float
    per: int = 1_000_000
    steps: Steps = ()

    def of(self, count: int, input_tokens: int) -> float:
        """The cost of `count` units in a request of that many input tokens."""
        price = self.price
        for start, stepped in self.steps:
            if input_tokens > start:
                price = stepped
        return count * price / self.per


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates by usage bucket, and what a request costs by itself."""

    by_bucket: Mapping[str, Rate]
    per_request: float = 0.0
    _resolved: dict[str, Rate | None] = field(default_factory=dict[str, Rate | None])

    def cost(self, usage: Mapping[str, int]) -> dict[str, float]:
        """US dollars by bucket. A bucket that nobody has a price for is left out, not zero."""
        input_tokens = 0
        for bucket, count in usage.items():
            if bucket.startswith("input"):
                input_tokens += count
        cost: dict[str, float] = {}
        for bucket, count in usage.items():
            rate = self._resolved.get(bucket) or self._resolve(bucket)
            if rate is not None and count > 0:
                cost[bucket] = rate.of(count, input_tokens)
        if cost and self.per_request:
            cost["request"] = self.per_request
        return cost

    def _resolve(self, bucket: str) -> Rate | None:
        if bucket == buckets.TOTAL and bucket not in self.by_bucket:
            return self._undivided()
        wanted = bucket
        while wanted and wanted not in self.by_bucket:
            wanted = wider(wanted)
        rate = self.by_bucket.get(wanted)
        if len(self._resolved) < 1000:
            self._resolved[bucket] = rate
        return rate

    def _undivided(self) -> Rate | None:
        """The price of a total that nobody divided: known only if its parts cost alike."""
        into, out = self.by_bucket.get(buckets.INPUT), self.by_bucket.get(buckets.OUTPUT)
        return into if out is None or out == into else None
