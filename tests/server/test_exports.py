"""Exports: written in the background, downloaded by those who may read, never lost silently."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest

from pilothouse.domain.access import Role
from pilothouse.domain.clock import now
from pilothouse.store.relational import tables as t
from tests import otlp
from tests.serving import Server, TestProject, eventually, new_server, remove

LONG = "word " * 300_000
ROWS = 230


def _fill(project: TestProject) -> None:
    spans = [
        otlp.span(
            f"=HYPERLINK({number})",
            attributes={
                "input.value": LONG if number == 0 else f"@question {number}",
                "output.value": "退款 done",
                "user.id": f"user {number % 3}",
                "langfuse.trace.tags": '["a", "b"]',
            },
        )
        for number in range(ROWS)
    ]
    with project.http() as http:
        http.post(
            "/v1/traces",
            content=otlp.request(*spans).SerializeToString(),
            headers={"content-type": "application/x-protobuf"},
        ).raise_for_status()


@pytest.fixture(scope="module")
def filled(server: Server) -> TestProject:
    project = server.new_project()
    _fill(project)
    return project


@pytest.fixture
def http(filled: TestProject) -> Iterator[httpx.Client]:
    with filled.http() as client:
        client.base_url = _base(filled)
        yield client


def _base(project: TestProject) -> str:
    return f"{project.server.url}/api/pilothouse/projects/{project.id}"


def _ask(http: httpx.Client, **more: Any) -> dict[str, Any]:
    body = {"list": "traces", "format": "csv", "start": 0, "end": now() + 10**9, **more}
    answer = http.post("/exports", json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()


def _listed(http: httpx.Client, id: str) -> dict[str, Any]:
    return next(each for each in http.get("/exports").json()["items"] if each["id"] == id)


def _done(http: httpx.Client, **more: Any) -> dict[str, Any]:
    id = _ask(http, **more)["id"]

    def ended() -> dict[str, Any] | None:
        found = _listed(http, id)
        return found if found["status"] in ("done", "failed") else None

    found = eventually(ended, 60)
    assert found["status"] == "done", found
    return found


def _file(http: httpx.Client, export: dict[str, Any]) -> httpx.Response:
    answer = http.get(f"/exports/{export['id']}/file")
    assert answer.status_code == 200
    assert len(answer.content) == export["bytes"]
    return answer


def test_all_pages_come_as_csv_that_no_spreadsheet_runs(http: httpx.Client) -> None:
    export = _done(http)
    assert (export["rows"], export["total"], export["cut"]) == (ROWS, ROWS, False)
    answer = _file(http, export)
    assert "attachment" in answer.headers["content-disposition"]
    csv.field_size_limit(10_000_000)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len({row["trace_id"] for row in rows}) == ROWS
    assert all(row["name"].startswith("'=HYPERLINK(") for row in rows)
    assert {row["input"][:10] for row in rows} == {"'@question", LONG[:10]}
    assert {row["output"] for row in rows} == {"退款 done"}
    assert all(row["start_time"].endswith("Z") for row in rows)
    assert max(len(row["input"]) for row in rows) == len(LONG)


def test_json_lines_keep_what_was_said(http: httpx.Client) -> None:
    export = _done(http, list="spans", format="jsonl", filter='user:"user 1"', order="start_time")
    rows = [json.loads(line) for line in _file(http, export).text.splitlines()]
    assert len(rows) == export["rows"] == len([n for n in range(ROWS) if n % 3 == 1])
    assert rows[0]["name"].startswith("=HYPERLINK(")
    assert rows[0]["tags"] == ["a", "b"]
    assert not any("pilothouse.whole" in key for row in rows for key in row["attributes"])
    assert rows == sorted(rows, key=lambda row: row["start_time"])


def test_parquet_has_types(http: httpx.Client) -> None:
    table = pq.read_table(io.BytesIO(_file(http, _done(http, format="parquet")).content))
    assert table.num_rows == ROWS
    assert str(table.schema.field("start_time").type) == "timestamp[us, tz=UTC]"
    assert str(table.schema.field("tags").type) == "list<element: string>"
    assert table.column("total_tokens").to_pylist() == [0] * ROWS
    assert max(map(len, table.column("input").to_pylist())) == len(LONG)


def test_what_is_chosen_by_id_is_exported_alone(filled: TestProject, http: httpx.Client) -> None:
    within = {"start": 0, "end": now() + 10**9, "limit": 200}
    ids = [row["trace_id"] for row in http.get("/traces", params=within).json()["items"]]
    assert len(ids) == 200
    export = _done(http, filter=f"trace:({','.join(ids)})", format="jsonl")
    assert {json.loads(line)["trace_id"] for line in _file(http, export).text.splitlines()} == set(
        ids
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "xlsx"},
        {"list": "sessions"},
        {"filter": "modle:x"},
        {"order": "-nothing"},
        {"start": 9, "end": 8},
        {"colour": "red"},
    ],
)
def test_a_bad_question_is_refused_at_once(http: httpx.Client, wrong: dict[str, Any]) -> None:
    body = {"list": "traces", "format": "csv", "start": 0, "end": 1, **wrong}
    answer = http.post("/exports", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_the_file_is_for_those_who_read_the_project(
    filled: TestProject, http: httpx.Client
) -> None:
    export = _done(http, filter="user:nobody")
    assert export["rows"] == 0
    url = filled.server.url + export["url"]
    assert httpx.get(url).status_code == 401
    assert httpx.get(url, headers=filled.person(None)).status_code == 404
    assert httpx.get(url, headers=filled.person(Role.VIEWER)).status_code == 200
    other = filled.server.new_project()
    moved = f"{_base(other)}/exports/{export['id']}"
    with other.http() as stranger:
        assert stranger.get(f"{moved}/file").status_code == 404
        assert stranger.delete(moved).status_code == 404
        assert stranger.get(f"{_base(other)}/exports").json()["items"] == []
    removed = f"{_base(filled)}/exports/{export['id']}"
    assert httpx.delete(removed, headers=filled.person(Role.VIEWER)).status_code == 403
    assert httpx.delete(removed, headers=filled.person(Role.MEMBER)).status_code == 204
    assert http.get(f"/exports/{export['id']}/file").status_code == 404


def test_the_file_of_an_expired_export_is_gone(filled: TestProject, http: httpx.Client) -> None:
    export = _done(http, filter="user:nobody")
    _change(filled.server, export["id"], expires_at=now() - 1)
    assert http.get(f"/exports/{export['id']}/file").status_code == 404
    # The worker takes it away when it looks next.
    _done(http, filter="user:nobody")
    eventually(
        lambda: all(each["id"] != export["id"] for each in http.get("/exports").json()["items"])
    )


def _change(server: Server, id: str, **values: int | str) -> None:
    with server.database.write() as db:
        db.execute(t.exports.update().where(t.exports.c.id == id).values(values))


def _with_server(check: Callable[[TestProject], None], **settings: str) -> None:
    server = new_server(settings, forked=True)
    try:
        project = server.start().new_project()
        _fill(project)
        check(project)
    finally:
        remove(server)


def test_an_interrupted_export_is_taken_up_again_or_told_as_failed() -> None:
    def check(project: TestProject) -> None:
        server = project.server
        with project.http() as http:
            http.base_url = _base(project)
            ids = [_ask(http, filter="user:nobody")["id"] for _ in range(2)]
            eventually(lambda: _listed(http, ids[1])["status"] == "done", 60)
        server.kill()
        # As a server leaves them that is killed while it writes: once, and once too often.
        for id, attempts in zip(ids, (1, 3), strict=True):
            _change(server, id, status="running", attempts=attempts, heartbeat_at=1, bytes=0)
        server.start()
        with project.http() as http:
            http.base_url = _base(project)
            eventually(lambda: _listed(http, ids[0])["status"] == "done", 60)
            eventually(lambda: _listed(http, ids[1])["status"] == "failed", 60)
            assert "interrupted" in _listed(http, ids[1])["error"]

    _with_server(check)


def test_a_file_has_at_most_so_many_rows_and_says_so() -> None:
    def check(project: TestProject) -> None:
        with project.http() as http:
            http.base_url = _base(project)
            export = _done(http)
            assert (export["rows"], export["total"], export["cut"]) == (120, ROWS, True)
            assert len(_file(http, export).text.splitlines()) == 121

    _with_server(check, PILOTHOUSE_MAX_EXPORT_ROWS="120")


def test_traces_are_deleted_many_at_once(project: TestProject) -> None:
    _fill(project)
    within = {"start": 0, "end": now() + 10**9, "limit": 200}
    with project.http() as http:
        http.base_url = _base(project)
        ids = [row["trace_id"] for row in http.get("/traces", params=within).json()["items"]]
        gone = {"trace_ids": [*ids[:150], "never was"]}
        assert http.post("/traces/delete", json=gone).status_code == 204
        left = [row["trace_id"] for row in http.get("/traces", params=within).json()["items"]]
        assert not set(left) & set(ids[:150])
        assert len(left) == ROWS - 150
        assert http.post("/traces/delete", json={"trace_ids": []}).status_code == 400
