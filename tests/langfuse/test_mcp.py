"""The server of the Model Context Protocol, spoken to by hand: JSON-RPC by POST."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.access import KeyScope
from pilothouse.protocols.langfuse.mcp_tools import ALL, Tool
from pilothouse.store.relational import accounts, keys
from pilothouse.wiring import Wired
from tests.langfuse.conftest import INIT, PROJECT

PATH = "/api/public/mcp"
ACCEPT = {"accept": "application/json, text/event-stream"}


def ask(client: TestClient, method: str, params: Any = None, **more: Any) -> dict[str, Any]:
    message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params or {}}
    answer = client.post(PATH, json=message, headers=ACCEPT, **more)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    assert (told["jsonrpc"], told["id"]) == ("2.0", 7)
    return told


def call(client: TestClient, tool: str, arguments: Any = None, **more: Any) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments or {}}
    return ask(client, "tools/call", params, **more)["result"]


def found(client: TestClient, tool: str, **arguments: Any) -> Any:
    result = call(client, tool, arguments)
    assert not result["isError"], result
    return result["structuredContent"]


# -- the protocol --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("2025-06-18", "2025-06-18"),
        ("2024-11-05", "2024-11-05"),
        ("2031-01-01", "2025-11-25"),
        (None, "2025-11-25"),
    ],
)
def test_both_sides_agree_on_a_version(client: TestClient, asked: Any, spoken: str) -> None:
    params = {"protocolVersion": asked, "capabilities": {}, "clientInfo": {"name": "t"}}
    result = ask(client, "initialize", params)["result"]
    assert result["protocolVersion"] == spoken
    assert result["serverInfo"]["name"] == "pilothouse"
    assert "tools" in result["capabilities"]


def test_messages_without_a_question_get_no_answer(client: TestClient) -> None:
    for message in (
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 1, "result": {}},
    ):
        answer = client.post(PATH, json=message)
        assert (answer.status_code, answer.content) == (202, b"")


def test_a_batch_is_answered_together(client: TestClient) -> None:
    ping = {"jsonrpc": "2.0", "id": "a", "method": "ping"}
    note = {"jsonrpc": "2.0", "method": "notifications/cancelled"}
    answer = client.post(PATH, json=[ping, note, {**ping, "id": 2}])
    assert answer.json() == [{"jsonrpc": "2.0", "id": each, "result": {}} for each in ("a", 2)]
    assert client.post(PATH, json=[note]).status_code == 202
    assert client.post(PATH, json=[]).status_code == 400


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, -32700),
        (b'"hello"', 400, -32600),
        (b'{"id": 1, "method": "ping"}', 400, -32600),
        (b'{"jsonrpc": "2.0", "id": 1}', 400, -32600),
        (b'{"jsonrpc": "2.0", "id": {}, "method": "ping"}', 400, -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "resources/list"}', 200, -32601),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}', 200, -32602),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {}}', 200, -32602),
        (
            b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call",'
            b' "params": {"name": "dropTables"}}',
            200,
            -32602,
        ),
    ],
)
def test_what_is_wrong_is_told_in_the_shape_of_json_rpc(
    client: TestClient, body: bytes, status: int, code: int
) -> None:
    answer = client.post(PATH, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["jsonrpc"] == "2.0"


def test_there_are_no_streams_no_sessions_and_no_unknown_versions(client: TestClient) -> None:
    for method in ("GET", "DELETE"):
        answer = client.request(method, PATH)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        assert "error" in answer.json()
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    for version, status in (("2025-06-18", 200), ("1999-01-01", 400)):
        headers = {"mcp-protocol-version": version}
        assert client.post(PATH, json=ping, headers=headers).status_code == status
    assert client.post(PATH, json=ping, auth=("pk-lf-none", "sk-lf-none")).status_code == 401


META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def enveloped(client: TestClient, method: str, params: Any, **headers: str) -> Any:
    told = {"mcp-protocol-version": "2026-07-28", "mcp-method": method}
    message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": {"_meta": META} | params}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(PATH, json=message, headers=ACCEPT | told | named)


def test_newer_clients_need_no_handshake(client: TestClient) -> None:
    spoken = enveloped(client, "server/discover", {}).json()["result"]
    assert spoken["supportedVersions"][0] == "2026-07-28"
    assert (spoken["resultType"], spoken["cacheScope"]) == ("complete", "private")
    listed = enveloped(client, "tools/list", {}).json()["result"]
    assert len(listed["tools"]) == len(ALL)
    called = enveloped(client, "tools/call", {"name": "getHealth"}, mcp_name="getHealth")
    assert called.json()["result"]["structuredContent"]["status"] == "OK"
    name = "=?base64?5L2g5aW9?="
    unknown = enveloped(client, "tools/call", {"name": "你好"}, mcp_name=name)
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (400, -32602)


@pytest.mark.parametrize(
    ("method", "params", "headers", "status", "code"),
    [
        ("initialize", {}, {}, 404, -32601),
        ("tools/list", {"_meta": {}}, {}, 400, -32602),
        ("tools/list", {}, {"mcp_method": "tools/call"}, 400, -32020),
        ("tools/call", {"name": "getHealth"}, {"mcp_name": "getTrace"}, 400, -32020),
        ("tools/call", {"name": "getHealth"}, {}, 400, -32020),
        ("tools/list", {}, {"mcp_protocol_version": "2025-11-25", "mcp_method": "x"}, 200, None),
        ("tools/list", {}, {"mcp_protocol_version": "1999-01-01"}, 400, -32022),
    ],
)
def test_headers_say_what_the_message_says(
    client: TestClient, method: str, params: Any, headers: Any, status: int, code: int | None
) -> None:
    answer = enveloped(client, method, params, **headers)
    assert answer.status_code == status
    assert answer.json().get("error", {}).get("code") == code


def test_tools_say_what_they_take(client: TestClient) -> None:
    tools = {each["name"]: each for each in ask(client, "tools/list")["result"]["tools"]}
    assert len(tools) == len(ALL)
    assert tools["getPrompt"]["inputSchema"]["required"] == ["name"]
    assert tools["getPrompt"]["annotations"]["readOnlyHint"]
    assert not tools["createTextPrompt"]["annotations"]["readOnlyHint"]
    for tool in tools.values():
        assert tool["inputSchema"]["type"] == "object"
        assert tool["inputSchema"]["additionalProperties"] is False
        assert tool["description"]


# -- tools ---------------------------------------------------------------------------------------


def test_prompts_are_made_read_and_rolled_back(client: TestClient) -> None:
    name = "agents/greet"
    made = found(client, "createTextPrompt", name=name, prompt="Hi {{who}}", labels=["production"])
    assert made["version"] == 1
    newer = found(client, "createTextPrompt", name=name, prompt="Yo", labels=["production"])
    assert newer["version"] == 2
    assert found(client, "getPrompt", name=name)["prompt"] == "Yo"
    rolled = found(client, "updatePromptLabels", name=name, version=1, newLabels=["production"])
    assert "production" in rolled["labels"]
    assert found(client, "getPrompt", name=name)["prompt"] == "Hi {{who}}"
    assert found(client, "getPrompt", name=name, version=2)["prompt"] == "Yo"
    listed = found(client, "listPrompts", name=name)
    assert [each["versions"] for each in listed["data"]] == [[1, 2]]

    chat = [{"role": "system", "content": f"@@@langfusePrompt:name={name}|version=1@@@"}]
    found(client, "createChatPrompt", name="agents/chat", prompt=chat)
    raw = found(client, "getPromptUnresolved", name="agents/chat", label="latest")
    assert raw["prompt"] == chat
    whole = found(client, "getPrompt", name="agents/chat", label="latest")
    assert whole["prompt"][0]["content"] == "Hi {{who}}"


def test_traces_observations_scores_and_sums_are_read(client: TestClient) -> None:
    trace = {"id": "mcp-trace", "name": "asked by agents", "sessionId": "mcp/session"}
    span = {"id": "mcp-span", "traceId": "mcp-trace", "name": "call", "level": "ERROR"}
    batch = [
        {"id": f"e-{kind}", "type": kind, "timestamp": "2026-01-01T00:00:00Z", "body": body}
        for kind, body in (("trace-create", trace), ("span-create", span))
    ]
    assert not client.post("/api/public/ingestion", json={"batch": batch}).json()["errors"]
    score = found(client, "createScore", traceId="mcp-trace", name="mcp-good", value=0.5)
    assert found(client, "getScore", scoreId=score["id"])["value"] == 0.5
    assert [each["name"] for each in found(client, "listScores", traceId="mcp-trace")["data"]] == [
        "mcp-good"
    ]
    name = [{"type": "string", "column": "name", "operator": "=", "value": "asked by agents"}]
    listed = found(client, "listTraces", filter=name)["data"]
    assert [each["id"] for each in listed] == ["mcp-trace"]
    assert found(client, "getTrace", traceId="mcp-trace")["observations"][0]["id"] == "mcp-span"
    spans = found(client, "listObservations", traceId="mcp-trace", level="ERROR")["data"]
    assert [each["id"] for each in spans] == ["mcp-span"]
    assert found(client, "getObservation", observationId="mcp-span")["name"] == "call"
    assert found(client, "getSession", sessionId="mcp/session")["traces"][0]["id"] == "mcp-trace"
    query = {
        "view": "observations",
        "metrics": [{"measure": "count", "aggregation": "count"}],
        "filters": [{"type": "string", "column": "name", "operator": "=", "value": "call"}],
        "fromTimestamp": "2025-01-01T00:00:00Z",
        "toTimestamp": "2036-01-01T00:00:00Z",
    }
    assert found(client, "queryMetrics", query=query)["data"]


def test_data_sets_are_filled(client: TestClient) -> None:
    found(client, "createDataset", name="mcp/set", description="by an agent")
    item = found(client, "upsertDatasetItem", datasetName="mcp/set", input={"q": 1})
    found(client, "upsertDatasetItem", datasetName="mcp/set", id=item["id"], expectedOutput="a")
    assert found(client, "getDatasetItem", itemId=item["id"])["expectedOutput"] == "a"
    assert len(found(client, "listDatasetItems", datasetName="mcp/set")["data"]) == 1
    assert found(client, "getDataset", name="mcp/set")["description"] == "by an agent"
    everything = found(client, "listDatasets", limit=100)["data"]
    assert "mcp/set" in [each["name"] for each in everything]


@pytest.mark.parametrize("tool", [tool for tool in ALL if tool.name.startswith("list")])
def test_every_list_answers(client: TestClient, tool: Tool) -> None:
    known = {
        "fromStartTime": "2026-01-01T00:00:00Z",
        "datasetName": "nowhere",
        "queueId": "nowhere",
    }
    needed = tool.described()["inputSchema"].get("required", [])
    result = call(client, tool.name, {name: known[name] for name in needed})
    if "nowhere" in [known[name] for name in needed]:
        assert "not found" in result["content"][0]["text"].lower()
    else:
        assert isinstance(result["structuredContent"]["data"], list)


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("getPrompt", {}, "name: Field required"),
        ("getPrompt", {"name": "agents/none"}, "agents/none"),
        ("getPrompt", {"name": "x", "version": 0}, "version"),
        ("getPrompt", {"name": "x", "verson": 1}, "verson"),
        ("listTraces", {"limit": 1_000}, "limit"),
        ("getTrace", {"traceId": "nowhere"}, "not found"),
        ("createScore", {"name": "x", "value": 1}, "traceId"),
        ("queryMetrics", {"query": {"view": "moon"}}, "view"),
    ],
)
def test_a_tool_that_fails_says_why(
    client: TestClient, tool: str, arguments: dict[str, Any], says: str
) -> None:
    result = call(client, tool, arguments)
    assert result["isError"]
    assert says in result["content"][0]["text"]


def test_a_key_does_no_more_here_than_elsewhere(client: TestClient, wired: Wired) -> None:
    with wired.services.database.write() as db:
        reader, secret = keys.add(db, PROJECT, scope=KeyScope.READ)
        other = accounts.add_project(db, INIT.org_id, "mcp other")
        stranger, other_secret = keys.add(db, other.id)
    found(client, "createTextPrompt", name="agents/mine", prompt="Hi", labels=["production"])
    name = {"name": "agents/mine"}
    reading = (reader.public_key, secret)
    assert not call(client, "getPrompt", name, auth=reading)["isError"]
    refused = call(client, "createTextPrompt", {**name, "prompt": "x"}, auth=reading)
    assert "permission" in refused["content"][0]["text"]
    assert call(client, "getPrompt", name, auth=(stranger.public_key, other_secret))["isError"]
