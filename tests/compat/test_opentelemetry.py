"""Applications that speak OpenTelemetry, each in the words of its own framework."""

from typing import Any

import pytest

from tests.compat.conftest import Emitted
from tests.compat.promises import is_counted, is_streamed, is_unpriced
from tests.compat.seen import Seen, Span
from tests.model import Model

QUESTION = "What is the weather in Paris?"


def is_call(span: Span, model: Model, provider: str = "openai") -> None:
    """A model call of an application that prices nothing itself."""
    assert (span["kind"], span["model"], span["provider"]) == ("llm", model.name, provider)
    is_counted(span)
    is_unpriced(span)


def asks_for_the_weather(span: Span, tool: str = "get_weather", city: str = "Paris") -> None:
    """The model asks for the tool and knows it."""
    (call,) = [part for part in span.parts if part["type"] == "tool_call"]
    assert (call["name"], call["arguments"]) == (tool, {"city": city})
    assert call["id"]


def answers_from_the_tool(span: Span, result: Any = "sunny in Paris, 21 degrees") -> None:
    """The tool's answer went back to the model, under the id of the call."""
    (call,) = [part for part in span.parts if part["type"] == "tool_call"]
    (told,) = [part for part in span.parts if part["type"] == "tool_result"]
    assert (told["result"], told["id"]) == (result, call["id"])
    assert span.roles[0][-2:] == ["assistant", "tool"]
    assert span.answer


# -- OpenInference --------------------------------------------------------------------------------


def test_openinference_calls_carry_what_the_context_says(emitted: Emitted, model: Model) -> None:
    seen = emitted("openinference_openai")
    calls = seen.named("ChatCompletion")
    assert [trace.outline for trace in calls] == [["llm ChatCompletion"]] * 4
    for trace in calls:
        assert (trace["user_id"], trace["session_id"]) == ("ada", "session-1")
        assert trace["tags"] == ["shop", "测试"]
        assert trace.metadata == {"tier": "gold", "page": 3}
        is_call(trace.roots[0], model)
    hello, stream, asking, answering = (trace.roots[0] for trace in calls)
    assert hello.said("user") == ["Hello, who are you?"]
    assert hello["model_parameters"]["temperature"] == 0.2
    assert hello["attributes"]["llm.prompt_template.template"] == "Hello, who are {who}?"
    assert stream.said("user") == ["数到五。"]
    is_streamed(stream)
    asks_for_the_weather(asking)
    assert [tool["function"]["name"] for tool in asking["tools"]] == ["get_weather"]
    answers_from_the_tool(answering)


def test_openinference_embeddings_and_their_error(emitted: Emitted) -> None:
    good, bad = emitted("openinference_openai").named("CreateEmbeddings")
    assert good.outline == ["embedding CreateEmbeddings"]
    assert good["input_preview"] == "a short text, another"
    assert (good["level"], bad["level"], bad["errors"]) == ("default", "error", 1)
    assert "must not be empty" in bad.roots[0]["status_message"]
    assert bad.roots[0]["events"][0]["name"] == "exception"


def test_openinference_langchain_retriever_and_agent(emitted: Emitted, model: Model) -> None:
    seen = emitted("openinference_langchain")
    chain, agent = seen.traces
    assert chain.outline == [
        "chain RunnableSequence",
        "  chain RunnableParallel<context,question>",
        "    retriever VectorStoreRetriever",
        "    chain RunnablePassthrough",
        "  prompt ChatPromptTemplate",
        "  llm ChatOpenAI",
        "  chain StrOutputParser",
    ]
    assert agent.outline == [
        "chain reporter",
        "  chain model",
        "    llm ChatOpenAI",
        "  chain tools",
        "    tool weather",
        "  chain model",
        "    llm ChatOpenAI",
    ]
    for trace in (chain, agent):
        assert (trace["user_id"], trace["session_id"]) == ("bob", "session-2")
        assert trace["tags"] == ["library"]
    assert "Paris is the capital of France." in chain.span("VectorStoreRetriever")["output_preview"]
    is_call(chain.span("ChatOpenAI"), model)
    asking, answering = agent.of_kind("llm")
    is_call(asking, model)
    asks_for_the_weather(asking, "weather")
    answers_from_the_tool(answering)
    (session,) = seen.sessions()
    assert (session["traces"], session["users"]) == (2, ["bob"])


def test_an_agents_history_is_shown_once(emitted: Emitted) -> None:
    """LangGraph answers with its whole state, the question included."""
    turn = emitted("openinference_langchain").session("session-2")["turns"][1]
    assert [message["role"] for message in turn["input_messages"]] == ["user"]
    assert [message["role"] for message in turn["output_messages"]] == [
        "assistant",
        "tool",
        "assistant",
    ]


