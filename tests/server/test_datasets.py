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


def test_a_data_set_is_exported_as_it_was(api: httpx.Client) -> None:
    dataset = made(api, f"退款/{uuid.uuid4().hex}")
    put(
        api,
        dataset,
        {"id": f"{dataset}/a", "input": "=1+1", "expected_output": {"n": 1}, "tags": ["x"]},
        {"id": f"{dataset}/b", "input": {"deep": {"er": 1}}, "split": "test"},
    )
    before = api.get(f"/datasets/{dataset}/history").json()["items"][0]["at"]
    time.sleep(0.005)
    put(api, dataset, {"id": f"{dataset}/a", "input": "new"})

    def file(**params: Any) -> httpx.Response:
        answer = api.get(f"/datasets/{dataset}/export", params=params)
        assert answer.status_code == 200, answer.text
        return answer

    rows = file(format="csv", at=before).text.splitlines()
    assert rows[0].startswith("\ufeffid,input,expected_output")
    assert any(f'{dataset}/a,\'=1+1,"{{""n"":1}}",,,"[""x""]",active' in row for row in rows[1:])
    lines = [json.loads(line) for line in file(format="jsonl", split="test").text.splitlines()]
    assert [(each["input"], each["split"]) for each in lines] == [({"deep": {"er": 1}}, "test")]
    chat = file(format="openai-chat", at=before)
    assert (chat.headers["x-pilothouse-items"], chat.headers["x-pilothouse-skipped"]) == ("2", "2")
    assert chat.text == ""
    asked = {"format": "openai-chat", "at": before}
    fit = api.get(f"/datasets/{dataset}/export/fit", params=asked).json()
    assert (
        fit["reasons"]
        == {
            "the input is neither text nor chat messages": 1,
            "the expected output is no text": 1,
        }
        or sum(fit["reasons"].values()) == 2
    )


def test_an_exported_file_comes_back_the_same(api: httpx.Client) -> None:
    dataset, other = made(api), made(api)
    put(
        api,
        dataset,
        {"input": {"q": "退款"}, "expected_output": [1, 2], "metadata": {"k": "v"}, "split": "a"},
        {"input": "-5 degrees", "expected_output": "cold", "tags": ["x", "y"]},
    )
    told = ("input", "expected_output", "metadata", "split", "tags")

    def said(id: str) -> list[dict[str, Any]]:
        items = api.get(f"/datasets/{id}/items").json()["items"]
        return [{name: each[name] for name in told} for each in items]

    lines = api.get(f"/datasets/{dataset}/export", params={"format": "jsonl"}).text.splitlines()
    content = "\n".join(
        json.dumps({name: value for name, value in json.loads(line).items() if name != "id"})
        for line in lines
    )
    found = api.post(f"/datasets/{other}/import", params={"name": "a.jsonl"}, content=content)
    assert found.json()["added"] == 2, found.text
    assert said(other) == said(dataset)


def test_doubles_are_found_and_archived(api: httpx.Client) -> None:
    dataset = made(api)
    question = "how long does a refund take when the parcel was sent back last week by post"
    put(api, dataset, {"id": f"{dataset}/first", "input": {"a": question, "b": 1}})
    time.sleep(0.005)
    put(
        api,
        dataset,
        {"id": f"{dataset}/same", "input": {"b": 1, "a": question}},
        {"id": f"{dataset}/near", "input": {"a": question + " please", "b": 1}},
        {"id": f"{dataset}/other", "input": {"a": "where is it?", "b": 1}},
    )
    exact = api.get(f"/datasets/{dataset}/duplicates").json()
    assert (exact["groups"], exact["others"]) == (1, 1)
    assert [each["id"].rpartition("/")[2] for each in exact["items"][0]["items"]] == [
        "first", "same",
    ]  # fmt: skip
    near = api.get(f"/datasets/{dataset}/duplicates", params={"near": 0.8}).json()
    assert (near["groups"], near["others"], near["items"][0]["is_exact"]) == (1, 2, False)
    changed = api.post(f"/datasets/{dataset}/duplicates/archive", json={"near": 0.8}).json()
    assert changed == {"changed": 2}
    left = api.get(f"/datasets/{dataset}/items").json()["items"]
    assert {each["id"].rpartition("/")[2] for each in left} == {"first", "other"}


def test_what_matches_a_filter_is_added_once(api: httpx.Client, project: TestProject) -> None:
    dataset = made(api, input_schema={"not": {"const": "bad"}})
    name = uuid.uuid4().hex
    traces = [uuid.uuid4().hex for _ in range(40)]
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    events: list[dict[str, Any]] = []
    for n, trace in enumerate(traces):
        shared = {"timestamp": moment, "id": uuid.uuid4().hex}
        body = {"id": trace, "name": name, "input": "bad" if n == 0 else {"n": n}, "output": "out"}
        events.append({**shared, "type": "trace-create", "body": body})
        inner = {"id": f"{trace}-g", "traceId": trace, "input": f"span {n}", "name": f"call {name}"}
        span = {"timestamp": moment, "id": uuid.uuid4().hex, "type": "generation-create"}
        events.append({**span, "body": {**inner, "startTime": moment}})
    with project.http() as http:
        answer = http.post("/api/public/ingestion", json={"batch": events})
        assert not answer.raise_for_status().json()["errors"]

    def taken(**more: Any) -> dict[str, Any]:
        asked = {"view": "traces", "filter": f"trace_name:{name}", "start": 0, "end": 2**52, **more}
        answer = api.post(f"/datasets/{dataset}/items/from-list", json=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    tried = taken(try_only=True, sampling=0.5)
    assert (tried["matching"], tried["added"]) == (40, 0)
    assert 5 < tried["chosen"] < 35
    assert taken(sampling=0.5)["chosen"] == tried["chosen"]
    rest = taken(tags=["live"], split="new")
    assert rest["already_there"] + rest["added"] + rest["bad"] == 40
    assert rest["bad"] == 1
    assert "schema" in rest["reason"]
    again = taken()
    assert (again["added"], again["already_there"], again["bad"]) == (0, 39, 1)
    items = api.get(f"/datasets/{dataset}/items", params={"tag": "live", "split": "new"}).json()
    assert items["total"] == rest["added"]
    one = items["items"][0]
    assert one["source_trace_id"] in traces
    assert (one["source_span_id"], one["expected_output"]) == ("", "out")
    spans = taken(view="spans", filter=f'name:"call {name}"', limit=3)
    assert (spans["matching"], spans["added"]) == (40, 3)
    bad = {"view": "spans", "filter": "name:(", "start": 0, "end": 1}
    answer = api.post(f"/datasets/{dataset}/items/from-list", json=bad)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_filter")
