"""What is promised of every application's traces, whatever it was written with."""

import pytest

from tests.compat.conftest import Emitted
from tests.compat.promises import is_counted, is_one_family
from tests.compat.seen import Seen
from tests.emitters.environments import emitters
from tests.serving import eventually

LOGS = {"semantic_kernel"}
"""These send logs of their own beside messages, which are counted and not kept."""
SILENT = {"openai_agents"}
"""The response spans of the agents SDK tell an id and tokens, and neither model nor words."""


@pytest.fixture(params=sorted(emitters()))
def seen(request: pytest.FixtureRequest, emitted: Emitted) -> Seen:
    return emitted(request.param)


def describes_a_person(preview: str) -> bool:
    """The model was asked for JSON as its answer."""
    return '"name"' in preview


def accepted(seen: Seen) -> int:
    counts = seen.health()["counts"]
    return sum(row["items"] for row in counts if row["outcome"] == "accepted")


def test_everything_was_taken(seen: Seen) -> None:
    assert seen.traces
    eventually(lambda: accepted(seen) >= len(seen.spans))
    health = seen.health()
    if seen.application not in LOGS:
        assert health["rejected"] == []


def test_every_span_has_ended_and_lies_in_one_tree(seen: Seen) -> None:
    for trace in seen.traces:
        (root,) = trace.roots
        is_one_family(root)
        assert all(span["end_time"] or span["kind"] == "trace" for span in trace.spans)
        assert trace["spans"] == len([span for span in trace.spans if span["span_id"]])
        assert trace["duration"] >= max(span.duration for span in trace.spans if span["span_id"])


def test_every_model_call_tells_model_words_and_tokens(seen: Seen) -> None:
    for span in seen.spans:
        if span["kind"] != "llm" or span["level"] == "error" or not span["usage"]:
            continue
        is_counted(span)
        assert span["cost_source"] or not span["billable"]
        if seen.application in SILENT and not span["model"]:
            continue
        assert span["model"]
        for preview in (span["input_preview"], span["output_preview"]):
            assert preview
            assert not preview.startswith(("{", "[")) or describes_a_person(preview)


def test_every_token_is_paid_once(seen: Seen) -> None:
    for trace in seen.traces:
        paid = [span for span in trace.spans if span["billable"]]
        assert trace["total_tokens"] == sum(span["total_tokens"] for span in paid)
        assert trace["total_cost"] == pytest.approx(sum(span["total_cost"] for span in paid))
        assert trace["unpriced"] == sum(span["cost_source"] == "unpriced" for span in paid)
        for span in paid:
            for inner in list(span.walk())[1:]:
                assert not (span["usage"] and inner["billable"] and inner["usage"])
