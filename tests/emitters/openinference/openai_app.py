"""OpenInference's openai instrumentation: chat, streaming, a tool call, embeddings, an error."""

import base64
import os

keys = f"{os.environ['PILOTHOUSE_PUBLIC_KEY']}:{os.environ['PILOTHOUSE_SECRET_KEY']}"
basic = base64.b64encode(keys.encode()).decode()
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = os.environ["PILOTHOUSE_URL"] + "/api/public/otel"
os.environ["OTEL_EXPORTER_OTLP_HEADERS"] = f"Authorization=Basic%20{basic}"

import json

from openai import APIError, OpenAI
from openinference.instrumentation import using_attributes
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider(
    resource=Resource({"service.name": "shop", "openinference.project.name": "shop"})
)
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
OpenAIInstrumentor().instrument(tracer_provider=provider)

MODEL = os.environ["MODEL_NAME"]
client = OpenAI(base_url=os.environ["MODEL_URL"], api_key="none", max_retries=0)
WEATHER = {
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


def chat() -> None:
    """A plain answer and a streamed one."""
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "You are a helpful shop assistant."},
            {"role": "user", "content": [{"type": "text", "text": "Hello, who are you?"}]},
        ],
        temperature=0.2,
        max_tokens=20,
    )
    print(answer.choices[0].message.content)
    chunks = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "数到五。"}],
        stream=True,
        stream_options={"include_usage": True},
        max_tokens=20,
    )
    print("".join(c.choices[0].delta.content or "" for c in chunks if c.choices))


def call_tool() -> None:
    """A tool call and the answer after it."""
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    reply = (
        client.chat.completions.create(
            model=MODEL, messages=messages, tools=[WEATHER], max_tokens=60
        )
        .choices[0]
        .message
    )
    messages.append(reply.model_dump(exclude_none=True))
    for call in reply.tool_calls or []:
        city = json.loads(call.function.arguments)["city"]
        content = f"sunny in {city}, 21 degrees"
        messages.append({"role": "tool", "tool_call_id": call.id, "content": content})
    answer = client.chat.completions.create(
        model=MODEL, messages=messages, tools=[WEATHER], max_tokens=40
    )
    print(answer.choices[0].message.content)


with using_attributes(
    session_id="session-1",
    user_id="ada",
    metadata={"tier": "gold", "page": 3},
    tags=["shop", "测试"],
    prompt_template="Hello, who are {who}?",
    prompt_template_version="v1",
    prompt_template_variables={"who": "you"},
):
    chat()
    call_tool()
client.embeddings.create(model=MODEL, input=["a short text", "another"])
try:
    client.embeddings.create(model=MODEL, input=[])
except APIError as error:
    print("expected:", error)
provider.shutdown()
