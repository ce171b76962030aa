"""Langfuse 3, 4 and 5 keep prompts, a data set, an experiment over it, media and scores."""

import json
import os
import time

os.environ["LANGFUSE_HOST"] = os.environ["LANGFUSE_BASE_URL"] = os.environ["PILOTHOUSE_URL"]
os.environ["LANGFUSE_PUBLIC_KEY"] = os.environ["PILOTHOUSE_PUBLIC_KEY"]
os.environ["LANGFUSE_SECRET_KEY"] = os.environ["PILOTHOUSE_SECRET_KEY"]

from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from langfuse import Evaluation, get_client
from langfuse.media import LangfuseMedia

MAJOR = int(version("langfuse").split(".")[0])
langfuse = get_client()
api = langfuse.api
told: dict[str, object] = {}

# -- prompts
langfuse.create_prompt(name="tone", prompt="Be kind.", labels=["production"])
langfuse.create_prompt(
    name="team/greet",
    prompt="@@@langfusePrompt:name=tone|label=production@@@ Hello {{name}}",
    labels=["production"],
)
langfuse.create_prompt(
    name="team/greet", prompt="Hi {{name}}", labels=["production"], config={"t": 0}, tags=["a"]
)
newer = langfuse.get_prompt("team/greet", cache_ttl_seconds=0)
langfuse.update_prompt(name="team/greet", version=1, new_labels=["production"])
langfuse.clear_prompt_cache() if hasattr(langfuse, "clear_prompt_cache") else None
older = langfuse.get_prompt("team/greet", cache_ttl_seconds=0)
told["prompts"] = [newer.compile(name="Ada"), newer.config, older.compile(name="Ada")]
told["versions"] = [newer.version, older.version]
langfuse.create_prompt(
    name="chat",
    type="chat",
    prompt=[{"role": "system", "content": "Be {{tone}}"}, {"type": "placeholder", "name": "past"}],
)
chat = langfuse.get_prompt("chat", label="latest", type="chat")
told["chat"] = chat.compile(tone="kind", past=[{"role": "user", "content": "hi"}])
told["fallback"] = langfuse.get_prompt("none", fallback="else", max_retries=0).prompt

# -- a data set, one of its past states, and an experiment over it
langfuse.create_dataset(name="team/questions", description="about cities", metadata={"n": 1})
for city in ("Paris", "北京"):
    langfuse.create_dataset_item(
        dataset_name="team/questions", input={"city": city}, expected_output=city[0]
    )
dataset = langfuse.get_dataset("team/questions")
told["items"] = sorted(item.input["city"] for item in dataset.items)


def first_letter(*, item: object, **_: object) -> str:
    return item.input["city"][0]


def exact(*, output: str, expected_output: str, **_: object) -> Evaluation:
    return Evaluation(name="exact", value=float(output == expected_output), comment="same")


def mean(*, item_results: list[object], **_: object) -> Evaluation:
    values = [each.value for result in item_results for each in result.evaluations]
    return Evaluation(name="mean", value=sum(values) / len(values))


result = dataset.run_experiment(
    name="letters",
    run_name="letters-1",
    description="first letters",
    task=first_letter,
    evaluators=[exact],
    run_evaluators=[mean],
    metadata={"model": "none"},
)
told["results"] = sorted(each.output for each in result.item_results)
told["run_id"] = result.dataset_run_id or getattr(result, "experiment_id", None)
local = langfuse.run_experiment(
    name="local", data=[{"input": "x", "expected_output": "x"}], task=lambda *, item, **_: "x"
)
told["local"] = [each.output for each in local.item_results]

# -- media, and a prompt that a call used
image = LangfuseMedia(content_bytes=f"PNG {MAJOR}".encode(), content_type="image/png")
with langfuse.start_as_current_observation(as_type="generation", name="look") as call:
    call.update(input={"image": image}, output="seen", model="m", prompt=newer)
    trace_id = langfuse.get_current_trace_id()
langfuse.create_dataset_item(dataset_name="team/questions", input={"image": image})
langfuse.flush()
time.sleep(2)

since = datetime.now(UTC) - timedelta(hours=1)
if MAJOR == 4:
    listed = api.experiments.list(from_start_time=since, fields="core,metadata,scores")
    told["experiments"] = {
        each.name: [each.item_count, each.metadata, [one.name for one in each.scores]]
        for each in listed.data
    }
if MAJOR >= 4:
    items = api.experiments.list_items if hasattr(api.experiments, "list_items") else None
    if items is not None:
        page = items(from_start_time=since, fields="core,io,scores", experiment_name="letters-1")
        told["experiment_items"] = sorted(
            [each.input["city"], each.output, each.expected_output, [s.name for s in each.scores]]
            for each in page.data
        )
if MAJOR < 5:
    get_run = (
        langfuse.get_dataset_run
        if hasattr(langfuse, "get_dataset_run")
        else lambda dataset_name, run_name: api.datasets.get_run(dataset_name, run_name)
    )
    run = get_run(dataset_name="team/questions", run_name="letters-1")
    told["run"] = [run.id, run.description, len(run.dataset_run_items)]
    seen = api.trace.get(trace_id).observations[0]
    told["prompt_of_call"] = [seen.prompt_name, seen.prompt_version, bool(seen.prompt_id)]
    told["input"] = seen.input
else:
    seen = api.observations.get_many(trace_id=trace_id, fields="core,io,prompt").data[0]
    told["prompt_of_call"] = [seen.prompt_name, seen.prompt_version, bool(seen.prompt_id)]
    told["input"] = json.loads(seen.input)
told["media"] = langfuse.resolve_media_references(obj=told["input"], resolve_with="base64_data_uri")
kept = next(each for each in langfuse.get_dataset("team/questions").items if "image" in each.input)
told["media_of_item"] = str(kept.input["image"])[:40]
print(json.dumps(told, default=str))
