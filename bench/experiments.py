"""Experiments: how much running them adds to the tasks themselves.

    python -m bench.experiments [--items 10000] [--lines 1000] [--asked 2000] [--prompt-flow …/bin/pf]

`own code`: `pilothouse eval run` with a task that answers at once and one evaluator, over a server of its
own; until every trace and score is stored. `lines`: the same as a command from beginning to end, as Prompt
Flow's `pf run create` is measured, which runs the same lines where its command is told. `server`: a prompt over
a data set, asked of a provider on this machine that answers at once; until every answer is stored and judged,
beside what the official package takes for the calls alone. Writes `results/experiments.json`.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import openai

from bench.record import record
from pilothouse.importing.client import Client
from pilothouse.testing.runs import Asked, Running
from tests.serving import TestProject, free_port, new_server, remove

CONCURRENCY = 16
TASK = """
def answer(input):
    return input["question"].upper()


def right(output, expected_output):
    return output == expected_output
"""


def answer(input: dict[str, str]) -> str:
    return input["question"].upper()


def right(output: str, expected_output: str) -> bool:
    return output == expected_output


def dataset(project: TestProject, many: int) -> tuple[str, str]:
    """Id and name of one with so many items."""
    name = f"{many} items"
    base = f"/api/pilothouse/projects/{project.id}/datasets"
    with project.http() as http:
        id = http.post(base, json={"name": name}).json()["id"]
        for start in range(0, many, 1_000):
            numbers = range(start, min(start + 1_000, many))
            items = [
                {"input": {"question": f"item {n}"}, "expected_output": f"ITEM {n}"}
                for n in numbers
            ]
            assert http.post(f"{base}/{id}/items", json={"items": items}).is_success
    return id, name


def own_code(project: TestProject, many: int) -> dict[str, float]:
    _, name = dataset(project, many)
    client = Client(project.server.url, project.public_key, project.secret_key)
    began, cpu = time.perf_counter(), time.process_time()
    asked = Asked(task=answer, dataset=name, evaluators=[right], concurrency=8)
    run = Running(client, asked).whole()
    seconds, own = time.perf_counter() - began, time.process_time() - cpu
    client.close()
    assert (run.total, run.failed, run.metrics["right"]) == (many, 0, 1.0)
    return {
        "items": many,
        "seconds": round(seconds, 2),
        "ms_an_item": round(seconds / many * 1_000, 2),
        "client_cpu_ms_an_item": round(own / many * 1_000, 3),
    }


def lines(project: TestProject, many: int) -> dict[str, float]:
    _, name = dataset(project, many)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "app.py").write_text(TASK)
        command = [sys.executable, "-m", "pilothouse", "eval", "run", "app:answer"]
        environment = os.environ | {
            "LANGFUSE_BASE_URL": project.server.url,
            "LANGFUSE_PUBLIC_KEY": project.public_key,
            "LANGFUSE_SECRET_KEY": project.secret_key,
            "XDG_CACHE_HOME": folder,
        }
        began = time.perf_counter()
        subprocess.run(
            [*command, "--dataset", name, "--evaluators", "app:right"],
            cwd=folder,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return {"lines": many, "seconds": round(time.perf_counter() - began, 2)}


_FLOW = """
inputs:
  question: {type: string}
outputs:
  answer: {type: string, reference: "${answer.output}"}
nodes:
- name: answer
  type: python
  source: {type: code, path: answer.py}
  inputs: {question: "${inputs.question}"}
"""
_NODE = """
from promptflow.core import tool


@tool
def answer(question: str) -> str:
    return question.upper()
