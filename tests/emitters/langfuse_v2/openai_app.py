"""Langfuse 2: the openai drop-in, decorators, scores, and the low-level client."""

import os
import time
from datetime import UTC, datetime

os.environ["LANGFUSE_HOST"] = os.environ["PILOTHOUSE_URL"]
os.environ["LANGFUSE_PUBLIC_KEY"] = os.environ["PILOTHOUSE_PUBLIC_KEY"]
os.environ["LANGFUSE_SECRET_KEY"] = os.environ["PILOTHOUSE_SECRET_KEY"]

from langfuse import Langfuse
from langfuse.decorators import langfuse_context, observe
from langfuse.openai import openai

MODEL = os.environ["MODEL_NAME"]
client = openai.OpenAI(base_url=os.environ["MODEL_URL"], api_key="none")


def drop_in() -> None:
    """Calls outside any trace: each makes a trace of its own."""
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "You are a calculator."},
            {"role": "user", "content": "1 + 1 = "},
        ],
        temperature=0,
        max_tokens=20,
        name="sum",
        metadata={"kind": "arithmetic"},
        session_id="session-sums",
        user_id="ada",
        tags=["drop-in"],
    )
    print(answer.choices[0].message.content)
    chunks = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Tell me a very short story."}],
        stream=True,
        stream_options={"include_usage": True},
        max_tokens=30,
        name="story",
    )
    next(chunks)  # says who speaks
    print("first chunk", time.time())
    print("".join(c.choices[0].delta.content or "" for c in chunks if c.choices))


@observe()
def retrieve(question: str) -> list[str]:
    """A nested function that the decorator makes a span of."""
    return [f"A fact about {question}", "Another fact"]


@observe(as_type="generation")
def answer_by_hand(question: str, facts: list[str]) -> str:
    """A generation that the application describes itself."""
    langfuse_context.update_current_observation(
        model="gpt-4o-mini",
        model_parameters={"temperature": 0.2},
        input=[{"role": "user", "content": question}],
        usage_details={"input": 12, "output": 5, "cache_read_input_tokens": 4},
        cost_details={"input": 0.00012, "output": 0.00005},
        metadata={"facts": len(facts)},
    )
    return "It is a city."


@observe()
def failing() -> None:
    """A function that raises: the decorator marks the span as an error."""
    raise ValueError("this step does not work")


@observe(name="ask")
def ask(question: str) -> str:
    """The root: nested calls, a drop-in call inside, attributes of the trace, scores."""
    langfuse_context.update_current_trace(
        user_id="ada",
        session_id="session-asks",
        tags=["decorated", "测试"],
        metadata={"tier": "gold"},
        release="r1",
        version="2",
    )
    facts = retrieve(question)
    answer = answer_by_hand(question, facts)
    answer += (
        client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": question}], max_tokens=20
        )
        .choices[0]
        .message.content
    )
    try:
        failing()
    except ValueError as error:
        print("expected:", error)
    langfuse_context.score_current_observation(name="helpful", value=1, comment="thumbs up")
    langfuse_context.score_current_trace(name="tone", value="friendly")
    return answer


def low_level() -> None:
    """Objects that are created first and completed later."""
    langfuse = Langfuse()
    trace = langfuse.trace(
        name="order", user_id="bob", session_id="session-orders", input={"order": 7}
    )
    span = trace.span(name="plan", input={"steps": 2}, metadata={"depth": 1})
    generation = span.generation(
        name="write",
        model="gpt-4o",
        model_parameters={"temperature": 0.7, "max_tokens": 100},
        input=[{"role": "user", "content": "Write an order confirmation."}],
    )
    generation.update(completion_start_time=datetime.now(UTC))
    generation.end(
        output="Your order is confirmed.",
        usage={"promptTokens": 21, "completionTokens": 6, "totalTokens": 27},
    )
    span.event(name="mail-sent", level="DEBUG", input={"to": "bob@example.com"})
    span.end(output={"done": True})
    trace.span(name="charge").end(level="ERROR", status_message="card declined")
    trace.update(output={"state": "confirmed"}, tags=["orders"], public=True)
    trace.score(name="accuracy", value=0.9)
    langfuse.score(trace_id=trace.id, name="passed", value=True, data_type="BOOLEAN")
    langfuse.score(
        trace_id=trace.id,
        observation_id=generation.id,
        name="class",
        value="good",
        data_type="CATEGORICAL",
    )
    langfuse.flush()


drop_in()
print(ask("What is Paris?"))
low_level()
openai.flush_langfuse()
langfuse_context.flush()
