"""A server that is killed in the middle of an experiment goes on with it, and runs nothing twice."""

import threading
import time
from collections import Counter
from typing import Any

from tests.evals.conftest import Provider
from tests.serving import TestProject, eventually, new_server, remove

ITEMS = 100
CONCURRENCY = 4


def path(project: TestProject, rest: str) -> str:
    return f"/api/pilothouse/projects/{project.id}{rest}"


def begin(project: TestProject, provider: Provider) -> str:
    with project.http() as http:

        def post(rest: str, body: Any) -> Any:
            answer = http.post(path(project, rest), json=body)
            assert answer.is_success, answer.text
            return answer.json()

        connection = post(
            "/connections",
            {
                "name": "provider",
                "provider": "openai-compatible",
                "base_url": provider.url,
                "options": {"retries": 0},
            },
        )
        dataset = post("/datasets", {"name": "killed"})
        items = [{"input": {"question": f"item {number}"}} for number in range(ITEMS)]
        post(f"/datasets/{dataset['id']}/items", {"items": items})
        length = {"name": "length", "kind": "metric", "settings": {"metric": "length"}}
        evaluator = post("/evaluators", length)
        question = {"role": "user", "parts": [{"type": "text", "text": "{{question}}"}]}
        body = {
            "name": "killed",
            "connection_id": connection["id"],
            "model": "gpt-x",
            "messages": [question],
            "dataset_id": dataset["id"],
            "concurrency": CONCURRENCY,
            "evaluators": [{"evaluator_id": evaluator["id"]}],
        }
        return post("/experiments", body)["experiment_id"]


def test_a_killed_experiment_goes_on() -> None:
    provider = Provider()
    thread = threading.Thread(target=provider.serve_forever, args=(0.02,))
    thread.start()

    def reply(text: str) -> str:
        time.sleep(0.03)
        return text.upper()

    provider.reply = reply
    server = new_server(forked=True)
    try:
        server.start()
        project = server.new_project()
        id = begin(project, provider)
        eventually(lambda: len(provider.asked) >= 30, 60)
        server.kill()
        before = len(provider.asked)
        assert before < ITEMS
        # Its job is given up for dead only when it has been silent for a while.
        with server.database.write() as db:
            db.exec_driver_sql("UPDATE jobs SET heartbeat_at = 0")
            db.exec_driver_sql("UPDATE evaluations SET heartbeat_at = 0")
        server.start()
        with project.http() as http:

            def whole() -> Any:
                told = http.get(path(project, f"/experiments/{id}/run")).json()
                waiting = sum(each["waiting"] for each in told["evaluators"])
                return told if told["job"]["status"] == "done" and not waiting else None

            told = eventually(whole, 60)
            found = http.get(path(project, f"/experiments/{id}")).json()
            items = http.get(path(project, f"/experiments/{id}/items?limit=1000")).json()["items"]
    finally:
        remove(server)
        provider.shutdown()
        thread.join()
        provider.server_close()
    assert (told["job"]["done"], told["job"]["failed"]) == (ITEMS, 0)
    assert sum(each["done"] for each in told["evaluators"]) == ITEMS
    assert len({each["item_id"] for each in items}) == len(items) == ITEMS
    assert {each["metric"]: each["count"] for each in found["metrics"]}["length"] == ITEMS
    twice = [text for text, many in Counter(provider.asked).items() if many > 1]
    assert len(set(provider.asked)) == ITEMS
    # What was asked and not stored yet when it died: what was under way, and one write of it.
    assert len(twice) <= 3 * CONCURRENCY + 20, twice
