"""The playground with a real small model: what it says arrives piece by piece and becomes a trace."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tests.model import Model, running_model
from tests.serving import TestProject, eventually
from tests.unit.llm.provider import Answer, Standing, chat, provider

__all__ = ["provider"]

WEATHER: dict[str, Any] = {
    "name": "get_weather",
    "description": "The weather of a city",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with running_model() as running:
        yield running


def path(project: TestProject, rest: str) -> str:
    return f"/api/pilothouse/projects/{project.id}{rest}"


def connect(http: httpx.Client, project: TestProject, url: str) -> str:
    body = {"name": "local", "provider": "llama.cpp", "base_url": url}
    return http.post(path(project, "/connections"), json=body).json()["id"]


def said(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "text": text}]}


def run(http: httpx.Client, project: TestProject, **body: Any) -> list[Any]:
    with http.stream("POST", path(project, "/playground/run"), json=body) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = list(response.iter_lines())
    return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]


def of(events: list[Any], kind: str) -> list[Any]:
    return [event for event in events if event["type"] == kind]


def trace(http: httpx.Client, project: TestProject, trace_id: str) -> Any:
    def found() -> Any:
        answer = http.get(path(project, f"/traces/{trace_id}"))
        return answer.json() if answer.status_code == 200 else None

    return eventually(found)


@pytest.mark.model
def test_a_run_streams_and_becomes_a_trace(project: TestProject, model: Model) -> None:
    with project.http() as http:
        events = run(
            http,
            project,
            connection_id=connect(http, project, model.url),
            model=model.name,
            name="short",
            messages=[said("system", "Be brief."), said("user", "Greet {{name}}.")],
            variables={"name": "小王"},
            max_tokens=20,
            temperature=0,
            seed=7,
            prompt_name="greeting",
            prompt_version=3,
            session_id="try-1",
        )
        [started], [done] = of(events, "started"), of(events, "done")
        shown = trace(http, project, started["trace_id"])
        [call] = [span for span in shown["spans"] if span["kind"] == "llm"]
        detail = http.get(
            path(project, f"/traces/{started['trace_id']}/spans/{call['span_id']}")
        ).json()
    assert started["messages"][1] == said("user", "Greet 小王.")
    assert started["span_id"] == shown["trace"]["span_id"]
    pieces = [event["text"] for event in of(events, "text")]
    assert len(pieces) > 1
    [message] = of(events, "message")
    assert message["message"]["parts"] == [{"type": "text", "text": "".join(pieces)}]
    assert 0 < done["first_token_seconds"] < done["seconds"]
    assert done["tokens_per_second"] > 0
    assert of(events, "usage")[-1]["output_tokens"] == call["output_tokens"] > 0

    assert shown["trace"]["environment"] == "playground"
    assert shown["trace"]["session_id"] == "try-1"
    assert (call["prompt_name"], call["prompt_version"]) == ("greeting", 3)
    assert call["model"] == model.name
    assert 0 < call["first_token_time"] <= call["end_time"]
    assert detail["model_parameters"]["seed"] == 7
    assert [each["role"] for each in detail["input_messages"]] == ["system", "user"]
    assert detail["output_messages"][0]["parts"][0]["text"] == "".join(pieces)
    assert detail["attributes"]["pilothouse.request"]["messages"][1] == said("user", "Greet 小王.")


@pytest.mark.model
def test_tools_are_called_where_something_stands_behind_them(
    project: TestProject, model: Model
) -> None:
    with project.http() as http:
        events = run(
            http,
            project,
            connection_id=connect(http, project, model.url),
            model=model.name,
            messages=[said("user", "Weather in Paris?")],
            tools=[{**WEATHER, "source": "mock", "mock": '{"sky": "clear"}'}],
            tool_choice="required",
            max_tokens=40,
        )
        shown = trace(http, project, events[0]["trace_id"])
    roles = [event["message"]["role"] for event in of(events, "message")]
    assert roles[:2] == ["assistant", "tool"]
    assert of(events, "tool_call")[0]["name"] == "get_weather"
    [result] = of(events, "message")[1]["message"]["parts"]
    assert result["result"] == {"sky": "clear"}
    kinds = [span["kind"] for span in shown["spans"]]
    assert kinds.count("tool") >= 1
    assert kinds.count("llm") == roles.count("assistant")


@pytest.mark.model
def test_a_person_answers_for_a_tool_and_the_model_goes_on(
    project: TestProject, model: Model
) -> None:
    with project.http() as http:
        connection_id = connect(http, project, model.url)
        more: dict[str, Any] = {
            "connection_id": connection_id,
            "model": model.name,
            "tools": [WEATHER],
            "max_tokens": 40,
        }
        messages = [said("user", "Weather in Paris?")]
        events = run(http, project, messages=messages, tool_choice="required", **more)
        [done] = of(events, "done")
        assert done["waits_for"] == ["get_weather"]
        [turn] = of(events, "message")
        [call] = [part for part in turn["message"]["parts"] if part["type"] == "tool_call"]
        result = {"type": "tool_result", "id": call["id"], "name": call["name"], "result": "rain"}
        messages += [turn["message"], {"role": "tool", "parts": [result]}]
        events = run(http, project, messages=messages, **more)
    assert of(events, "done")[0]["waits_for"] == []
    assert of(events, "text")


@pytest.mark.model
def test_an_answer_of_a_schema_is_checked(project: TestProject, model: Model) -> None:
    schema = {
        "type": "object",
        "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 9}},
        "required": ["n"],
        "additionalProperties": False,
    }
    with project.http() as http:
        more: dict[str, Any] = {
            "connection_id": connect(http, project, model.url),
            "model": model.name,
            "messages": [said("user", "A number?")],
            "response_schema": {"json_schema": schema},
        }
        good = of(run(http, project, max_tokens=40, **more), "done")[0]
        cut = of(run(http, project, max_tokens=2, **more), "done")[0]
    assert good["schema_problems"] == []
    assert "no JSON" in cut["schema_problems"][0]
    assert cut["finish_reason"] == "length"


def test_other_prompts_are_taken_in(project: TestProject, provider: Standing) -> None:
    provider.answers = [Answer(chat({"content": "Yes"}))]
    tag = "@@@langfusePrompt:name=tone|label=production@@@"
    with project.http() as http:
        prompt = {"name": "tone", "type": "text", "prompt": "Be {{mood}}."}
        made = {**prompt, "labels": ["production"]}
        http.post(path(project, "/prompts/versions"), json=made).raise_for_status()
        body: dict[str, Any] = {
            "connection_id": connect(http, project, provider.url),
            "model": "model-x",
            "messages": [said("system", tag), said("user", "{{text}}")],
        }
        asked = {"messages": body["messages"]}
        needs = http.post(path(project, "/playground/render"), json=asked).json()
        # What a user of the application typed takes in nothing.
        run(http, project, **body, variables={"mood": "kind", "text": tag})
        nowhere = {**body, "messages": [said("user", tag.replace("tone", "none"))]}
        refused = http.post(path(project, "/playground/run"), json=nowhere)
    assert needs["variables"] == ["mood", "text"]
    sent = provider.asked[0].body["messages"]
    assert [each["content"] for each in sent] == ["Be kind.", tag]
    assert refused.status_code == 400
    assert "Prompt dependency not found: none" in refused.json()["error"]["message"]


def test_what_is_missing_is_told_before_anything_is_sent(
    project: TestProject, provider: Standing
) -> None:
    with project.http() as http:
        body: dict[str, Any] = {
            "connection_id": connect(http, project, provider.url),
            "model": "model-x",
            "messages": [
                said("user", "{{a}} {{b}}"),
                {"role": "placeholder", "name": "h", "parts": []},
            ],
        }
        for more, says in (
            ({}, "no value is given for a, b"),
            ({"variables": {"a": 1, "b": 2}}, "no messages are given for h"),
            ({"syntax": "jinja", "messages": [said("user", "{% if %}")]}, "line 1"),
            ({"connection_id": "none"}, "no such connection"),
            ({"temperature": "hot"}, "temperature"),
            ({"messages": []}, "no message"),
        ):
            answer = http.post(path(project, "/playground/run"), json=body | more)
            assert answer.status_code in (400, 404)
            assert says in answer.json()["error"]["message"]
        filled = http.post(
            path(project, "/playground/render"),
            json={
                "messages": body["messages"],
                "variables": {"a": 1, "b": "x"},
                "placeholders": {"h": [said("assistant", "before")]},
            },
        ).json()
    assert filled["variables"] == ["a", "b"]
    assert [each["parts"][0]["text"] for each in filled["messages"]] == ["1 x", "before"]
    assert provider.asked == []


def test_an_image_is_carried_along_kept_once_and_sent_again(
    project: TestProject, provider: Standing
) -> None:
    """A trace keeps a reference; a run that is opened from it sends the bytes again."""
    provider.answers = [Answer(chat({"content": "A dot."}))]
    url = "data:image/png;base64,iVBORw0KGgo="
    look = {"role": "user", "parts": [{"type": "media", "url": url, "mime_type": "image/png"}]}
    with project.http() as http:
        body: dict[str, Any] = {
            "connection_id": connect(http, project, provider.url),
            "model": "model-x",
        }
        events = run(http, project, messages=[look], **body)
        shown = trace(http, project, events[0]["trace_id"])
        [call] = [span for span in shown["spans"] if span["kind"] == "llm"]
        place = f"/traces/{events[0]['trace_id']}/spans/{call['span_id']}"
        detail = http.get(path(project, place)).json()
        [kept] = detail["input_messages"][0]["parts"]
        assert kept["url"].startswith("@@@langfuseMedia:type=image/png|id=")
        run(http, project, messages=detail["input_messages"], **body)
    first, second = (asked.body["messages"] for asked in provider.asked)
    assert second == first
    assert first[0]["content"][0]["image_url"]["url"] == url


def test_a_run_that_is_left_stops_the_call_and_is_kept(
    project: TestProject, provider: Standing
) -> None:
    provider.answers = [Answer(chat(*[{"content": "a "}] * 500), pause=0.02)]
    with project.http() as http:
        body = {
            "connection_id": connect(http, project, provider.url),
            "model": "model-x",
            "messages": [said("user", "Hello")],
        }
        with http.stream("POST", path(project, "/playground/run"), json=body) as response:
            lines = response.iter_lines()
            started = json.loads(next(lines)[6:])
            while '"text"' not in next(lines):
                pass
        assert provider.broken_off.wait(5)
        shown = trace(http, project, started["trace_id"])
    assert {span["level"] for span in shown["spans"]} == {"warning"}
    [call] = [span for span in shown["spans"] if span["kind"] == "llm"]
    assert call["output_preview"].startswith("a")
    assert call["status_message"] == "stopped before its end"
    assert call["total_tokens"] > 0, "they were paid for"


def test_a_failure_is_an_error_in_the_trace(project: TestProject, provider: Standing) -> None:
    pieces = chat({"content": "Hal"}, finish=None)[:1]
    provider.answers = [Answer(pieces, cut=True)]
    with project.http() as http:
        events = run(
            http,
            project,
            connection_id=connect(http, project, provider.url),
            model="model-x",
            messages=[said("user", "Hello")],
        )
        shown = trace(http, project, events[0]["trace_id"])
    [failure] = of(events, "failure")
    assert (failure["code"], bool(failure["remedy"])) == ("cut_off", True)
    assert of(events, "message")[0]["message"]["parts"][0]["text"] == "Hal"
    assert {span["level"] for span in shown["spans"]} == {"error"}


def test_a_call_with_broken_json_is_told_and_not_gone_on_with(
    project: TestProject, provider: Standing
) -> None:
    function = {"name": "get_weather", "arguments": '{"city": Par'}
    piece = {"tool_calls": [{"index": 0, "id": "call_1", "function": function}]}
    provider.answers = [Answer(chat(piece, finish="tool_calls"))]
    with project.http() as http:
        events = run(
            http,
            project,
            connection_id=connect(http, project, provider.url),
            model="model-x",
            messages=[said("user", "Weather?")],
            tools=[{**WEATHER, "source": "mock", "mock": "rain"}],
        )
    [failure] = of(events, "failure")
    assert failure["code"] == "broken_tool_call"
    [turn] = of(events, "message")
    assert turn["message"]["parts"][0]["arguments"] == '{"city": Par'
    assert len(provider.asked) == 1


# -- live tools --------------------------------------------------------------------------------


class _Tools(BaseHTTPRequestHandler):
    """A tool at `/weather`, and an MCP server at `/mcp` that answers as its transport says."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path == "/weather":
            self._answer(json.dumps({"sky": f"over {body['city']}"}))
        elif self.path == "/mcp" and "id" in body:
            told = {"jsonrpc": "2.0", "id": body["id"], "result": self._result(body)}
            if body["method"] == "tools/call":
                self._answer(f"event: message\ndata: {json.dumps(told)}\n\n", "text/event-stream")
            else:
                self._answer(json.dumps(told))
        else:
            self._answer("", status=202 if self.path == "/mcp" else 500)

    def _result(self, body: Any) -> Any:
        match body["method"]:
            case "initialize":
                return {"protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": {}}
            case "tools/list":
                return {"tools": [{"name": "get_weather", "inputSchema": WEATHER["parameters"]}]}
            case _:
                if self.headers["mcp-session-id"] != "s1":
                    return {"isError": True, "content": [{"type": "text", "text": "no session"}]}
                text = f"fog in {body['params']['arguments']['city']}"
                return {"content": [{"type": "text", "text": text}]}

    def do_DELETE(self) -> None:
        self._answer("")

    def _answer(self, body: str, kind: str = "application/json", status: int = 200) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("mcp-session-id", "s1")
        self.send_header("content-length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def tools() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Tools)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("source", "place", "result", "error"),
    [
        ("http", "/weather", {"sky": "over Paris"}, ""),
        ("mcp", "/mcp", "fog in Paris", ""),
        ("http", "/broken", None, "answered 500"),
        ("mcp", "/weather", None, "no JSON-RPC"),
    ],
)
def test_live_tools_answer(
    project: TestProject,
    provider: Standing,
    tools: str,
    source: str,
    place: str,
    result: Any,
    error: str,
) -> None:
    function = {"name": "get_weather", "arguments": '{"city": "Paris"}'}
    piece = {"tool_calls": [{"index": 0, "id": "call_1", "function": function}]}
    provider.answers = [Answer(chat(piece, finish="tool_calls")), Answer(chat({"content": "Ah"}))]
    with project.http() as http:
        events = run(
            http,
            project,
            connection_id=connect(http, project, provider.url),
            model="model-x",
            messages=[said("user", "Weather?")],
            tools=[
                {
                    **WEATHER,
                    "source": source,
                    "url": tools + place,
                    "headers": {"x-token": "secret-of-the-tool"},
                }
            ],
        )
        shown = trace(http, project, events[0]["trace_id"])
        [span] = [each for each in shown["spans"] if each["kind"] == "tool"]
        detail = http.get(
            path(project, f"/traces/{events[0]['trace_id']}/spans/{span['span_id']}")
        ).text
    turns = of(events, "message")
    assert [turn["message"]["role"] for turn in turns] == ["assistant", "tool", "assistant"]
    if error:
        assert span["level"] == "error"
    else:
        assert turns[1]["message"]["parts"][0]["result"] == result
    assert "secret-of-the-tool" not in json.dumps(events) + detail


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("http://127.0.0.1:1/mcp", {"x": "Ü"}),
        ("http://127.0.0.1:1/mcp", {"": "y"}),
        ("http://127.0.0.1:1/mcp", {"x": "two\r\nlines"}),
        ("i\u009b\u00ab\U000fdedb", {}),
        ("http://[", {}),
    ],
)
def test_an_mcp_server_that_cannot_be_called_is_told(
    project: TestProject, url: str, headers: dict[str, str]
) -> None:
    with project.http() as http:
        body = {"url": url, "headers": headers}
        told = http.post(path(project, "/playground/mcp-tools"), json=body)
    assert told.status_code == 400, told.text


