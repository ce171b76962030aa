"""A LangChain application under the Langfuse 2 callback handler: one chain, one conversation, one stream.

The model's words are its own; everything else that the page of a trace shows is promised.
"""

import uuid

import pytest

from tests.compat.conftest import Emitted
from tests.compat.promises import is_counted, is_streamed_as_seen, is_unpriced
from tests.compat.seen import Seen, text
from tests.model import Model

SYSTEM = "你是一个乐于助人的助手，回答要简短。"
QUESTIONS = ["你好，我叫小王。", "法国的首都是哪里？", "我叫什么名字？"]


@pytest.fixture
def seen(emitted: Emitted) -> Seen:
    return emitted("langfuse_v2_langchain")


# -- the chain ---------------------------------------------------------------------------------


def test_the_chain_is_one_trace_with_a_step_for_each_part(seen: Seen) -> None:
    assert seen.trace("SayHello").outline == [
        "trace SayHello",
        "  span RunnableSequence",
        "    span RunnableParallel<input>",
        "      span RunnablePassthrough",
        "    span ChatPromptTemplate",
        "    llm ChatOpenAI",
        "    span StrOutputParser",
    ]


def test_the_chain_has_its_user_and_its_words(seen: Seen) -> None:
    trace = seen.trace("SayHello")
    assert (trace["user_id"], trace["session_id"]) == ("wzr", "")
    assert trace["input_preview"] == "AGIClass"
    assert trace["output_preview"]
    assert {span["user_id"] for span in trace.spans} == {"wzr"}
    assert [user["user_id"] for user in seen.users() if user["traces"] == 4] == ["wzr"]
    assert (trace["errors"], trace["warnings"], trace["level"]) == (0, 0, "default")


def test_the_model_call_tells_messages_model_tokens_and_time(seen: Seen, model: Model) -> None:
    trace = seen.trace("SayHello")
    call = trace.span("ChatOpenAI")
    assert call.roles == (["user"], ["assistant"])
    assert call.said("user") == ["Say hello to AGIClass!"]
    assert call.answer == trace.span("StrOutputParser")["output"] == trace.roots[0]["output"]
    assert call["model"] == model.name
    assert call["model_parameters"] == {"temperature": "0.1", "max_completion_tokens": 40}
    is_counted(call)
    assert call["output_tokens"] <= 40
    assert 0 < call.duration <= trace["duration"]
    assert call["first_token_time"] == 0
    assert (trace["input_tokens"], trace["output_tokens"]) == (
        call["input_tokens"],
        call["output_tokens"],
    )


def test_a_price_that_nobody_knows_is_not_zero(seen: Seen) -> None:
    trace = seen.trace("SayHello")
    is_unpriced(trace.span("ChatOpenAI"))
    assert trace["unpriced"] == 1
    assert trace["models"] == [trace.span("ChatOpenAI")["model"]]


# -- the conversation --------------------------------------------------------------------------


def test_each_turn_is_a_trace_of_one_session(seen: Seen) -> None:
    turns = seen.named("Conversation")
    (session_id,) = {trace["session_id"] for trace in turns}
    assert uuid.UUID(session_id)
    assert [trace["input_preview"] for trace in turns] == QUESTIONS
    assert {span["session_id"] for trace in turns for span in trace.spans} == {session_id}
    for turn in turns:
        assert turn.outline == [
            "trace Conversation",
            "  span RunnableSequence",
            "    span ChatPromptTemplate",
            "    llm ChatOpenAI",
            "    span StrOutputParser",
        ]
        is_counted(turn.span("ChatOpenAI"))
    (session,) = seen.sessions()
    assert (session["session_id"], session["traces"]) == (session_id, 3)
    assert session["users"] == ["wzr"]
    assert session["total_tokens"] == sum(trace["total_tokens"] for trace in turns)
    assert session["unpriced"] == 3


def test_every_call_carries_the_history_and_the_chinese_system_message(seen: Seen) -> None:
    answers: list[str] = []
    for number, trace in enumerate(seen.named("Conversation")):
        call = trace.span("ChatOpenAI")
        assert call.said("system") == [SYSTEM]
        assert call.said("user") == QUESTIONS[: number + 1]
        assert call.said("assistant") == answers
        assert SYSTEM in call["input"], "Chinese is stored as it is written, not as escapes"
        answers.append(call.answer)


def test_the_session_reads_as_one_conversation(seen: Seen) -> None:
    (session,) = seen.sessions()
    turns = seen.session(session["session_id"])["turns"]
    asked = [[(each["role"], text(each)) for each in turn["input_messages"]] for turn in turns]
    assert asked == [[("user", question)] for question in QUESTIONS]
    answers = [trace.span("ChatOpenAI").answer for trace in seen.named("Conversation")]
    assert [text(turn["output_messages"][0]) for turn in turns] == answers


# -- the stream --------------------------------------------------------------------------------


def test_a_streamed_answer_tells_when_its_first_token_came(seen: Seen) -> None:
    trace = seen.trace("Streamed")
    call = trace.span("ChatOpenAI")
    is_streamed_as_seen(call, seen)
    assert call.said("user") == ["Count to five."]
    assert trace["tags"] == ["stream"]
    assert trace.metadata["page"] == 3
    is_counted(call)


def test_nothing_was_refused(seen: Seen) -> None:
    assert seen.health()["rejected"] == []
