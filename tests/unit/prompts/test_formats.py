"""Prompts as files: what is written is read again, and what a format cannot hold it refuses."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.prompt import Draft, PromptType, PromptVersion
from pilothouse.prompts import formats
from pilothouse.prompts.formats import Format, folder, yaml_text
from pilothouse.prompts.formats.folder import Kept
from pilothouse.prompts.templates import Syntax, as_fstring, as_mustache, rendered, variables

CHAT = [
    {"role": "system", "content": "You answer about {{product}}.\nBriefly."},
    {"type": "placeholder", "name": "history"},
    {"role": "user", "content": "{{question}}"},
]
CONFIG = {"model": "gpt-5-mini", "temperature": 0.2, "max_tokens": 300, "own": {"a": [1]}}


def version(body: Any, config: Any = CONFIG, number: int = 3, **more: Any) -> PromptVersion:
    kind = PromptType.TEXT if isinstance(body, str) else PromptType.CHAT
    told = {"labels": ("production", "latest"), "tags": ("a", "b"), **more}
    return PromptVersion(
        "i", "p", "support/greet", number, kind, body, config, "why", "", 0, 0, **told
    )


def again(format: Format, *versions: PromptVersion) -> list[Draft]:
    filename, text = formats.written(format, list(versions))
    return formats.read(text, filename)


@pytest.mark.parametrize("body", ["Hi {{name}}", CHAT], ids=["text", "chat"])
def test_json_keeps_every_version(body: Any) -> None:
    first, second = again(
        Format.JSON,
        version(body, number=4),
        version("x" if body == "Hi {{name}}" else CHAT[:1], number=2),
    )
    assert (second.name, second.body, second.config, second.tags) == (
        "support/greet",
        body,
        CONFIG,
        ("a", "b"),
    )
    assert (first.commit_message, first.labels) == ("why", ())


@pytest.mark.parametrize("body", ["Hi {{name}}\n\nBye", CHAT], ids=["text", "chat"])
def test_prompty_keeps_one_version(body: Any) -> None:
    (found,) = again(Format.PROMPTY, version(body))
    assert (found.name, found.body, found.config) == ("support/greet", body, CONFIG)
    assert (found.tags, found.commit_message) == (("a", "b"), "why")


@pytest.mark.parametrize(
    "body",
    [
        "user:\nis no role here",
        [{"role": "user", "content": "a\n  System:\nb"}],
        [{"role": "tool", "content": "a"}],
        [{"role": "user", "content": ""}],
        [{"role": "assistant", "content": "a", "tool_calls": []}],
    ],
)
def test_prompty_refuses_what_it_would_read_otherwise(body: Any) -> None:
    with pytest.raises(BadRequest, match="JSON"):
        formats.written(Format.PROMPTY, [version(body)])


def test_prompty_of_the_first_generation_is_read() -> None:
    (found,) = formats.read(
        """---
name: Basic
description: a basic prompt
model:
  api: chat
  configuration:
    type: azure_openai
    azure_deployment: gpt-35-turbo
  parameters:
    max_tokens: 128
    temperature: 0.2
inputs:
  question:
    type: string
---
system:
You are an assistant.