def test_tools_of_an_mcp_server_are_listed(project: TestProject, tools: str) -> None:
    with project.http() as http:
        place = path(project, "/playground/mcp-tools")
        told = http.post(place, json={"url": f"{tools}/mcp"}).json()
        assert [each["name"] for each in told["items"]] == ["get_weather"]
        refused = http.post(place, json={"url": "http://169.254.169.254/mcp"})
    assert refused.status_code == 400
    assert "never called" in refused.text


# -- saved states ------------------------------------------------------------------------------


def test_a_state_is_saved_shared_changed_and_deleted(project: TestProject) -> None:
    with project.http() as http:
        place = path(project, "/playgrounds")
        made = http.post(place, json={"name": "Mine", "state": {"variants": [1, "二"]}}).json()
        assert http.get(f"{place}/{made['id']}").json() == made
        changed = http.put(f"{place}/{made['id']}", json={"name": "Ours", "state": {}}).json()
        assert (changed["name"], changed["state"]) == ("Ours", {})
        assert [each["name"] for each in http.get(place).json()["items"]] == ["Ours"]
        assert http.delete(f"{place}/{made['id']}").status_code == 204
        assert http.get(f"{place}/{made['id']}").status_code == 404
        assert http.put(f"{place}/{made['id']}", json={"name": "x", "state": {}}).status_code == 404
        large = http.post(place, json={"name": "x", "state": {"a": "b" * 3_100_000}})
        assert large.status_code == 400
