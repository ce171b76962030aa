"""Langfuse 3, 4 and 5 (on OpenTelemetry): observe, every observation type, openai, LangChain."""

import os
import time
import uuid

for name, value in {
    "LANGFUSE_BASE_URL": os.environ["PILOTHOUSE_URL"],
    "LANGFUSE_HOST": os.environ["PILOTHOUSE_URL"],
    "LANGFUSE_PUBLIC_KEY": os.environ["PILOTHOUSE_PUBLIC_KEY"],
    "LANGFUSE_SECRET_KEY": os.environ["PILOTHOUSE_SECRET_KEY"],
    "LANGFUSE_TRACING_ENVIRONMENT": "staging",
    "LANGFUSE_RELEASE": "r42",
}.items():
    os.environ[name] = value

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langfuse import get_client, observe, propagate_attributes
from langfuse.langchain import CallbackHandler
from langfuse.openai import openai

MODEL = os.environ["MODEL_NAME"]
langfuse = get_client()
client = openai.OpenAI(base_url=os.environ["MODEL_URL"], api_key="none")


@observe()
def fetch(city: str) -> dict[str, object]:
    """A nested function."""
    return {"city": city, "population": 2_100_000}


@observe(as_type="generation", name="by-hand")
def answer_by_hand(question: str) -> str:
    """A generation that the application describes itself."""
    langfuse.update_current_generation(
        model="gpt-4o-mini",
        model_parameters={"temperature": 0.2, "stop": ["\n"]},
        usage_details={"input": 12, "output": 5, "cache_read_input_tokens": 4},
        cost_details={"input": 0.00012, "output": 0.00005},
        metadata={"number": 3, "text": "three", "nested": {"deep": [1, None]}},
    )
    return f"An answer to {question}"


@observe()
def failing() -> None:
    """A function that raises."""
    raise ValueError("this step does not work")


@observe(name="ask")
def ask(question: str) -> str:
    """The root: attributes for every span below, calls to a model, scores."""
    with propagate_attributes(
        user_id="ada",
        session_id="session-asks",
        tags=["decorated", "测试"],
        metadata={"tier": "gold"},
        version="2",
    ):
        fetch("Paris")
        answer_by_hand(question)
        answer = client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": question}],
            max_tokens=20,
            name="plain",
            metadata={"step": "plain"},
        )
        chunks = client.chat.completions.create(
            model=MODEL,
            messages=[
                {"role": "system", "content": "You are a story teller."},
                {"role": "user", "content": "Tell me a very short story."},
            ],
            stream=True,
            stream_options={"include_usage": True},
            max_tokens=30,
            temperature=0.5,
            name="streamed",
        )
        next(chunks)  # says who speaks
        print("first chunk", time.time())
        print("".join(c.choices[0].delta.content or "" for c in chunks if c.choices))
        client.embeddings.create(model=MODEL, input="a short text")
        try:
            failing()
        except ValueError as error:
            print("expected:", error)
        langfuse.score_current_span(name="helpful", value=1, comment="thumbs up")
        langfuse.score_current_trace(name="tone", value="friendly", data_type="CATEGORICAL")
        return str(answer.choices[0].message.content)


def every_type() -> None:
    """One observation of each type, updated after it was started; an event; a foreign parent."""
    with langfuse.start_as_current_observation(
        as_type="agent", name="agent", input={"task": "plan"}, metadata={"depth": 0}
    ) as agent:
        for kind in ("chain", "retriever", "tool", "evaluator", "guardrail", "span"):
            with langfuse.start_as_current_observation(
                as_type=kind, name=f"one-{kind}", input=[kind, 1]
            ) as observation:
                observation.update(output={"kind": kind}, metadata={"seen": True})
        with langfuse.start_as_current_observation(
            as_type="embedding",
            name="one-embedding",
            model="text-embedding-3-small",
            input="text",
            usage_details={"input": 3},
        ):
            pass
        langfuse.create_event(name="one-event", input="something", level="WARNING")
        agent.update(output="done", level="DEBUG", status_message="all well")
        agent.score(name="accuracy", value=0.9)
    trace_id = langfuse.create_trace_id(seed="order-7")
    later = langfuse.start_observation(
        name="continued",
        trace_context={"trace_id": trace_id, "parent_span_id": "00f067aa0ba902b7"},
    )
    later.end()
    langfuse.create_score(trace_id=trace_id, name="passed", value=1, data_type="BOOLEAN")


@tool
def weather(city: str) -> str:
    """Tell the weather in a city."""
    return f"sunny in {city}"


def langchain() -> None:
    """A chain and a tool call with the callback handler; user and session in the metadata."""
    handler = CallbackHandler()
    model = ChatOpenAI(model=MODEL, base_url=os.environ["MODEL_URL"], api_key="none", max_tokens=40)
    prompt = ChatPromptTemplate.from_messages([("system", "回答要简短。"), ("human", "{question}")])
    config = {
        "callbacks": [handler],
        "run_name": "SayHello",
        "metadata": {
            "langfuse_user_id": "wzr",
            "langfuse_session_id": str(uuid.uuid4()),
            "langfuse_tags": ["chain"],
        },
    }
    print((prompt | model | StrOutputParser()).invoke({"question": "你好！"}, config=config))
    reply = model.bind_tools([weather]).invoke("What is the weather in Paris?", config=config)
    for call in reply.tool_calls:
        print(weather.invoke(call, config=config))


print(ask("What is Paris?"))
every_type()
langchain()
langfuse.flush()
langfuse.shutdown()
