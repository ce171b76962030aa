"""`pilothouse import langfuse`, between two real servers, and from a Langfuse of each generation."""

import base64
import hashlib
import json
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from pilothouse.cli.main import app
from pilothouse.store.relational import keys
from tests.server.langfuse_stand_in import StandIn
from tests.serving import Server, TestProject, eventually, new_server, remove

API = "/api/public"
PICTURE = b"\x89PNG\r\n\x1a\n of no more than a few bytes"


@pytest.fixture(scope="module")
def target() -> Iterator[Server]:
    running = new_server()
    try:
        yield running.start()
    finally:
        remove(running)


@pytest.fixture
def filled(target: Server) -> TestProject:
    """The project that is imported into."""
    return target.new_project("filled")


def arguments(url: str, pair: tuple[str, str], into: TestProject, *more: str) -> list[str]:
    return [
        *("import", "langfuse", "--from", url),
        *("--public-key", pair[0], "--secret-key", pair[1], "--project", into.id),
        *("--data-dir", str(into.server.folder), "--port", str(into.server.port), *more),
    ]


def imported(source: TestProject | StandIn, into: TestProject, *more: str) -> Result:
    """In this process: a new one would be busy with its start for longer than with the import."""
    if isinstance(source, TestProject):
        url, pair = source.server.url, (source.public_key, source.secret_key)
    else:
        url, pair = source.url, ("pk-lf-1", "sk-lf-1")
    return CliRunner().invoke(app, arguments(url, pair, into, *more))


def done(run: Result) -> str:
    assert run.exit_code == 0, run.output
    return run.stdout


def refused(run: Result) -> str:
    """What a command said that ended as one that failed, and did not break."""
    assert (run.exit_code, type(run.exception)) == (1, SystemExit), run.output
    return " ".join(run.stderr.split())


# -- a project with something of everything ------------------------------------------------------


def event(type: str, /, **body: Any) -> dict[str, Any]:
    return {
        "id": uuid.uuid4().hex,
        "type": type,
        "timestamp": "2026-11-01T00:00:00Z",
        "body": body,
    }


def send(http: httpx.Client, *events: dict[str, Any]) -> None:
    answer = http.post(f"{API}/ingestion", json={"batch": events}).json()
    assert not answer["errors"], answer


