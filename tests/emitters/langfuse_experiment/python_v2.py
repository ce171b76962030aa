"""Langfuse 2: a loop over a data set whose items the openai drop-in asks a model about."""

import json
import os

os.environ["LANGFUSE_HOST"] = os.environ["PILOTHOUSE_URL"]
os.environ["LANGFUSE_PUBLIC_KEY"] = os.environ["PILOTHOUSE_PUBLIC_KEY"]
os.environ["LANGFUSE_SECRET_KEY"] = os.environ["PILOTHOUSE_SECRET_KEY"]

from langfuse import Langfuse
from langfuse.openai import openai

langfuse = Langfuse()
model = openai.OpenAI(base_url=os.environ["MODEL_URL"], api_key="none")
answers: list[str] = []

for item in langfuse.get_dataset("capitals").items:
    with item.observe(run_name="small model") as trace_id:
        question = f"Name the capital of {item.input['country']}, politely."
        completion = model.chat.completions.create(
            model=os.environ["MODEL_NAME"],
            messages=[{"role": "user", "content": question}],
            max_tokens=12,
            temperature=0,
            seed=1,
            trace_id=trace_id,
        )
        answer = completion.choices[0].message.content
        langfuse.trace(id=trace_id, name="capital", input=item.input, output=answer)
        langfuse.score(
            trace_id=trace_id, name="is short", value=len(answer) < 40, data_type="BOOLEAN"
        )
        answers.append(answer)
openai.flush_langfuse()
langfuse.flush()
print(json.dumps(answers))
