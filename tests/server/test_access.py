"""Nobody reads, counts or guesses what is not theirs: every route of the server, one by one."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import _IncludedRouter  # pyright: ignore[reportPrivateUsage]

from pilothouse.domain.access import KeyScope, Permission, Role, permissions
from pilothouse.edge.permissions import ROUTES, Open
from pilothouse.server.app import create
from pilothouse.settings import Settings
from tests import otlp
from tests.serving import Server, TestProject, basic

PAGES = {"GET /{path:path}", "GET /assets/{name}", "GET /api/pilothouse/openapi.json"}
"""The front end and the description of the API: the same for everyone."""

BODIES: dict[str, Any] = {
    "POST /auth/sign-in": {"email": "a@b.c", "password": "x"},
    "PUT /me/password": {"new": "a long password"},
    "POST /charts": {"measures": [{"measure": "count"}], "start": 0, "end": 1},
    "PUT /dashboards/{dashboard_id}": {"name": "x", "widgets": []},
    "POST /keys": {},
    "POST /members": {"email": "someone@example.com"},
    "PATCH /members/{user_id}": {"role": "viewer"},
    "POST /prices": {"pattern": "x", "prices": {"input": 1}},
    "PUT /prices/{price_id}": {"pattern": "x", "prices": {"input": 1}},
    "POST /views": {"list": "traces", "name": "v", "query": {}},
    "PATCH /views/{view_id}": {"name": "v"},
    "PUT /views/default/{list}": {"view_id": "v"},
    "POST /exports": {"list": "traces", "format": "csv", "start": 0, "end": 1},
    "POST /traces/delete": {"trace_ids": ["t"]},
    "POST /scores/delete": {"score_ids": ["s"]},
    "POST /reprice": {"start": 0, "end": 1},
    "PATCH /settings": {"name": "renamed"},
    "POST /ingestion": {"batch": []},
    "POST /scores": {"traceId": "t", "name": "n", "value": 1},
    "DELETE /traces": {"traceIds": ["t"]},
}
QUERY = {"start": "0", "end": "1", "text": "", "position": "0", "fields": "model", "view": "traces"}


def _walk(candidates: Any) -> Iterator[tuple[str, str]]:
    for each in candidates:
        if isinstance(each, _IncludedRouter):
            yield from _walk(each.effective_candidates())
        elif getattr(each, "methods", None):
            for method in each.methods - {"HEAD", "OPTIONS"}:
                yield method, each.path


def all_routes() -> list[str]:
    return sorted({f"{method} {path}" for method, path in _walk(create(Settings()).routes)})


def call(server: Server, route: str, project_id: str, **headers: str) -> httpx.Response:
    method, path = route.split(" ", 1)
    path = path.replace("{project_id}", project_id)
    path = re.sub(r"{\w+(:path)?}", "0123456789abcdef0123456789abcdef", path)
    body = next((body for name, body in BODIES.items() if _ends(route, name)), None)
    return server.client.request(
        method, path, params=QUERY, json=body, headers={"x-pilothouse": "1", **headers}
    )


def _ends(route: str, name: str) -> bool:
    method, tail = name.split(" ", 1)
    return route.startswith(method + " ") and route.endswith(tail)


GUARDED = [route for route, need in ROUTES.items() if need is not Open.EVERYONE]
IN_PROJECT = [route for route in GUARDED if "{project_id}" in route]


def test_the_table_covers_every_route_and_no_other() -> None:
    assert set(all_routes()) - PAGES == set(ROUTES)


@pytest.mark.parametrize("route", GUARDED)
def test_a_stranger_gets_nothing(server: Server, shared: TestProject, route: str) -> None:
    assert call(server, route, shared.id).status_code == 401
    wrong = "Basic cGstbGYteDpzay1sZi14"
    assert call(server, route, shared.id, authorization=wrong).status_code == 401


@pytest.mark.parametrize("route", IN_PROJECT)
def test_a_project_of_others_looks_like_none_at_all(
    server: Server, shared: TestProject, other: dict[str, dict[str, str]], route: str
) -> None:
    for headers in other.values():
        told = [
            call(server, route, project_id, **headers) for project_id in (shared.id, "no-such-one")
        ]
        assert told[0].status_code in (403, 404), told[0].text
        assert (told[0].status_code, told[0].text) == (told[1].status_code, told[1].text)


@pytest.fixture(scope="module")
def other(server: Server) -> dict[str, dict[str, str]]:
    """Headers of a key and of the owner of a project, for asking after another."""
    project = server.new_project()
    return {
        "key": {"authorization": project.authorization},
        "person": project.person(Role.OWNER),
    }


@pytest.fixture(scope="module")
def shared(server: Server) -> TestProject:
    """A project whose state does not matter here, only who gets through to it."""
    return server.new_project()


@pytest.fixture(scope="module")
def callers(shared: TestProject) -> dict[KeyScope | Role, dict[str, str]]:
    """The headers of a key of every scope and of a person of every role."""
    keys = {scope: {"authorization": shared.key(scope)} for scope in KeyScope}
    return {**keys, **{role: shared.person(role) for role in Role}}


@pytest.mark.parametrize("route", [r for r in GUARDED if isinstance(ROUTES[r], Permission)])
def test_who_may_do_what(
    server: Server,
    shared: TestProject,
    callers: dict[KeyScope | Role, dict[str, str]],
    route: str,
) -> None:
    """Keys on every route; people on those that name their project, which no cookie does."""
    need = ROUTES[route]
    assert isinstance(need, Permission)
    for who, headers in callers.items():
        if isinstance(who, KeyScope) or route in IN_PROJECT:
            answer = call(server, route, shared.id, **headers)
            refused = answer.status_code == 403
            assert refused == (need not in permissions(who)), (who, answer.text)


@pytest.mark.parametrize("route", [r for r in IN_PROJECT if not r.startswith("GET")])
def test_a_change_by_cookie_needs_the_header_that_foreign_pages_cannot_send(
    server: Server,
    shared: TestProject,
    callers: dict[KeyScope | Role, dict[str, str]],
    route: str,
) -> None:
    cookie = callers[Role.OWNER]["cookie"]
    answer = call(server, route, shared.id, cookie=cookie, **{"x-pilothouse": ""})
    assert answer.status_code == 403


def test_an_expired_key_is_no_key(server: Server, project: TestProject) -> None:
    with project.http() as http:
        path = f"/api/pilothouse/projects/{project.id}/keys"
        owner = project.person(Role.OWNER)
        made = http.post(
            path,
            json={"expires_at": 32_503_680_000_000_000},
            headers={**owner, "authorization": ""},
        ).json()
    pair = (made["key"]["public_key"], made["secret_key"])
    traces = "/api/public/traces"
    assert server.client.get(traces, auth=pair).status_code == 200
    revoked = server.client.delete(f"{path}/{made['key']['id']}", headers=owner)
    assert revoked.status_code == 204
    assert server.client.get(traces, auth=pair).status_code == 401


def test_what_one_project_holds_shows_in_no_answer_of_another(server: Server) -> None:
    """Every readable route of a project with data, asked by a project that has none."""
    full, empty = server.new_project(), server.new_project()
    marks = {
        "user.id": "secret-user",
        "session.id": "secret-session",
        "input.value": "secret-input",
    }
    span = otlp.span("secret-name", attributes={**marks, "llm.model_name": "secret-model"})
    score = {"traceId": span.trace_id.hex(), "name": "secret-score", "value": 1}
    with full.http() as http:
        body = otlp.request(span).SerializeToString()
        http.post("/v1/traces", content=body, headers={"content-type": "application/x-protobuf"})
        http.post("/api/public/scores", json=score)
        kept = _filled(http, full.id, span.trace_id.hex())
    for route in [route for route in GUARDED if route.startswith("GET")]:
        path = route.split(" ", 1)[1].replace("{project_id}", empty.id)
        ids = {
            "trace_id": span.trace_id.hex(),
            "span_id": span.span_id.hex(),
            "observation_id": span.span_id.hex(),
            "session_id": "secret-session",
            **kept,
        }
        path = re.sub(r"{(\w+)(?::path)?}", lambda found, ids=ids: ids.get(found[1], "x"), path)
        within = {**QUERY, "end": "4000000000000000", "text": "secret"}
        headers = {"authorization": empty.authorization}
        if ROUTES[route] is Permission.ADMINISTER or ROUTES[route] is Open.SIGNED_IN:
            headers = empty.person(Role.OWNER)
        answer = server.client.get(path, params=within, headers=headers)
        told = answer.text
        for asked in ids.values():  # an answer may repeat what was asked for
            told = told.replace(asked, "")
        assert "secret-" not in told, (route, answer.text)


def test_questions_are_small(server: Server, shared: TestProject) -> None:
    headers = {"authorization": shared.authorization, "content-type": "application/json"}
    path = f"{server.url}/api/pilothouse/projects/{shared.id}/charts"
    whole = b" " * (5 << 20)
    for body in (whole, iter([whole])):  # of a known length, and of an unknown one
        answer = httpx.post(path, content=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


# -- pages of an application: a public key alone --------------------------------------------------


@pytest.mark.parametrize("route", GUARDED)
def test_a_public_key_alone_may_add_scores_and_nothing_else(
    server: Server, shared: TestProject, route: str
) -> None:
    answer = call(server, route, shared.id, authorization=f"Bearer {shared.public_key}")
    if ROUTES[route] is Permission.SCORE:
        assert answer.is_success, answer.text
    else:
        # Routes about a person know nothing of keys.
        assert answer.status_code == (401 if ROUTES[route] is Open.SIGNED_IN else 403), answer.text


def test_which_public_keys_are_good_for_scores(server: Server, shared: TestProject) -> None:
    def answered(authorization: str) -> int:
        return call(
            server, "POST /api/public/scores", shared.id, authorization=authorization
        ).status_code

    assert answered(f"Bearer {shared.public_key}") == 200
    assert answered(f"Bearer {_public(shared.key(KeyScope.WRITE))}") == 200
    assert answered(f"Bearer {_public(shared.key(KeyScope.READ))}") == 403
    assert answered("Bearer pk-lf-nobody") == 401
    assert answered("Bearer") == 401
    assert answered(basic(shared.public_key, "")) == 401
    assert answered(f"Bearer {shared.public_key}:") == 401


def _public(authorization: str) -> str:
    return base64.b64decode(authorization.split(" ")[1]).decode().partition(":")[0]


def test_a_batch_with_a_public_key_alone_leaves_scores_and_nothing_else(
    server: Server, project: TestProject
) -> None:
    ids = {"trace-create": "t" * 8, "score-create": "s" * 8, "span-create": "p" * 8}
    bodies: dict[str, dict[str, Any]] = {
        "trace-create": {"id": "of-a-page"},
        "score-create": {"id": "liked", "traceId": "of-a-page", "name": "like", "value": 1},
        "span-create": {"id": "span", "traceId": "of-a-page"},
    }
    batch = [
        {"id": ids[kind], "type": kind, "timestamp": "2026-11-25T10:00:00Z", "body": body}
        for kind, body in bodies.items()
    ]
    told = httpx.post(
        f"{server.url}/api/public/ingestion",
        json={"batch": batch},
        headers={"authorization": f"Bearer {project.public_key}"},
    ).json()
    assert [each["id"] for each in told["successes"]] == [ids["score-create"]]
    refused = {each["id"]: each["status"] for each in told["errors"]}
    assert refused == {ids["trace-create"]: 401, ids["span-create"]: 401}
    with project.http() as http:
        assert http.get("/api/public/v2/scores/liked").json()["value"] == 1
        assert http.get("/api/public/traces/of-a-page").status_code == 404


def test_a_page_of_any_origin_may_send_scores_but_not_use_a_sign_in(
    server: Server, project: TestProject
) -> None:
    asks = {
        "origin": "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    allowed = httpx.options(f"{server.url}/api/public/scores", headers=asks)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == "*"
    assert "authorization" in allowed.headers["access-control-allow-headers"].lower()
    sent = httpx.post(
        f"{server.url}/api/public/scores",
        json={"traceId": "t", "name": "like", "value": 1},
        headers={"origin": asks["origin"], "authorization": f"Bearer {project.public_key}"},
    )
    assert (sent.status_code, sent.headers["access-control-allow-origin"]) == (200, "*")
    for answer in (allowed, sent):
        assert "access-control-allow-credentials" not in answer.headers
    own = httpx.options(f"{server.url}/api/pilothouse/me", headers=asks)
    assert "access-control-allow-origin" not in own.headers


def _filled(http: httpx.Client, project_id: str, trace_id: str) -> dict[str, str]:
    """Puts one of everything into a project; gives by parameter of a route the id that it has."""

    def made(path: str, **body: Any) -> dict[str, Any]:
        answer = http.post(f"/api/public/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    name = "secret-thing"
    made("v2/prompts", name=name, prompt="secret-prompt", labels=["production"])
    made("v2/datasets", name=name)
    item = made("dataset-items", datasetName=name, input="secret-item")
    run = {"runName": "secret-run", "datasetItemId": item["id"], "traceId": trace_id}
    made("dataset-run-items", **run)
    config = made("score-configs", name="secret-config", dataType="NUMERIC")
    about = {"projectId": project_id, "objectType": "TRACE", "objectId": trace_id}
    comment = made("comments", content="secret-comment", **about)
    queue = made("annotation-queues", name="secret-queue", scoreConfigIds=[config["id"]])
    model = made("models", modelName="secret-model", matchPattern="secret", inputPrice=1)
    return {
        "name": name,
        "run_name": "secret-run",
        "item_id": item["id"],
        "config_id": config["id"],
        "comment_id": comment["id"],
        "queue_id": queue["id"],
        "model_id": model["id"],
    }
