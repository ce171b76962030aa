"""Data sets through our own API: folders, splits and tags, many items at once, the past, files."""

import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from pilothouse.domain.access import Role
from tests.serving import TestProject


@pytest.fixture
def api(project: TestProject) -> Iterator[httpx.Client]:
    base = f"{project.server.url}/api/pilothouse/projects/{project.id}"
    headers = {"authorization": project.authorization}
    with httpx.Client(base_url=base, headers=headers, timeout=60) as client:
        yield client


def made(api: httpx.Client, name: str = "", **more: Any) -> str:
    body = {"name": name or f"set {uuid.uuid4().hex}", **more}
    answer = api.post("/datasets", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def put(api: httpx.Client, dataset: str, *items: dict[str, Any]) -> None:
    answer = api.post(f"/datasets/{dataset}/items", json={"items": items})
    assert answer.status_code == 200, answer.text


def ids(api: httpx.Client, dataset: str, **params: Any) -> list[str]:
    answer = api.get(f"/datasets/{dataset}/items", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == len(answer.json()["items"])
    return sorted(item["input"] for item in answer.json()["items"])


def test_folders_are_walked_and_words_look_everywhere(api: httpx.Client) -> None:
    made(api, "plain")
    moved = made(api, "support/refunds")
    made(api, "support/chat/long")

    def listed(**params: str) -> tuple[list[tuple[str, int]], list[str]]:
        page = api.get("/datasets", params=params).json()
        assert page["total"] == len(page["items"])
        folders = [(each["name"], each["datasets"]) for each in page["folders"]]
        return folders, [each["name"] for each in page["items"]]

    assert listed(folder="") == ([("support", 2)], ["plain"])
    assert listed(folder="support") == ([("support/chat", 1)], ["support/refunds"])
    assert listed(folder="", words="LONG") == ([], ["support/chat/long"])
    assert len(listed()[1]) == 3
    answer = api.patch(f"/datasets/{moved}", json={"name": "billing/refunds"}).json()
    assert (answer["id"], answer["name"]) == (moved, "billing/refunds")
    assert listed(folder="billing") == ([], ["billing/refunds"])
    taken = api.patch(f"/datasets/{moved}", json={"name": "plain"})
    assert (taken.status_code, "plain" in taken.text) == (409, True)


def test_splits_and_tags_are_written_read_and_changed_many_at_once(api: httpx.Client) -> None:
    dataset = made(api)
    names = [f"{dataset}/{n}" for n in range(10)]
    put(api, dataset, *({"id": id, "input": id, "tags": ["all"]} for id in names))
    put(api, dataset, {"id": names[0], "input": names[0], "split": "held", "tags": ["a", "b"]})
    put(api, dataset, {"id": names[0], "input": names[0], "metadata": {"note": "退款"}})
    assert ids(api, dataset, split="held", tag="b", words="退款") == [names[0]]
    shown = api.get(f"/datasets/{dataset}").json()
    assert shown["splits"] == {"": 9, "held": 1}
    assert shown["tags"] == {"a": 1, "all": 9, "b": 1}

    def changed(**body: Any) -> int:
        answer = api.post(f"/datasets/{dataset}/items/edit", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["changed"]

    assert changed(where={"tag": "all"}, add_tags=["many"], remove_tags=["all"]) == 9
    assert changed(ids=names[1:3], status="archived") == 2
    assert ids(api, dataset, status="archived") == names[1:3]
    assert len(ids(api, dataset, status="all")) == 10
    assert changed(ids=names[3:4], delete=True) == 1
    assert ids(api, dataset, tag="many") == names[4:]
    dealt = api.post(
        f"/datasets/{dataset}/items/deal",
        json={
            "shares": [{"split": "train", "share": 0.5}, {"split": "test", "share": 0.5}],
            "seed": 3,
            "where": {"split": ""},
        },
    )
    assert dealt.json() == {"splits": {"train": 3, "test": 3}}
    assert api.get(f"/datasets/{dataset}").json()["splits"] == {"held": 1, "test": 3, "train": 3}
    both = api.post(f"/datasets/{dataset}/items/edit", json={"ids": [], "where": {}})
    assert both.status_code == 400


def test_two_states_are_compared(api: httpx.Client) -> None:
    dataset = made(api)
    put(api, dataset, *({"id": f"{dataset}/{n}", "input": n} for n in range(3)))
    time.sleep(0.005)
    before = api.get(f"/datasets/{dataset}/history").json()["items"][0]
    assert before["changes"] == 3
    time.sleep(0.005)
    put(api, dataset, {"id": f"{dataset}/0", "input": "new"}, {"id": f"{dataset}/9", "input": 9})
    api.delete(f"/datasets/{dataset}/items", params={"item_id": f"{dataset}/1"})
    after = api.get(f"/datasets/{dataset}/history").json()["items"][0]

    def differences(kind: str) -> dict[str, Any]:
        params = {"before": before["at"], "after": after["at"], "kind": kind}
        return api.get(f"/datasets/{dataset}/differences", params=params).json()

    found = differences("changed")
    assert {kind: found[kind] for kind in ("added", "removed", "changed")} == {
        "added": 1, "removed": 1, "changed": 1,
    }  # fmt: skip
    (changed,) = found["items"]
    assert (changed["before"]["input"], changed["after"]["input"]) == (0, "new")
    assert differences("added")["items"][0]["before"] is None
    assert differences("removed")["items"][0]["after"] is None


def test_a_schema_that_items_do_not_fit_is_refused_with_their_ids(api: httpx.Client) -> None:
    dataset = made(api)
    put(api, dataset, {"id": f"{dataset}/bad", "input": 1}, {"id": f"{dataset}/good", "input": "a"})
    answer = api.patch(f"/datasets/{dataset}", json={"input_schema": {"type": "string"}})
    assert answer.status_code == 400
    assert f"{dataset}/bad" in answer.json()["error"]["message"]
    assert api.get(f"/datasets/{dataset}").json()["input_schema"] is None


def test_who_may_read_alone_changes_nothing(api: httpx.Client, project: TestProject) -> None:
    dataset = made(api)
    put(api, dataset, {"id": f"{dataset}/a", "input": "a"})
    reader = project.person(Role.VIEWER)
    with httpx.Client(base_url=api.base_url, headers=reader) as viewer:
        body = {"where": {}, "delete": True}
        assert viewer.post(f"/datasets/{dataset}/items/edit", json=body).status_code == 403
        assert viewer.get(f"/datasets/{dataset}/history").status_code == 200
        file = {"params": {"name": "a.jsonl"}, "content": b'{"input": 1}'}
        assert viewer.post(f"/datasets/{dataset}/import", **file).status_code == 403
    assert ids(api, dataset) == ["a"]


# -- files ---------------------------------------------------------------------------------------


def test_a_file_is_looked_at_mapped_and_brought(api: httpx.Client) -> None:
    dataset = made(api)
    text = "问题,答案,难度,编号\n退款要多久？,五天,1,001\n在哪里？,路上,难,002\n"
    file = {"name": "测试.csv"}
    content = text.encode("gb18030")
    seen = api.post(f"/datasets/{dataset}/import/preview", params=file, content=content).json()
    assert (seen["format"], seen["encoding"], seen["rows"], seen["bad"]) == ("csv", "gb18030", 2, 0)
    assert seen["columns"][2] == {"name": "难度", "kinds": {"number": 1, "text": 1}, "type": "text"}
    assert seen["first"][0]["问题"] == "退款要多久？"
    columns = seen["suggested"] | {
        "input": {"columns": ["问题"], "as_object": True},
        "metadata": {"columns": ["难度"], "as_object": True},
        "id": "编号",
    }
    asked = {**file, "columns": json.dumps(columns)}
    found = api.post(f"/datasets/{dataset}/import", params=asked, content=content).json()
    assert found == {
        "rows": 2, "added": 2, "changed": 0, "unchanged": 0, "bad": 0, "problems": [],
        "written": True,
    }  # fmt: skip
    items = api.get(f"/datasets/{dataset}/items").json()["items"]
    assert [(each["id"], each["input"], each["metadata"]) for each in items] == [
        ("001", {"问题": "退款要多久？"}, {"难度": "1"}),
        ("002", {"问题": "在哪里？"}, {"难度": "难"}),
    ]


def test_bad_rows_refuse_the_file_or_are_left_out(api: httpx.Client) -> None:
    dataset = made(api)
    content = b'{"input": "a"}\nbroken\n{"input": "b", "tags": 1}\n'
    path, file = f"/datasets/{dataset}/import", {"name": "a.jsonl"}
    refused = api.post(path, params={**file, "bad_rows": "refuse"}, content=content).json()
    assert (refused["written"], refused["bad"]) == (False, 2)
    assert ids(api, dataset) == []
    found = api.post(path, params=file, content=content).json()
    assert (found["added"], [each["row"] for each in found["problems"]]) == (1, [2, 3])
    assert ids(api, dataset) == ["a"]
    for params, body, said in (
        ({"name": "a.xlsx"}, b"PK\x03\x04", "xlsx"),
        ({"name": "a.csv", "encoding": "klingon"}, b"a\n1", "encodings are"),
        ({"name": "a.csv", "columns": "{"}, b"a\n1", "columns: "),
        ({"name": "a.csv", "columns": "{}"}, b"a\n1", "no column is the input"),
    ):
        answer = api.post(path, params=params, content=body)
        assert (answer.status_code, said in answer.text) == (400, True), answer.text


def test_fifty_megabytes_come_in_while_the_server_answers_others(
    api: httpx.Client, project: TestProject
) -> None:
    dataset = made(api)
    line = "question {n}," + "answer " * 140 + "\n"
    content = ("input,output\n" + "".join(line.format(n=n) for n in range(54_000))).encode()
    assert len(content) > 50 << 20
    slowest, done = 0.0, threading.Event()

    def ask() -> None:
        nonlocal slowest
        with httpx.Client(base_url=project.server.url, timeout=60) as http:
            while not done.wait(0.05):
                began = time.monotonic()
                http.get("/healthz").raise_for_status()
                slowest = max(slowest, time.monotonic() - began)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        file = {"name": "large.csv"}
        seen = api.post(f"/datasets/{dataset}/import/preview", params=file, content=content)
        assert seen.json()["rows"] == 54_000, seen.text
        found = api.post(f"/datasets/{dataset}/import", params=file, content=content)
        assert found.json()["added"] == 54_000, found.text
    finally:
        done.set()
        asking.join()
    assert slowest < 2, "others waited"
    assert api.get(f"/datasets/{dataset}").json()["items"] == 54_000


def test_other_questions_stay_small_and_files_have_a_limit(
    api: httpx.Client, project: TestProject
) -> None:
    dataset = made(api)
    large = b'{"items": [{"input": "' + b"x" * (5 << 20) + b'"}]}'
    assert api.post(f"/datasets/{dataset}/items", content=large).status_code == 413
    head = (
        f"POST /api/pilothouse/projects/{project.id}/datasets/{dataset}/import?name=a.csv HTTP/1.1\r\n"
        f"host: localhost\r\nauthorization: {project.authorization}\r\n"
        f"content-length: {200 << 20}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", project.server.port), 30) as connection:
        connection.sendall(head.encode())
        assert connection.recv(12) == b"HTTP/1.1 413"
