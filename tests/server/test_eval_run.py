"""`pilothouse eval run`, the pytest plugin and `assert_not_worse`, with an application of their own."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Server, TestProject

APPLICATION = """
import os, pathlib, time

LOG = pathlib.Path(os.environ["LOG"])


def answer(input):
    with LOG.open("a") as log:
        log.write(f"{input['question']}\\n")
    time.sleep(float(os.environ.get("PAUSE", 0)))
    if input["question"] == os.environ.get("BROKEN"):
        raise ValueError("no answer to this")
    return input["question"].upper()


def when(input):
    with LOG.open("a") as log:
        log.write(f"{time.monotonic()}\\n")


async def slowly(input):
    return answer(input)


def worse(input):
    number = int(input["question"].split()[-1])
    return "no idea" if number % 2 else answer(input)


def hangs(input):
    time.sleep(30)


def right(output, expected_output):
    return {"value": output == expected_output, "reason": f"wanted {expected_output}"}


def length(*, output, **rest):
    return len(output)


def strange(input):
    if input["question"] == "item 1":
        return "half a sign: \\ud83d"
    return answer(input)


def broken(output):
    return float("nan")
"""


@pytest.fixture(scope="module")
def project(server: Server) -> TestProject:
    return server.new_project()


def dataset(project: TestProject, many: int) -> str:
    name = f"set {uuid.uuid4().hex}"
    base = f"/api/pilothouse/projects/{project.id}/datasets"
    with project.http() as http:
        id = http.post(base, json={"name": name}).json()["id"]
        items = [
            {
                "input": {"question": f"item {number}"},
                "expected_output": f"ITEM {number}",
                "split": "test" if number < 2 else "",
            }
            for number in range(many)
        ]
        for start in range(0, many, 1_000):
            body = {"items": items[start : start + 1_000]}
            assert http.post(f"{base}/{id}/items", json=body).status_code == 200
    return name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(APPLICATION)
    return tmp_path


def environment(project: TestProject, folder: Path, **more: str) -> dict[str, str]:
    return os.environ | {
        "LANGFUSE_BASE_URL": project.server.url,
        "LANGFUSE_PUBLIC_KEY": project.public_key,
        "LANGFUSE_SECRET_KEY": project.secret_key,
        "XDG_CACHE_HOME": str(folder / "cache"),
        "LOG": str(folder / "log"),
        **more,
    }


def asked(folder: Path) -> list[str]:
    log = folder / "log"
    return log.read_text().splitlines() if log.exists() else []


def run(
    project: TestProject, folder: Path, task: str, name: str, *more: str, **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pilothouse", "eval", "run", task, "--dataset", name, *more],
        cwd=folder,
        env=environment(project, folder, **env),
        capture_output=True,
        text=True,
        timeout=120,
    )


def experiment(project: TestProject, id: str) -> Any:
    with project.http() as http:
        return http.get(f"/api/pilothouse/projects/{project.id}/experiments/{id}").json()


def means(project: TestProject, id: str) -> dict[str, float]:
    return {each["metric"]: each["value"] for each in experiment(project, id)["metrics"]}


def test_own_code_runs_over_a_data_set(project: TestProject, folder: Path) -> None:
    name = dataset(project, 6)
    done = run(
        project, folder, "app:answer", name, "--evaluators", "app:right,app:length",
        "--repeat", "2", "--concurrency", "4", "--name", "first", "--json", "out.json",
        "--evaluator", "app:broken",
        BROKEN="item 5",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads((folder / "out.json").read_text())
    assert (told["total"], told["ran"], told["failed"]) == (12, 12, 2)
    assert any("no answer to this" in each for each in told["problems"])
    assert any("nan" in each for each in told["problems"]), "no score is not a score of zero"
    assert (
        sorted(asked(folder)) == sorted(f"item {number}" for number in range(6)) * 2
        or len(asked(folder)) == 12
    )
    found = experiment(project, told["id"])
    assert (found["name"], found["items"], found["repetitions"]) == ("first", 12, 2.0)
    values = means(project, told["id"])
    assert values["right"] == 1.0
    assert values["length"] == 6.0
    assert values["failures"] == pytest.approx(1 / 6)
    assert "broken" not in values
    assert told["url"] in done.stdout.replace("\n", "")


def test_evaluators_of_the_server_judge_own_code(project: TestProject, folder: Path) -> None:
    with project.http() as http:
        settings = {"metric": "exact"}
        body = {"name": "Is right", "kind": "metric", "settings": settings}
        made = http.post(f"/api/pilothouse/projects/{project.id}/evaluators", json=body)
        assert made.status_code == 200, made.text
        # Elsewhere it found all of three that people say yes to, and two of three they say no to.
        for n, sides in enumerate([(1, 1)] * 3 + [(0, 0), (0, 0), (0, 1)]):
            for source, value in zip(("ANNOTATION", "EVAL"), sides, strict=True):
                score: dict[str, Any] = {
                    "traceId": f"other-{n}",
                    "name": "Is right",
                    "value": value,
                }
                score |= {"dataType": "BOOLEAN", "source": source, "authorUserId": "mei"}
                if source == "EVAL":
                    id = made.json()["id"]
                    score["metadata"] = {"evaluator_id": id, "evaluator_version": 1}
                http.post("/api/public/scores", json=score).raise_for_status()
    name = dataset(project, 5)
    done = run(project, folder, "app:worse", name, "--evaluators", "Is right", "--json", "out.json")
    assert done.returncode == 0, done.stderr
    told = json.loads((folder / "out.json").read_text())
    assert told["metrics"]["Is right"] == pytest.approx(3 / 5)
    assert means(project, told["id"])["Is right"] == pytest.approx(3 / 5)
    # (3/5 + 2/3 - 1) / (1 + 2/3 - 1)
    freed = told["corrected"]["Is right"]
    assert (freed["value"], freed["labels"]) == (pytest.approx(0.4), 6)
    assert "corrected 0.4 (" in done.stdout


def test_no_more_items_begin_in_a_minute_than_are_allowed(
    project: TestProject, folder: Path
) -> None:
    name = dataset(project, 4)
    done = run(project, folder, "app:when", name, "--per-minute", "300")
    assert done.returncode == 0, done.stderr
    times = list(map(float, asked(folder)))
    assert len(times) == 4
    # Three fifths of a second, less what a busy machine lets the first wait.
    assert max(times) - min(times) >= 0.3


def test_coroutines_splits_and_limits(project: TestProject, folder: Path) -> None:
    name = dataset(project, 6)
    done = run(project, folder, "app:slowly", name, "--split", "test", "--json", "out.json")
    assert done.returncode == 0, done.stderr
    assert sorted(asked(folder)) == ["item 0", "item 1"]
    assert run(project, folder, "app:answer", name, "--limit", "1").returncode == 0
    assert len(asked(folder)) == 3


def test_a_killed_run_goes_on_and_repeats_nothing(project: TestProject, folder: Path) -> None:
    name = dataset(project, 60)
    command = [
        sys.executable, "-m", "pilothouse", "eval", "run", "app:answer", "--dataset", name,
        "--name", "killed", "--concurrency", "2", "--evaluators", "app:right",
    ]  # fmt: skip
    running = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(project, folder, PAUSE="0.1"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while len(asked(folder)) < 20 and time.monotonic() < end:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    before = asked(folder)
    assert 20 <= len(before) < 60
    done = run(
        project, folder, "app:answer", name, "--resume", "killed", "--evaluators", "app:right",
        "--json", "out.json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    twice = len(asked(folder)) - len(set(asked(folder)))
    assert set(asked(folder)) == {f"item {number}" for number in range(60)}
    assert twice <= 2, "no more than what was under way when it was killed"
    told = json.loads((folder / "out.json").read_text())
    found = experiment(project, told["id"])
    assert (found["items"], found["repetitions"]) == (60, 1.0)
    assert means(project, told["id"])["right"] == 1.0
    assert not list((folder / "cache").rglob("*.jsonl")), "what was told is not kept"


def test_an_output_that_cannot_be_kept_is_told_and_the_rest_goes_on(
    project: TestProject, folder: Path
) -> None:
    name = dataset(project, 4)
    done = run(project, folder, "app:strange", name, "--json", "out.json")
    assert done.returncode == 0, done.stderr
    told = json.loads((folder / "out.json").read_text())
    assert (told["ran"], told["failed"]) == (4, 1)
    assert "UnicodeEncodeError" in told["problems"][0]


def test_an_item_that_hangs_is_given_up(project: TestProject, folder: Path) -> None:
    name = dataset(project, 2)
    done = run(project, folder, "app:hangs", name, "--timeout", "0.3", "--json", "out.json")
    assert done.returncode == 0, done.stderr
    told = json.loads((folder / "out.json").read_text())
    assert told["failed"] == 2
    assert "took longer than 0.3 seconds" in told["problems"][0]


def test_a_run_is_compared_with_a_baseline(project: TestProject, folder: Path) -> None:
    name = dataset(project, 40)
    first = run(project, folder, "app:answer", name, "--evaluators", "app:right", "--name", "main")
    assert first.returncode == 0, first.stderr
    gate = ("--evaluators", "app:right", "--baseline", "main", "--metric", "right")
    worse = run(project, folder, "app:worse", name, *gate, "--markdown", "report.md")
    assert worse.returncode == 1, worse.stdout + worse.stderr
    assert "❌ worse" in (folder / "report.md").read_text()
    same = run(project, folder, "app:answer", name, *gate, "--margin", "0.2")
    assert same.returncode == 0, same.stdout + same.stderr


def test_the_baseline_is_of_the_same_data_set_and_known_before_anything_runs(
    project: TestProject, folder: Path
) -> None:
    name, other = dataset(project, 40), dataset(project, 3)
    of_both = ("--evaluators", "app:right", "--name", "nightly")
    for each in (name, other):
        assert run(project, folder, "app:answer", each, *of_both).returncode == 0
    gate = (*of_both, "--baseline", "nightly", "--margin", "0.2")
    done = run(project, folder, "app:answer", name, *gate)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "40 items in both" in done.stdout
    ran = len(asked(folder))
    unknown = run(project, folder, "app:answer", name, "--baseline", "nothing of the kind")
    assert unknown.returncode == 3
    assert "no experiment over" in unknown.stderr.replace("\n", " ")
    assert len(asked(folder)) == ran


def test_what_cannot_be_run_is_said(project: TestProject, folder: Path) -> None:
    name = dataset(project, 1)

    def refused(task: str, dataset: str, *more: str) -> str:
        done = run(project, folder, task, dataset, *more)
        assert done.returncode == 3, done.stdout + done.stderr
        return " ".join(done.stderr.split())

    assert "cannot be had" in refused("app:nothing", name)
    assert "module:function" in refused("app", name)
    assert "no data set called" in refused("app:answer", "nothing of the kind")
    assert "no evaluator called" in refused("app:answer", name, "--evaluators", "nothing")
    assert "no item fits" in refused("app:answer", name, "--split", "other")


PLUGIN = """
import app, os, pytest
from pilothouse.testing import Worse, assert_not_worse, run_experiment

