"""Langfuse 3, 4 and 5: calls by the openai drop-in and by LangChain that tell which prompt they used."""

import json
import os

os.environ["LANGFUSE_HOST"] = os.environ["LANGFUSE_BASE_URL"] = os.environ["PILOTHOUSE_URL"]
os.environ["LANGFUSE_PUBLIC_KEY"] = os.environ["PILOTHOUSE_PUBLIC_KEY"]
os.environ["LANGFUSE_SECRET_KEY"] = os.environ["PILOTHOUSE_SECRET_KEY"]

from langchain_core.prompts import ChatPromptTemplate, PromptTemplate
from langchain_openai import ChatOpenAI
from langfuse import get_client
from langfuse.langchain import CallbackHandler
from langfuse.openai import openai

MODEL = os.environ["MODEL_NAME"]
langfuse = get_client()
model = ChatOpenAI(model=MODEL, base_url=os.environ["MODEL_URL"], api_key="none", max_tokens=8)
told: dict[str, object] = {}

langfuse.create_prompt(name="capital", prompt="Where is {{country}}?", labels=["production"])
langfuse.create_prompt(name="capital", prompt='{"of": "{{country}}"}: name its capital.', labels=[])
text = langfuse.get_prompt("capital", label="latest")
langfuse.create_prompt(
    name="team/chat",
    type="chat",
    prompt=[
        {"role": "system", "content": "Be {{tone}}."},
        {"type": "placeholder", "name": "past"},
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
config = {"callbacks": [CallbackHandler()]}
chain = template | model
chain.invoke({"country": "Chad"}, config={**config, "run_name": "by template"})

past = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
told["chat"] = chat.get_langchain_prompt(tone="kind", past=past)
messages = ChatPromptTemplate.from_messages(chat.get_langchain_prompt(tone="kind"))
messages.metadata = {"langfuse_prompt": chat}
(messages | model).invoke(
    {"question": "Who are you?", "past": past}, config={**config, "run_name": "by messages"}
)

langfuse.create_dataset(name="capitals")
langfuse.create_dataset_item(dataset_name="capitals", input={"country": "Peru"})
dataset = langfuse.get_dataset("capitals")


def answer(*, item: object, **_: object) -> str:
    return chain.invoke(item.input, config=config).content


if hasattr(dataset.items[0], "run"):
    for item in dataset.items:
        with item.run(run_name="by LangChain") as span:
            span.update(output=answer(item=item))
else:
    dataset.run_experiment(name="capitals", run_name="by LangChain", task=answer)
langfuse.flush()
print(json.dumps(told))
