"""A server that is killed while halves come in has lost nothing that it acknowledged."""

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import httpx

from tests.serving import Server, TestProject, eventually, new_server, remove

AT = "2026-11-25T10:00:00Z"
LATER = "2026-11-25T10:00:05Z"
ROUNDS = 3


def test_nothing_acknowledged_is_lost() -> None:
    acknowledged: set[tuple[str, str]] = set()
    server = new_server()
    try:
        server.start()
        project = server.new_project()
        for _ in range(ROUNDS):
            kill_while_sending(server, project, acknowledged)
            server.start()
        with project.http() as client:
            seen = {
                word
                for trace_id in {each for each, _ in acknowledged}
                for word in said(client, trace_id)
            }
    finally:
        remove(server)
    assert acknowledged - seen == set()


def kill_while_sending(
    server: Server, project: TestProject, acknowledged: set[tuple[str, str]]
) -> None:
    stop = threading.Event()
    enough = len(acknowledged) + 40
    with project.http() as client:
        senders = [
            threading.Thread(target=send, args=(client, acknowledged, stop)) for _ in range(4)
        ]
        for sender in senders:
            sender.start()
        eventually(lambda: len(acknowledged) >= enough, 60)
        server.kill()
        stop.set()
        for sender in senders:
            sender.join()


def send(client: httpx.Client, acknowledged: set[tuple[str, str]], stop: threading.Event) -> None:
    """One half a request, so that every span hangs between two of them for a while."""
    while not stop.is_set():
        trace_id = uuid.uuid4().hex + "-"
        halves = {
            "name": event("trace-create", {"id": trace_id, "name": "name"}),
            "input": event("span-create", {"id": "s", "traceId": trace_id, "input": "input"}),
            "output": event("span-update", {"id": "s", "traceId": trace_id, "output": "output"}),
        }
        for word, half in halves.items():
            try:
                answer = client.post("/api/public/ingestion", json={"batch": [half]})
            except httpx.HTTPError:
                return
            if answer.status_code == 207 and answer.json()["successes"]:
                acknowledged.add((trace_id, word))


def event(type: str, body: dict[str, Any]) -> dict[str, Any]:
    at = LATER if type.endswith("update") else AT
    return {"id": uuid.uuid4().hex, "type": type, "timestamp": at, "body": body}


def said(client: httpx.Client, trace_id: str) -> Iterator[tuple[str, str]]:
    found = client.get(f"/api/public/traces/{trace_id}").json()
    words = [found.get("name")]
    for span in found.get("observations", []):
        words += [span["input"], span["output"]]
    yield from ((trace_id, word) for word in words if word)
