"""OpenInference's LangChain instrumentation: an agent with a tool, and a retriever."""

import base64
import os

keys = f"{os.environ['PILOTHOUSE_PUBLIC_KEY']}:{os.environ['PILOTHOUSE_SECRET_KEY']}"
basic = base64.b64encode(keys.encode()).decode()
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = os.environ["PILOTHOUSE_URL"] + "/api/public/otel"
os.environ["OTEL_EXPORTER_OTLP_HEADERS"] = f"Authorization=Basic%20{basic}"

from langchain.agents import create_agent
from langchain_core.documents import Document
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_core.tools import tool
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from openinference.instrumentation import using_attributes
from openinference.instrumentation.langchain import LangChainInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider(resource=Resource({"service.name": "library"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
LangChainInstrumentor().instrument(tracer_provider=provider)

MODEL = os.environ["MODEL_NAME"]
URL = os.environ["MODEL_URL"]
model = ChatOpenAI(model=MODEL, base_url=URL, api_key="none", max_tokens=60, temperature=0)


@tool
def weather(city: str) -> str:
    """Tell the weather in a city."""
    return f"sunny in {city}, 21 degrees"


def answer_from_documents() -> None:
    """A retriever over two documents and a chain that answers from them."""
    store = InMemoryVectorStore(
        OpenAIEmbeddings(
            model=MODEL, base_url=URL, api_key="none", check_embedding_ctx_length=False
        )
    )
    store.add_documents(
        [
            Document("Paris is the capital of France.", metadata={"page": 1}, id="doc-1"),
            Document("Rome is the capital of Italy.", metadata={"page": 2}, id="doc-2"),
        ]
    )
    prompt = ChatPromptTemplate.from_template("Using {context}\nanswer: {question}")
    chain = (
        {"context": store.as_retriever(), "question": RunnablePassthrough()}
        | prompt
        | model
        | StrOutputParser()
    )
    print(chain.invoke("What is the capital of France?"))


def act() -> None:
    """An agent that calls a tool and answers."""
    agent = create_agent(
        model, [weather], system_prompt="You are a weather reporter.", name="reporter"
    )
    state = agent.invoke({"messages": [("user", "What is the weather in Paris?")]})
    print(state["messages"][-1].content)


with using_attributes(session_id="session-2", user_id="bob", tags=["library"]):
    answer_from_documents()
    act()
provider.shutdown()
