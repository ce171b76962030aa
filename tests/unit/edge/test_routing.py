"""A router is passed over only where none of its routes can be meant."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from pilothouse.edge.routing import Protocol, Router

things = Router()
named = Router(prefix="/rooms/{room}")


@things.get("/things")
async def every() -> str:
    return "every"


@things.get("/things/{name:path}/parts/{part}")
async def part_of(name: str, part: str) -> str:
    return f"{name}|{part}"


@things.get("/things/{name:path}")
async def one(name: str) -> str:
    return name


@named.get("/doors/{door}")
async def door_of(room: str, door: str) -> str:
    return f"{room}|{door}"


@pytest.fixture(scope="module")
def client() -> TestClient:
    protocol = Protocol("/api/")
    protocol.include_router(named)
    protocol.include_router(things)
    app = FastAPI()
    app.include_router(protocol, prefix="/api")
    return TestClient(app)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/api/things", "every"),
        ("/api/things/", ""),
        ("/api/things/a/b c", "a/b c"),
        ("/api/things/a/parts/2", "a|2"),
        ("/api/rooms/a%0Ab/doors/x", "a\nb|x"),
        ("/api/rooms/n.1/doors/x", "n.1|x"),
    ],
)
def test_every_route_is_found(client: TestClient, path: str, answer: str) -> None:
    assert client.get(path).json() == answer


@pytest.mark.parametrize("path", ["/things", "/api/thing", "/api/rooms/a/b/doors/x", "/api/"])
def test_what_is_no_route_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_wrong_method_is_told_from_a_wrong_path(client: TestClient) -> None:
    assert client.post("/api/things").status_code == 405
