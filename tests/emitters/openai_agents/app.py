"""OpenAI Agents SDK with its own exporter: a function tool, a handoff, the responses API."""

import asyncio
import os

from agents import (
    Agent,
    GuardrailFunctionOutput,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    RunContextWrapper,
    Runner,
    custom_span,
    flush_traces,
    function_tool,
    input_guardrail,
    set_trace_processors,
    trace,
)
from agents.tracing.processors import BackendSpanExporter, BatchTraceProcessor
from openai import AsyncOpenAI

exporter = BackendSpanExporter(
    endpoint=f"{os.environ['PILOTHOUSE_URL']}/v1/traces/ingest",
    api_key=f"{os.environ['PILOTHOUSE_PUBLIC_KEY']}:{os.environ['PILOTHOUSE_SECRET_KEY']}",
)
set_trace_processors([BatchTraceProcessor(exporter)])

client = AsyncOpenAI(base_url=os.environ["MODEL_URL"], api_key="none")
chat = OpenAIChatCompletionsModel(model=os.environ["MODEL_NAME"], openai_client=client)
responses = OpenAIResponsesModel(model=os.environ["MODEL_NAME"], openai_client=client)
settings = ModelSettings(max_tokens=60, temperature=0.0, include_usage=True)


@function_tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, 21 degrees"


@function_tool
def broken_tool(city: str) -> str:
    """A tool that always fails."""
    raise ValueError("this tool does not work")


@input_guardrail
async def polite(
    context: RunContextWrapper[None], agent: Agent[None], message: object
) -> GuardrailFunctionOutput:
    """A guardrail that lets everything pass."""
    return GuardrailFunctionOutput(output_info={"polite": True}, tripwire_triggered=False)


reporter = Agent(
    name="Reporter",
    instructions="You report the weather.",
    model=chat,
    model_settings=settings,
    tools=[get_weather],
    input_guardrails=[polite],
)
historian = Agent(
    name="Historian", instructions="回答要简短。", model=chat, model_settings=settings
)
triage = Agent(
    name="Triage",
    instructions="Hand over to the right agent.",
    model=chat,
    model_settings=settings,
    handoffs=[historian],
)
clumsy = Agent(
    name="Clumsy", instructions="You try.", model=chat, model_settings=settings, tools=[broken_tool]
)
writer = Agent(name="Writer", instructions="You write.", model=responses, model_settings=settings)


async def main() -> None:
    """Two runs in one trace of a group, then one run each."""
    with trace("Weather desk", group_id="session-agents", metadata={"user_id": "ada", "page": 3}):
        result = await Runner.run(reporter, "What is the weather in Paris?")
        print(result.final_output)
        with custom_span("check", data={"checked": True}):
            pass
        stream = Runner.run_streamed(historian, "Say hello.")
        async for _ in stream.stream_events():
            pass
        print(stream.final_output)
    print((await Runner.run(triage, "Who was Napoleon?")).final_output)
    print((await Runner.run(clumsy, "What is the weather in Rome?")).final_output)
    print((await Runner.run(writer, "Write one sentence.")).final_output)


asyncio.run(main())
flush_traces()
