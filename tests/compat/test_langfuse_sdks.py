"""Langfuse's SDKs of every generation: Python 2 to 5 and JavaScript 3 and 5."""

from typing import Any

import pytest

from tests.compat.conftest import Emitted
from tests.compat.promises import is_counted, is_streamed_as_seen, is_unpriced
from tests.compat.seen import Seen, Trace
from tests.model import Model

BY_HAND = {"input": 12, "output": 5, "input_cache_read": 4}
OTEL = ("langfuse_v3", "langfuse_v4", "langfuse_v5")


def told(score: dict[str, Any]) -> tuple[str, float, str, str]:
    return (score["data_type"], score["value"], score["text"], score["comment"])


# -- Python 2: the openai drop-in, decorators, the client by hand --------------------------------


@pytest.fixture
def second(emitted: Emitted) -> Seen:
    return emitted("langfuse_v2_openai")


def test_a_drop_in_call_is_a_trace_with_its_user_session_tags_and_metadata(
    second: Seen, model: Model
) -> None:
    trace = second.trace("sum")
    assert trace.outline == ["trace sum", "  llm sum"]
    assert (trace["user_id"], trace["session_id"]) == ("ada", "session-sums")
    assert trace["tags"] == ["drop-in"]
    assert trace.metadata == {"kind": "arithmetic"}
    assert (trace["input_preview"], trace["models"]) == ("1 + 1 =", [model.name])
    call = trace.of_kind("llm")[0]
    assert call.roles == (["system", "user"], ["assistant"])
    assert call["model_parameters"]["max_tokens"] == 20
    is_counted(call)
    is_unpriced(call)


def test_a_streamed_drop_in_call_tells_when_its_first_token_came(second: Seen) -> None:
    call = second.trace("story").of_kind("llm")[0]
    is_streamed_as_seen(call, second)
    is_counted(call)
    assert call["output"]


def test_decorated_functions_are_a_tree(second: Seen) -> None:
    trace = second.trace("ask")
    assert trace.outline == [
        "trace ask",
        "  span retrieve",
        "  llm answer_by_hand",
        "  llm OpenAI-generation",
        "  span failing",
    ]
    assert (trace["user_id"], trace["session_id"]) == ("ada", "session-asks")
    assert trace["tags"] == ["decorated", "测试"]
    assert (trace["release"], trace["version"]) == ("r1", "2")
    assert trace.metadata == {"tier": "gold"}
    assert trace["errors"] == 1
    failing = trace.span("failing")
    assert failing["level"] == "error"
    assert failing["status_message"] == "this step does not work"
    assert told(trace.score("helpful")) == ("numeric", 1, "", "thumbs up")
    assert told(trace.score("tone")) == ("categorical", 0, "friendly", "")


def test_a_generation_by_hand_keeps_the_cost_that_was_reported(second: Seen) -> None:
    by_hand = second.trace("ask").span("answer_by_hand")
    assert by_hand["usage"] == BY_HAND
    assert by_hand["cost_source"] == "reported"
    assert by_hand["total_cost"] == pytest.approx(0.00017)
    assert by_hand["metadata"] == {"facts": 2}


def test_what_is_created_first_and_completed_later_is_whole(second: Seen) -> None:
    trace = second.trace("order")
    assert trace.outline == [
        "trace order",
        "  span plan",
        "    llm write",
        "    event mail-sent",
        "  span charge",
    ]
    assert (trace["user_id"], trace["tags"]) == ("bob", ["orders"])
    head = trace.roots[0]
    assert (head["input"], head["output"]) == ('{"order":7}', '{"state":"confirmed"}')
    write = trace.span("write")
    assert write["output"] == "Your order is confirmed."
    assert write["usage"] == {"input": 21, "output": 6}
    assert write["start_time"] <= write["first_token_time"] <= write["end_time"]
    assert trace.span("mail-sent")["level"] == "debug"
    assert trace.span("charge")["status_message"] == "card declined"
    assert told(trace.score("accuracy")) == ("numeric", 0.9, "", "")
    assert told(trace.score("passed"))[:2] == ("boolean", 1)
    assert told(trace.score("class")) == ("categorical", 0, "good", "")
    assert trace.score("class")["span_id"] == write["span_id"]


# -- Python 3, 4 and 5: one program ---------------------------------------------------------------


