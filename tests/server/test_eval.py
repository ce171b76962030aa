"""`pilothouse eval compare` against a running server, as a pipeline calls it."""

import json
import os
import random
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.serving import Server, TestProject


def run(project: TestProject, dataset: str, name: str, scores: list[float]) -> None:
    with project.http() as http:
        for number, value in enumerate(scores):
            item, trace = f"{dataset}/{number}", uuid.uuid4().hex
            body = {"datasetName": dataset, "id": item, "input": number}
            assert http.post("/api/public/dataset-items", json=body).is_success
            score = {"traceId": trace, "name": "right", "value": value, "dataType": "BOOLEAN"}
            assert http.post("/api/public/scores", json=score).is_success
            body = {"runName": name, "datasetItemId": item, "traceId": trace}
            assert http.post("/api/public/dataset-run-items", json=body).is_success


@pytest.fixture(scope="module")
def project(server: Server) -> TestProject:
    return server.new_project()


@pytest.fixture(scope="module")
def dataset(project: TestProject) -> str:
    """Runs of 40 items: good, much the same by another draw, and one that lost a third."""
    chance = random.Random(1)
    name = f"gate {uuid.uuid4().hex}"
    with project.http() as http:
        assert http.post("/api/public/v2/datasets", json={"name": name}).is_success
    good = [float(chance.random() < 0.9) for _ in range(40)]
    broken = [0.0 if number % 3 == 0 else value for number, value in enumerate(good)]
    shuffled = good[:]
    shuffled[0], shuffled[1] = 1 - shuffled[0], 1 - shuffled[1]
    for run_name, scores in (("good", good), ("broken", broken), ("alike", shuffled)):
        run(project, name, run_name, scores)
    return name


def gate(
    project: TestProject, dataset: str, candidate: str, *more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pilothouse", "eval", "compare", "--dataset", dataset,
         "--baseline", "good", "--candidate", candidate, "--server", project.server.url, *more],
        env=os.environ
        | {"LANGFUSE_PUBLIC_KEY": project.public_key, "LANGFUSE_SECRET_KEY": project.secret_key},
        capture_output=True,
        text=True,
        timeout=60,
    )  # fmt: skip


def test_a_planted_loss_fails_the_build(project: TestProject, dataset: str, tmp_path: Path) -> None:
    files = tmp_path / "report.json", tmp_path / "report.md"
    done = gate(project, dataset, "broken", "--json", str(files[0]), "--markdown", str(files[1]))
    assert done.returncode == 1, done.stderr
    told = json.loads(files[0].read_text())["candidates"][0]
    assert told["outcome"] == "fail"
    assert told["metrics"][0]["metric"] == "right"
    text = files[1].read_text()
    assert "`broken` against `good`: fails" in text
    assert "❌ worse" in text
    assert "mcnemar exact" in text
    assert text.strip() == done.stdout.strip()


def test_too_little_to_tell_is_said(project: TestProject, dataset: str) -> None:
    done = gate(project, dataset, "alike", "--margin", "0.01")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "no test could call it real" in done.stdout


def test_no_loss_beyond_the_margin_passes(project: TestProject, dataset: str) -> None:
    done = gate(project, dataset, "alike", "--margin", "0.2", "--metric", "right")
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_not_there_is_told(project: TestProject, dataset: str) -> None:
    done = gate(project, dataset, "nobody")
    assert done.returncode == 3
    assert "no experiment is called 'nobody'" in done.stderr
