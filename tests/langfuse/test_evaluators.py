"""Evaluators and rules by Langfuse's API: what is told is kept and told back, or refused in words."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.evaluation import EvaluatorKind
from pilothouse.store.relational import accounts, keys
from pilothouse.wiring import Wired
from tests.langfuse.conftest import INIT, PROJECT

EVALUATORS = "/api/public/v2/evaluators"
RULES = "/api/public/v2/evaluation-rules"
SOURCE = "def evaluate(ctx):\n    return EvaluationResult(scores=[])\n"

Object = dict[str, Any]


@pytest.fixture(scope="module")
def provider(client: TestClient) -> Iterator[str]:
    """The name of an LLM connection."""
    body = {"provider": "judges", "adapter": "openai", "secretKey": "sk-of-the-judges-1234"}
    made = client.put("/api/public/llm-connections", json=body).json()
    yield "judges"
    client.delete(f"/api/public/llm-connections/{made['id']}")


def judge(provider: str, **more: Any) -> Object:
    return {
        "type": "llm_as_judge",
        "name": f"polite {uuid.uuid4().hex[:8]}",
        "description": "Is it polite?",
        "prompt": "Judge {{question}} and {{output}}.",
        "modelConfig": {"provider": provider, "model": "gpt-x"},
        "variableMapping": [
            {"variable": "question", "source": "input", "jsonPath": "$.messages[0].content"},
            {"variable": "output", "source": "output"},
        ],
        "outputDefinition": {
            "dataType": "NUMERIC",
            "minValue": 0,
            "maxValue": 5,
            "scoreReasoningInstructions": "Quote it.",
            "scoreValueInstructions": "5 is best.",
        },
    } | more


def code(**more: Any) -> Object:
    told = {"type": "code", "sourceCode": SOURCE, "sourceCodeLanguage": "PYTHON"}
    return told | {"name": f"code {uuid.uuid4().hex[:8]}"} | more


def made(client: TestClient, body: Object, path: str = EVALUATORS) -> Object:
    answer = client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


# -- evaluators ----------------------------------------------------------------------------------


def test_a_judge_is_told_back_as_it_was_told(client: TestClient, provider: str) -> None:
    told = judge(provider)
    found = made(client, told)
    for name in ("type", "name", "description", "modelConfig", "outputDefinition"):
        assert found[name] == told[name]
    assert sorted(found["variables"]) == ["output", "question"]
    key = lambda each: each["variable"]  # noqa: E731 - one word for both sides
    assert sorted(found["variableMapping"], key=key) == sorted(told["variableMapping"], key=key)
    assert found["prompt"] == [{"role": "user", "content": told["prompt"]}]
    assert (found["version"], found["status"]) == (1, "active")
    assert client.get(f"{EVALUATORS}/{found['id']}").json() == found


def test_definitions_make_versions_and_words_do_not(client: TestClient, provider: str) -> None:
    first = made(client, judge(provider))
    path = f"{EVALUATORS}/{first['id']}"
    renamed = client.patch(path, json={"name": f"kind {uuid.uuid4().hex[:8]}"}).json()
    assert renamed["version"] == 1
    definition = {
        name: value
        for name, value in judge(provider).items()
        if name not in ("name", "description")
    }
    definition["outputDefinition"] = {
        "dataType": "CATEGORICAL",
        "categories": ["rude", "kind"],
        "shouldAllowMultipleMatches": False,
    }
    second = client.patch(path, json=definition).json()
    assert (second["version"], second["name"]) == (2, renamed["name"])
    assert second["outputDefinition"] == definition["outputDefinition"]
    assert second["description"] == first["description"]
    page = client.get(f"{path}/versions", params={"limit": 1}).json()
    assert [each["version"] for each in page["data"]] == [2]
    rest = client.get(f"{path}/versions", params={"cursor": page["meta"]["cursor"]}).json()
    assert [each["version"] for each in rest["data"]] == [1]
    assert rest["data"][0]["outputDefinition"]["dataType"] == "NUMERIC"
    assert rest["meta"]["cursor"] is None
    assert client.patch(path, json=code()).status_code == 400
    assert client.delete(path).json() == {"id": first["id"]}
    assert client.get(path).status_code == client.delete(path).status_code == 404


def test_code_is_kept_in_python(client: TestClient) -> None:
    found = made(client, code())
    assert (found["sourceCode"], found["sourceCodeLanguage"]) == (SOURCE, "PYTHON")
    listed = client.get(EVALUATORS, params={"limit": 100}).json()["data"]
    assert found["id"] in [each["id"] for each in listed]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"modelConfig": None}, "no default model"),
        ({"modelConfig": {"provider": "nobody", "model": "x"}}, "nobody"),
        ({"outputDefinition": {"dataType": "NUMERIC"}}, "minValue"),
        (
            {
                "outputDefinition": {
                    "dataType": "CATEGORICAL",
                    "categories": ["a", "b"],
                    "shouldAllowMultipleMatches": True,
                }
            },
            "one category",
        ),
        ({"outputDefinition": {"dataType": "CATEGORICAL", "categories": ["a"]}}, "labels"),
        ({"variableMapping": None}, "question"),
        ({"variableMapping": [{"variable": "question", "source": "moon"}]}, "source"),
        (
            {"variableMapping": [{"variable": "q", "source": "experiment_item_metadata"}]},
            "source metadata",
        ),
        (
            {
                "variableMapping": [
                    {"variable": "question", "source": "input", "jsonPath": "$..all"}
                ]
            },
            "path",
        ),
        ({"prompt": "nothing"}, "prompt"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_judges_that_cannot_be(
    client: TestClient, provider: str, change: Object, says: str
) -> None:
    answer = client.post(EVALUATORS, json=judge(provider, **change))
    assert answer.status_code == 400
    assert says in answer.json()["message"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sourceCodeLanguage": "TYPESCRIPT"}, "Python"),
        ({"sourceCode": "def evaluate(:"}, "line 1"),
        ({"sourceCode": "def evaluate(a, b):\n    return 1"}, "one argument"),
        ({"type": "oracle"}, "type"),
    ],
)
def test_code_that_cannot_be(client: TestClient, change: Object, says: str) -> None:
    answer = client.post(EVALUATORS, json=code(**change))
    assert answer.status_code == 400
    assert says in answer.json()["message"]


def test_a_judge_without_its_connection_is_paused(client: TestClient) -> None:
    body = {"provider": "leaving", "adapter": "openai", "secretKey": "sk-of-who-leaves-1234"}
    connection = client.put("/api/public/llm-connections", json=body).json()["id"]
    found = made(client, judge("leaving"))
    client.delete(f"/api/public/llm-connections/{connection}")
    told = client.get(f"{EVALUATORS}/{found['id']}").json()
    assert (told["status"], told["modelConfig"]) == ("paused", None)
    assert "connection" in told["pausedMessage"]


def test_what_they_have_no_words_for_is_not_told(client: TestClient, wired: Wired) -> None:
    settings = {"metric": "exact"}
    metric, _ = wired.services.evaluators.add(
        PROJECT, f"exact {uuid.uuid4().hex[:8]}", EvaluatorKind.METRIC, settings, "me"
    )
    listed = client.get(EVALUATORS, params={"limit": 100}).json()["data"]
    assert metric.id not in [each["id"] for each in listed]
    answer = client.get(f"{EVALUATORS}/{metric.id}")
    assert answer.status_code == 400
    assert "metric" in answer.json()["message"]


# -- rules ---------------------------------------------------------------------------------------


def rule(*evaluators: Object, **more: Any) -> Object:
    assigned = [{"evaluatorId": each["id"]} for each in evaluators]
    told = {"name": uuid.uuid4().hex, "enabled": False, "evaluatorAssignments": assigned}
    return told | more


def test_a_rule_with_several_evaluators_and_other_mappings(
    client: TestClient, provider: str
) -> None:
    one, two = made(client, judge(provider)), made(client, code())
    override = [
        {"variable": "output", "source": "output"},
        {"variable": "question", "source": "metadata", "jsonPath": "$.q"},
    ]
    conditions = [
        {"type": "stringOptions", "column": "type", "operator": "any of", "value": ["GENERATION"]},
        {
            "type": "stringObject",
            "column": "metadata",
            "key": "team",
            "operator": "contains",
            "value": "a",
        },
    ]
    body = rule(one, two, sampling=0.25, filter=conditions)
    body["evaluatorAssignments"][0]["variableMapping"] = override
    found = made(client, body, RULES)
    path = f"{RULES}/{found['id']}"
    assert (found["sampling"], found["filter"], found["enabled"]) == (0.25, conditions, False)
    assert found["evaluatorAssignments"] == [
        {"evaluatorId": one["id"], "variableMapping": override},
        {"evaluatorId": two["id"], "variableMapping": None},
    ]
    own = client.get(f"/api/pilothouse/projects/{PROJECT}/rules/{found['id']}").json()
    assert own["filter"] == "kind:llm metadata.team:*a*"
    assert own["further"] == [two["name"]]
    assigned = client.get(f"{EVALUATORS}/{one['id']}").json()["evaluationRuleAssignments"]
    assert assigned == [{"evaluationRuleId": found["id"], "variableMappingOverride": override}]

    changed = client.patch(path, json={"enabled": True, "sampling": 1}).json()
    assert (changed["enabled"], changed["filter"]) == (True, conditions)
    assert changed["evaluatorAssignments"] == found["evaluatorAssignments"]
    # The first evaluator goes, and the rule goes on with the other.
    client.delete(f"{EVALUATORS}/{one['id']}")
    left = client.get(path).json()["evaluatorAssignments"]
    assert left == [{"evaluatorId": two["id"], "variableMapping": None}]
    assert client.delete(path).json() == {"id": found["id"]}
    assert client.get(path).status_code == 404


def test_a_filter_in_our_own_language_goes_both_ways(client: TestClient) -> None:
    told = [
        {"type": "string", "column": "pilothouse", "operator": "=", "value": "user:a or user:b"}
    ]
    found = made(client, rule(made(client, code()), filter=told), RULES)
    assert found["filter"] == told
    path = f"{RULES}/{found['id']}"
    assert client.patch(path, json={"filter": []}).json()["filter"] == []


def test_rules_over_traces_are_shown_and_only_switched_off(
    client: TestClient, wired: Wired
) -> None:
    evaluator = made(client, code())
    body = {"name": uuid.uuid4().hex, "evaluator_id": evaluator["id"], "target": "trace"}
    id = client.post(f"/api/pilothouse/projects/{PROJECT}/rules", json=body).json()["id"]
    listed = client.get(RULES, params={"limit": 100}).json()["data"]
    assert id in [each["id"] for each in listed]
    assert client.patch(f"{RULES}/{id}", json={"sampling": 0.5}).status_code == 400
    assert client.patch(f"{RULES}/{id}", json={"enabled": False}).json()["enabled"] is False


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"evaluatorAssignments": []}, "at least one"),
        ({"evaluatorAssignments": [{"evaluatorId": "nobody"}]}, "no such version"),
        ({"sampling": 0}, "probability"),
        ({"sampling": 2}, "probability"),
        (
            {"filter": [{"type": "number", "column": "toolCalls", "operator": ">", "value": 1}]},
            "toolCalls",
        ),
        ({"filter": [{"column": "name", "operator": "near", "value": "x"}]}, "near"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_rules_that_cannot_be(client: TestClient, change: Object, says: str) -> None:
    body = rule(made(client, code()), **change)
    answer = client.post(RULES, json=body)
    assert answer.status_code in (400, 404)
    assert says in answer.json()["message"]


def test_mappings_that_fit_no_evaluator(client: TestClient, provider: str) -> None:
    mapping = [{"variable": "nowhere", "source": "input"}]
    for evaluator in (made(client, code()), made(client, judge(provider))):
        body = rule(evaluator)
        body["evaluatorAssignments"][0]["variableMapping"] = mapping
        assert client.post(RULES, json=body).status_code == 400
    twice = made(client, code())
    assert client.post(RULES, json=rule(twice, twice)).status_code == 400


def test_other_projects_see_none_of_it(client: TestClient, wired: Wired) -> None:
    evaluator = made(client, code())
    mine = made(client, rule(evaluator), RULES)
    with wired.services.database.write() as db:
        other = accounts.add_project(db, INIT.org_id, "other evaluators")
        key, secret = keys.add(db, other.id)
    auth = (key.public_key, secret)
    for path in (EVALUATORS, RULES):
        assert client.get(path, auth=auth).json()["data"] == []
    for path in (f"{EVALUATORS}/{evaluator['id']}", f"{RULES}/{mine['id']}"):
        assert client.get(path, auth=auth).status_code == 404
        assert client.patch(path, auth=auth, json={"name": "x"}).status_code == 404
        assert client.delete(path, auth=auth).status_code == 404
    assert client.post(RULES, auth=auth, json=rule(evaluator)).status_code == 404
