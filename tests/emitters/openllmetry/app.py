"""Traceloop SDK (OpenLLMetry): workflow, agent, task and tool decorators around openai calls."""

import base64
import json
import os

keys = f"{os.environ['PILOTHOUSE_PUBLIC_KEY']}:{os.environ['PILOTHOUSE_SECRET_KEY']}"
basic = base64.b64encode(keys.encode()).decode()
os.environ["TRACELOOP_BASE_URL"] = os.environ["PILOTHOUSE_URL"] + "/api/public/otel"
os.environ["TRACELOOP_HEADERS"] = f"Authorization=Basic%20{basic}"
os.environ["TRACELOOP_TELEMETRY"] = "false"
os.environ["TRACELOOP_METRICS_ENABLED"] = "false"

from openai import OpenAI
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import agent, task, tool, workflow

Traceloop.init(app_name="joker", disable_batch=True)

MODEL = os.environ["MODEL_NAME"]
client = OpenAI(base_url=os.environ["MODEL_URL"], api_key="none")
FUNCTION = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


@task(name="joke_creation")
def create_joke(topic: str) -> str:
    """A streamed answer inside a task."""
    chunks = client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "You tell jokes."},
            {"role": "user", "content": f"Tell me a joke about {topic}"},
        ],
        stream=True,
        stream_options={"include_usage": True},
        max_tokens=20,
        temperature=0.5,
    )
    return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


@tool(name="get_weather")
def get_weather(city: str) -> str:
    """A tool that the model asked for."""
    return f"sunny in {city}, 21 degrees"


@agent(name="reporter")
def report(question: str) -> str:
    """A tool call and the answer after it."""
    messages = [{"role": "user", "content": question}]
    reply = client.chat.completions.create(
        model=MODEL, messages=messages, tools=[FUNCTION], max_tokens=60
    )
    message = reply.choices[0].message
    messages.append(message.model_dump(exclude_none=True))
    for call in message.tool_calls or []:
        content = get_weather(**json.loads(call.function.arguments))
        messages.append({"role": "tool", "tool_call_id": call.id, "content": content})
    answer = client.chat.completions.create(model=MODEL, messages=messages, max_tokens=40)
    return str(answer.choices[0].message.content)


@workflow(name="joke_and_weather")
def run(topic: str) -> dict[str, str]:
    """The root: association properties travel to every span below."""
    Traceloop.set_association_properties(
        {"user_id": "ada", "session_id": "session-1", "chat_id": "chat-7"}
    )
    return {"joke": create_joke(topic), "weather": report("What is the weather in Paris?")}


@workflow(name="broken")
def broken() -> None:
    """A workflow that raises."""
    raise ValueError("this step does not work")


print(run("OpenTelemetry 测试"))
client.embeddings.create(model=MODEL, input="a short text")
try:
    broken()
except ValueError as error:
    print("expected:", error)
