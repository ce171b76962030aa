"""An id alone leads to what has it, in every project that a person reaches and in no other."""

import httpx

from pilothouse.domain.access import Role
from tests.otlp import request, span
from tests.serving import TestProject


def _find(project: TestProject, headers: dict[str, str], id: str, **query: str) -> object:
    url = f"{project.server.url}/api/pilothouse/find"
    answer = httpx.get(url, headers=headers, params={"id": id, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["item"]


def test_traces_spans_and_sessions_are_found_by_their_ids(project: TestProject) -> None:
    sent = span("root", attributes={"session.id": "talk-17"})
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        body = request(sent).SerializeToString()
        http.post("/api/public/otel/v1/traces", content=body).raise_for_status()
    ann = project.person(Role.VIEWER)
    trace, span_id = sent.trace_id.hex(), sent.span_id.hex()
    where = {"project_id": project.id, "trace_id": trace}
    assert _find(project, ann, trace) == {"kind": "trace", "id": trace, "name": "root", **where}
    assert _find(project, ann, span_id) == {"kind": "span", "id": span_id, "name": "root", **where}
    # As a UUID, and shouted.
    dashed = "-".join((trace[:8], trace[8:12], trace[12:16], trace[16:20], trace[20:])).upper()
    assert _find(project, ann, dashed) == _find(project, ann, trace)
    told = {"kind": "session", "id": "talk-17", "name": "talk-17", **where, "trace_id": ""}
    assert _find(project, ann, "talk-17", project_id=project.id) == told
    assert _find(project, ann, "talk-18") is None


def test_projects_of_others_are_not_looked_into(project: TestProject) -> None:
    sent = span("secret")
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        body = request(sent).SerializeToString()
        http.post("/api/public/otel/v1/traces", content=body).raise_for_status()
    stranger = project.server.new_project("other").person(Role.OWNER)
    assert _find(project, stranger, sent.trace_id.hex(), project_id=project.id) is None
    assert httpx.get(f"{project.server.url}/api/pilothouse/find?id=x").status_code == 401