@pytest.fixture(params=OTEL)
def newer(request: pytest.FixtureRequest, emitted: Emitted) -> Seen:
    return emitted(request.param)


def said_hello(seen: Seen) -> list[Trace]:
    return seen.named("SayHello")


def test_observed_functions_are_a_tree_with_what_was_propagated(newer: Seen) -> None:
    trace = newer.trace("ask")
    assert trace.outline == [
        "span ask",
        "  span fetch",
        "  llm by-hand",
        "  llm plain",
        "  llm streamed",
        "  embedding OpenAI-embedding",
        "  span failing",
    ]
    for span in trace.spans:
        assert (span["user_id"], span["session_id"]) == ("ada", "session-asks")
        assert span["tags"] == ["decorated", "测试"]
        assert span["metadata"]["tier"] == "gold"
        assert (span["environment"], span["release"], span["version"]) == ("staging", "r42", "2")
    assert trace.span("failing")["level"] == "error"
    assert trace.span("failing")["status_message"] == "this step does not work"
    assert trace["errors"] == 1
    assert told(trace.score("helpful")) == ("numeric", 1, "", "thumbs up")
    assert trace.score("helpful")["span_id"] == trace.span("ask")["span_id"]
    assert told(trace.score("tone")) == ("categorical", 0, "friendly", "")


def test_the_newer_drop_in_calls_and_their_stream(newer: Seen, model: Model) -> None:
    trace = newer.trace("ask")
    plain, streamed = trace.span("plain"), trace.span("streamed")
    for call in (plain, streamed):
        assert call["model"] == model.name
        is_counted(call)
        is_unpriced(call)
    assert plain.roles == (["user"], ["assistant"])
    assert plain["metadata"]["step"] == "plain"
    assert streamed.roles[0] == ["system", "user"]
    assert streamed["output"]
    is_streamed_as_seen(streamed, newer)
    is_unpriced(trace.of_kind("embedding")[0])


def test_a_newer_generation_by_hand(newer: Seen) -> None:
    by_hand = newer.trace("ask").span("by-hand")
    assert by_hand["usage"] == BY_HAND
    assert (by_hand["cost_source"], by_hand["model"]) == ("reported", "gpt-4o-mini")
    assert by_hand["total_cost"] == pytest.approx(0.00017)
    assert by_hand["model_parameters"] == {"temperature": 0.2, "stop": ["\n"]}
    assert by_hand["metadata"] == {
        "tier": "gold",
        "number": 3,
        "text": "three",
        "nested": {"deep": [1, None]},
    }


def test_each_type_of_observation_is_a_kind(newer: Seen) -> None:
    trace = newer.trace("agent")
    assert trace.outline == [
        "agent agent",
        "  chain one-chain",
        "  retriever one-retriever",
        "  tool one-tool",
        "  evaluator one-evaluator",
        "  guardrail one-guardrail",
        "  span one-span",
        "  embedding one-embedding",
        "  event one-event",
    ]
    root = trace.span("agent")
    assert (root["level"], root["status_message"]) == ("debug", "all well")
    assert (root["output"], root["metadata"]) == ("done", {"depth": 0})
    tool = trace.span("one-tool")
    assert (tool["input"], tool["output"]) == ('["tool", 1]', '{"kind": "tool"}')
    assert tool["metadata"] == {"seen": True}
    assert trace.span("one-event")["level"] == "warning"
    assert trace.score("accuracy")["span_id"] == root["span_id"]


def test_a_span_below_a_foreign_parent_stands_for_its_trace(newer: Seen) -> None:
    trace = newer.trace("continued")
    assert trace.outline == ["span continued"]
    assert trace.span("continued")["parent_id"] == "00f067aa0ba902b7"
    assert told(trace.score("passed"))[:2] == ("boolean", 1)


def test_langchain_under_the_newer_handler(newer: Seen, model: Model) -> None:
    chain, called, tool = said_hello(newer)
    assert chain.outline == [
        "chain SayHello",
        "  chain ChatPromptTemplate",
        "  llm ChatOpenAI",
        "    llm OpenAI-generation",
        "  chain StrOutputParser",
    ]
    assert (chain["user_id"], chain["tags"]) == ("wzr", ["chain"])
    assert chain["input_preview"] == "你好！"
    call = chain.span("ChatOpenAI")
    assert call.said("system") == ["回答要简短。"]
    assert call["model"] == model.name
    assert (called["user_id"], called["session_id"]) == ("wzr", chain["session_id"])
    assert called.roots[0].roles[0] == ["user"]
    assert [each["function"]["name"] for each in called.roots[0]["tools"]] == ["weather"]
    assert tool.outline == ["tool SayHello"]
    assert tool["output_preview"] == "sunny in Paris"


