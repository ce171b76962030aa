"""The server keeps to the description of its API, whatever valid or invalid requests come."""

from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from pilothouse.domain.access import Role
from pilothouse.server.app import create
from pilothouse.settings import Settings
from tests import otlp
from tests.serving import TestProject

CONFIG = schemathesis.Config.from_dict(
    {
        "generation": {"max-examples": 8, "deterministic": True, "database": "none"},
        "phases": {"coverage": {"unexpected-methods": []}},
    }
)
SCHEMA = schemathesis.openapi.from_dict(create(Settings()).openapi(), config=CONFIG)
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def known(project: TestProject) -> dict[str, Any]:
    """What a request can name so that there is something to answer with."""
    span = otlp.span("chat", attributes={"session.id": "chat 1", "gen_ai.request.model": "gpt-5"})
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        body = otlp.request(span).SerializeToString()
        http.post("/v1/traces", content=body).raise_for_status()
    return {
        "trace_id": span.trace_id.hex(),
        "span_id": span.span_id.hex(),
        "session_id": "chat 1",
        "start": span.start_time_unix_nano // 1_000 - 1,
        "end": span.end_time_unix_nano // 1_000 + 1,
        "timezone": "UTC",
        "dimensions": ["model"],
        "order": "",
        "cursor": "",
    }


@pytest.fixture
def owner(project: TestProject) -> requests.Session:
    session = requests.Session()
    session.headers.update(project.person(Role.OWNER))
    return session


@SCHEMA.parametrize()
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_the_server_keeps_to_its_description(
    case: schemathesis.Case, project: TestProject, owner: requests.Session, known: dict[str, Any]
) -> None:
    """Every request is made as it comes, in a project that is there; and where it is a valid one,
    once more with the names and times that the project knows."""
    told = {"project_id": project.id}
    made = [_with(case, told)]
    if case.meta is None or case.meta.generation.mode.is_positive:
        made.append(_with(case, told | known))
    for request in made:
        case.path_parameters, case.query, case.body = request
        case.call_and_validate(base_url=project.server.url, session=owner, checks=CHECKS)


def _with(case: schemathesis.Case, told: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The parts of the request, with `told` in place of what has the same name."""
    return (
        _changed(case.path_parameters, told),
        _changed(case.query, told),
        _changed(case.body, told),
    )


def _changed(part: Any, told: dict[str, Any]) -> Any:
    if not isinstance(part, dict):
        return part
    return {name: told.get(name, value) for name, value in part.items()}
