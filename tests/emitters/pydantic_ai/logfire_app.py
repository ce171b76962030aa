"""Logfire's SDK without Logfire's service: everything goes to the OTLP endpoint."""

import base64
import os

keys = f"{os.environ['PILOTHOUSE_PUBLIC_KEY']}:{os.environ['PILOTHOUSE_SECRET_KEY']}"
basic = base64.b64encode(keys.encode()).decode()
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = os.environ["PILOTHOUSE_URL"] + "/api/public/otel"
os.environ["OTEL_EXPORTER_OTLP_HEADERS"] = f"Authorization=Basic%20{basic}"

import logfire
from openai import OpenAI
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

os.environ["OTEL_METRICS_EXPORTER"] = "none"
logfire.configure(
    send_to_logfire=False,
    service_name="desk",
    service_version="1.2.3",
    environment="staging",
    console=False,
    metrics=False,
)
logfire.instrument_pydantic_ai()
logfire.instrument_openai()

MODEL = os.environ["MODEL_NAME"]
agent = Agent(
    OpenAIChatModel(
        MODEL, provider=OpenAIProvider(base_url=os.environ["MODEL_URL"], api_key="none")
    ),
    name="reporter",
    instructions="You report the weather.",
    model_settings={"max_tokens": 60, "temperature": 0.0},
)


@agent.tool_plain
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, 21 degrees"


with logfire.span("handle {question!r}", question="weather", _tags=["desk"]) as span:
    print(agent.run_sync("What is the weather in Paris?").output)
    client = OpenAI(base_url=os.environ["MODEL_URL"], api_key="none")
    messages = [{"role": "user", "content": "Say hello."}]
    client.chat.completions.create(model=MODEL, messages=messages, max_tokens=20)
    chunks = client.chat.completions.create(
        model=MODEL, messages=messages, max_tokens=20, stream=True
    )
    print("".join(c.choices[0].delta.content or "" for c in chunks if c.choices))
    logfire.info("answered {count} questions", count=1)
    try:
        raise ValueError("this step does not work")
    except ValueError:
        logfire.exception("expected")
    span.set_attribute("done", True)
logfire.shutdown()