# -- OpenLLMetry ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["openllmetry", "openllmetry_old"])
def test_openllmetry(emitted: Emitted, model: Model, name: str) -> None:
    seen = emitted(name)
    trace = seen.trace("joke_and_weather.workflow")
    assert trace.outline == [
        "chain joke_and_weather.workflow",
        "  task joke_creation.task",
        "    llm openai.chat",
        "  agent reporter.agent",
        "    llm openai.chat",
        "    tool get_weather.tool",
        "    llm openai.chat",
    ]
    assert (trace["user_id"], trace["session_id"]) == ("ada", "session-1")
    assert trace.metadata == {"chat_id": "chat-7"}
    assert trace["input_preview"] == "OpenTelemetry 测试"
    joke, asking, answering = trace.of_kind("llm")
    for call in (joke, asking, answering):
        is_call(call, model)
    assert joke.said("system") == ["You tell jokes."]
    assert joke.said("user") == ["Tell me a joke about OpenTelemetry 测试"]
    is_streamed(joke)
    asks_for_the_weather(asking)
    assert [tool["name"] for tool in asking["tools"]] == ["get_weather"]
    answers_from_the_tool(answering)
    assert trace.span("get_weather.tool")["output_preview"] == "sunny in Paris, 21 degrees"
    broken = seen.trace("broken.workflow")
    assert broken["level"] == "error"
    assert broken.roots[0]["status_message"] == "this step does not work"
    assert seen.trace("openai.embeddings").roots[0]["kind"] == "embedding"


# -- Semantic Kernel ------------------------------------------------------------------------------


@pytest.fixture
def kernel(emitted: Emitted) -> Seen:
    return emitted("semantic_kernel")


def test_semantic_kernel_is_a_tree_of_functions_loops_and_calls(kernel: Seen) -> None:
    trace = kernel.trace("main")
    (prompt,) = [
        span["name"] for span in trace.roots[0].children if span["name"].startswith("execute_tool")
    ]
    assert trace.outline == [
        "span main",
        f"  tool {prompt}",
        "    llm chat smollm2-135m-instruct",
        "  span AutoFunctionInvocationLoop",
        "    llm chat smollm2-135m-instruct",
        "    tool execute_tool weather-get_weather",
        "    llm chat smollm2-135m-instruct",
        "  llm chat smollm2-135m-instruct",
        "  agent invoke_agent Reporter",
        "    span AutoFunctionInvocationLoop",
        "      llm chat smollm2-135m-instruct",
        "      tool execute_tool Weather-get_weather",
        "      llm chat smollm2-135m-instruct",
    ]
    for span in trace.spans:
        assert (span["user_id"], span["session_id"]) == ("ada", "session-sk")


def test_semantic_kernels_messages_come_by_log_records(kernel: Seen, model: Model) -> None:
    sentence, asking, answering, counting, _, reporting = kernel.trace("main").of_kind("llm")
    for call in (sentence, asking, answering, counting, reporting):
        is_call(call, model)
    assert sentence.said("user") == ["Say one sentence about Paris. 请简短。"]
    assert sentence["model_parameters"] == {"max_tokens": 40, "temperature": 0.2}
    assert asking.said("system") == ["You are a weather reporter."]
    asks_for_the_weather(asking, "weather-get_weather")
    answers_from_the_tool(answering)
    assert counting.said("user") == ["Count to five."]
    answers_from_the_tool(reporting, "sunny in Rome, 21 degrees")


def test_logs_that_are_no_messages_are_counted_as_such(kernel: Seen) -> None:
    reasons = {item["reason"] for item in kernel.health()["rejected"]}
    assert reasons == {"not_kept"}


# -- Pydantic AI and Logfire ----------------------------------------------------------------------


def test_pydantic_ai_agents(emitted: Emitted, model: Model) -> None:
    seen = emitted("pydantic_ai")
    call = f"llm chat {model.name}"
    desk = seen.trace("desk")
    assert desk.outline == [
        "span desk",
        "  agent reporter run",
        f"    {call}",
        "    tool running tool: get_weather",
        f"    {call}",
    ]
    assert (desk["user_id"], desk["session_id"]) == ("ada", "session-desk")
    run = desk.span("reporter run")
    assert run["input_preview"] == QUESTION
    assert run.roles[0] == ["system", "user", "assistant", "tool"]
    assert run["billable"] is False
    asking, answering = desk.of_kind("llm")
    for each in (asking, answering):
        is_call(each, model)
    asks_for_the_weather(asking)
    answers_from_the_tool(answering)
    assert run["output"] == answering.answer
    assert desk["total_tokens"] == asking["total_tokens"] + answering["total_tokens"]
    assert seen.trace("biographer run").outline == ["agent biographer run", f"  {call}"]


