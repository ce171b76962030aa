"""Langfuse 2: calls by the openai drop-in and by LangChain that tell which prompt they used."""

import json
import os

os.environ["LANGFUSE_HOST"] = os.environ["PILOTHOUSE_URL"]
os.environ["LANGFUSE_PUBLIC_KEY"] = os.environ["PILOTHOUSE_PUBLIC_KEY"]
os.environ["LANGFUSE_SECRET_KEY"] = os.environ["PILOTHOUSE_SECRET_KEY"]

from langchain_core.prompts import ChatPromptTemplate, PromptTemplate
from langchain_openai import ChatOpenAI
from langfuse import Langfuse
from langfuse.callback import CallbackHandler
from langfuse.openai import openai

MODEL = os.environ["MODEL_NAME"]
langfuse = Langfuse()
model = ChatOpenAI(model=MODEL, base_url=os.environ["MODEL_URL"], api_key="none", max_tokens=8)
told: dict[str, object] = {}

langfuse.create_prompt(name="capital", prompt="Where is {{country}}?", labels=["production"])
langfuse.create_prompt(name="capital", prompt="Name the capital of {{country}}.", labels=[])
text = langfuse.get_prompt("capital", label="latest")
langfuse.create_prompt(
    name="team/chat",
    type="chat",
    prompt=[
        {"role": "system", "content": "Be {{tone}}."},
        {"role": "user", "content": "{{question}}"},
    ],
    labels=["production"],
)
chat = langfuse.get_prompt("team/chat", type="chat")

openai.OpenAI(base_url=os.environ["MODEL_URL"], api_key="none").chat.completions.create(
    model=MODEL,
    messages=[{"role": "user", "content": text.compile(country="France")}],
    max_tokens=8,
    name="by openai",
    langfuse_prompt=text,
)

template = PromptTemplate.from_template(
    text.get_langchain_prompt(), metadata={"langfuse_prompt": text}
)
handler = CallbackHandler(trace_name="by template")
(template | model).invoke({"country": "Chad"}, config={"callbacks": [handler]})

told["chat"] = chat.get_langchain_prompt(tone="kind")
messages = ChatPromptTemplate.from_messages(told["chat"])
messages.metadata = {"langfuse_prompt": chat}
handler = CallbackHandler(trace_name="by messages")
(messages | model).invoke({"question": "Who are you?"}, config={"callbacks": [handler]})
handler.flush()

langfuse.create_dataset(name="capitals")
langfuse.create_dataset_item(dataset_name="capitals", input={"country": "Peru"})
for item in langfuse.get_dataset("capitals").items:
    of_item = item.get_langchain_handler(run_name="by LangChain")
    (template | model).invoke(item.input, config={"callbacks": [of_item]})
    of_item.flush()
openai.flush_langfuse()
langfuse.flush()
print(json.dumps(told))
