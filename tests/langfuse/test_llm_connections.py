"""Connections to model providers by Langfuse's API."""

from typing import Any

import pytest
from starlette.testclient import TestClient

PATH = "/api/public/llm-connections"
KEY = "sk-secret-abcdefghijklmnop"


def put(client: TestClient, **told: Any) -> Any:
    body = {"provider": "mine", "adapter": "openai", "secretKey": KEY} | told
    return client.put(PATH, json=body)


def test_a_connection_is_made_changed_listed_and_deleted(client: TestClient) -> None:
    made = put(
        client,
        baseURL="https://gateway.example/v1",
        customModels=["a", "b"],
        withDefaultModels=False,
        extraHeaders={"X-Team": "secret-team-value"},
    )
    assert made.status_code == 201
    told = made.json()
    assert told["displaySecretKey"] == "...mnop"
    assert told["extraHeaderKeys"] == ["X-Team"]
    assert (told["adapter"], told["baseURL"]) == ("openai", "https://gateway.example/v1")
    assert (told["customModels"], told["withDefaultModels"]) == (["a", "b"], False)

    again = put(client, secretKey="sk-another-key-12345678", customModels=[])
    assert (again.status_code, again.json()["id"]) == (200, told["id"])
    assert again.json()["displaySecretKey"] == "...5678"
    put(client, provider="another", adapter="anthropic")
    page = client.get(PATH, params={"limit": 1, "page": 2}).json()
    assert [each["provider"] for each in page["data"]] == ["mine"]
    assert page["meta"] == {"page": 2, "limit": 1, "totalItems": 2, "totalPages": 2}
    everything = client.get(PATH).text
    assert KEY not in everything
    assert "secret-team-value" not in everything
    for each in client.get(PATH).json()["data"]:
        assert client.delete(f"{PATH}/{each['id']}").status_code == 200
    assert client.delete(f"{PATH}/{told['id']}").status_code == 404


def test_each_adapter_is_its_own_again(client: TestClient) -> None:
    aws = '{"accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "secret-of-aws-1234"}'
    for adapter, more in (
        ("openai", {}),
        ("anthropic", {}),
        ("google-ai-studio", {}),
        ("azure", {"baseURL": "https://x.openai.azure.com/openai/deployments"}),
        ("bedrock", {"secretKey": aws, "config": {"region": "eu-west-1"}}),
    ):
        told = put(client, provider=adapter, adapter=adapter, **more).json()
        assert told["adapter"] == adapter
        assert "AKIDEXAMPLE" not in str(told)
        client.delete(f"{PATH}/{told['id']}")


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"adapter": "google-vertex-ai"}, "google-ai-studio"),
        ({"adapter": "bedrock"}, "accessKeyId"),
        ({"adapter": "azure"}, "needs the address"),
        ({"adapter": "nobody"}, "adapter"),
        ({"secretKey": "two\nlines"}, "line break"),
        ({"baseURL": "ftp://x"}, "https://"),
    ],
)
def test_what_cannot_be_is_told_without_the_key(
    client: TestClient, told: dict[str, Any], says: str
) -> None:
    answer = put(client, **told)
    assert answer.status_code == 400
    assert says in answer.text
    assert KEY not in answer.text
