"""Media by signed links, once each however often it is sent, and never able to run anything."""

import base64
import hashlib
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.media import digest, media_id, references, without_data_uris
from tests.langfuse.conftest import PROJECT
from tests.langfuse.test_datasets import dataset, export, item, span

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


def ask(client: TestClient, body: bytes, content_type: str = "image/png", **more: Any) -> Any:
    told = {
        "traceId": uuid.uuid4().hex,
        "contentType": content_type,
        "contentLength": len(body),
        "sha256Hash": digest(body),
        "field": "input",
        **more,
    }
    return client.post("/api/public/media", json=told)


def send(client: TestClient, url: str, body: bytes, content_type: str = "image/png") -> Any:
    return client.put(url, content=body, headers={"content-type": content_type}, auth=None)


def fresh() -> bytes:
    return PNG + uuid.uuid4().bytes


def test_bytes_are_sent_once_and_fetched(client: TestClient) -> None:
    body = fresh()
    asked = ask(client, body)
    assert asked.status_code == 201
    id, url = asked.json()["mediaId"], asked.json()["uploadUrl"]
    assert id == base64.urlsafe_b64encode(hashlib.sha256(body).digest()).decode()[:22]
    assert client.get(f"/api/public/media/{id}").status_code == 404
    assert send(client, url, body).status_code == 200
    told = {"uploadedAt": "2026-11-01T00:00:00Z", "uploadHttpStatus": 200, "uploadHttpError": "{}"}
    assert client.patch(f"/api/public/media/{id}", json=told).status_code == 200
    found = client.get(f"/api/public/media/{id}").json()
    assert (found["mediaId"], found["contentType"]) == (id, "image/png")
    assert (found["contentLength"], found["uploadedAt"] is None) == (len(body), False)
    fetched = client.get(found["url"], auth=None)
    assert (fetched.content, fetched.headers["content-type"]) == (body, "image/png")
    assert fetched.headers["content-disposition"] == "inline"
    again = ask(client, body).json()
    assert again == {"mediaId": id, "uploadUrl": None}


def test_a_player_seeks(client: TestClient) -> None:
    body = b"RIFF" + uuid.uuid4().bytes * 20_000
    asked = ask(client, body, "audio/wav").json()
    send(client, asked["uploadUrl"], body, "audio/wav")
    url = client.get(f"/api/public/media/{asked['mediaId']}").json()["url"]

    def fetch(**headers: str) -> Any:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(url, auth=None, headers=told)

    whole = fetch()
    etag = whole.headers["etag"]
    assert whole.headers["accept-ranges"] == "bytes"
    part = fetch(range="bytes=4-19")
    assert (part.status_code, part.content) == (206, body[4:20])
    assert part.headers["content-range"] == f"bytes 4-19/{len(body)}"
    assert part.headers["content-length"] == "16"
    assert part.headers["content-security-policy"].startswith("sandbox")
    assert fetch(range="bytes=-7").content == body[-7:]
    assert fetch(range="bytes=0-", if_range=etag).status_code == 206
    assert fetch(range="bytes=0-3", if_range='"another"').content == body
    beyond = fetch(range=f"bytes={len(body)}-")
    assert (beyond.status_code, beyond.content) == (416, b"")
    assert beyond.headers["content-range"] == f"bytes */{len(body)}"
    assert fetch(if_none_match=etag).status_code == 304


def test_what_could_run_is_shut_in(client: TestClient) -> None:
    body = b"<script>alert(1)</script>" + uuid.uuid4().bytes
    asked = ask(client, body, "text/html").json()
    send(client, asked["uploadUrl"], body, "text/html")
    url = client.get(f"/api/public/media/{asked['mediaId']}").json()["url"]
    headers = client.get(url, auth=None).headers
    assert headers["content-disposition"] == "attachment"
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"


def test_other_bytes_than_announced_are_refused(client: TestClient) -> None:
    body = fresh()
    asked = ask(client, body).json()
    for wrong in (body[:-1], body + b"x", bytes(len(body)), b""):
        answer = send(client, asked["uploadUrl"], wrong)
        assert (answer.status_code, "error" in answer.json()) == (400, True)
    assert send(client, asked["uploadUrl"], body, "text/html").status_code == 400
    assert client.get(f"/api/public/media/{asked['mediaId']}").status_code == 404
    assert send(client, asked["uploadUrl"], body).status_code == 200


def test_links_are_good_for_one_thing(client: TestClient) -> None:
    body = fresh()
    asked = ask(client, body).json()
    url = asked["uploadUrl"]
    assert client.get(url, auth=None).status_code == 403
    assert send(client, url[:-2] + "xx", body).status_code == 403
    send(client, url, body)
    read = client.get(f"/api/public/media/{asked['mediaId']}").json()["url"]
    assert send(client, read, body).status_code == 403


