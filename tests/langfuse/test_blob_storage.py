"""Exports to storage of a project's own, into a stand-in for S3."""

import asyncio
import csv
import gzip
import io
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from starlette.testclient import TestClient

from pilothouse.domain.clock import DAY, HOUR, now
from pilothouse.domain.errors import PilothouseError
from pilothouse.domain.job import Job, JobStatus
from pilothouse.exporting.scheduled import StorageExports
from pilothouse.jobs.worker import Progress
from pilothouse.store.relational import accounts, jobs, organisation_keys, storage_exports
from pilothouse.wiring import Wired
from tests.langfuse.conftest import INIT, PROJECT

PATH = "/api/public/integrations/blob-storage"
Pair = tuple[str, str]
Object = dict[str, Any]


class Storage:
    """A bucket, looked into from outside."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.name = f"bucket-{uuid.uuid4().hex[:8]}"
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="me",
            aws_secret_access_key="mine",
        )
        self.client.create_bucket(Bucket=self.name)

    def files(self) -> dict[str, bytes]:
        found = self.client.list_objects_v2(Bucket=self.name).get("Contents", ())
        return {each["Key"]: self._body(each["Key"]) for each in found}

    def _body(self, key: str) -> bytes:
        return self.client.get_object(Bucket=self.name, Key=key)["Body"].read()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module", autouse=True)
def by_hand(wired: Wired) -> Iterator[None]:
    """Nothing is due by itself while these tests look."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wired.services.storage_exports, "look", lambda: None)
        yield


@pytest.fixture
def storage(endpoint: str) -> Storage:
    return Storage(endpoint)


@pytest.fixture
def project(client: TestClient, organisation_key: Pair) -> Iterator[tuple[str, Pair]]:
    """A project with a key pair, which goes with all it has."""
    body = {"name": f"exports {uuid.uuid4().hex[:8]}"}
    id = client.post("/api/public/projects", auth=organisation_key, json=body).json()["id"]
    made = client.post(f"/api/public/projects/{id}/apiKeys", auth=organisation_key, json={}).json()
    yield id, (made["publicKey"], made["secretKey"])
    client.delete(f"/api/public/projects/{id}", auth=organisation_key)


def told(project: str, storage: Storage, **more: Any) -> Object:
    return {
        "projectId": project,
        "type": "S3_COMPATIBLE",
        "bucketName": storage.name,
        "endpoint": storage.endpoint,
        "region": "us-east-1",
        "accessKeyId": "me",
        "secretAccessKey": "mine-and-nobody-elses",
        "prefix": "from/pilothouse/",
        "exportFrequency": "daily",
        "enabled": True,
        "forcePathStyle": True,
        "fileType": "JSONL",
        "exportMode": "FULL_HISTORY",
    } | more


