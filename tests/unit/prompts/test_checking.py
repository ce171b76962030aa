"""What is said of a draft: what it needs, what stands in its way, what will surprise."""

from typing import Any

import pytest

from pilothouse.domain.prompt import Draft, PromptType, PromptVersion, Reference
from pilothouse.prompts.checking import Checked, check, config_problems


def version(name: str, body: Any, number: int = 1, config: Any = None) -> PromptVersion:
    kind = PromptType.TEXT if isinstance(body, str) else PromptType.CHAT
    return PromptVersion(
        f"{name}{number}", "p", name, number, kind, body, config or {}, "", "", 0, 0
    )


def said(
    body: Any, *others: PromptVersion, known: PromptVersion | None = None, **more: Any
) -> Checked:
    def find(reference: Reference) -> PromptVersion | None:
        return next((each for each in others if each.name == reference.name), None)

    kind = PromptType.TEXT if isinstance(body, str) else PromptType.CHAT
    return check(Draft("mine", kind, body, **more), find, known)


def codes(found: Checked) -> list[tuple[str, str]]:
    return [(each.code, each.subject) for each in found.problems]


def take(name: str, which: str = "label=production") -> str:
    return f"@@@langfusePrompt:name={name}|{which}@@@"


def test_a_draft_tells_its_variables_with_those_of_its_parts() -> None:
    found = said(f"Hi {{{{name}}}}. {take('tone')}", version("tone", "In {{language}}."))
    assert found.variables == ("language", "name")
    assert found.body == "Hi {{name}}. In {{language}}."
    assert [each.name for each in found.references] == ["tone"]
    assert found.problems == ()


def test_variables_are_held_against_the_version_in_use() -> None:
    known = version("mine", "Hi {{name}} of {{place}}", 7)
    found = said("Hi {{name}}, it is {{day}}", known=known)
    assert [(each.code, each.subject, each.detail) for each in found.problems] == [
        ("variable_new", "day", "7"),
        ("variable_gone", "place", "7"),
    ]
    assert not any(each.is_error for each in found.problems)


@pytest.mark.parametrize("text", ["{{ user.name }}", "{{#if x}}", "{{}}", "{{a b}}", "{{变量}}"])
def test_what_looks_like_a_variable_and_is_none_is_told(text: str) -> None:
    assert codes(said(f"Hi {text}")) == [("not_a_variable", text)]


def test_variables_may_be_written_in_other_ways() -> None:
    assert said("Hi {name}", config={"template_format": "f-string"}).variables == ("name",)
    jinja = {"template_format": "jinja2"}
    assert said("{% for one in all %}{{ one }}{% endfor %}", config=jinja).variables == ("all",)
    assert codes(said("{% for", config=jinja)) == [("template", "jinja")]
    assert codes(said("{x!r}", config={"template_format": "f-string"})) == [
        ("template", "f-string")
    ]


@pytest.mark.parametrize(
    ("body", "others"),
    [
        (take("gone"), []),
        (take("mine", "label=latest"), []),
        (take("other"), [version("other", take("mine", "label=latest"))]),
        (take("chat"), [version("chat", [{"role": "user", "content": "Hi"}])]),
        (take("d1"), [version(f"d{n}", take(f"d{n + 1}")) for n in range(1, 8)]),
    ],
    ids=["nowhere", "itself", "a circle", "a chat", "too deep"],
)
def test_parts_that_cannot_be_put_together_stand_in_the_way(
    body: str, others: list[PromptVersion]
) -> None:
    found = said(body, *others)
    assert [(each.code, each.is_error) for each in found.problems] == [("reference", True)]
    assert found.body is None


def test_a_reference_that_is_misspelled_is_told() -> None:
    assert codes(said("@@@langfusePrompt:tone@@@")) == [("not_a_reference", "tone")]


def test_what_breaks_a_rule_stands_in_the_way() -> None:
    for body in (
        [{"role": "user"}],
        [{"role": "user", "content": 3}],
        [{"type": "placeholder", "name": ""}],
    ):
        broken = check(Draft("mine", PromptType.CHAT, body), lambda _: None, None)
        assert any(each.is_error for each in broken.problems)


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({"temperature": "hot"}, "temperature"),
        ({"temperature": 3}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"max_tokens": 1.5}, "max_tokens"),
        ({"model": ""}, "model"),
        ({"tools": {"name": "x"}}, "tools"),
        ({"stop": [1]}, "stop"),
        ({"template_format": "erb"}, "template_format"),
        ([], "config"),
        ("text", "config"),
    ],
)
def test_wrong_types_in_a_config_are_named(config: Any, key: str) -> None:
    assert [(each.code, each.subject) for each in config_problems(config)] == [("config_type", key)]


def test_a_config_of_ones_own_is_left_alone() -> None:
    good = {"model": "m", "temperature": 0, "stop": ["a"], "seed": None, "own": {"any": ["thing"]}}
    assert list(config_problems(good)) == []


def test_broken_schemas_are_found_where_they_stand() -> None:
    bad = {"type": "no such type"}
    for config in (
        {"response_schema": bad},
        {"response_format": {"type": "json_schema", "json_schema": {"schema": bad}}},
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": bad}}]},
    ):
        (found,) = config_problems(config)
        assert (found.code, found.subject) == ("config_schema", next(iter(config)))
