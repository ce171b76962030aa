"""Langfuse 2 with LangChain 0.3: a greeting, then a conversation in one session."""

import os
import time
import uuid

os.environ["LANGFUSE_HOST"] = os.environ["PILOTHOUSE_URL"]
os.environ["LANGFUSE_PUBLIC_KEY"] = os.environ["PILOTHOUSE_PUBLIC_KEY"]
os.environ["LANGFUSE_SECRET_KEY"] = os.environ["PILOTHOUSE_SECRET_KEY"]

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.runnables import RunnablePassthrough
from langchain_openai import ChatOpenAI
from langfuse.callback import CallbackHandler

model = ChatOpenAI(
    model=os.environ["MODEL_NAME"],
    base_url=os.environ["MODEL_URL"],
    api_key="none",
    temperature=0.1,
    max_tokens=40,
)


def say_hello() -> None:
    """The plain chain, traced under a name and a user."""
    handler = CallbackHandler(trace_name="SayHello", user_id="wzr")
    prompt = ChatPromptTemplate.from_messages([("human", "Say hello to {input}!")])
    chain = {"input": RunnablePassthrough()} | prompt | model | StrOutputParser()
    print(chain.invoke("AGIClass", config={"callbacks": [handler]}))
    handler.flush()


def converse() -> None:
    """Three turns with a memory, kept together by a session."""
    handler = CallbackHandler(
        trace_name="Conversation", user_id="wzr", session_id=str(uuid.uuid4())
    )
    prompt = ChatPromptTemplate.from_messages(
        [
            ("system", "你是一个乐于助人的助手，回答要简短。"),
            MessagesPlaceholder("history"),
            ("human", "{question}"),
        ]
    )
    chain = prompt | model | StrOutputParser()
    history: list[BaseMessage] = []
    for question in ("你好，我叫小王。", "法国的首都是哪里？", "我叫什么名字？"):
        answer = chain.invoke(
            {"history": history, "question": question}, config={"callbacks": [handler]}
        )
        print(answer)
        history += [HumanMessage(question), AIMessage(answer)]
    handler.flush()


def stream() -> None:
    """A streamed answer: the handler is told of the first token."""
    handler = CallbackHandler(trace_name="Streamed", tags=["stream"], metadata={"page": 3})
    streaming = model.bind(stream_usage=True)
    chunks = streaming.stream("Count to five.", config={"callbacks": [handler]})
    first = next(chunks)
    print("first chunk", time.time())
    print(first.content + "".join(str(chunk.content) for chunk in chunks))
    handler.flush()


say_hello()
converse()
stream()
