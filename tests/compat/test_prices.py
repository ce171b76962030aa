"""Costs of models with a published price, right for each kind of token."""

import pytest

from tests.compat.conftest import Emitted
from tests.compat.seen import Span

MILLION = 1_000_000


def is_priced(span: Span, prices: dict[str, float]) -> None:
    """Each bucket costs what its price says, in dollars for a million tokens."""
    expected = {bucket: count * prices[bucket] / MILLION for bucket, count in span["usage"].items()}
    assert span["cost"] == pytest.approx(expected)
    assert span["total_cost"] == pytest.approx(sum(expected.values()))
    assert span["cost_source"] == "catalogue"
    assert span["price_id"]
    assert span["price_date"] >= span["start_time"] > 0


def test_cached_and_reasoning_tokens_of_claude(emitted: Emitted) -> None:
    """1,200 tokens went in, of which 1,000 were read from the cache and 100 written to it; 80 came
    out, of which 30 were thoughts. The agent above repeats these numbers and costs nothing."""
    trace = emitted("otlp_python_http").trace("invoke_agent reporter")
    call = trace.of_kind("llm")[0]
    assert call["usage"] == {
        "input": 100,
        "input_cache_read": 1000,
        "input_cache_write": 100,
        "output": 50,
        "output_reasoning": 30,
    }
    is_priced(
        call,
        {
            "input": 3.0,
            "input_cache_read": 0.3,
            "input_cache_write": 3.75,
            "output": 15.0,
            "output_reasoning": 15.0,
        },
    )
    assert trace["total_cost"] == pytest.approx(0.002175)
    assert (trace["input_tokens"], trace["output_tokens"], trace["unpriced"]) == (1200, 80, 0)


@pytest.mark.parametrize("name", ["langfuse_v2_openai", "langfuse_js3"])
def test_gpt_4o_by_hand(emitted: Emitted, name: str) -> None:
    call = emitted(name).trace("order").span("write")
    is_priced(call, {"input": 2.5, "output": 10.0})
    assert call["total_cost"] == pytest.approx(0.0001125)


@pytest.mark.parametrize("name", ["langfuse_v3", "langfuse_v4", "langfuse_v5", "langfuse_js5"])
def test_an_embedding(emitted: Emitted, name: str) -> None:
    is_priced(emitted(name).trace("agent").span("one-embedding"), {"input": 0.02})


def test_a_trace_of_priced_and_unpriced_calls_is_a_lower_bound(emitted: Emitted) -> None:
    trace = emitted("langfuse_v5").trace("ask")
    sources = {span["name"]: span["cost_source"] for span in trace.spans if span["usage"]}
    assert sources == {
        "by-hand": "reported",
        "plain": "unpriced",
        "streamed": "unpriced",
        "OpenAI-embedding": "unpriced",
    }
    assert trace["total_cost"] == pytest.approx(0.00017)
    assert trace["unpriced"] == 3
