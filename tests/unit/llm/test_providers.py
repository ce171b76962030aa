"""One request shape in, one stream of events out, through the official package of each provider."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from pilothouse.domain.messages import Message, Part
from pilothouse.llm.connections import Connection
from pilothouse.llm.request import ResponseSchema, Tool
from tests.unit.llm.calling import KEY, call, connection, request
from tests.unit.llm.provider import Answer, Standing, base64_of, chat, events, frames, gemini

WEATHER = Tool(
    name="get_weather",
    description="Of a city",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}},
)
SCHEMA = ResponseSchema(json_schema={"type": "object", "properties": {"n": {"type": "integer"}}})
PIXEL = base64_of(b"\x89PNG pixel")
IMAGE = Part("media", url=f"data:image/png;base64,{PIXEL}", mime_type="image/png")

CHAT_USAGE = {
    "prompt_tokens": 20,
    "completion_tokens": 9,
    "total_tokens": 29,
    "prompt_tokens_details": {"cached_tokens": 5},
    "completion_tokens_details": {"reasoning_tokens": 4},
}
ANTHROPIC_START: dict[str, Any] = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-x",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": 15,
            "output_tokens": 1,
            "cache_read_input_tokens": 5,
            "cache_creation_input_tokens": 7,
            "cache_creation": {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 3},
        },
    },
}


def _block(index: int, block: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": "content_block_start", "index": index, "content_block": block},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def _anthropic_end(reason: str) -> list[dict[str, Any]]:
    delta = {"stop_reason": reason, "stop_sequence": None}
    return [
        {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 9}},
        {"type": "message_stop"},
    ]


def _response(status: str, output: list[Any], usage: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": "gpt-x-1",
        "status": status,
        "output": output,
        "usage": usage,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        **more,
    }


RESPONSES_USAGE = {
    "input_tokens": 20,
    "input_tokens_details": {"cached_tokens": 5},
    "output_tokens": 9,
    "output_tokens_details": {"reasoning_tokens": 4},
    "total_tokens": 29,
}
CALL_ITEM = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "call_1",
    "name": "get_weather",
    "arguments": "",
}
REASONING_ITEM = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [{"type": "summary_text", "text": "Think."}],
    "encrypted_content": "sealed",
}
GEMINI_USAGE = {
    "promptTokenCount": 20,
    "cachedContentTokenCount": 5,
    "candidatesTokenCount": 5,
    "thoughtsTokenCount": 4,
    "totalTokenCount": 29,
}
SIGNATURE = base64_of(b"signed by the model")


def _candidate(*parts: dict[str, Any], finish: str = "", **more: Any) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "modelVersion": "gemini-x", "responseId": "r1", **more}


@dataclass(frozen=True)
class Spoken:
    """How a provider says two words with reasoning before them, and how it calls a tool."""

    provider: str
    text: Answer
    tool: Answer
    usage: dict[str, int]
    options: dict[str, Any]
    thinks: str = "Think."
    """Of the text answer; empty where reasoning is not told."""


_USAGE = {"input": 15, "input_cache_read": 5, "output": 5, "output_reasoning": 4}
_AWS = "application/vnd.amazon.eventstream"

SPOKEN = {
    "chat": Spoken(
        "openai",
        Answer(
            chat(
                {"role": "assistant", "content": ""},
                {"reasoning_content": "Think."},
                {"content": "Hello "},
                {"content": "there"},
                usage=CHAT_USAGE,
            )
        ),
        Answer(
            chat(
                {
                    "tool_calls": [
                        {
                            "index": 0,
                            "id": "call_1",
                            "type": "function",
                            "function": {"name": "get_weather", "arguments": ""},
                        }
                    ]
                },
                {"tool_calls": [{"index": 0, "function": {"arguments": '{"city": '}}]},
                {"tool_calls": [{"index": 0, "function": {"arguments": '"Paris"}'}}]},
                finish="tool_calls",
                usage=CHAT_USAGE,
            )
        ),
        _USAGE,
        {},
    ),
    "responses": Spoken(
        "openai",
        Answer(
            events(
                {"type": "response.created", "response": _response("in_progress", [])},
                {"type": "response.reasoning_summary_text.delta", "delta": "Think."},
                {
                    "type": "response.output_item.done",
                    "output_index": 0,
                    "item": REASONING_ITEM,
                },
                {"type": "response.output_text.delta", "delta": "Hello "},
                {"type": "response.output_text.delta", "delta": "there"},
                {
                    "type": "response.completed",
                    "response": _response("completed", [], RESPONSES_USAGE),
                },
            )
        ),
        Answer(
            events(
                {"type": "response.output_item.added", "output_index": 0, "item": CALL_ITEM},
                {
                    "type": "response.function_call_arguments.delta",
                    "output_index": 0,
                    "delta": '{"city": "Paris"}',
                },
                {
                    "type": "response.completed",
                    "response": _response("completed", [CALL_ITEM], RESPONSES_USAGE),
                },
            )
        ),
        _USAGE,
        {"api": "responses"},
    ),
    "anthropic": Spoken(
        "anthropic",
        Answer(
            events(
                ANTHROPIC_START,
                *_block(
                    0,
                    {"type": "thinking", "thinking": "", "signature": ""},
                    {"type": "thinking_delta", "thinking": "Think."},
                    {"type": "signature_delta", "signature": "signed"},
                ),
                {"type": "ping"},
                *_block(
                    1,
                    {"type": "text", "text": ""},
                    {"type": "text_delta", "text": "Hello "},
                    {"type": "text_delta", "text": "there"},
                ),
                *_anthropic_end("end_turn"),
            )
        ),
        Answer(
            events(
                ANTHROPIC_START,
                *_block(
                    0,
                    {"type": "tool_use", "id": "call_1", "name": "get_weather", "input": {}},
                    {"type": "input_json_delta", "partial_json": ""},
                    {"type": "input_json_delta", "partial_json": '{"city": "Paris"}'},
                ),
                *_anthropic_end("tool_use"),
            )
        ),
        {
            "input": 15,
            "input_cache_read": 5,
            "input_cache_write": 4,
            "input_cache_write_1h": 3,
            "output": 9,
        },
        {},
    ),
    "gemini": Spoken(
        "gemini",
        Answer(
            gemini(
                _candidate({"text": "Think.", "thought": True}),
                _candidate({"text": "Hello "}),
                _candidate({"text": "there"}, finish="STOP", usageMetadata=GEMINI_USAGE),
            )
        ),
        Answer(
            gemini(
                _candidate(
                    {
                        "functionCall": {
                            "id": "call_1",
                            "name": "get_weather",
                            "args": {"city": "Paris"},
                        },
                        "thoughtSignature": SIGNATURE,
                    },
                    finish="STOP",
                    usageMetadata=GEMINI_USAGE,
                )
            )
        ),
        _USAGE,
        {},
    ),
    "bedrock": Spoken(
        "bedrock",
        Answer(
            frames(
                ("messageStart", {"role": "assistant"}),
                (
                    "contentBlockDelta",
                    {"contentBlockIndex": 0, "delta": {"reasoningContent": {"text": "Think."}}},
                ),
                (
                    "contentBlockDelta",
                    {"contentBlockIndex": 0, "delta": {"reasoningContent": {"signature": "s"}}},
                ),
                ("contentBlockStop", {"contentBlockIndex": 0}),
                ("contentBlockDelta", {"contentBlockIndex": 1, "delta": {"text": "Hello "}}),
                ("contentBlockDelta", {"contentBlockIndex": 1, "delta": {"text": "there"}}),
                ("messageStop", {"stopReason": "end_turn"}),
                (
                    "metadata",
                    {
                        "usage": {
                            "inputTokens": 15,
                            "outputTokens": 9,
                            "totalTokens": 29,
                            "cacheReadInputTokens": 5,
                        },
                        "metrics": {"latencyMs": 10},
                    },
                ),
            ),
            content_type=_AWS,
        ),
        Answer(
            frames(
                ("messageStart", {"role": "assistant"}),
                (
                    "contentBlockStart",
                    {
                        "contentBlockIndex": 0,
                        "start": {"toolUse": {"toolUseId": "call_1", "name": "get_weather"}},
                    },
                ),
                (
                    "contentBlockDelta",
                    {"contentBlockIndex": 0, "delta": {"toolUse": {"input": '{"city": "Paris"}'}}},
                ),
                ("contentBlockStop", {"contentBlockIndex": 0}),
                ("messageStop", {"stopReason": "tool_use"}),
                (
                    "metadata",
                    {"usage": {"inputTokens": 15, "outputTokens": 9, "totalTokens": 24}},
                ),
            ),
            content_type=_AWS,
        ),
        {"input": 15, "input_cache_read": 5, "output": 9},
        {"region": "eu-west-1", "access_key_id": "AKIDEXAMPLE"},
    ),
}

each_provider = pytest.mark.parametrize("spoken", SPOKEN.values(), ids=SPOKEN.keys())


def to(provider: Standing, spoken: Spoken) -> Connection:
    return connection(spoken.provider, provider.url, **spoken.options)


@each_provider
def test_words_reasoning_usage_and_end_are_read(provider: Standing, spoken: Spoken) -> None:
    provider.answers = [spoken.text]
    state, told = call(to(provider, spoken), request())
    assert (state.answer.text, state.answer.reasoning) == ("Hello there", spoken.thinks)
    assert state.answer.usage == spoken.usage
    assert state.answer.finish is not None
    assert state.answer.finish.reason == "stop"
    assert sum(type(event).__name__ == "TextDelta" for event in told) == 2
    assert state.started <= state.first_token <= state.ended
    assert state.tokens_per_second > 0


@each_provider
def test_a_tool_call_and_its_answer_go_there_and_back(provider: Standing, spoken: Spoken) -> None:
    provider.answers = [spoken.tool, spoken.text]
    first, _ = call(to(provider, spoken), request("Weather?", tools=[WEATHER]))
    said = first.answer.message()
    assert said.finish_reason == "tool_calls"
    [made] = [part for part in said.parts if part.type == "tool_call"]
    assert (made.id, made.name, made.arguments) == ("call_1", "get_weather", {"city": "Paris"})

    result = Part("tool_result", id=made.id, name=made.name, result={"sky": "clear"})
    turns = [Message("user", [Part("text", text="Weather?")]), said, Message("tool", [result])]
    second, _ = call(to(provider, spoken), request(messages=turns, tools=[WEATHER]))
    assert second.answer.text == "Hello there"
    sent = str(provider.asked[-1].body)
    assert "get_weather" in sent
    assert "clear" in sent


def test_chat_is_asked_as_its_reference_says(provider: Standing) -> None:
    provider.answers = [SPOKEN["chat"].text]
    system = Message("system", [Part("text", text="Be brief.")])
    user = Message("user", [Part("text", text="See"), IMAGE])
    asked = request(
        messages=[system, user],
        tools=[WEATHER],
        tool_choice="get_weather",
        response_schema=SCHEMA,
        temperature=0,
        max_tokens=50,
        seed=7,
        stop=["END"],
        reasoning_effort="low",
        options={"service_tier": "flex"},
    )
    call(connection("openai", f"{provider.url}/v1"), asked)
    [told] = provider.asked
    assert told.path == "/v1/chat/completions"
    assert told.headers["authorization"] == f"Bearer {KEY}"
    assert told.body == {
        "model": "model-x",
        "stream": True,
        "stream_options": {"include_usage": True},
        "messages": [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "See"},
                    {"type": "image_url", "image_url": {"url": IMAGE.url}},
                ],
            },
        ],
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "get_weather",
                    "description": "Of a city",
                    "parameters": WEATHER.parameters,
                },
            }
        ],
        "tool_choice": {"type": "function", "function": {"name": "get_weather"}},
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": SCHEMA.json_schema, "strict": True},
        },
        "temperature": 0,
        "max_completion_tokens": 50,
        "seed": 7,
        "stop": ["END"],
        "reasoning_effort": "low",
        "service_tier": "flex",
    }


def test_those_who_speak_it_differently_are_asked_in_their_words(provider: Standing) -> None:
    provider.answers = [SPOKEN["chat"].text]
    call(connection("mistral", provider.url), request(seed=7, max_tokens=5))
    told = provider.asked[-1].body
    assert (told["random_seed"], told["max_tokens"]) == (7, 5)
    assert "stream_options" not in told
    call(connection("deepseek", provider.url), request(response_schema=SCHEMA))
    assert provider.asked[-1].body["response_format"] == {"type": "json_object"}
    call(connection("qwen", provider.url), request(reasoning_tokens=100))
    assert provider.asked[-1].body["thinking_budget"] == 100


def test_azure_is_asked_by_deployment_and_version(provider: Standing) -> None:
    provider.answers = [SPOKEN["chat"].text]
    call(connection("azure", provider.url, api_version="2025-01-01"), request())
    [told] = provider.asked
    assert told.path == "/openai/deployments/model-x/chat/completions?api-version=2025-01-01"
    assert told.headers["api-key"] == KEY


def test_responses_are_asked_without_being_stored(provider: Standing) -> None:
    provider.answers = [SPOKEN["responses"].text]
    asked = request(
        messages=[
            Message("user", [Part("text", text="See"), IMAGE]),
            Message("assistant", [Part("reasoning", value=[{"openai": REASONING_ITEM}])]),
        ],
        response_schema=SCHEMA,
        reasoning_effort="high",
    )
    call(connection("openai", f"{provider.url}/v1", api="responses"), asked)
    [told] = provider.asked
    assert told.path == "/v1/responses"
    assert told.body["store"] is False
    assert told.body["input"][0]["content"][1]["type"] == "input_image"
    assert told.body["input"][1] == REASONING_ITEM
    assert told.body["text"]["format"]["type"] == "json_schema"
    assert told.body["reasoning"] == {"effort": "high", "summary": "auto"}


def test_anthropic_sees_its_thoughts_again(provider: Standing) -> None:
    provider.answers = [SPOKEN["anthropic"].text]
    through = connection("anthropic", provider.url)
    first, _ = call(through, request(reasoning_tokens=2_000))
    asked = request(
        messages=[
            Message("system", [Part("text", text="Be brief.")]),
            Message("user", [Part("text", text="See"), IMAGE]),
            first.answer.message(),
            Message("user", [Part("text", text="More")]),
        ],
        response_schema=SCHEMA,
        reasoning_effort="low",
    )
    call(through, asked)
    before, told = provider.asked
    assert told.path == "/v1/messages"
    assert told.headers["x-api-key"] == KEY
    assert before.body["thinking"] == {"type": "enabled", "budget_tokens": 2_000}
    assert before.body["max_tokens"] > 2_000
    assert told.body["system"] == "Be brief."
    assert told.body["messages"][0]["content"][1] == {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": PIXEL},
    }
    assert told.body["messages"][1]["content"] == [
        {"type": "thinking", "thinking": "Think.", "signature": "signed"},
        {"type": "text", "text": "Hello there"},
    ]
    assert told.body["output_config"] == {
        "effort": "low",
        "format": {"type": "json_schema", "schema": SCHEMA.json_schema},
    }


def test_gemini_sees_its_signatures_again(provider: Standing) -> None:
    provider.answers = [SPOKEN["gemini"].tool, SPOKEN["gemini"].text]
    through = connection("gemini", provider.url)
    first, _ = call(through, request(tools=[WEATHER], tool_choice="required"))
    said = first.answer.message()
    result = Part("tool_result", id="call_1", name="get_weather", result={"sky": "clear"})
    asked = request(
        messages=[
            Message("system", [Part("text", text="Be brief.")]),
            Message("user", [Part("text", text="See"), IMAGE]),
            said,
            Message("tool", [result]),
        ],
        response_schema=SCHEMA,
        seed=7,
        reasoning_effort="high",
        options={"safetySettings": []},
    )
    call(through, asked)
    before, told = provider.asked
    assert told.path.startswith("/v1beta/models/model-x:streamGenerateContent")
    assert told.headers["x-goog-api-key"] == KEY
    assert KEY not in told.path
    assert before.body["toolConfig"]["functionCallingConfig"]["mode"] == "ANY"
    user, model, tool = told.body["contents"]
    assert user["parts"][1]["inlineData"]["data"] == PIXEL
    assert model["parts"][0]["thoughtSignature"] == SIGNATURE
    assert tool["parts"][0]["functionResponse"]["response"] == {"sky": "clear"}
    settings = told.body["generationConfig"]
    assert settings["responseMimeType"] == "application/json"
    assert settings["seed"] == 7
    assert "HIGH" in settings["thinkingConfig"].values()
    assert told.body["safetySettings"] == []


def test_bedrock_is_asked_signed(provider: Standing) -> None:
    provider.answers = [SPOKEN["bedrock"].text]
    system = Message("system", [Part("text", text="Be brief.")])
    user = Message("user", [Part("text", text="See"), IMAGE])
    asked = request(
        messages=[system, user],
        tools=[WEATHER],
        max_tokens=50,
        model="anthropic.claude-x-v1:0",
        response_schema=SCHEMA,
        reasoning_effort="low",
    )
    call(to(provider, SPOKEN["bedrock"]), asked)
    [told] = provider.asked
    assert told.path == "/model/anthropic.claude-x-v1%3A0/converse-stream"
    assert told.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert KEY not in str(told.headers)
    assert told.body["system"] == [{"text": "Be brief."}]
    assert told.body["inferenceConfig"] == {"maxTokens": 50}
    image = told.body["messages"][0]["content"][1]["image"]
    assert image == {"format": "png", "source": {"bytes": PIXEL}}
    assert told.body["toolConfig"]["tools"][0]["toolSpec"]["name"] == "get_weather"
    wanted = told.body["outputConfig"]
    shape = wanted["textFormat"]["structure"]["jsonSchema"]
    assert (shape["name"], json.loads(shape["schema"])) == ("answer", SCHEMA.json_schema)
    assert (wanted["textFormat"]["type"], wanted["effort"]) == ("json_schema", "low")


def test_a_server_of_ones_own_needs_no_key(provider: Standing) -> None:
    provider.answers = [SPOKEN["chat"].text]
    found = connection("ollama", f"{provider.url}/v1")
    bare = Connection(found.id, found.name, found.provider, found.base_url, type(found.secret)())
    state, _ = call(bare, request())
    assert state.answer.text == "Hello there"


def test_nothing_of_the_servers_own_environment_goes_out(
    provider: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may enter an address must not get the keys that the server itself was started with."""
    for name in (
        *("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"),
        *(
            "AZURE_OPENAI_API_KEY",
            "AZURE_OPENAI_AD_TOKEN",
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_AUTH_TOKEN",
        ),
        *("GOOGLE_API_KEY", "GEMINI_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        *("AWS_SESSION_TOKEN", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"),
    ):
        monkeypatch.setenv(name, f"the-servers-own-{name}")
    for custom in ("OPENAI_CUSTOM_HEADERS", "ANTHROPIC_CUSTOM_HEADERS"):
        monkeypatch.setenv(custom, "x-own: the-servers-own-header")
    for spoken in SPOKEN.values():
        provider.answers = [spoken.text]
        call(to(provider, spoken), request())
    provider.answers = [SPOKEN["chat"].text]
    call(connection("azure", provider.url), request())
    assert "the-servers-own" not in str([told.headers for told in provider.asked])
