"""Would the new version have done better last week? Calls of production are taken up again."""

import time
import uuid
from typing import Any

from starlette.testclient import TestClient

from pilothouse.domain.evaluation import EvaluatorKind
from pilothouse.wiring import Wired
from tests.evals.conftest import PROJECT, Provider
from tests.evals.test_experiments import BASE, attempts, begin, connection, ended, plan

__all__ = ["connection"]


def prompt(client: TestClient, name: str, system: str) -> int:
    body = {
        "type": "chat",
        "name": name,
        "prompt": [
            {"role": "system", "content": system},
            {"type": "placeholder", "name": "history"},
            {"role": "user", "content": "{{question}}"},
        ],
    }
    made = client.post("/api/public/v2/prompts", json=body)
    assert made.status_code in (200, 201), made.text
    return made.json()["version"]


def call(client: TestClient, messages: list[Any], output: str, **fields: Any) -> str:
    """A call of production, as a client records it; gives the id of its span."""
    id, moment = uuid.uuid4().hex[:16], time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    body = {
        "id": id,
        "traceId": uuid.uuid4().hex,
        "name": "call",
        "model": "gpt-x",
        "startTime": moment,
        "endTime": moment,
        "input": messages,
        "output": {"role": "assistant", "content": output},
        **fields,
    }
    event = {"id": uuid.uuid4().hex, "type": "generation-create", "timestamp": moment, "body": body}
    assert client.post("/api/public/ingestion", json={"batch": [event]}).status_code == 207
    return id


def said(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def test_production_is_replayed_through_another_version(
    client: TestClient, wired: Wired, provider: Provider, connection: str
) -> None:
    name = f"replayed/{uuid.uuid4().hex}"
    first = prompt(client, name, "You help {{customer}}, in {{language}}.")
    second = prompt(client, name, "Answer {{customer}} kindly ({{language}}).")
    linked = {"promptName": name, "promptVersion": first}
    plain = call(
        client,
        [said("system", "You help Ann, in German."), said("user", "Where is it?")],
        "No idea.",
        **linked,
    )
    longer = call(
        client,
        [
            said("system", "You help 小王, in Chinese."),
            said("user", "Hello"),
            said("assistant", "Yes?"),
            said("user", "在哪里？"),
            said("assistant", "Let me look."),
        ],
        "No idea.",
        **linked,
    )
    other = call(
        client, [said("system", "Something else"), said("user", "Where?")], "Here.", **linked
    )
    judge, _ = wired.services.evaluators.add(
        PROJECT,
        f"is kind {uuid.uuid4().hex}",
        EvaluatorKind.METRIC,
        {"metric": "contains", "texts": ["please"]},
        "me",
    )
    provider.reply = lambda _: "It is here, please."
    now = time.time_ns() // 1000
    body = plan(
        connection,
        messages=[],
        prompt_name=name,
        prompt_version=second,
        replay={"start": now - 3_600_000_000, "end": now + 1_000_000, "filter": f'prompt:"{name}"'},
        evaluators=[{"evaluator_id": judge.id}],
    )
    estimate = client.post(f"{BASE}/experiments/estimate", json=body).json()
    assert (estimate["items"], estimate["broken"]) == (3, 1)
    assert "was not made from message 1" in estimate["problems"][0]

    id = begin(client, body)
    found = ended(client, id)
    assert (found["job"]["done"], found["job"]["failed"]) == (3, 1)
    asked = sorted(
        [[each["content"] for each in body["messages"]] for body in provider.bodies], key=len
    )
    assert asked == [
        ["Answer Ann kindly (German).", "Where is it?"],
        ["Answer 小王 kindly (Chinese).", "Hello", "Yes?", "在哪里？", "Let me look."],
    ]
    items = {each["item_id"]: each for each in attempts(client, id)}
    assert set(items) == {plain, longer, other}
    assert items[other]["attempts"][0][0]["failed"]

    # What production said stands beside it, judged by the same, and the two are compared.
    for _ in range(200):
        before = client.get(f"{BASE}/experiments/{id}-before/run").json()
        if before["evaluators"] and before["evaluators"][0]["done"] == 3:
            break
        time.sleep(0.1)
    compared = client.post(
        f"{BASE}/experiments/compare", json={"baseline": f"{id}-before", "candidates": [id]}
    ).json()
    [against] = compared["candidates"]
    [told] = [each for each in against["metrics"] if each["metric"] == judge.name]
    assert told["difference"]["pairs"] == 2
    assert (told["difference"]["baseline"], told["difference"]["candidate"]) == (0.0, 1.0)


def test_another_model_gets_what_was_sent(
    client: TestClient, provider: Provider, connection: str
) -> None:
    user = uuid.uuid4().hex
    call(client, [said("user", "One?")], "1", metadata={"run": user})
    call(client, [said("user", "Two?")], "2", metadata={"run": user})
    now = time.time_ns() // 1000
    replay = {
        "start": now - 3_600_000_000,
        "end": now + 1_000_000,
        "filter": f"metadata.run:{user}",
        "most": 1,
    }
    id = begin(client, plan(connection, messages=[], replay=replay))
    assert ended(client, id)["job"]["total"] == 1
    assert provider.asked[0] in ("One?", "Two?")


def test_no_call_in_the_range_is_told(client: TestClient, connection: str) -> None:
    replay = {"start": 1, "end": 2}
    found = ended(client, begin(client, plan(connection, messages=[], replay=replay)), "failed")
    assert "nothing to run" in found["job"]["error"]
