"""Semantic Kernel: a prompt function, a plugin called by the model, streaming, an agent.

Traces and logs are exported: the messages of a chat are log records only.
"""

import base64
import os

keys = f"{os.environ['PILOTHOUSE_PUBLIC_KEY']}:{os.environ['PILOTHOUSE_SECRET_KEY']}"
basic = base64.b64encode(keys.encode()).decode()
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = os.environ["PILOTHOUSE_URL"] + "/api/public/otel"
os.environ["OTEL_EXPORTER_OTLP_HEADERS"] = f"Authorization=Basic%20{basic}"

# Read when semantic_kernel is imported.
os.environ["SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE"] = "true"

import asyncio
import logging

from openai import AsyncOpenAI
from opentelemetry import trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from semantic_kernel import Kernel
from semantic_kernel.agents import ChatCompletionAgent
from semantic_kernel.connectors.ai import FunctionChoiceBehavior
from semantic_kernel.connectors.ai.open_ai import (
    OpenAIChatCompletion,
    OpenAIChatPromptExecutionSettings,
)
from semantic_kernel.contents import ChatHistory
from semantic_kernel.functions import KernelArguments, kernel_function

resource = Resource({"service.name": "semantic-kernel-app"})
traces = TracerProvider(resource=resource)
traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(traces)
logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
set_logger_provider(logs)
handler = LoggingHandler(logger_provider=logs)
handler.addFilter(logging.Filter("semantic_kernel"))
logging.getLogger().addHandler(handler)
logging.getLogger().setLevel(logging.INFO)


class Weather:
    """A plugin."""

    @kernel_function(description="The weather in a city")
    def get_weather(self, city: str) -> str:
        """What the model may call."""
        return f"sunny in {city}, 21 degrees"


async def main() -> None:
    """Everything, one after the other."""
    service = OpenAIChatCompletion(
        ai_model_id=os.environ["MODEL_NAME"],
        async_client=AsyncOpenAI(base_url=os.environ["MODEL_URL"], api_key="none"),
    )
    kernel = Kernel()
    kernel.add_service(service)
    kernel.add_plugin(Weather(), "weather")
    settings = OpenAIChatPromptExecutionSettings(max_tokens=40, temperature=0.2)

    arguments = KernelArguments(settings=settings, city="Paris")
    print(
        await kernel.invoke_prompt(
            "Say one sentence about {{$city}}. 请简短。", arguments=arguments
        )
    )

    calling = OpenAIChatPromptExecutionSettings(
        max_tokens=60, function_choice_behavior=FunctionChoiceBehavior.Auto()
    )
    history = ChatHistory(system_message="You are a weather reporter.")
    history.add_user_message("What is the weather in Paris?")
    print(await service.get_chat_message_content(history, calling, kernel=kernel))

    history = ChatHistory()
    history.add_user_message("Count to five.")
    async for chunk in service.get_streaming_chat_message_content(history, settings):
        print(chunk, end="")
    print()

    agent = ChatCompletionAgent(
        service=service, name="Reporter", instructions="Report the weather.", plugins=[Weather()]
    )
    response = await agent.get_response(
        "What is the weather in Rome?",
        arguments=KernelArguments(
            OpenAIChatPromptExecutionSettings(
                max_tokens=60, function_choice_behavior=FunctionChoiceBehavior.Auto()
            )
        ),
    )
    print(response)


WHO = {"user.id": "ada", "session.id": "session-sk"}
with trace.get_tracer("app").start_as_current_span("main", attributes=WHO):
    asyncio.run(main())
traces.shutdown()
logs.shutdown()