def test_a_call_that_two_instrumentations_report_is_paid_once(newer: Seen) -> None:
    """From version 4 on the inner one tells the tokens too."""
    chain, called, _ = said_hello(newer)
    for trace in (chain, called):
        (paid,) = [span for span in trace.spans if span["billable"] and span["usage"]]
        is_counted(paid)
        is_unpriced(paid)
        assert trace["total_tokens"] == paid["total_tokens"]
        assert trace["unpriced"] == 1
        unpaid = [span for span in trace.spans if not span["billable"]]
        assert {span["cost_source"] for span in unpaid} <= {""}


# -- JavaScript -----------------------------------------------------------------------------------


def test_javascript_3_client_and_openai_wrapper(emitted: Emitted) -> None:
    seen = emitted("langfuse_js3")
    trace = seen.trace("order")
    tree = {span["name"]: span for span in trace.spans}
    assert {name: span["kind"] for name, span in tree.items()} == {
        "order": "trace",
        "plan": "span",
        "write": "llm",
        "mail-sent": "event",
        "charge": "span",
        "streamed": "llm",
    }
    # Its clock tells milliseconds, so that brothers may come in any order.
    assert tree["write"]["parent_id"] == tree["mail-sent"]["parent_id"] == tree["plan"]["span_id"]
    assert (trace["user_id"], trace["session_id"]) == ("bob", "session-js3")
    assert (trace["environment"], trace["release"]) == ("staging", "r42")
    assert trace["tags"] == ["orders", "测试"]
    assert trace.metadata == {"tier": "gold"}
    assert trace.roots[0]["output"] == '{"state":"confirmed"}'
    assert trace.span("charge")["status_message"] == "card declined"
    streamed = trace.span("streamed")
    is_streamed_as_seen(streamed, seen)
    is_counted(streamed)
    assert told(trace.score("accuracy"))[:2] == ("numeric", 0.9)
    assert trace.score("class")["span_id"] == trace.span("write")["span_id"]


def test_javascript_3_langchain(emitted: Emitted) -> None:
    trace = emitted("langfuse_js3").trace("RunnableSequence")
    assert trace.outline == [
        "trace RunnableSequence",
        "  span RunnableSequence",
        "    span ChatPromptTemplate",
        "    llm ChatOpenAI",
        "    span StrOutputParser",
    ]
    assert (trace["user_id"], trace["session_id"]) == ("wzr", "session-lc")
    call = trace.span("ChatOpenAI")
    assert call.said("system") == ["回答要简短。"]
    is_counted(call)
    is_unpriced(call)


def test_javascript_5(emitted: Emitted) -> None:
    seen = emitted("langfuse_js5")
    trace = seen.trace("ask-js")
    assert trace.outline == [
        "span ask",
        "  retriever fetch-city",
        "  llm plain",
        "  llm streamed",
        "  llm by-hand",
        "  span failing",
    ]
    for span in trace.spans:
        assert (span["user_id"], span["session_id"]) == ("ada", "session-js")
        assert (span["tags"], span["version"]) == (["js", "测试"], "2")
        assert (span["environment"], span["release"]) == ("staging", "r42")
    assert trace.span("fetch-city")["metadata"] == {"tier": "gold", "source": "table", "rows": 3}
    is_streamed_as_seen(trace.span("streamed"), seen)
    is_counted(trace.span("plain"))
    by_hand = trace.span("by-hand")
    assert (by_hand["usage"], by_hand["cost_source"]) == (BY_HAND, "reported")
    assert trace.span("failing")["level"] == "error"
    assert told(trace.score("helpful")) == ("numeric", 1, "", "thumbs up")
    assert told(trace.score("tone")) == ("categorical", 0, "friendly", "")
    assert told(trace.score("passed"))[:2] == ("boolean", 1)
    kinds = {span["kind"] for span in seen.trace("agent").spans}
    assert kinds == {
        *("agent", "chain", "tool", "evaluator", "guardrail", "span"),
        *("embedding", "event"),
    }