def test_pydantic_ais_history_is_one_conversation(emitted: Emitted) -> None:
    seen = emitted("pydantic_ai")
    first, again, counting = seen.named("teller run")
    assert first["session_id"] == again["session_id"] != counting["session_id"]
    turns = seen.session(first["session_id"])["turns"]
    added = [[(each["role"]) for each in turn["input_messages"]] for turn in turns]
    assert added == [["system", "user"], ["user"]]
    assert again.of_kind("llm")[0].said("user") == ["Tell a very short story.", "Again, shorter."]
    is_streamed(counting.of_kind("llm")[0])


def test_logfire(emitted: Emitted, model: Model) -> None:
    seen = emitted("logfire")
    trace = seen.trace("handle 'weather'")
    completion = f"llm Chat Completion with '{model.name}'"
    *tree, streaming, told, expected = trace.outline
    assert tree == [
        "span handle 'weather'",
        "  agent reporter run",
        f"    llm chat {model.name}",
        f"      {completion}",
        "    tool running tool: get_weather",
        f"    llm chat {model.name}",
        f"      {completion}",
        f"  {completion}",
        f"  {completion}",
    ]
    assert streaming.startswith(f"  llm streaming response from '{model.name}' took")
    assert (told, expected) == ("  span answered 1 questions", "  span expected")
    assert (trace["environment"], trace["version"]) == ("staging", "1.2.3")
    assert trace["tags"] == ["desk"]
    assert trace.span("expected")["status_message"] == "ValueError: this step does not work"
    assert trace.span("expected")["events"][0]["name"] == "exception"
    assert trace["errors"] == 1
    paid = [span for span in trace.of_kind("llm") if span["billable"] and span["usage"]]
    assert trace["total_tokens"] == sum(span["total_tokens"] for span in paid)
    for outer in trace.named(f"chat {model.name}"):
        assert outer["billable"] is False, "the inner instrumentation reports the same call"
    for call in paid:
        is_call(call, model)


# -- OpenTelemetry's own instrumentation ----------------------------------------------------------


@pytest.mark.parametrize("name", ["otel_genai_136", "otel_genai_137"])
def test_opentelemetrys_own_instrumentation(emitted: Emitted, model: Model, name: str) -> None:
    """The older one tells messages by log records, the newer one on the span."""
    trace = emitted(name).trace("main")
    assert trace.outline == [
        "span main",
        *[f"  llm chat {model.name}"] * 4,
        *[f"  embedding embeddings {model.name}"] * 2,
    ]
    hello, counting, asking, answering = calls = trace.of_kind("llm")
    for call in calls:
        is_call(call, model)
        assert call["response_id"].startswith("chatcmpl-")
    assert hello.roles == (["system", "user"], ["assistant"])
    assert hello.said("user") == ["Hello, who are you? 你好"]
    assert hello["model_parameters"] == {"temperature": 0.2, "max_tokens": 20, "seed": 3}
    assert counting.answer
    asks_for_the_weather(asking)
    answers_from_the_tool(answering)
    failed = trace.of_kind("embedding")[1]
    assert failed["level"] == "error"
    assert "must not be empty" in failed["status_message"]
    if name == "otel_genai_137":
        is_streamed(counting)


def test_spans_by_hand(emitted: Emitted) -> None:
    seen = emitted("otlp_python_http")
    trace = seen.trace("invoke_agent reporter")
    assert trace.outline == [
        "agent invoke_agent reporter",
        "  llm chat claude-sonnet-4-5",
        "  tool execute_tool get_weather",
    ]
    assert (trace["user_id"], trace["session_id"]) == ("ada", "session-1")
    assert (trace["environment"], trace["version"]) == ("staging", "1.2.3")
    call, tool = trace.of_kind("llm")[0], trace.of_kind("tool")[0]
    assert (call["model"], call["provider"]) == ("claude-sonnet-4-5-20250929", "anthropic")
    assert call["first_token_time"] - call["start_time"] == 420_000
    assert call.said("user") == ["巴黎的天气怎么样？"]
    assert [part["type"] for part in call.parts] == [
        *("text", "text", "media", "reasoning", "tool_call"),
    ]
    assert tool["input_preview"] == "city: Paris"
    assert tool["links"][0]["attributes"] == {"why": "asked for it"}
    assert tool["events"][0]["name"] == "exception"
    score = trace.score("relevance")
    assert (score["value"], score["text"], score["source"]) == (0.9, "good", "evaluator")
    failed = seen.trace("chat gpt-4o").roots[0]
    assert (failed["level"], failed["status_message"]) == ("error", "too many requests")
    assert failed["attributes"]["payload"] == "AAH/"


