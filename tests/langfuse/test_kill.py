"""A server that is killed while halves come in has lost nothing that it acknowledged."""

import itertools
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
    server = new_server(forked=True)
    try:
        server.start()
        project = server.new_project()
        for _ in range(ROUNDS):
            kill_while_sending(server, project, acknowledged)
            server.start()
        with project.http() as client:
            seen = set(said(client))
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


def said(client: httpx.Client) -> Iterator[tuple[str, str]]:
    """The words of every trace."""
    for trace in listed(client, "traces"):
        yield trace["id"], trace["name"]
    for span in listed(client, "observations"):
        yield from ((span["traceId"], word) for word in (span["input"], span["output"]))


def listed(client: httpx.Client, path: str) -> Iterator[dict[str, Any]]:
    for page in itertools.count(1):
        asked = {"page": page, "limit": 100}
        found = client.get(f"/api/public/{path}", params=asked).raise_for_status().json()
        yield from found["data"]
        if page >= found["meta"]["totalPages"]:
            return