# user:
{% if question %}{{question}}{% endif %}
""",
        "basic.prompty",
    )
    assert found.body == [
        {"role": "system", "content": "You are an assistant."},
        {"role": "user", "content": "{% if question %}{{question}}{% endif %}"},
    ]
    assert found.config == {
        "model": "gpt-35-turbo",
        "max_tokens": 128,
        "temperature": 0.2,
        "template_format": "jinja2",
    }


def test_a_manifest_of_langchains_hub_is_written_and_read() -> None:
    filename, text = formats.written(Format.LANGCHAIN, [version(CHAT)])
    (found,) = formats.read(text, filename)
    assert (found.name, found.body, found.config) == ("support/greet", CHAT, CONFIG)
    assert found.tags == ("a", "b")
    told = json.loads(text)
    assert told["id"] == ["langchain", "prompts", "chat", "ChatPromptTemplate"]
    assert told["kwargs"]["input_variables"] == ["product", "question"]
    (plain,) = again(Format.LANGCHAIN, version("Hi {{name}}"))
    assert (plain.type, plain.body) == (PromptType.TEXT, "Hi {{name}}")


def template(format: Format, body: str, config: Any) -> str:
    """How a file says that its variables are written."""
    _, text = formats.written(format, [version(body, config)])
    if format is Format.LANGCHAIN:
        return json.loads(text)["kwargs"]["template_format"]
    return yaml_text.load(text.split("---\n")[1])["template"]["format"]["kind"]


@pytest.mark.parametrize(
    ("body", "config", "langchain", "prompty"),
    [
        # Mustache of theirs escapes values for HTML.
        ('Hi {{name}} {"a": {"b": 1}}', {}, "f-string", "jinja2"),
        ("{% if a %}b{% endif %}", {"template_format": "jinja2"}, "jinja2", "jinja2"),
        ("Hi {{name}}: 5 {%", {}, "f-string", "mustache"),
    ],
)
def test_a_file_says_how_its_variables_are_written(
    body: str, config: Any, langchain: str, prompty: str
) -> None:
    for format, told in ((Format.LANGCHAIN, langchain), (Format.PROMPTY, prompty)):
        assert template(format, body, config) == told
        (found,) = again(format, version(body, config))
        assert (found.body, found.config) == (body, config)


def test_an_f_string_comes_back_in_mustache() -> None:
    for format in (Format.LANGCHAIN, Format.PROMPTY):
        (found,) = again(format, version('{name}: {{"a": 1}}', {"template_format": "f-string"}))
        assert (found.body, found.config) == ('{{name}}: {"a": 1}', {})


def test_double_braces_around_no_name_are_kept_or_refused() -> None:
    odd = version("{{ user.name }}")
    (found,) = again(Format.LANGCHAIN, odd)
    assert found.body == "{{{{ user.name }}}}"
    assert found.config == CONFIG | {"template_format": "f-string"}
    with pytest.raises(BadRequest, match="JSON"):
        formats.written(Format.PROMPTY, [odd])


@given(st.text("{} a1\n", max_size=12))
def test_mustache_and_f_strings_say_the_same(text: str) -> None:
    found = as_fstring(text)
    names = variables(text, Syntax.MUSTACHE)
    assert variables(found, Syntax.FSTRING) == names
    values = dict.fromkeys(names, "<x>")
    said = rendered(text, Syntax.MUSTACHE, values)
    assert rendered(found, Syntax.FSTRING, values) == said
    back = as_mustache(found)
    assert back is None or rendered(back, Syntax.MUSTACHE, values) == said


def manifest(template: str, form: str = "f-string") -> Any:
    return {
        "lc": 1,
        "type": "constructor",
        "id": ["langchain_core", "prompts", "prompt", "PromptTemplate"],
        "kwargs": {"template": template, "template_format": form},
    }


@pytest.mark.parametrize(
    ("template", "form", "body", "config"),
    [
        ("Hi {name}: {{}}", "f-string", "Hi {{name}}: {}", {}),
        ("{{{{x}}}} {y}", "f-string", "{{{{x}}}} {y}", {"template_format": "f-string"}),
        ("Hi {{name}}", "mustache", "Hi {{name}}", {}),
        (
            "{% if a %}b{% endif %}",
            "jinja2",
            "{% if a %}b{% endif %}",
            {"template_format": "jinja2"},
        ),
    ],
)
def test_templates_of_langchain_become_ours_where_that_says_the_same(
    template: str, form: str, body: str, config: Any
) -> None:
    (found,) = formats.read(json.dumps(manifest(template, form)), "x.json")
    assert (found.body, found.config) == (body, config)


def test_a_manifest_with_a_model_brings_its_settings() -> None:
    model = {
        "lc": 1,
        "type": "constructor",
        "id": ["langchain", "chat_models", "openai", "ChatOpenAI"],
        "kwargs": {
            "model_name": "gpt-5",
            "temperature": 0,
            "openai_api_key": {"lc": 1, "type": "secret", "id": ["OPENAI_API_KEY"]},
        },
    }
    whole = {
        "lc": 1,
        "type": "constructor",
        "id": ["langchain", "schema", "runnable", "RunnableSequence"],
        "kwargs": {"first": manifest("Hi {x}"), "last": model},
    }
    (found,) = formats.read(json.dumps(whole), "x.json")
    assert (found.body, found.config) == ("Hi {{x}}", {"model": "gpt-5", "temperature": 0})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[]", "an object with"),
        ('{"prompt": 3}', "a text, or a list"),
        ('{"prompt": "x", "type": "poem"}', "text or chat"),
        ("---\nname: x\n", "front matter"),
        ("---\na: &x [1]\nb: *x\n---\nHi", "aliases"),
        ("---\na: [\n---\nHi", "no YAML"),
        ("---\n!!python/object/apply:os.system ['true']\n---\nHi", "no YAML"),
        ('{"lc": 1, "id": ["ChatPromptTemplate"], "kwargs": {}}', "no messages"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_what_is_no_prompt_is_refused_with_its_reason(text: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        formats.read(text, "file")


# -- a folder ------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).filter(
    lambda text: "\x00" not in text
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(
    text=TEXTS, config=JSON.filter(lambda each: each is not None), tags=st.lists(TEXTS, max_size=3)
)
def test_a_file_keeps_any_text_and_config(text: str, config: Any, tags: list[str]) -> None:
    kept = Kept("a/b", PromptType.TEXT, text.replace("{{", ""), config, tuple(tags), 7)
    assert folder.read(folder.write(kept), "a/b.yaml") == kept


@given(contents=st.lists(TEXTS, min_size=1, max_size=3))
def test_a_file_keeps_any_messages(contents: list[str]) -> None:
    body = [{"role": "user", "content": each.replace("{{", ""), "name": "x"} for each in contents]
    kept = Kept(
        "n", PromptType.CHAT, [*body, {"type": "placeholder", "name": "history"}], {}, (), 0
    )
    assert folder.read(folder.write(kept), "n.yaml") == kept


def test_texts_stand_in_lines_so_that_a_change_is_one_line() -> None:
    kept = Kept("n", PromptType.CHAT, CHAT, {"model": "m"}, ("a",), 3)
    assert folder.write(kept) == (
        "name: n\ntype: chat\nversion: 3\ntags:\n- a\nconfig:\n  model: m\nprompt:\n"
        "- role: system\n  content: |-\n    You answer about {{product}}.\n    Briefly.\n"
        "- placeholder: history\n- role: user\n  content: '{{question}}'\n"
    )


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("support/greet", "support/greet.yaml"),
        ("../../etc/passwd", "%2E./%2E./etc/passwd.yaml"),
        (".git/config", "%2Egit/config.yaml"),
        ("a:b*c?", "a%3Ab%2Ac%3F.yaml"),
        ("提示词/问候", "提示词/问候.yaml"),
        ("C:\\x", "C%3A%5Cx.yaml"),
    ],
)
def test_names_become_paths_that_stay_in_the_folder(name: str, path: str) -> None:
    assert str(folder.path_of(name)) == path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prompt: x\npromt: y", "no key 'promt'"),
        ("name: x", "prompt is a text"),
        ("prompt: x\nversion: three", "whole number"),
        ("prompt: x\ntype: poem", "text or chat"),
        ("prompt: [x]", "a message has"),
        ("prompt:\n- role: user", "a role and a content"),
        ("- x", "no mapping"),
    ],
)
def test_a_broken_file_is_named(text: str, said: str) -> None:
    with pytest.raises(BadRequest, match=f"a/b.yaml: .*{said}"):
        folder.read(text, "a/b.yaml")