# -- Vercel AI ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["vercel_ai_5", "vercel_ai"])
def test_vercel_ai_5_and_6(emitted: Emitted, model: Model, name: str) -> None:
    seen = emitted(name)
    greet, report, describe = (seen.trace(each) for each in ("greet", "report", "describe"))
    assert greet.outline == ["chain ai.generateText", "  llm ai.generateText.doGenerate"]
    assert report.outline == [
        "chain ai.streamText",
        "  llm ai.streamText.doStream",
        "  tool weather",
        "  llm ai.streamText.doStream",
    ]
    assert describe.outline == ["chain ai.generateObject", "  llm ai.generateObject.doGenerate"]
    assert seen.trace("one").outline == ["chain ai.embed", "  embedding ai.embed.doEmbed"]
    for trace in seen.traces:
        assert (trace["user_id"], trace["session_id"]) == ("ada", "session-v")
        assert trace["tags"] == ["vercel", "测试"]
        assert trace.metadata["tier"] == "gold"
        assert trace.roots[0]["billable"] is False
    for trace in (greet, report, describe):
        for call in trace.of_kind("llm"):
            is_call(call, model, "local.chat")
    assert greet.of_kind("llm")[0].said("user") == ["Say hello. 你好"]
    asking, answering = report.of_kind("llm")
    is_streamed(asking)
    is_streamed(answering)
    asks_for_the_weather(asking, "weather")
    assert describe["output_preview"] == "name: Ada, age: 36"
    fail = seen.trace("fail")
    assert fail["level"] == "error"
    assert fail.roots[0]["status_message"]


def test_vercel_ai_7(emitted: Emitted, model: Model) -> None:
    seen = emitted("vercel_ai_7")
    call = f"llm chat {model.name}"
    agent = f"agent invoke_agent {model.name}"
    greet, report, describe, embedding, fail = seen.traces
    assert greet.outline == [agent, "  task step 1", f"    {call}"]
    assert report.outline == [
        agent,
        "  task step 1",
        f"    {call}",
        "    tool execute_tool weather",
        "  task step 2",
        f"    {call}",
    ]
    assert [root["attributes"]["gen_ai.agent.name"] for root in (*greet.roots, *report.roots)] == [
        "greet",
        "report",
    ]
    for trace in (greet, report, describe):
        for each in trace.of_kind("llm"):
            is_call(each, model, "local.chat")
    asking, answering = report.of_kind("llm")
    is_streamed(asking)
    asks_for_the_weather(asking, "weather")
    answers_from_the_tool(answering, {"city": "Paris", "sky": "sunny", "degrees": 21})
    assert embedding.of_kind("embedding")[-1]["input_tokens"] == 3
    assert (fail["level"], fail.of_kind("llm")[0]["level"]) == ("error", "error")


# -- OpenAI Agents --------------------------------------------------------------------------------


def test_openai_agents(emitted: Emitted, model: Model) -> None:
    seen = emitted("openai_agents")
    desk, triage, clumsy, writer = seen.traces
    assert desk.outline == [
        "trace Weather desk",
        "  agent Agent workflow",
        "    agent Reporter",
        "      task turn 1",
        "        guardrail polite",
        f"        llm {model.name}",
        "        tool get_weather",
        "      task turn 2",
        f"        llm {model.name}",
        "  span check",
        "  agent Agent workflow",
        "    agent Historian",
        "      task turn 1",
        f"        llm {model.name}",
    ]
    assert (desk["user_id"], desk["session_id"]) == ("ada", "session-agents")
    assert desk.metadata == {"user_id": "ada", "page": 3}
    calls = desk.of_kind("llm")
    for call in calls:
        is_call(call, model)
    asks_for_the_weather(calls[0])
    answers_from_the_tool(calls[1])
    assert calls[2].said("system") == ["回答要简短。"]
    assert calls[2].answer
    assert desk["total_tokens"] == sum(call["total_tokens"] for call in calls)
    assert desk.span("check")["attributes"] == {"data.checked": True}
    assert "        task Triage → Historian" in triage.outline
    broken = clumsy.span("broken_tool")
    assert (broken["level"], clumsy["errors"]) == ("error", 1)
    response = writer.of_kind("llm")[0]
    assert response["response_id"].startswith("resp_")
    is_counted(response)