"""


def prompt_flow(command: str, many: int) -> dict[str, float]:
    """A batch of the same trivial lines, with its defaults."""
    with tempfile.TemporaryDirectory() as folder:
        flow = Path(folder) / "flow"
        flow.mkdir()
        (flow / "flow.dag.yaml").write_text(_FLOW)
        (flow / "answer.py").write_text(_NODE)
        data = Path(folder) / "lines.jsonl"
        data.write_text("".join(f'{{"question": "item {n}"}}\n' for n in range(many)))
        began = time.perf_counter()
        done = subprocess.run(
            [command, "run", "create", "--flow", str(flow), "--data", str(data)],
            cwd=folder,
            env=os.environ | {"PF_DISABLE_TRACING": "true"},
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - began
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    assert '"status": "Completed"' in done.stdout, done.stdout[-2_000:]
    return {"lines": many, "seconds": round(seconds, 2)}


@contextlib.contextmanager
def providing() -> Generator[str, None, None]:
    """The address of a provider that answers at once."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.provider", str(port)])
    yield f"http://127.0.0.1:{port}/v1"
    process.terminate()
    process.wait()


async def asked_alone(url: str, many: int) -> float:
    """Seconds that the provider's official package takes to ask the same with nothing around it."""
    client = openai.AsyncOpenAI(base_url=url, api_key="none")
    questions = iter([f"item {n}" for n in range(many)])

    async def ask() -> None:
        for question in questions:
            async with await client.chat.completions.create(
                model="gpt-x",
                messages=[{"role": "user", "content": question}],
                stream=True,
                stream_options={"include_usage": True},
            ) as pieces:
                async for _ in pieces:
                    pass

    async with client:
        began = time.perf_counter()
        await asyncio.gather(*(ask() for _ in range(CONCURRENCY)))
        return time.perf_counter() - began


def by_the_server(project: TestProject, many: int) -> dict[str, float]:
    """What is left when the time of the official package alone is taken off is the server's overhead."""
    id, _ = dataset(project, many)
    base = f"/api/pilothouse/projects/{project.id}"
    with providing() as provider, project.http() as http:

        def post(rest: str, body: Any) -> Any:
            answer = http.post(base + rest, json=body)
            assert answer.is_success, answer.text
            return answer.json()

        told = {"name": "provider", "provider": "openai-compatible", "base_url": provider}
        connection = post("/connections", told)["id"]
        exact = {"name": "right", "kind": "metric", "settings": {"metric": "exact"}}
        evaluator = post("/evaluators", exact)["id"]
        body = {
            "name": "run",
            "connection_id": connection,
            "model": "gpt-x",
            "messages": [{"role": "user", "parts": [{"type": "text", "text": "{{question}}"}]}],
            "dataset_id": id,
            "concurrency": CONCURRENCY,
            "evaluators": [{"evaluator_id": evaluator}],
        }
        alone = asyncio.run(asked_alone(provider, many))
        began = time.perf_counter()
        experiment = post("/experiments", body)["experiment_id"]
        answered = 0.0
        while True:
            told = http.get(f"{base}/experiments/{experiment}/run").json()
            if not answered and told["job"]["status"] == "done":
                answered = time.perf_counter() - began
            if answered and sum(each["done"] for each in told["evaluators"]) == many:
                break
            assert told["job"]["status"] in ("waiting", "running", "done"), told
            time.sleep(0.1)
        judged = time.perf_counter() - began
    return {
        "items": many,
        "answered_seconds": round(answered, 2),
        "judged_seconds": round(judged, 2),
        "ms_an_item": round(answered / many * 1_000, 2),
        "package_alone_ms_an_item": round(alone / many * 1_000, 2),
        "overhead_ms_an_item": round((answered - alone) / many * 1_000, 2),
    }


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--items", type=int, default=10_000)
    told.add_argument("--lines", type=int, default=1_000)
    told.add_argument("--asked", type=int, default=2_000)
    told.add_argument("--prompt-flow", default="")
    arguments = told.parse_args()
    server = new_server()
    try:
        server.start()
        project = server.new_project()
        figures = {
            "own code": own_code(project, arguments.items),
            "lines": lines(project, arguments.lines),
            "server": by_the_server(project, arguments.asked),
        }
    finally:
        remove(server)
    if arguments.prompt_flow:
        figures["prompt flow"] = prompt_flow(arguments.prompt_flow, arguments.lines)
    print(figures)
    record("experiments", figures)


if __name__ == "__main__":
    main()
