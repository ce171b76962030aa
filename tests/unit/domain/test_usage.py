"""Buckets from the words of clients."""

from typing import Any

import pytest

from pilothouse.domain.usage import from_client


@pytest.mark.parametrize(
    ("given", "buckets"),
    [
        # LangChain under Langfuse's handler: disjoint, and the total agrees.
        (
            {"input": 28, "output": 40, "total": 162, "input_cache_read": 94},
            {"input": 28, "output": 40, "input_cache_read": 94},
        ),
        # Langfuse's wrapper of OpenAI in JS 3: input and output alone make up the total.
        (
            {"input": 27, "output": 20, "total": 47, "input_cached_tokens": 14},
            {"input": 13, "output": 20, "input_cache_read": 14},
        ),
        (
            {"input": 10, "output": 20, "total": 30, "output_reasoning": 15},
            {"input": 10, "output": 5, "output_reasoning": 15},
        ),
        # No total, no evidence.
        (
            {"input": 12, "output": 5, "cache_read_input_tokens": 4},
            {"input": 12, "output": 5, "input_cache_read": 4},
        ),
        # A provider's own object.
        (
            {
                "prompt_tokens": 25,
                "completion_tokens": 9,
                "total_tokens": 34,
                "prompt_tokens_details": {"cached_tokens": 6},
            },
            {"input": 19, "output": 9, "input_cache_read": 6},
        ),
        ({"total": 7}, {"total": 7}),
    ],
)
def test_tokens_lie_in_disjoint_buckets(given: dict[str, Any], buckets: dict[str, int]) -> None:
    assert from_client(given) == buckets
