"""Prompts, data sets, experiments and media through Langfuse's real SDKs of every generation."""

import base64
import json
from typing import Any

import pytest

from pilothouse.domain.dataset import experiment_id
from tests.emitters.environments import run_reader
from tests.serving import Server, TestProject

GENERATIONS = ("v2", "v3", "v4", "v5", "js3", "js5")
OTEL = ("v3", "v4", "v5")

Told = dict[str, Any]


@pytest.fixture(scope="module")
def work(server: Server) -> Any:
    """What each SDK printed of its work in a project of its own."""
    done: dict[str, tuple[TestProject, Told]] = {}

    def of(generation: str) -> tuple[TestProject, Told]:
        if generation not in done:
            project = server.new_project()
            printed = run_reader(f"langfuse_{generation}_work", project.environment()).stdout
            done[generation] = project, json.loads(printed.strip().splitlines()[-1])
        return done[generation]

    return of


@pytest.mark.parametrize("generation", GENERATIONS)
def test_prompts_have_versions_and_a_label_rolls_them_back(work: Any, generation: str) -> None:
    _, told = work(generation)
    newer, config, older = told["prompts"]
    assert (newer, config) == ("Hi Ada", {"t": 0})
    assert older == ("Be kind. Hello Ada" if generation in OTEL else "Hello Ada")
    assert told["fallback"] == "else"


@pytest.mark.parametrize("generation", OTEL)
def test_chat_prompts_take_messages_in(work: Any, generation: str) -> None:
    assert work(generation)[1]["chat"] == [
        {"role": "system", "content": "Be kind"},
        {"role": "user", "content": "hi"},
    ]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_data_sets_hold_their_items(work: Any, generation: str) -> None:
    assert work(generation)[1]["items"] == ["Paris", "北京"]


@pytest.mark.parametrize(("generation", "name"), [("v2", "run-v2"), ("js3", "run-js3")])
def test_older_sdks_link_traces_to_a_run(work: Any, generation: str, name: str) -> None:
    project, told = work(generation)
    assert told["run"] == ["by hand", 2]
    with project.http() as http:
        dataset = http.get("/api/public/v2/datasets/questions").json()
        since = {"fromStartTime": "2020-01-01T00:00:00Z", "fields": "core,io,scores"}
        items = http.get("/api/public/experiment-items", params=since).json()["data"]
    run = experiment_id(project.id, dataset["id"], name)
    mine = [each for each in items if each["experimentId"] == run]
    assert sorted(each["input"]["city"] for each in mine) == ["Paris", "北京"]
    assert {score["name"] for each in mine for score in each["scores"]} == {"exact"}


@pytest.mark.parametrize("generation", [*OTEL, "js5"])
def test_experiments_are_run_and_scored(work: Any, generation: str) -> None:
    project, told = work(generation)
    assert told["results"] == ["P", "北"]
    run_name = "letters-js" if generation == "js5" else "letters-1"
    with project.http() as http:
        dataset = http.get("/api/public/v2/datasets/team%2Fquestions").json()
        since = {"fromStartTime": "2020-01-01T00:00:00Z", "fields": "core,metadata,scores"}
        found = http.get("/api/public/experiments", params=since).json()["data"]
        run = http.get(f"/api/public/datasets/team%2Fquestions/runs/{run_name}").json()
    id = experiment_id(project.id, dataset["id"], run_name)
    experiment = next(each for each in found if each["id"] == id)
    assert (experiment["name"], experiment["itemCount"]) == (run_name, 2)
    assert experiment["description"] == "first letters"
    assert [each["name"] for each in experiment["scores"]] == ["mean"]
    assert (run["id"], len(run["datasetRunItems"])) == (id, 2)
    told_id = told["runId"] if generation == "js5" else told["run_id"]
    assert told_id == id


@pytest.mark.parametrize("generation", ["v4", "v5"])
def test_items_of_experiments_are_read_back(work: Any, generation: str) -> None:
    assert work(generation)[1]["experiment_items"] == [
        ["Paris", "P", "P", ["exact"]],
        ["北京", "北", "北", ["exact"]],
    ]


@pytest.mark.parametrize("generation", OTEL)
def test_experiments_over_local_data(work: Any, generation: str) -> None:
    assert work(generation)[1]["local"] == ["x"]


@pytest.mark.parametrize("generation", ["v2", *OTEL, "js3"])
def test_media_comes_back_byte_for_byte(work: Any, generation: str) -> None:
    told = work(generation)[1]
    media = told["media"] if isinstance(told["media"], str) else told["media"]["image"]
    sent = {"v2": b"\x89PNG v2", "js3": b"PNG js3"}.get(
        generation, f"PNG {generation[1:]}".encode()
    )
    assert media == "data:image/png;base64," + base64.b64encode(sent).decode()


@pytest.mark.parametrize("generation", ["v2", *OTEL, "js3"])
def test_calls_are_linked_to_the_version_they_used(work: Any, generation: str) -> None:
    told = work(generation)[1]
    assert (told.get("prompt_of_call") or told["promptOfCall"]) == ["team/greet", 2, True]
