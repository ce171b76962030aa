"""Costs worked out by hand from published prices. Each case names the price and when it was read.

Prices are US dollars for one million tokens.
"""

from datetime import UTC, datetime

import pytest

from pilothouse.domain.span import Span
from pilothouse.pricing import PriceBook, catalogue


def micros(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000)


def span(provider: str, model: str, usage: dict[str, int], at: str = "2026-11-01", **more: object):
    fields = {"provider": provider, "model": model, "usage": usage, "start_time": micros(at)}
    return Span(project_id="p", trace_id="t", span_id="s", **{**fields, **more})


CASES = {
    # openai.com/api/pricing, read 2026-10-12: gpt-4o 2.50 in, 1.25 cached, 10.00 out.
    "openai cached input": (
        span("openai", "gpt-4o", {"input": 1000, "input_cache_read": 2000, "output": 500}),
        {"input": 0.0025, "input_cache_read": 0.0025, "output": 0.005},
    ),
    # openai.com/api/pricing, read 2026-10-12: gpt-5 1.25 in, 10.00 out; reasoning is output.
    "reasoning tokens cost as output": (
        span("openai", "gpt-5", {"input": 800, "output": 100, "output_reasoning": 900}),
        {"input": 0.001, "output": 0.001, "output_reasoning": 0.009},
    ),
    # openai.com: o3 fell from 10/40 to 2/8 on 2025-06-10.
    "a dated price, before": (
        span("openai", "o3", {"input": 1000, "output": 1000}, at="2025-06-09T23:59:59"),
        {"input": 0.01, "output": 0.04},
    ),
    "a dated price, after": (
        span("openai", "o3", {"input": 1000, "output": 1000}, at="2025-06-10T00:00:00"),
        {"input": 0.002, "output": 0.008},
    ),
    # docs.claude.com prompt caching: Sonnet 4.5 3.00 in, 0.30 read, 3.75 for 5 minutes, 6.00 for
    # an hour, 15.00 out; read 2026-10-14.
    "anthropic cache writes of 5 minutes and of 1 hour": (
        span(
            "anthropic",
            "claude-sonnet-4-5-20250929",
            {
                "input": 100,
                "input_cache_read": 10_000,
                "input_cache_write": 2000,
                "input_cache_write_1h": 1000,
                "output": 400,
            },
        ),
        {
            "input": 0.0003,
            "input_cache_read": 0.003,
            "input_cache_write": 0.0075,
            "input_cache_write_1h": 0.006,
            "output": 0.006,
        },
    ),
    # ai.google.dev/gemini-api/docs/pricing, read 2026-10-14: Gemini 2.5 Pro 1.25/10, above 200,000
    # tokens of input 2.50/15, cached 0.125 and 0.25. Crossing the line moves every token.
    "gemini at 200,000": (
        span("gcp.gemini", "gemini-2.5-pro", {"input": 200_000, "output": 1000}),
        {"input": 0.25, "output": 0.01},
    ),
    "gemini above 200,000, cached input counted in": (
        span(
            "gcp.gemini",
            "gemini-2.5-pro",
            {"input": 100_001, "input_cache_read": 100_000, "output": 1000},
        ),
        {"input": 0.2500025, "input_cache_read": 0.025, "output": 0.015},
    ),
    # platform.openai.com/docs/pricing: gpt-5 flex 0.625/5 and priority 2.50/20 (2026-10-12),
    # batch 0.625/5 (2026-10-14).
    "flex, told by the answer": (
        span(
            "openai",
            "gpt-5",
            {"input": 1000, "output": 1000},
            attributes={"gen_ai.openai.response.service_tier": '"flex"'},
            model_parameters='{"service_tier": "auto"}',
        ),
        {"input": 0.000625, "output": 0.005},
    ),
    "priority, told by a parameter": (
        span(
            "openai",
            "gpt-5",
            {"input": 1000, "output": 1000},
            model_parameters='{"temperature": 1, "service_tier": "priority"}',
        ),
        {"input": 0.0025, "output": 0.02},
    ),
    "batch": (
        span(
            "openai",
            "gpt-5",
            {"input": 1000, "output": 1000},
            attributes={"service_tier": '"batch"'},
        ),
        {"input": 0.000625, "output": 0.005},
    ),
    # docs.claude.com, batch processing, read 2026-10-14: Sonnet 4.5 at half.
    "anthropic batch": (
        span(
            "anthropic",
            "claude-sonnet-4-5",
            {"input": 1000, "output": 1000},
            attributes={"gen_ai.response.service_tier": '"batch"'},
        ),
        {"input": 0.0015, "output": 0.0075},
    ),
    # api-docs.deepseek.com: deepseek-chat 0.27/0.07/1.10 by day, half that from 16:30 to 00:30 UTC.
    "deepseek by day": (
        span(
            "deepseek",
            "deepseek-chat",
            {"input": 1000, "input_cache_read": 1000, "output": 1000},
            at="2025-05-01T12:00:00",
        ),
        {"input": 0.00027, "input_cache_read": 0.00007, "output": 0.0011},
    ),
    "deepseek by night": (
        span("deepseek", "deepseek-chat", {"input": 1000, "output": 1000}, at="2025-05-01T20:00"),
        {"input": 0.000135, "output": 0.00055},
    ),
    # groq.com/pricing: Qwen3 32B 0.29/0.59. openrouter.ai/qwen: qwen3-max 1.20/6.00.
    "qwen at groq": (
        span("groq", "qwen/qwen3-32b", {"input": 1000, "output": 1000}),
        {"input": 0.00029, "output": 0.00059},
    ),
    "qwen at openrouter": (
        span("", "openrouter/qwen/qwen3-max", {"input": 1000, "output": 1000}),
        {"input": 0.0012, "output": 0.006},
    ),
    # aws.amazon.com/bedrock/pricing: Claude Sonnet 4.5 in a region 3.30/16.50.
    "bedrock in a region": (
        span(
            "aws.bedrock",
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            {"input": 1000, "output": 1000},
        ),
        {"input": 0.0033, "output": 0.0165},
    ),
    # docs.perplexity.ai: Sonar 1/1 and 12 for 1,000 requests.
    "a price for the request itself": (
        span("perplexity", "sonar", {"input": 1000, "output": 1000}),
        {"input": 0.001, "output": 0.001, "request": 0.012},
    ),
    # openai.com/api/pricing: text-embedding-3-small 0.02; embeddings have no output price.
    "a bare total of an embedding": (
        span("openai", "text-embedding-3-small", {"total": 1_000_000}),
        {"total": 0.02},
    ),
}


