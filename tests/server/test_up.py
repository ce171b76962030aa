"""`pilothouse up` and its siblings, as a person types them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import httpx
import psutil
import pytest

from tests.serving import Server, basic, eventually, new_server, remove

INIT = {
    "LANGFUSE_INIT_ORG_ID": "acme",
    "LANGFUSE_INIT_ORG_NAME": "Acme",
    "LANGFUSE_INIT_PROJECT_ID": "chatbot",
    "LANGFUSE_INIT_PROJECT_NAME": "Chatbot",
    "LANGFUSE_INIT_PROJECT_PUBLIC_KEY": "pk-lf-given",
    "LANGFUSE_INIT_PROJECT_SECRET_KEY": "sk-lf-given",
    "LANGFUSE_INIT_USER_EMAIL": "Ada@Example.com",
    "LANGFUSE_INIT_USER_NAME": "Ada",
    "LANGFUSE_INIT_USER_PASSWORD": "a long password",
}


@pytest.fixture
def fresh() -> Iterator[Server]:
    server = new_server()
    try:
        yield server
    finally:
        remove(server)


def cli(
    server: Server, *arguments: str, settings: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **(settings or {}), "PILOTHOUSE_PORT": str(server.port)}
    command = [sys.executable, "-m", "pilothouse", *arguments, "--data-dir", str(server.folder)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)


def printed(server: Server, what: str) -> str:
    found = re.findall(what, server.log())
    assert found, server.log()
    return found[-1]


def test_the_first_start_prints_all_one_needs_and_the_second_finds_it_again(fresh: Server) -> None:
    fresh.start()
    link = printed(fresh, r"http://\S+/auth/link/\S+")
    public, secret = printed(fresh, r"Public key\s+(\S+)"), printed(fresh, r"Secret key\s+(sk-\S+)")
    with httpx.Client(base_url=fresh.url, follow_redirects=False) as browser:
        assert browser.get(link).headers["location"] == "/"
        me = browser.get("/api/pilothouse/me").json()
        assert me["organisations"][0]["role"] == "owner"
        assert browser.get(link).headers["location"] == "/sign-in?spent=1"
    assert httpx.get(f"{fresh.url}/api/public/traces", auth=(public, secret)).status_code == 200

    fresh.stop()
    fresh.start()
    assert printed(fresh, r"Public key\s+(\S+)") == public
    assert secret not in fresh.log().rpartition("Pilothouse 0")[2]
    projects = httpx.get(f"{fresh.url}/api/public/projects", auth=(public, secret)).json()["data"]
    assert [each["id"] for each in projects] == [me["organisations"][0]["projects"][0]["id"]]


def test_langfuses_variables_provision_exactly_what_they_say(fresh: Server) -> None:
    fresh.settings = INIT
    for _ in range(2):
        fresh.start()
        header = {"authorization": basic("pk-lf-given", "sk-lf-given")}
        found = httpx.get(f"{fresh.url}/api/public/projects", headers=header).json()["data"]
        assert [(each["id"], each["name"]) for each in found] == [("chatbot", "Chatbot")]
        with httpx.Client(base_url=fresh.url) as browser:
            signed_in = browser.post(
                "/api/pilothouse/auth/sign-in",
                json={"email": "ada@example.com", "password": "a long password"},
            )
            assert signed_in.status_code == 204
            me = browser.get("/api/pilothouse/me").json()
        assert (me["name"], me["email"]) == ("Ada", "ada@example.com")
        assert [each["id"] for each in me["organisations"]] == ["acme"]
        fresh.stop()


def test_guessing_a_password_is_slowed_down(fresh: Server) -> None:
    fresh.settings = INIT
    fresh.start()
    body = {"email": "ada@example.com", "password": "wrong"}
    path = f"{fresh.url}/api/pilothouse/auth/sign-in"
    statuses = [httpx.post(path, json=body).status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2


@pytest.mark.skipif(sys.platform != "linux", reason="gives memory back on Linux alone")
def test_an_idle_server_holds_little_memory(fresh: Server) -> None:
    fresh.start()
    assert isinstance(fresh.process, subprocess.Popen)
    assert psutil.Process(fresh.process.pid).memory_info().rss < 400e6


def test_an_address_for_others_needs_a_password_first(fresh: Server) -> None:
    refused = cli(fresh, "up", "--host", "0.0.0.0")
    assert refused.returncode == 1
    assert "password" in refused.stderr
    done = cli(fresh, "password", "--new", "a long password")
    assert done.returncode == 0, done.stderr
    fresh.start("--host", "0.0.0.0")
    assert "sign in as" in fresh.log()


def test_a_second_process_over_the_same_folder_is_refused_in_words(fresh: Server) -> None:
    fresh.start()
    second = cli(fresh, "up")
    assert second.returncode == 1
    assert str(fresh.folder) in second.stderr
    assert "Traceback" not in second.stderr


def test_a_bad_setting_is_named(fresh: Server) -> None:
    failed = cli(fresh, "up", settings={"PILOTHOUSE_MAX_BODY_BYTES": "plenty"})
    assert failed.returncode == 1
    assert "PILOTHOUSE_MAX_BODY_BYTES" in failed.stderr


def test_doctor_tells_of_an_empty_a_used_and_a_running_installation(fresh: Server) -> None:
    assert "empty" in cli(fresh, "doctor").stdout
    assert cli(fresh, "migrate").returncode == 0
    assert "up to date" in cli(fresh, "migrate").stdout
    fresh.start()
    told = cli(fresh, "doctor").stdout
    assert "projects: 1" in told
    assert "in use by the server" in told


@pytest.mark.parametrize("running", [True, False])
def test_the_demo_fills_a_project_with_and_without_a_server(fresh: Server, running: bool) -> None:
    if running:
        fresh.start()
    done = cli(fresh, "demo", "--conversations", "20")
    assert done.returncode == 0, done.stderr
    if running:
        again = cli(fresh, "demo", "--conversations", "20")
        assert again.returncode == 0, again.stderr
    if not running:
        fresh.start()
    link = printed(fresh, r"http://\S+/auth/link/\S+")
    with httpx.Client(base_url=fresh.url) as browser:
        browser.get(link)
        query = {"start": 0, "end": 4_000_000_000_000_000, "limit": 100}
        base = "/api/pilothouse/projects/demo"
        live = {**query, "filter": "-environment:experiment"}
        traces = browser.get(f"{base}/traces", params=live).json()["items"]
        runs = browser.get(f"{base}/experiments").json()["items"]
        rules = browser.get(f"{base}/rules").json()["items"]
        queues = browser.get(f"{base}/annotation-queues").json()["items"]
        split = browser.get(f"{base}/prompts/splits", params={"name": "support/answer"}).json()
        sessions = browser.get(f"{base}/sessions", params=query).json()["items"]
    assert len(sessions) == 20
    assert len(traces) >= 20
    assert any(trace["scores"] for trace in traces)
    assert any(trace["total_cost"] for trace in traces)
    assert all(trace["unpriced"] for trace in traces)
    assert [each["items"] for each in runs] == [160, 160, 80, 80, 80]
    assert sum(rule["done"] for rule in rules) > 0
    assert not any(rule["waiting"] or rule["failed"] for rule in rules)
    assert queues[0]["progress"]["completed"] > 0
    assert [arm["label"] for arm in split["items"][0]["arms"]] == ["stable", "candidate"]


def test_pages_are_served_to_any_address_and_files_forever(fresh: Server) -> None:
    fresh.start()
    page = httpx.get(f"{fresh.url}/project/x/traces/y")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    script = printed_in(page.text, r'src="(/assets/[^"]+\.js)"')
    served = httpx.get(fresh.url + script)
    assert "immutable" in served.headers["cache-control"]
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-encoding"] == "gzip"
    assert "javascript" in served.headers["content-type"]
    plain = httpx.get(fresh.url + script, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == served.content
    for nothing in ("/api/nothing", "/v1/nothing", "/assets/nothing.js", "/..%2f..%2fetc/passwd"):
        answer = httpx.get(fresh.url + nothing)
        assert answer.status_code in (200, 404)
        assert "root:" not in answer.text
    assert httpx.get(f"{fresh.url}/api/nothing").status_code == 404


def printed_in(text: str, what: str) -> str:
    found = re.search(what, text)
    assert found, text
    return found[1]


def test_health_and_readiness(fresh: Server) -> None:
    fresh.start()
    assert httpx.get(f"{fresh.url}/healthz").json()["status"] == "ok"
    assert eventually(lambda: httpx.get(f"{fresh.url}/readyz").status_code == 200)
