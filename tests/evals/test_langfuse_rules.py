"""Rules that Langfuse's API made, at work: several evaluators, other mappings, code by its contract."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.evals.conftest import Provider
from tests.evals.test_experiments import BASE
from tests.evals.test_rules import scored, trace

SOURCE = """
def evaluate(ctx: EvaluationContext) -> EvaluationResult:
    assert ctx.experiment is None
    short = len(ctx.observation.output) < 10
    return EvaluationResult(
        scores=[
            Score(name="short", value=short, data_type="BOOLEAN", comment="by length",
                  metadata={"limit": 10}),
            {"name": "length", "value": len(ctx.observation.output), "data_type": "NUMERIC"},
        ]
    )
"""


@pytest.fixture
def connection(client: TestClient, provider: Provider) -> Iterator[str]:
    name = f"judges {uuid.uuid4().hex[:6]}"
    body = {
        "provider": name,
        "adapter": "openai",
        "baseURL": provider.url,
        "secretKey": "sk-of-the-judges-1234",
    }
    made = client.put("/api/public/llm-connections", json=body).json()
    yield name
    client.delete(f"/api/public/llm-connections/{made['id']}")


def made(client: TestClient, path: str, body: Any) -> Any:
    answer = client.post(f"/api/public/v2/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_all_evaluators_of_a_rule_judge_what_fits(
    client: TestClient, provider: Provider, connection: str
) -> None:
    provider.reply = lambda text: json.dumps({"reason": "so it is", "score": "rude" not in text})
    judge = made(
        client,
        "evaluators",
        {
            "type": "llm_as_judge",
            "name": f"polite {uuid.uuid4().hex[:6]}",
            "prompt": "Is it polite? {{said}}",
            "modelConfig": {"provider": connection, "model": "gpt-x"},
            "variableMapping": [{"variable": "said", "source": "output"}],
            "outputDefinition": {
                "dataType": "BOOLEAN",
                "scoreValueInstructions": "Be generous with scores.",
            },
        },
    )
    code = made(
        client,
        "evaluators",
        {
            "type": "code",
            "name": f"code {uuid.uuid4().hex[:6]}",
            "sourceCode": SOURCE,
            "sourceCodeLanguage": "PYTHON",
        },
    )
    user = uuid.uuid4().hex
    rule = made(
        client,
        "evaluation-rules",
        {
            "name": uuid.uuid4().hex,
            "enabled": True,
            "filter": [
                {"type": "string", "column": "userId", "operator": "=", "value": user},
                {
                    "type": "stringOptions",
                    "column": "type",
                    "operator": "any of",
                    "value": ["GENERATION"],
                },
            ],
            "evaluatorAssignments": [
                {"evaluatorId": code["id"]},
                {
                    "evaluatorId": judge["id"],
                    "variableMapping": [
                        {"variable": "said", "source": "metadata", "jsonPath": "$.verdict"}
                    ],
                },
            ],
        },
    )
    _hurry(client, rule["id"])
    id = trace(client, userId=user)
    _tell(client, id, {"verdict": "how rude"})
    [polite] = scored(client, id, judge["name"])
    [short] = scored(client, id, "short")
    [length] = scored(client, id, "length")
    # The rule showed the judge the metadata, where its own mapping names the output.
    assert "how rude" in provider.asked[-1]
    assert "Be generous with scores." in provider.asked[-1]
    assert (polite["value"], polite["comment"]) == (0.0, "so it is")
    assert (short["value"], short["data_type"], short["comment"]) == (1.0, "boolean", "by length")
    told = client.get(f"/api/public/v2/scores?traceId={id}&name=short").json()["data"]
    assert told[0]["metadata"]["limit"] == 10
    assert length["value"] == 5.0
    client.delete(f"/api/public/v2/evaluation-rules/{rule['id']}")


def _hurry(client: TestClient, id: str) -> None:
    """So that what comes is judged at once. The evaluators stay."""
    row = client.get(f"{BASE}/rules/{id}").json()
    kept = ("name", "evaluator_id", "target", "filter", "sampling", "is_active")
    body = {name: row[name] for name in kept} | {"delay": 1}
    assert client.put(f"{BASE}/rules/{id}", json=body).status_code == 200


def _tell(client: TestClient, trace_id: str, metadata: dict[str, str]) -> None:
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    found = client.get(f"/api/public/observations?traceId={trace_id}").json()["data"][0]
    body = {"id": found["id"], "traceId": trace_id, "metadata": metadata}
    event = {"id": uuid.uuid4().hex, "type": "generation-update", "timestamp": now, "body": body}
    assert not client.post("/api/public/ingestion", json={"batch": [event]}).json()["errors"]
