"""Our arithmetic over disjoint buckets agrees with the package's over inclusive counts."""

from datetime import UTC, datetime

import pytest
from genai_prices import Usage
from genai_prices.data_snapshot import get_snapshot

from pilothouse.pricing import catalogue

MOMENT = datetime(2026, 11, 1, 12, tzinfo=UTC)
AT = int(MOMENT.timestamp() * 1_000_000)


@pytest.mark.parametrize("scale", [1, 1000])
@pytest.mark.parametrize("tier", ["", "batch", "flex", "priority"])
@pytest.mark.parametrize("provider", get_snapshot().providers, ids=lambda provider: provider.id)
def test_every_model(provider, tier: str, scale: int) -> None:
    usage = {
        "input": 700 * scale,
        "input_cache_read": 40 * scale,
        "input_cache_write": 30 * scale,
        "input_cache_write_1h": 20 * scale,
        "output": 90 * scale,
        "output_reasoning": 60 * scale,
    }
    for model in provider.models:
        entry = catalogue.Entry(provider, model)
        prices = entry.prices(MOMENT, tier)
        inclusive = Usage(
            input_tokens=790 * scale,
            cache_read_tokens=40 * scale,
            cache_write_tokens=50 * scale,
            cache_write_5m_tokens=30 * scale,
            cache_write_1h_tokens=20 * scale,
            output_tokens=150 * scale,
            output_reasoning_tokens=60 * scale,
        )
        if prices.input_text_mtok or not (prices.input_mtok and prices.output_mtok):
            continue  # priced by other units than these buckets

        cost = entry.rates(AT, tier).cost(usage)

        theirs = float(prices.calc_price(inclusive)["total_price"])
        assert sum(cost.values()) == pytest.approx(theirs, rel=1e-12), model.id
