"""Images of data sets: kept as media, and seen by models and judges."""

import base64
import uuid
from typing import Any

from starlette.testclient import TestClient

from tests.evals.conftest import Provider
from tests.evals.test_experiments import BASE, begin, connection, ended, plan

__all__ = ["connection"]

_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
URI = f"data:image/png;base64,{_PIXEL}"


def pictures(body: Any) -> list[str]:
    """Addresses of images in what a provider was sent."""
    return [
        part["image_url"]["url"]
        for message in body["messages"]
        if isinstance(message["content"], list)
        for part in message["content"]
        if part["type"] == "image_url"
    ]


def test_images_of_a_file_are_kept_shown_and_sent_to_models_and_judges(
    client: TestClient, provider: Provider, connection: str
) -> None:
    set_id = client.post(f"{BASE}/datasets", json={"name": uuid.uuid4().hex}).json()["id"]
    file = f'picture,answer\n"{URI}",a pixel\n'
    path = f"{BASE}/datasets/{set_id}/import"
    brought = client.post(path, params={"name": "pictures.csv"}, content=file.encode())
    assert brought.json()["added"] == 1, brought.text
    [item] = client.get(f"{BASE}/datasets/{set_id}/items").json()["items"]
    told = str(item)
    assert "@@@langfuseMedia:type=image/png|id=" in told
    assert _PIXEL not in told
    media_id = told.partition("|id=")[2][:22]
    kept = client.get(f"{BASE}/media/{media_id}")
    assert kept.content == base64.b64decode(_PIXEL)
    # The same file again changes nothing, and an address of ours becomes the same reference.
    again = client.post(path, params={"name": "pictures.csv"}, content=file.encode())
    assert (again.json()["added"], again.json()["unchanged"]) == (0, 1)
    address = f"http://testserver{BASE}/media/{media_id}"
    written = {"items": [{"input": {"picture": address}}, {"input": {"picture": f"{address}x"}}]}
    made = client.post(f"{BASE}/datasets/{set_id}/items", json=written).json()["items"]
    assert "@@@langfuseMedia" in made[0]["input"]["picture"]
    assert made[1]["input"]["picture"] == f"{address}x"
    client.delete(f"{BASE}/datasets/{set_id}/items", params={"item_id": made[1]["id"]})

    provider.reply = lambda text: '{"reason": "so", "score": true}'
    settings = {
        "connection_id": connection,
        "model": "gpt-x",
        "score": {"type": "boolean"},
        "messages": [{"role": "user", "content": "Is it right? {{input}} {{output}}"}],
    }
    draft = {"name": uuid.uuid4().hex, "kind": "judge", "settings": settings}
    judge = client.post(f"{BASE}/evaluators", json=draft).json()["id"]
    said = [{"role": "user", "parts": [{"type": "text", "text": "What is {{picture}}?"}]}]
    body = plan(connection, dataset_id=set_id, messages=said, evaluators=[{"evaluator_id": judge}])
    body["mapping"] = {} if "picture" in str(item["input"]) else {"picture": "input"}
    id = begin(client, body)
    found = ended(client, id)
    assert found["job"]["failed"] == 0, found
    assert found["evaluators"][0]["done"] == len(provider.bodies) // 2 > 0
    for sent in provider.bodies:
        assert pictures(sent) == [URI], sent
