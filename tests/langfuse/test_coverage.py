"""Every endpoint that an SDK of Langfuse has a method for is served, or says that it is not."""

import re
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from pilothouse.edge.not_served import ABSENT
from pilothouse.edge.permissions import ROUTES

ENDPOINTS = (Path(__file__).parent / "endpoints.txt").read_text().split("\n")
"""Of the generated clients in Python 2.60.10, 4.18.0 and 5.0.4."""


def shape(route: str) -> str:
    return re.sub(r"{[^}]*}", "{}", route)


def test_no_endpoint_is_unknown(app: FastAPI) -> None:
    served = {shape(route) for route in ROUTES}
    asked = [line for line in ENDPOINTS if line and not line.startswith("#")]
    assert len(asked) == 127
    assert [line for line in asked if shape(line) not in served] == []


def test_what_is_absent_says_so(client: TestClient) -> None:
    for kind in ABSENT:
        for route in kind.routes:
            method, path = route.split(" ")
            answer = client.request(method, "/api/public" + re.sub(r"{\w+}", "x", path))
            assert (answer.status_code, answer.json()["message"]) == (501, kind.why)
    alone = client.post("/api/public/feedback", auth=("pk-lf-none", "sk-lf-none"))
    assert alone.status_code == 401