NAME = os.environ["DATASET"]


@pytest.mark.pilothouse(dataset=NAME, name="by pytest")
def test_answers(item, record):
    record.output = app.answer(item.input)
    record.score("right", record.output == item.expected_output)
    assert item.input["question"] != "item 3"


@pytest.mark.pilothouse(dataset=NAME, name="in part", limit=5)
def test_some(item):
    if item.input["question"] == "item 0":
        pytest.skip("not today")
    assert item.input["question"] != "item 3"


def test_gate():
    good = run_experiment(app.answer, dataset=NAME, evaluators=[app.right])
    bad = run_experiment(app.worse, dataset=NAME, evaluators=[app.right])
    again = run_experiment(app.answer, dataset=NAME, evaluators=[app.right])
    assert_not_worse(again, good, metric="right", margin=0.02)
    with pytest.raises(Worse, match="worse"):
        assert_not_worse(bad, good, metric="right")
"""


def test_the_plugin_of_pytest(project: TestProject, folder: Path) -> None:
    name = dataset(project, 30)
    (folder / "test_it.py").write_text(PLUGIN)

    def tests(**env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs", "test_it.py"],
            cwd=folder,
            env={**environment(project, folder, DATASET=name), **env},
            capture_output=True,
            text=True,
            timeout=120,
        )

    done = tests()
    assert "2 failed, 33 passed, 1 skipped" in done.stdout, done.stdout + done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("by pytest: "))
    id = line.rpartition("/")[2]
    assert experiment(project, id)["items"] == 30
    values = means(project, id)
    assert values["right"] == 1.0
    assert values["passed"] == pytest.approx(29 / 30)
    assert values["failures"] == 0.0, "an assertion that failed is a verdict, not a crash"
    line = next(line for line in done.stdout.splitlines() if line.startswith("in part: "))
    in_part = experiment(project, line.rpartition("/")[2])
    assert in_part["items"] == 4, "tests that take no record count, skipped ones do not"
    assert means(project, in_part["id"])["passed"] == pytest.approx(3 / 4)
    skipped = tests(LANGFUSE_SECRET_KEY="")
    assert "are not set" in skipped.stdout
