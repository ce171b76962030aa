"""Models and prices through Langfuse's API: what is set there prices the next call."""

import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

API = "/api/public/models"


def model(client: TestClient, **body: Any) -> dict[str, Any]:
    name = f"model-{uuid.uuid4().hex}"
    answer = client.post(
        API, json={"modelName": name, "matchPattern": f"(?i)^{name}$", "unit": "TOKENS", **body}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def cost_of(client: TestClient, name: str, usage: dict[str, int], **more: Any) -> dict[str, float]:
    span = uuid.uuid4().hex
    at = "2026-11-01T00:00:00Z"
    body = {"id": span, "traceId": span, "model": name, "startTime": at, "usageDetails": usage}
    event = {"id": span, "type": "generation-create", "timestamp": at, "body": {**body, **more}}
    client.post("/api/public/ingestion", json={"batch": [event]}).raise_for_status()
    return client.get(f"/api/public/observations/{span}").json()["costDetails"]


def test_a_model_is_set_used_changed_and_deleted(client: TestClient) -> None:
    made = model(client, inputPrice=0.001, outputPrice=0.002)
    assert (made["inputPrice"], made["outputPrice"]) == (0.001, 0.002)
    assert (made["isLangfuseManaged"], made["prices"]["input"]) == (False, {"price": 0.001})
    assert client.get(f"{API}/{made['id']}").json() == made
    name = made["modelName"]
    usage = {"input": 10, "output": 5}
    assert cost_of(client, name, usage)["total"] == pytest.approx(0.02)
    body = {"modelName": name, "matchPattern": made["matchPattern"], "totalPrice": 0.01}
    changed = client.put(f"{API}/{made['id']}", json=body).json()
    assert changed["prices"] == {"input": {"price": 0.01}, "output": {"price": 0.01}}
    assert cost_of(client, name, usage)["total"] == pytest.approx(0.15)
    gone = client.delete(f"{API}/{made['id']}")
    assert (gone.status_code, "message" in gone.json()) == (200, True)
    assert client.get(f"{API}/{made['id']}").status_code == 404
    assert cost_of(client, name, usage) == {}


def test_tiers(client: TestClient) -> None:
    long = {
        "name": "long",
        "priority": 1,
        "conditions": [{"usageDetailPattern": "^INPUT", "operator": "gt", "value": 100}],
        "prices": {"input": 0.002, "input_cached_tokens": 0.0002},
    }
    batch = {
        "name": "batch",
        "priority": 2,
        "conditions": [{"source": "model_parameters", "key": "service_tier", "values": ["batch"]}],
        "prices": {"input": 0.0005},
    }
    default = {
        "name": "Standard",
        "isDefault": True,
        "priority": 0,
        "conditions": [],
        "prices": {"input": 0.001, "input_cached_tokens": 0.0001},
    }
    made = model(client, pricingTiers=[default, long, batch])
    assert [tier["name"] for tier in made["pricingTiers"]] == ["Standard", "long", "batch"]
    assert made["pricingTiers"][1]["conditions"] == [
        {"usageDetailPattern": "^INPUT", "operator": "gt", "value": 100, "caseSensitive": False}
    ]
    name = made["modelName"]
    assert cost_of(client, name, {"input": 10})["total"] == pytest.approx(0.01)
    assert cost_of(client, name, {"input": 200})["total"] == pytest.approx(0.4)
    cached = cost_of(client, name, {"input": 100, "input_cached_tokens": 100})
    assert cached["total"] == pytest.approx(0.2 + 0.02)
    parameters = {"modelParameters": {"service_tier": "batch"}}
    assert cost_of(client, name, {"input": 10}, **parameters)["total"] == pytest.approx(0.005)


def test_the_catalogue_stands_behind(client: TestClient) -> None:
    made = model(client, inputPrice=1)
    first = client.get(API, params={"limit": 100}).json()
    assert made["id"] in [each["id"] for each in first["data"]]
    assert first["meta"]["totalItems"] > 100
    public = next(each for each in first["data"] if each["isLangfuseManaged"])
    assert client.get(f"{API}/{public['id']}").json() == public
    assert client.delete(f"{API}/{public['id']}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"matchPattern": "("},
        {"matchPattern": "(a+)+"},
        {"inputPrice": -1},
        {"pricingTiers": [{"name": "x", "priority": 1, "conditions": [], "prices": {"input": 1}}]},
        {},
    ],
)
def test_bad_models_are_told(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post(API, json={"modelName": "bad", "matchPattern": "bad", **body})
    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidRequestError")
