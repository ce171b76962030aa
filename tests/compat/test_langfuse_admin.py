"""Organisations, people, evaluators and exports through the generated client of Langfuse's SDK."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from pilothouse.store.relational import accounts, organisation_keys
from tests.emitters.environments import run_reader
from tests.serving import Server


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    storage = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    storage.start()
    host, port = storage.get_host_and_port()
    told = {"BUCKET_URL": f"http://{host}:{port}", "BUCKET": f"bucket-{uuid.uuid4().hex[:8]}"}
    client: Any = boto3.client(
        "s3",
        endpoint_url=told["BUCKET_URL"],
        region_name="us-east-1",
        aws_access_key_id="me",
        aws_secret_access_key="mine",
    )
    client.create_bucket(Bucket=told["BUCKET"])
    yield told
    storage.stop()


@pytest.fixture(scope="module")
def told(server: Server, bucket: dict[str, str]) -> Any:
    """What the SDK printed of its work."""
    project = server.new_project("of the SDK")
    with server.database.write() as db:
        organisation = accounts.first_organisation(db)
        assert organisation is not None
        key, secret = organisation_keys.add(db, organisation.id)
    run = {"ORGANISATION_PUBLIC_KEY": key.public_key, "ORGANISATION_SECRET_KEY": secret}
    printed = run_reader("langfuse_v5_admin", project.environment() | run | bucket).stdout
    return json.loads(printed.strip().splitlines()[-1])


def test_an_organisation_is_run(told: Any) -> None:
    found = told["organisation"]
    name = "renamed by the SDK"
    assert found["project"] == [name, {"team": "a"}, name]
    assert found["keys"] == ["backend"]
    assert name in found["projects"]
    assert found["own_keys"] == 1
    assert (found["refused"], found["refused_of_project"]) == (403, 403)
    assert (found["deleted"], found["gone"]) == (True, 404)


def test_people_come_and_go(told: Any) -> None:
    assert told["people"] == {
        "found": ["sdk@example.com"],
        "roles": ["MEMBER", "VIEWER"],
        "listed": [True, True],
        "gone": 404,
    }


def test_evaluators_and_rules_are_kept(told: Any) -> None:
    assert told["evaluation"] == {
        "types": ["code", "llm_as_judge"],
        "variables": ["said"],
        "description": "short",
        "versions": [1],
        "rules": ["live"],
        "assigned": 2,
        "enabled": [True, False],
        "gone": 404,
    }


def test_exports_to_storage_are_kept(told: Any) -> None:
    assert told["storage"] == {"listed": [True], "error": None, "left": 0}
