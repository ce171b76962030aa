"""Langfuse 2 keeps prompts, a data set, a run over it, media and scores, and reads them back."""

import json
import os
import time

os.environ["LANGFUSE_HOST"] = os.environ["PILOTHOUSE_URL"]
os.environ["LANGFUSE_PUBLIC_KEY"] = os.environ["PILOTHOUSE_PUBLIC_KEY"]
os.environ["LANGFUSE_SECRET_KEY"] = os.environ["PILOTHOUSE_SECRET_KEY"]

from langfuse import Langfuse
from langfuse.decorators import langfuse_context, observe
from langfuse.media import LangfuseMedia

langfuse = Langfuse()
told: dict[str, object] = {}

# -- prompts
langfuse.create_prompt(name="team/greet", prompt="Hello {{name}}", labels=["production"])
langfuse.create_prompt(
    name="team/greet", prompt="Hi {{name}}", labels=["production"], config={"t": 0}, tags=["a"]
)
newer = langfuse.get_prompt("team/greet", cache_ttl_seconds=0)
langfuse.client.prompt_version.update("team%2Fgreet", 1, new_labels=["production"])
older = langfuse.get_prompt("team/greet", cache_ttl_seconds=0)
told["prompts"] = [newer.compile(name="Ada"), newer.config, older.compile(name="Ada")]
told["versions"] = [newer.version, older.version]
langfuse.create_prompt(
    name="chat", type="chat", prompt=[{"role": "system", "content": "Be {{tone}}"}]
)
chat = langfuse.get_prompt("chat", label="latest", type="chat")
told["chat"] = chat.compile(tone="kind")
told["fallback"] = langfuse.get_prompt("none", fallback="else", max_retries=1).prompt

# -- a data set and a run over it
langfuse.create_dataset(name="questions", description="about cities", metadata={"n": 1})
for city in ("Paris", "北京"):
    langfuse.create_dataset_item(
        dataset_name="questions", input={"city": city}, expected_output=city[0]
    )
dataset = langfuse.get_dataset("questions")
told["items"] = sorted(item.input["city"] for item in dataset.items)
for item in dataset.items:
    with item.observe(run_name="run-v2", run_description="by hand") as trace_id:
        langfuse.trace(id=trace_id, name="answer", input=item.input, output=item.expected_output)
        langfuse.score(trace_id=trace_id, name="exact", value=1, data_type="BOOLEAN")
    item.link(langfuse.trace(name="linked", input=item.input), "run-linked")
run = langfuse.get_dataset_run("questions", "run-v2")
told["run"] = [run.description, len(run.dataset_run_items)]
linked = langfuse.get_dataset_run("questions", "run-linked")
told["linked"] = len(linked.dataset_run_items)


# -- media, and a prompt that a call used
@observe(as_type="generation")
def look() -> str:
    image = LangfuseMedia(content_bytes=b"\x89PNG v2", content_type="image/png")
    langfuse_context.update_current_observation(
        prompt=newer, input={"image": image}, output="seen", model="m"
    )
    return langfuse_context.get_current_trace_id()


trace_id = look()
langfuse_context.flush()
langfuse.flush()
time.sleep(2)
seen = langfuse.fetch_trace(trace_id).data.observations[0]
told["prompt_of_call"] = [seen.prompt_name, seen.prompt_version, bool(seen.prompt_id)]
reference = seen.input["image"]
told["reference"] = reference.split("|")[0]
resolved = LangfuseMedia.resolve_media_references(
    obj=seen.input, langfuse_client=langfuse, resolve_with="base64_data_uri"
)
told["media"] = resolved["image"]
print(json.dumps(told, default=str))
