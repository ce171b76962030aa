"""A payload longer than a row keeps is there as a whole, and goes with its trace."""

import hashlib

from tests import otlp
from tests.serving import TestProject

LONG = "".join(f"{number:09d} " for number in range(300_000))


def test_a_long_output_is_kept_whole_and_read_as_far_as_asked(project: TestProject) -> None:
    span = otlp.span(attributes={"output.value": LONG, "input.value": "short"})
    path = f"/api/pilothouse/projects/{project.id}/traces/{span.trace_id.hex()}"
    with project.http() as http:
        body = otlp.request(span).SerializeToString()
        http.post("/v1/traces", content=body, headers={"content-type": "application/x-protobuf"})
        shown = f"{path}/spans/{span.span_id.hex()}"
        first = http.get(shown, params={"limit_chars": 1000}).json()
        assert (len(first["output"]), first["output_size"]) == (1000, len(LONG))
        assert not any("whole" in name for name in first["attributes"])
        whole = http.get(shown, params={"limit_chars": 10_000_000}).json()["output"]
        assert hashlib.sha256(whole.encode()).digest() == hashlib.sha256(LONG.encode()).digest()
        observation = http.get(f"/api/public/observations/{span.span_id.hex()}").json()
        assert len(observation["output"]) == len(LONG)
        blobs = project.server.folder / "blobs"
        assert any(file.stat().st_size == len(LONG) for file in blobs.rglob("*-output"))
        assert http.delete(path).status_code == 204
        assert not any(file.stat().st_size == len(LONG) for file in blobs.rglob("*-output"))