def put(client: TestClient, key: Pair, body: Object) -> Object:
    answer = client.put(PATH, auth=key, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def fill(client: TestClient, auth: Pair, time: int) -> str:
    """A trace with an observation and a score; gives its id."""
    id = uuid.uuid4().hex
    stamp = _iso(time)
    bodies = (
        ("trace-create", {"id": id, "name": "asked", "timestamp": stamp, "input": {"q": "你好"}}),
        (
            "generation-create",
            {
                "id": id[:16],
                "traceId": id,
                "name": "call",
                "startTime": stamp,
                "endTime": stamp,
                "output": "=1+1",
            },
        ),
        ("score-create", {"id": f"s{id}", "traceId": id, "name": "good", "value": 1}),
    )
    batch = [
        {"id": uuid.uuid4().hex, "type": type, "timestamp": stamp, "body": body}
        for type, body in bodies
    ]
    assert not client.post("/api/public/ingestion", auth=auth, json={"batch": batch}).json()[
        "errors"
    ]
    return id


def _iso(time: int) -> str:
    return datetime.fromtimestamp(time / 1_000_000, UTC).isoformat()


def run(wired: Wired, project: str) -> None:
    """What the worker does with a job that is due, here and now. Raises as it does."""
    exports = wired.services.storage_exports
    found = exports.of_project(project)
    assert found is not None
    job = Job(
        "j", project, "", found.id, {}, JobStatus.RUNNING, 1, 0, 0, 0, 0.0, "", "", 0, 0, 0, 0
    )
    asyncio.run(exports.do(job, Progress()))


def rows(files: dict[str, bytes], table: str) -> list[Object]:
    return [
        json.loads(line)
        for key, body in sorted(files.items())
        if f"/{table}/" in key
        for line in gzip.decompress(body).splitlines()
    ]


def test_everything_that_began_is_written_once(
    client: TestClient,
    wired: Wired,
    organisation_key: Pair,
    project: tuple[str, Pair],
    storage: Storage,
) -> None:
    id, auth = project
    older, newer = fill(client, auth, now() - 3 * DAY), fill(client, auth, now() - 2 * HOUR)
    too_new = fill(client, auth, now())
    kept = put(client, organisation_key, told(id, storage))
    assert storage.files() == {}
    status = f"{PATH}/{kept['id']}"
    run(wired, id)
    files = storage.files()
    assert all(key.startswith(f"from/pilothouse/{id}/") for key in files)
    assert all(key.endswith(".jsonl.gz") for key in files)
    assert [each["id"] for each in rows(files, "traces")] == [older, newer]
    assert rows(files, "traces")[0]["input"] == {"q": "你好"}
    assert [each["traceId"] for each in rows(files, "observations")] == [older, newer]
    assert rows(files, "observations")[0]["output"] == "=1+1"
    assert too_new not in str(rows(files, "traces"))
    # Nothing began since that has settled.
    run(wired, id)
    assert storage.files() == files
    told_status = client.get(status, auth=organisation_key).json()
    assert told_status["syncStatus"] == "queued"
    assert told_status["lastSyncAt"]
    assert told_status["lastError"] is None


@pytest.mark.parametrize("kind", ["JSON", "CSV"])
def test_files_are_of_the_type_that_was_asked_for(
    client: TestClient,
    wired: Wired,
    organisation_key: Pair,
    project: tuple[str, Pair],
    storage: Storage,
    kind: str,
) -> None:
    id, auth = project
    trace = fill(client, auth, now() - HOUR)
    body = told(id, storage, fileType=kind, compressed=False, exportSource="OBSERVATIONS_V2")
    put(client, organisation_key, body | {"exportFieldGroups": ["core", "basic"]})
    run(wired, id)
    [(key, file)] = [each for each in storage.files().items() if "/observations_v2/" in each[0]]
    assert key.endswith(f".{kind.lower()}")
    if kind == "JSON":
        [row] = json.loads(file)
    else:
        [row] = csv.DictReader(io.StringIO(file.decode()))
    assert (row["traceId"], row["name"]) == (trace, "call")
    assert "output" not in row
    assert not [key for key in storage.files() if "/traces/" in key]


def test_a_large_file_goes_in_parts(
    client: TestClient,
    wired: Wired,
    organisation_key: Pair,
    project: tuple[str, Pair],
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The stand-in takes parts of five megabytes at least, as S3 does.
    monkeypatch.setattr("pilothouse.exporting.bucket._PART", 5 << 20)
    id, auth = project
    stamp, long = _iso(now() - HOUR), "abcdefgh" * (400 << 10)
    for _ in range(2):
        event = {"id": uuid.uuid4().hex, "name": "long", "timestamp": stamp, "input": long}
        sent = {"id": "e", "type": "trace-create", "timestamp": stamp, "body": event}
        client.post("/api/public/ingestion", auth=auth, json={"batch": [sent]})
    put(client, organisation_key, told(id, storage, compressed=False))
    run(wired, id)
    [body] = [body for key, body in storage.files().items() if "/traces/" in key]
    assert [json.loads(line)["input"] == long for line in body.splitlines()] == [True, True]


def test_what_goes_wrong_is_told_and_mended(
    client: TestClient,
    wired: Wired,
    organisation_key: Pair,
    project: tuple[str, Pair],
    storage: Storage,
) -> None:
    id, auth = project
    fill(client, auth, now() - HOUR)
    kept = put(client, organisation_key, told(id, storage))
    status = f"{PATH}/{kept['id']}"
    storage.client.delete_bucket(Bucket=storage.name)
    with pytest.raises(PilothouseError):
        run(wired, id)
    found = client.get(status, auth=organisation_key).json()
    assert found["syncStatus"] == "error"
    assert "NoSuchBucket" in found["lastError"]
    assert found["lastErrorAt"]
    storage.client.create_bucket(Bucket=storage.name)
    run(wired, id)
    assert client.get(status, auth=organisation_key).json()["lastError"] is None
    assert len(rows(storage.files(), "traces")) == 1


def test_a_job_is_added_when_it_is_due_and_one_at_a_time(
    client: TestClient,
    wired: Wired,
    organisation_key: Pair,
    project: tuple[str, Pair],
    storage: Storage,
) -> None:
    id, _ = project
    kept = put(client, organisation_key, told(id, storage, exportFrequency="hourly"))
    exports = wired.services.storage_exports
    StorageExports.look(exports)
    with wired.services.database.read() as db:
        found = storage_exports.one(db, kept["id"])
        job = jobs.latest(db, id, "storage_export", kept["id"])
    assert found is not None
    assert job is not None
    assert found.next_at > now() + 59 * HOUR // 60
    StorageExports.look(exports)
    with wired.services.database.read() as db:
        latest = jobs.latest(db, id, "storage_export", kept["id"])
    assert latest is not None
    assert latest.id == job.id
    put(client, organisation_key, told(id, storage, enabled=False))
    told_status = client.get(f"{PATH}/{kept['id']}", auth=organisation_key).json()
    assert (told_status["syncStatus"], told_status["nextSyncAt"]) == ("disabled", None)


def test_settings_are_kept_without_their_secret(
    client: TestClient,
    wired: Wired,
    organisation_key: Pair,
    project: tuple[str, Pair],
    storage: Storage,
) -> None:
    id, _ = project
    kept = put(client, organisation_key, told(id, storage, enabled=False))
    again = put(
        client, organisation_key, told(id, storage, secretAccessKey=None, exportFrequency="weekly")
    )
    assert (again["id"], again["exportFrequency"]) == (kept["id"], "weekly")
    listed = client.get(PATH, auth=organisation_key)
    assert kept["id"] in [each["id"] for each in listed.json()["data"]]
    assert "mine-and-nobody-elses" not in listed.text
    with wired.services.database.read() as db:
        stored = storage_exports.one(db, kept["id"])
    assert stored is not None
    assert "mine" not in stored.secret
    assert "mine" not in str(stored)
    with wired.services.database.write() as db:
        other = accounts.add_organisation(db, "Other")
        key, secret = organisation_keys.add(db, other.id)
    stranger = (key.public_key, secret)
    assert client.get(PATH, auth=stranger).json() == {"data": []}
    for method in ("GET", "DELETE"):
        assert client.request(method, f"{PATH}/{kept['id']}", auth=stranger).status_code == 404
    assert client.put(PATH, auth=stranger, json=told(id, storage)).status_code == 404
    assert client.get(PATH).status_code == 403
    assert client.delete(f"{PATH}/{kept['id']}", auth=organisation_key).status_code == 200
    assert client.delete(f"{PATH}/{kept['id']}", auth=organisation_key).status_code == 404


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"type": "AZURE_BLOB_STORAGE"}, "not served"),
        ({"fileType": "PARQUET"}, "not served"),
        ({"endpoint": None}, "endpoint"),
        ({"endpoint": "ftp://storage"}, "https://"),
        ({"endpoint": "http://169.254.169.254"}, "credentials"),
        ({"endpoint": "http://127.0.0.1:9"}, "does not take files"),
        ({"bucketName": "no-such-bucket"}, "NoSuchBucket"),
        ({"bucketName": "../x"}, "bucketName"),
        ({"accessKeyId": None}, "accessKeyId"),
        ({"secretAccessKey": None}, "secret"),
        ({"prefix": "folder"}, "prefix"),
        ({"region": "no where"}, "region"),
        ({"exportMode": "FROM_CUSTOM_DATE"}, "exportStartDate"),
        (
            {"exportMode": "FROM_CUSTOM_DATE", "exportStartDate": "2099-01-01T00:00:00Z"},
            "exportStartDate",
        ),
        ({"exportFrequency": "yearly"}, "exportFrequency"),
        ({"exportFieldGroups": ["core"]}, "exportSource"),
        ({"exportSource": "OBSERVATIONS_V2", "exportFieldGroups": ["io"]}, "core"),
        ({"exportSource": "OBSERVATIONS_V2", "exportFieldGroups": ["core", "moon"]}, "moon"),
    ],
)
def test_what_cannot_be_is_refused(
    client: TestClient,
    organisation_key: Pair,
    storage: Storage,
    change: Object,
    says: str,
) -> None:
    body = {key: value for key, value in (told(PROJECT, storage) | change).items() if value}
    answer = client.put(PATH, auth=organisation_key, json=body)
    assert answer.status_code == 400, answer.text
    assert says in answer.json()["message"]
    assert "nobody-elses" not in answer.text
    assert INIT.secret_key not in answer.text