def post(http: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    answer = http.post(f"{API}/{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json()


def attach(http: httpx.Client, trace_id: str) -> str:
    """A picture of a trace, and the reference that stands for it."""
    digest = base64.b64encode(hashlib.sha256(PICTURE).digest()).decode()
    told = {
        "traceId": trace_id,
        "contentType": "image/png",
        "contentLength": len(PICTURE),
        "sha256Hash": digest,
        "field": "input",
    }
    made = post(http, "media", **told)
    httpx.put(made["uploadUrl"], content=PICTURE, headers={"content-type": "image/png"})
    return f"@@@langfuseMedia:type=image/png|id={made['mediaId']}|source=bytes@@@"


def fill(http: httpx.Client, project_id: str) -> str:
    """Gives the id of the trace that has everything."""
    t, session = uuid.uuid4().hex, f"session {uuid.uuid4().hex}"
    good = post(
        http,
        "score-configs",
        name="good",
        dataType="CATEGORICAL",
        categories=[{"label": "yes", "value": 1}, {"label": "no", "value": 0}],
    )
    old = post(http, "score-configs", name="old", dataType="NUMERIC", maxValue=1)
    prices = {"inputPrice": 1e-6, "outputPrice": 2e-6}
    post(http, "models", modelName="own", matchPattern="(?i)^own$", **prices)
    fill_prompts(http)
    picture = attach(http, t)
    times = {"startTime": "2026-10-01T00:00:01Z", "endTime": "2026-10-01T00:00:03.250Z"}
    send(
        http,
        event(
            "trace-create",
            id=t,
            timestamp="2026-10-01T00:00:00Z",
            name="answer",
            userId="u",
            sessionId=session,
            input={"question": "why?", "picture": picture},
            output="because",
            tags=["a", "b"],
            metadata={"number": 3, "text": '"3"', "deep": {"list": [1, None]}},
            release="r1",
            version="v1",
            environment="staging",
            public=True,
            bookmarked=True,
        ),
        event("span-create", id=f"{t}-s", traceId=t, name="step", level="ERROR", **times),
        event(
            "generation-create",
            id=f"{t}-g",
            traceId=t,
            parentObservationId=f"{t}-s",
            name="call",
            model="own",
            modelParameters={"temperature": 0.5, "stop": ["a", "b"]},
            usageDetails={"input": 10, "output": 5, "input_cached_tokens": 2},
            costDetails={"input": 0.25, "output": 0.5},
            completionStartTime="2026-10-01T00:00:02Z",
            input=[{"role": "user", "content": "why?"}],
            output={"role": "assistant", "content": "because"},
            promptName="folder/greet",
            promptVersion=2,
            statusMessage="fine",
            metadata={"k": "v"},
            **times,
        ),
        event("tool-create", id=f"{t}-t", traceId=t, parentObservationId=f"{t}-g", **times),
        event("event-create", id=f"{t}-e", traceId=t, startTime="2026-10-01T00:00:02Z", name="e"),
    )
    fill_datasets(http, t)
    at = {"timestamp": "2026-10-02T00:00:00.123Z"}
    run_id = http.get(f"{API}/datasets/set%2Fone/runs/first").json()["id"]
    ids = [f"{t}-{number}" for number in range(7)]
    send(
        http,
        event(
            "score-create", id=ids[0], traceId=t, name="n", value=0.5, comment="c", **at,
            metadata={"m": 1}, source="EVAL", environment="staging",
        ),
        event(
            "score-create", id=ids[1], traceId=t, observationId=f"{t}-g", name="good",
            value="yes", configId=good["id"], source="ANNOTATION", authorUserId="someone",
        ),
        event("score-create", id=ids[2], sessionId=session, name="b", value=1, dataType="BOOLEAN"),
        event("score-create", id=ids[3], datasetRunId=run_id, name="r", value=0.9),
        event("score-create", id=ids[4], traceId=t, name="x", value="long", dataType="TEXT"),
        event("score-create", id=ids[5], traceId=t, value="better", dataType="CORRECTION"),
        event("score-create", id=ids[6], traceId=t, name="old", value=1, configId=old["id"]),
    )  # fmt: skip
    http.patch(f"{API}/score-configs/{old['id']}", json={"isArchived": True}).raise_for_status()
    said = {"projectId": project_id, "content": "**look**"}
    post(http, "comments", objectType="TRACE", objectId=t, authorUserId="someone", **said)
    prompt = http.get(f"{API}/v2/prompts/folder%2Fgreet", params={"version": 2}).json()
    post(http, "comments", objectType="PROMPT", objectId=prompt["id"], **said)
    return t


def fill_prompts(http: httpx.Client) -> None:
    def create(name: str, prompt: Any, **more: Any) -> None:
        post(http, "v2/prompts", name=name, prompt=prompt, **more)

    create("folder/greet", "one", labels=["production"], tags=["t"], commitMessage="first")
    create("folder/greet", "two {{x}}", labels=["staging"], config={"temperature": 0})
    create("folder/greet", "three")
    http.delete(f"{API}/v2/prompts/folder%2Fgreet", params={"version": 3}).raise_for_status()
    create("folder/greet", "four", version=4)
    create("a whole", "all: @@@langfusePrompt:name=folder/greet|label=production@@@")
    messages = [{"role": "system", "content": "你好"}, {"type": "placeholder", "name": "history"}]
    create("chat", messages, type="chat", labels=["production"])


def fill_datasets(http: httpx.Client, trace_id: str) -> None:
    schema = {"type": "object"}
    post(
        http, "v2/datasets", name="set/one", description="d", metadata={"a": 1}, inputSchema=schema
    )
    for number in range(3):
        post(
            http,
            "dataset-items",
            datasetName="set/one",
            id=f"{trace_id}-i{number}",
            input={"n": number},
            expectedOutput=["x", number],
            metadata={"k": number},
            sourceTraceId=trace_id,
        )
        link = {"datasetItemId": f"{trace_id}-i{number}", "traceId": trace_id}
        more = {"runDescription": "a run", "metadata": {"model": "own"}}
        post(http, "dataset-run-items", runName="first", **link, **more)
    gone = {"id": f"{trace_id}-i2", "status": "ARCHIVED"}
    post(http, "dataset-items", datasetName="set/one", **gone)


# -- what both sides say -------------------------------------------------------------------------

_OWN = (
    "projectId",
    "createdBy",
    "createdAt",
    "updatedAt",
    "htmlPath",
    "version",
    "promptId",
    "datasetRunId",
)
_OWN_IDS = ("prompts", "runs")


def everything(project: TestProject) -> dict[str, Any]:
    """All that the API tells of a project, but for what each server makes by itself."""
    with project.http() as http:

        def read(path: str, **params: Any) -> Any:
            answer = http.get(f"{API}/{path}", params=params)
            assert answer.is_success, (path, answer.text)
            return answer.json()

        def listed(path: str, **params: Any) -> list[Any]:
            return read(path, limit=100, **params)["data"]

        traces = [read(f"traces/{each['id']}") for each in listed("traces")]
        names = [(each["name"], each["versions"]) for each in listed("v2/prompts")]
        versions = [
            read(f"v2/prompts/{name.replace('/', '%2F')}", version=number, resolve="false")
            for name, numbers in names
            for number in numbers
        ]
        runs = [
            read(f"datasets/{each['name'].replace('/', '%2F')}/runs/{run['name']}")
            for each in listed("v2/datasets")
            for run in listed(f"datasets/{each['name'].replace('/', '%2F')}/runs")
        ]
        found = {
            "configs": listed("score-configs"),
            "models": [each for each in listed("models") if not each["isLangfuseManaged"]],
            "prompts": versions,
            "datasets": listed("v2/datasets"),
            "items": listed("dataset-items"),
            "runs": runs,
            "traces": traces,
            "scores": listed("v2/scores"),
            "sessions": listed("sessions"),
            "comments": listed("comments"),
        }
    return {kind: _compared(kind, value) for kind, value in found.items()}


def _compared(kind: str, value: Any) -> Any:
    if isinstance(value, list):
        inside = [_compared(kind, each) for each in value]
        by_id = kind in ("scores", "traces", "runs")
        return sorted(inside, key=lambda each: json.dumps(each)) if by_id else inside
    if not isinstance(value, dict):
        return value
    left_out = {*_OWN, *(["id"] if kind in _OWN_IDS else [])} - (
        {"version"} if kind in ("prompts", "traces") else set()
    )
    told = {key: inner for key, inner in value.items() if key not in left_out}
    if kind == "comments" and told["objectType"] == "PROMPT":
        del told["objectId"]
    for inner in ("observations", "scores", "datasetRunItems"):
        if inner in told:
            told[inner] = _compared(kind if inner == "datasetRunItems" else "inner", told[inner])
    return told


def test_everything_arrives_and_a_repeat_changes_nothing(server: Server, target: Server) -> None:
    source, into = server.new_project("source"), target.new_project("into")
    with source.http() as http:
        trace_id = fill(http, source.id)
    before = done(imported(source, into, "--dry-run"))
    assert "prompts" in before
    assert not everything(into)["traces"], "a dry run copies nothing"
    done(imported(source, into))
    told, arrived = everything(source), everything(into)
    for kind, value in told.items():
        assert arrived[kind] == value, kind
    with into.http() as http:
        whole = http.get(f"{API}/v2/prompts/a%20whole", params={"label": "latest"}).json()
        assert whole["prompt"] == "all: one"
        reference = told["traces"][0]["input"]["picture"]
        media = http.get(f"{API}/media/{reference.split('id=')[1][:22]}").json()
        assert httpx.get(media["url"]).content == PICTURE
        archived = http.get(f"{API}/dataset-items/{trace_id}-i2").json()
        assert archived["status"] == "ARCHIVED"
        versions = http.get(f"{API}/dataset-items", params={"datasetName": "set/one"}).json()
    for option in ([], ["--again"]):
        done(imported(source, into, *option))
        assert everything(into) == arrived
    with into.http() as http:
        same = http.get(f"{API}/dataset-items", params={"datasetName": "set/one"}).json()
    assert [each["version"] for each in same["data"]] == [
        each["version"] for each in versions["data"]
    ], "a repeat makes no versions of items"
    with target.database.read() as db:
        notes = [key.note for key in keys.of_project(db, into.id)]
    assert notes == [""], "the key of the import is revoked"


def test_a_project_of_the_same_server_gets_what_ids_it_can(server: Server) -> None:
    source, into = server.new_project("source"), server.new_project("into")
    with source.http() as http:
        fill(http, source.id)
    for _ in range(2):
        done(imported(source, into))
        told, arrived = everything(source), everything(into)
        assert arrived["traces"]
        assert arrived["runs"]
        for kind in ("configs", "comments", "datasets"):
            assert len(arrived[kind]) == len(told[kind]) > 0, kind
        assert len(arrived["scores"]) == len(told["scores"])


def test_a_killed_import_goes_on(server: Server, filled: TestProject) -> None:
    source = server.new_project("long")
    traces = [uuid.uuid4().hex for _ in range(1_500)]
    with source.http() as http:
        for start in range(0, len(traces), 500):
            send(
                http,
                *(event for place in range(start, start + 500) for event in one(traces, place)),
            )
    pair = (source.public_key, source.secret_key)
    with filled.http() as http:

        def count(path: str) -> int:
            asked = http.get(f"{API}/{path}", params={"limit": 1})
            return asked.json()["meta"]["totalItems"]

        command = [sys.executable, "-m", "pilothouse", *arguments(server.url, pair, filled)]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        eventually(lambda: count("observations") > 0, 60)
        running.send_signal(signal.SIGKILL)
        running.wait(30)
        assert count("observations") < len(traces), "it was killed too late to prove anything"
        told = done(imported(source, filled))
        assert "continued" in told
        assert re.search(r"traces +0 ", told), "what was done is not done again"
        assert (count("traces"), count("observations")) == (len(traces), len(traces))
        assert count("v2/scores") == len(traces) // 10
    with filled.server.database.read() as db:
        assert len(keys.of_project(db, filled.id)) == 1, "also the key of the killed one is gone"


def one(traces: list[str], place: int) -> list[dict[str, Any]]:
    id, day = traces[place], f"2026-{place % 12 + 1:02}-{place % 27 + 1:02}"
    if day > "2026-11-20":
        day = "2026-11-20"
    found = [
        event("trace-create", id=id, name="many", timestamp=f"{day}T00:00:00Z"),
        event("span-create", id=f"{id}-s", traceId=id, name="step", startTime=f"{day}T00:00:00Z"),
    ]
    if place % 10 == 0:
        found.append(event("score-create", id=f"{id}-q", traceId=id, name="q", value=1))
    return found


def test_some_kinds_and_some_time(server: Server, filled: TestProject) -> None:
    source = server.new_project("some")
    with source.http() as http:
        for month in (3, 6, 9):
            at = f"2026-0{month}-01T00:00:00Z"
            send(http, event("trace-create", id=f"some {month}", name="t", timestamp=at))
        fill_prompts(http)
    chosen = ("--only", "traces", "--since", "2026-06-01", "--until", "2026-09-01")
    done(imported(source, filled, *chosen))
    arrived = everything(filled)
    assert [each["id"] for each in arrived["traces"]] == ["some 6"]
    assert not arrived["prompts"]
    wrong = imported(source, filled, "--only", "everything")
    assert "there are score-configs, models" in refused(wrong)


def test_what_is_wrong_is_said(server: Server, filled: TestProject, project: TestProject) -> None:
    wrong_key = replace(project, secret_key="sk-lf-wrong")
    assert "does not take these keys" in refused(imported(wrong_key, filled))
    refused(imported(project, project))
    nowhere = arguments("ftp://example.com", ("a", "b"), filled)
    assert "no address" in refused(CliRunner().invoke(app, nowhere))
    with filled.server.database.read() as db:
        assert len(keys.of_project(db, filled.id)) == 1, "keys of failed imports are revoked"


# -- each generation of Langfuse -----------------------------------------------------------------


@pytest.fixture(params=["v2", "v3", "v4"])
def langfuse(request: pytest.FixtureRequest) -> Iterator[StandIn]:
    with StandIn(request.param) as running:
        yield running


def test_each_generation_is_read(langfuse: StandIn, filled: TestProject) -> None:
    run = imported(langfuse, filled)
    assert f"API generation {langfuse.generation[1]}" in done(run)
    arrived = everything(filled)
    [trace] = arrived["traces"]
    assert (trace["id"], trace["name"], trace["userId"]) == ("trace-1", "support", "user-1")
    assert (trace["sessionId"], trace["tags"]) == ("session-1", ["beta", "web"])
    assert (trace["input"], trace["output"]) == ({"question": "Where is it?"}, "On its way.")
    observations = {each["id"]: each for each in trace["observations"]}
    assert set(observations) == {"observation-1", "observation-2"}
    call = observations["observation-2"]
    assert (call["type"], call["model"]) == ("GENERATION", "gpt-4o-mini")
    assert (call["promptName"], call["promptVersion"]) == ("support/answer", 3)
    assert (call["usageDetails"]["input"], call["usageDetails"]["output"]) == (120, 30)
    assert call["calculatedTotalCost"] == pytest.approx(0.000036)
    assert call["metadata"]["long"] == "x" * 300, "values that are cut are asked for whole"
    assert call["input"] == [{"role": "user", "content": "Where is it?"}]
    assert [each["version"] for each in arrived["prompts"]] == [1, 3]
    assert [each["modelName"] for each in arrived["models"]] == ["our-model"]
    assert [each["id"] for each in arrived["items"]] == ["item-2", "item-1"]
    assert {run["name"] for run in arrived["runs"]} == {"nightly"}
    scores = {each["id"]: each for each in arrived["scores"]}
    assert scores["score-1"]["value"] == 0.75
    assert scores["score-2"]["stringValue"] == "polite"
    [config] = arrived["configs"]
    assert scores["score-2"]["configId"] == config["id"]
    assert config["isArchived"], "it was open until its scores were there"
    if langfuse.generation != "v2":
        with filled.http() as http:
            run_id = http.get(f"{API}/datasets/questions/runs/nightly").json()["id"]
            of_run = http.get(f"{API}/v2/scores/score-3").json()
        assert of_run["datasetRunId"] == run_id
        assert scores["score-4"]["sessionId"] == "session-1"
        assert (scores["score-4"]["dataType"], scores["score-4"]["value"]) == ("BOOLEAN", 1)
    [comment] = arrived["comments"]
    assert (comment["objectId"], comment["content"]) == ("trace-1", "Look at this")


def test_a_source_that_falters_is_waited_for(filled: TestProject) -> None:
    with StandIn("v3", falters=True) as langfuse:
        done(imported(langfuse, filled, "--only", "traces"))
        assert langfuse.refused >= 6
    arrived = everything(filled)
    assert len(arrived["traces"][0]["observations"]) == 2


def test_what_cannot_be_copied_is_told(filled: TestProject) -> None:
    with StandIn("v3", lost="dataset-items") as langfuse:
        run = imported(langfuse, filled, "--only", "datasets,scores")
    assert "its run was not copied (score-3)" in refused(run)
