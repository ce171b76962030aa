"""Pydantic AI on OpenTelemetry: an agent with a tool, structured output, history, streaming."""

import base64
import os

keys = f"{os.environ['PILOTHOUSE_PUBLIC_KEY']}:{os.environ['PILOTHOUSE_SECRET_KEY']}"
basic = base64.b64encode(keys.encode()).decode()
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = os.environ["PILOTHOUSE_URL"] + "/api/public/otel"
os.environ["OTEL_EXPORTER_OTLP_HEADERS"] = f"Authorization=Basic%20{basic}"

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

provider = TracerProvider(resource=Resource({"service.name": "weather-desk"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
Agent.instrument_all()

model = OpenAIChatModel(
    os.environ["MODEL_NAME"],
    provider=OpenAIProvider(base_url=os.environ["MODEL_URL"], api_key="none"),
    settings={"max_tokens": 60, "temperature": 0.0},
)
reporter = Agent(
    model, name="reporter", instructions="You report the weather.", retries=3, output_type=str
)


@reporter.tool_plain
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, 21 degrees"


class Person(BaseModel):
    """What the second agent must fill in."""

    name: str
    age: int


biographer = Agent(model, name="biographer", output_type=NativeOutput(Person))
teller = Agent(model, name="teller", system_prompt="你是一个讲故事的人。")


def main() -> None:
    """A tool call, a structured answer, and a second turn with the history."""
    who = {"user.id": "ada", "session.id": "session-desk"}
    with trace.get_tracer("desk").start_as_current_span("desk", attributes=who):
        print(reporter.run_sync("What is the weather in Paris?").output)
    print(biographer.run_sync("Describe a person called Ada who is 36.").output)
    story = teller.run_sync("Tell a very short story.")
    again = teller.run_sync("Again, shorter.", message_history=story.all_messages())
    print(again.output)
    with teller.run_stream_sync("Count to three.") as stream:
        print("".join(stream.stream_text(delta=True)))


main()
provider.shutdown()
