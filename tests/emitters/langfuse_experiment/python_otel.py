"""Langfuse 4 and 5: an experiment whose task asks a model through the openai drop-in."""

import json
import os

os.environ["LANGFUSE_HOST"] = os.environ["LANGFUSE_BASE_URL"] = os.environ["PILOTHOUSE_URL"]
os.environ["LANGFUSE_PUBLIC_KEY"] = os.environ["PILOTHOUSE_PUBLIC_KEY"]
os.environ["LANGFUSE_SECRET_KEY"] = os.environ["PILOTHOUSE_SECRET_KEY"]

from langfuse import Evaluation, get_client
from langfuse.openai import openai

langfuse = get_client()
model = openai.AsyncOpenAI(base_url=os.environ["MODEL_URL"], api_key="none")


async def capital(*, item: object, **_: object) -> str:
    question = f"Name the capital of {item.input['country']}, politely."
    completion = await model.chat.completions.create(
        model=os.environ["MODEL_NAME"],
        messages=[{"role": "user", "content": question}],
        max_tokens=12,
        temperature=0,
        seed=1,
    )
    return completion.choices[0].message.content


def is_short(*, output: str, **_: object) -> Evaluation:
    return Evaluation(name="is short", value=len(output) < 40, data_type="BOOLEAN")


result = langfuse.get_dataset("capitals").run_experiment(
    name="small model",
    run_name="small model",
    task=capital,
    evaluators=[is_short],
    max_concurrency=2,
)
langfuse.flush()
print(json.dumps([each.output for each in result.item_results]))