@pytest.mark.parametrize(("priced", "expected"), CASES.values(), ids=CASES.keys())
def test_cost_by_bucket(priced: Span, expected: dict[str, float]) -> None:
    PriceBook(now=lambda: 7_000).price(priced)

    assert priced.cost == pytest.approx(expected, rel=1e-12)
    assert priced.total_cost == pytest.approx(sum(expected.values()), rel=1e-12)
    assert priced.cost_source == "catalogue"
    assert priced.price_date == 7


@pytest.mark.parametrize(
    ("provider", "model", "entry"),
    [
        ("", "gpt-4o", "openai/gpt-4o"),
        ("", "openai/gpt-4o", "openai/gpt-4o"),
        ("openai", "openai/gpt-4o", "openai/gpt-4o"),
        ("openai.chat", "gpt-4o-2024-08-06", "openai/gpt-4o"),
        ("langchain", "GPT-4o", "openai/gpt-4o"),
        ("", "anthropic/claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
        ("vertex_ai", "claude-sonnet-4-5@20250929", "google/claude-sonnet-4-5"),
        ("", "models/gemini-2.5-pro", "google/gemini-2.5-pro"),
        ("azure.ai.openai", "gpt-4o-2024-08-06", "azure/gpt-4o"),
        ("openai", "deepseek-chat", "deepseek/deepseek-chat"),
        ("x_ai", "grok-4", "x-ai/grok-4-0709"),
        ("groq.chat", "llama-3.3-70b-versatile", "groq/llama-3.3-70b-versatile"),
        (
            "",
            "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0",
        ),
    ],
)
def test_names_that_emitters_use(provider: str, model: str, entry: str) -> None:
    found = PriceBook().lookup(provider, model, micros("2026-11-01"))

    assert found is not None
    assert found.id.startswith(f"genai-prices:{entry}@")


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("azure.ai.openai", "prod-chat"),  # a deployment's name says nothing of its model
        ("ollama", "gpt-4o"),
        ("", "ollama/deepseek-r1"),
        ("groq", "gpt-4o"),
        ("", "ft:gpt-4o-mini-2024-07-18:org::id"),
        ("dashscope", "qwen-max"),
        ("", "our-own-model"),
        ("openai", ""),
    ],
)
def test_a_model_that_nobody_has_a_price_for(provider: str, model: str) -> None:
    unknown = span(provider, model, {"input": 10, "output": 1})

    PriceBook().price(unknown)

    assert (unknown.cost, unknown.total_cost, unknown.cost_source) == ({}, 0.0, "unpriced")
    assert PriceBook().lookup(provider, model, 0) is None


def test_a_bare_total_of_a_model_with_two_prices_is_unpriced() -> None:
    undivided = span("openai", "gpt-4o", {"total": 1000})

    PriceBook().price(undivided)

    assert undivided.cost_source == "unpriced"


@pytest.mark.parametrize(
    ("model", "maker"), [("text-embedding-3-small", "openai"), ("claude-haiku-4-5", "anthropic")]
)
def test_a_model_that_nobody_names_the_maker_of_is_found_by_its_name(
    model: str, maker: str
) -> None:
    found = catalogue.find("", model)
    assert found is not None
    assert found.provider.id == maker


def test_a_name_that_no_maker_uses_stays_unpriced() -> None:
    assert catalogue.find("", "smollm2-135m-instruct") is None