def test_a_failed_upload_is_told(client: TestClient) -> None:
    asked = ask(client, fresh()).json()
    path = f"/api/public/media/{asked['mediaId']}"
    client.patch(path, json={"uploadHttpStatus": 503, "uploadHttpError": "away"})
    assert "503" in client.get(path).json()["message"]
    unknown = client.patch("/api/public/media/none", json={"uploadHttpStatus": 503})
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "more",
    [
        {"sha256Hash": "x"},
        {"sha256Hash": base64.b64encode(b"short").decode()},
        {"field": "secret"},
        {"contentType": "nonsense"},
        {"contentType": "text/html\r\nx: y"},
        {"contentLength": -1},
        {"contentLength": 2_000_000_000},
        {"traceId": None},
    ],
)
def test_bad_announcements_are_told(client: TestClient, more: dict[str, Any]) -> None:
    assert ask(client, fresh(), **more).status_code in (400, 413)


def test_items_tell_what_media_they_hold(client: TestClient) -> None:
    name, body = dataset(client)["name"], fresh()
    asked = ask(client, body, traceId=None, datasetItemId="i").json()
    reference = f"@@@langfuseMedia:type=image/png|id={asked['mediaId']}|source=bytes@@@"
    made = item(client, name, input={"image": [reference]}, metadata="none")
    assert made["mediaReferences"] == []
    send(client, asked["uploadUrl"], body)
    told = client.get(f"/api/public/dataset-items/{made['id']}").json()["mediaReferences"]
    assert [(each["field"], each["jsonPath"]) for each in told] == [("input", "$['image'][0]")]
    assert told[0]["referenceString"] == reference
    assert client.get(told[0]["media"]["url"], auth=None).content == body


def test_data_uris_of_any_client_are_kept_apart(client: TestClient) -> None:
    body, trace = fresh(), uuid.uuid4().hex
    uri = f"data:image/png;base64,{base64.b64encode(body).decode()}"
    text = f'[{{"role":"user","content":[{{"type":"image_url","image_url":{{"url":"{uri}"}}}}]}}]'
    export(client, span(trace, uuid.uuid4().hex[:16], **{"input.value": text}))
    input = client.get(f"/api/public/traces/{trace}").json()["observations"][0]["input"]
    id = media_id(digest(body))
    url = input[0]["content"][0]["image_url"]["url"]
    assert url == f"@@@langfuseMedia:type=image/png|id={id}|source=base64_data_uri@@@"
    kept = client.get(f"/api/public/media/{id}").json()
    assert client.get(kept["url"], auth=None).content == body
    client.delete(f"/api/public/traces/{trace}")
    assert client.get(f"/api/public/media/{id}").status_code == 404


def test_what_is_no_data_uri_stays() -> None:
    def keep(content_type: str, body: bytes) -> str:
        raise AssertionError(content_type)

    for text in (
        "data:image/png;base64,",
        "data:image/png;base64,@@@",
        "data:;base64,AAAA",
        "data:text/plain,hello",
        "data:image/png;base64,AAAAA",
    ):
        assert without_data_uris(text, keep) == text


def test_references_are_found_where_they_stand() -> None:
    one = "@@@langfuseMedia:type=image/png|id=abcdefghijklmnopqrstuv|source=bytes@@@"
    value = {"a": [f"x {one} y", {"b": one}], "c": "@@@langfuseMedia:type=|id=x@@@"}
    assert [path for path, _ in references(value)] == ["$['a'][0]", "$['a'][1]['b']"]


def test_pages_get_media_of_their_project_only(client: TestClient) -> None:
    body = fresh()
    asked = ask(client, body).json()
    path = f"/api/pilothouse/projects/{PROJECT}/media/{asked['mediaId']}"
    assert client.get(path).status_code == 404
    assert client.get(f"{path}/facts").json() == {
        "content_type": "image/png",
        "content_length": len(body),
        "uploaded": False,
        "upload_error": "",
    }
    send(client, asked["uploadUrl"], body)
    assert client.get(f"{path}/facts").json()["uploaded"] is True
    shown = client.get(path)
    assert (shown.content, shown.headers["content-disposition"]) == (body, "inline")
    assert shown.headers["content-security-policy"].startswith("sandbox")
    assert client.get(path, auth=None).status_code == 401
    assert client.get(path.replace(PROJECT, "another")).status_code == 404
    assert client.get(path[:-22] + "nosuchmediaaaaaaaaaaaa/facts").status_code == 404
