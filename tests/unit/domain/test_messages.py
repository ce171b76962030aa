"""Conversations of many dialects, read as one."""

import json
from typing import Any

import pytest

from pilothouse.domain import messages

ASKED = {"role": "user", "content": "What is the weather in Paris?"}
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {}}}


def roles(payload: Any) -> list[str]:
    return [message.role for message in messages.read(json.dumps(payload)) or ()]


def preview(payload: Any, *, of_output: bool = False) -> str:
    return messages.preview(json.dumps(payload), of_output=of_output)


def test_what_a_tool_answered_is_not_the_users_word() -> None:
    """Pydantic AI and Anthropic tell results in messages of the user."""
    answered = {
        "role": "user",
        "parts": [{"type": "tool_call_response", "id": "1", "name": "weather", "result": "sunny"}],
    }
    assert roles([ASKED, answered]) == ["user", "tool"]
    assert preview([ASKED, answered]) == "What is the weather in Paris?"


def test_a_user_who_adds_words_to_a_result_is_the_user() -> None:
    content = [
        {"type": "tool_result", "tool_use_id": "1", "content": "sunny"},
        {"type": "text", "text": "And tomorrow?"},
    ]
    both = {"role": "user", "content": content}
    assert roles([ASKED, both]) == ["user", "user"]
    assert preview([ASKED, both]) == "And tomorrow?"


def test_definitions_of_tools_are_no_messages() -> None:
    payload = [ASKED, {"role": "tool", "content": WEATHER}]
    assert roles(payload) == ["user"]
    assert messages.tools(json.dumps(payload)) == [WEATHER]
    assert messages.tools(json.dumps({"messages": [ASKED], "tools": [WEATHER]})) == [WEATHER]
    assert messages.tools(json.dumps([ASKED, {"role": "tool", "content": "sunny"}])) == []
    assert messages.tools("What is the weather?") == []


def test_a_response_in_a_list_is_its_messages() -> None:
    """The agents SDK tells a streamed answer so."""
    message = {"type": "message", "role": "assistant"}
    content = [{"type": "output_text", "text": "Hello."}]
    response = {"id": "1", "object": "response", "output": [{**message, "content": content}]}
    assert roles([response]) == ["assistant"]
    assert preview([response], of_output=True) == "Hello."


def test_the_update_of_a_langgraph_node_is_a_conversation() -> None:
    payload = {"graph": None, "update": {"messages": [{"type": "ai", "content": "Sunny."}]}}
    assert preview(payload, of_output=True) == "Sunny."


def test_a_vector_is_told_by_its_length() -> None:
    payload = {"data": [{"embedding": [0.25] * 576, "index": 0}]}
    assert preview(payload, of_output=True) == "data: embedding: [… × 576], index: 0"


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("AGIClass", "AGIClass"),
        ('{"history": [], "question": "我叫什么名字？"}', "我叫什么名字？"),
        ('{"args": ["What is Paris?"], "kwargs": {}}', "What is Paris?"),
        ('{"args": ["a", "b"], "kwargs": {}}', None),
        ('{"order": 7}', None),
        ("[1, 2]", None),
        ("", None),
    ],
)
def test_a_turn_that_is_no_list_of_messages_is_what_was_said(
    payload: str, said: str | None
) -> None:
    found = messages.told(payload, "user")
    shown = [(each.role, [part.text for part in each.parts]) for each in found or ()]
    assert shown == ([("user", [said])] if said else [])


IMAGE = "@@@langfuseMedia:type=image/png|id=abcdefghijklmnopqrstuv|source=bytes@@@"
PAPER = IMAGE.replace("image/png", "application/pdf")


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (f"See {IMAGE} here", "See [image] here"),
        ({"picture": IMAGE, "paper": PAPER}, "picture: [image], paper: [file]"),
        (
            [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": IMAGE}}]}],
            "[image]",
        ),
        (
            [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What is this?"},
                        {"type": "input_audio", "input_audio": {"data": "UklGRg", "format": "wav"}},
                    ],
                }
            ],
            "What is this? [audio]",
        ),
        (
            [
                {
                    "role": "user",
                    "content": [
                        {"type": "image_url", "image_url": {"url": "data:video/mp4;base64,AA"}}
                    ],
                }
            ],
            "[video]",
        ),
    ],
)
def test_previews_say_what_was_attached(payload: Any, told: str) -> None:
    assert preview(payload) == told


def test_attachments_keep_their_type_and_name() -> None:
    file = {"type": "file", "file": {"filename": "a.pdf", "file_data": PAPER}}
    sound = {"type": "input_audio", "input_audio": {"data": "UklGRg", "format": "mp3"}}
    (asked,) = messages.from_value([{"role": "user", "content": [file, sound]}]) or []
    assert [(part.url, part.mime_type, part.name) for part in asked.parts] == [
        (PAPER, "", "a.pdf"),
        ("data:audio/mp3;base64,UklGRg", "audio/mp3", ""),
    ]


def test_a_spoken_answer_is_heard_and_read() -> None:
    audio = {"id": "audio_1", "data": PAPER, "transcript": "Good day"}
    (told,) = messages.from_value([{"role": "assistant", "content": None, "audio": audio}]) or []
    assert [(part.type, part.url or part.text) for part in told.parts] == [
        ("media", PAPER),
        ("text", "Good day"),
    ]
