"""The playground: a prompt is written, run by several variants of a real small model, compared and kept."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from pilothouse.store.relational import prompts as stored
from tests.model import Model, running_model
from tests.serving import TestProject
from tests.unit.llm.provider import Answer, Standing, chat, provider

__all__ = ["provider"]


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with running_model() as running:
        yield running


def connect(project: TestProject, url: str, name: str = "local") -> None:
    body = {"name": name, "provider": "openai-compatible", "base_url": url, "models": ["model-x"]}
    with project.http() as http:
        path = f"/api/pilothouse/projects/{project.id}/connections"
        http.post(path, json=body).raise_for_status()


def opened(page: Page, project: TestProject, search: str = "") -> None:
    page.goto(f"{project.server.url}/project/{project.id}/playground{search}")
    expect(page.get_by_role("heading", name="Playground")).to_be_visible()


def write(page: Page, place: str, text: str, variant: int = 0) -> None:
    page.get_by_label(place, exact=True).nth(variant).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def variant(page: Page, number: int):
    return page.get_by_role("region", name=f"Variant {number}")


@pytest.mark.model
def test_a_prompt_is_written_run_compared_and_saved(
    page: Page, project: TestProject, model: Model
) -> None:
    """From an empty project to a version of a prompt, by the pages alone."""
    opened(page, project)
    page.get_by_role("link", name="Connect a provider").click()
    page.get_by_label("Provider", exact=True).select_option("llama.cpp")
    page.get_by_label("Address", exact=True).fill(model.url)
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_text(f"{model.name} answers")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("cell", name="llama.cpp", exact=True)).to_be_visible()

    opened(page, project)
    write(page, "Message 1", "Be brief.")
    write(page, "Message 2", "Say hello to {{name}}.")
    page.get_by_label("Value of name").fill("小王")
    page.get_by_label("Model", exact=True).fill(model.name)
    page.get_by_role("button", name="Parameters").click()
    page.get_by_label("Most tokens").fill("12")
    page.get_by_role("button", name="Add variant").click()
    page.get_by_role("button", name="Add variant").click()
    write(page, "Message 2", "Say goodbye to {{name}}.", variant=1)
    page.get_by_role("button", name="Run all").click()
    for number in (1, 2, 3):
        column = variant(page, number)
        expect(column.get_by_text("done", exact=True)).to_be_visible(timeout=60_000)
        expect(column.get_by_text("tokens/s")).to_be_visible()
        expect(column.get_by_text("First token")).to_be_visible()

    page.get_by_role("button", name="Compare outputs").click()
    expect(page.get_by_role("dialog").get_by_label("Left")).to_be_visible()
    expect(page.locator(".cm-mergeView")).to_be_visible()
    page.keyboard.press("Escape")

    variant(page, 2).get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Save as a prompt version").click()
    page.get_by_label("Prompt", exact=True).fill("goodbye")
    page.get_by_label("Labels, separated by commas").fill("production")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as version 1 of goodbye.")).to_be_visible()
    with project.server.database.read() as db:
        found = stored.by_label(db, project.id, "goodbye", "production")
    assert found is not None
    assert found.config == {"model": model.name, "max_tokens": 12}

    variant(page, 1).get_by_role("link", name="Open the trace").click()
    expect(page).to_have_url(re.compile("/traces/"))
    page.get_by_text(model.name).first.click()
    page.get_by_role("link", name="Open in the playground").click()
    # What was typed is still there; the call is a further variant.
    expect(page.get_by_text("Opened as a further variant")).to_be_visible()
    expect(page.get_by_label("Message 2", exact=True)).to_have_count(4)
    expect(page.get_by_label("Message 2", exact=True).last).to_have_text("Say hello to 小王.")


def test_nothing_typed_is_lost(page: Page, project: TestProject) -> None:
    connect(project, "http://127.0.0.1:9/v1")
    opened(page, project)
    write(page, "Message 2", "Hello {{name}}")
    page.get_by_label("Value of name").fill("Bo")
    page.get_by_role("button", name="Answer as JSON").click()
    page.get_by_label("Answer as JSON", exact=True).last.click()
    page.keyboard.type("{")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The schema is no JSON object")
    page.reload()
    expect(page.get_by_label("Message 2", exact=True)).to_have_text("Hello {{name}}")
    expect(page.get_by_label("Value of name")).to_have_value("Bo")
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_label("Value of name")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Value of name")).to_have_value("Bo")


def test_a_failure_says_what_to_do_and_keeps_the_text(page: Page, project: TestProject) -> None:
    connect(project, "http://127.0.0.1:9/v1")
    opened(page, project)
    write(page, "Message 2", "Hello {{name}}")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("no value is given for name")
    page.get_by_label("Value of name").fill("Bo")
    page.keyboard.press("ControlOrMeta+Enter")
    alert = page.get_by_role("alert").filter(has_text="cannot be reached")
    expect(alert).to_be_visible(timeout=30_000)
    expect(alert).to_contain_text("that its server runs")
    expect(page.get_by_label("Message 2", exact=True)).to_have_text("Hello {{name}}")


def test_a_run_streams_and_is_stopped(page: Page, project: TestProject, provider: Standing) -> None:
    provider.answers = [Answer(chat(*[{"content": "word "}] * 400), pause=0.03)]
    connect(project, provider.url)
    opened(page, project)
    write(page, "Message 2", "Hello")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("word word")).to_be_visible()
    expect(page.get_by_text("≈").first).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("stopped", exact=True)).to_be_visible()
    assert provider.broken_off.wait(5)


def test_a_tool_is_answered_by_a_person_and_the_model_goes_on(
    page: Page, project: TestProject, provider: Standing
) -> None:
    function = {"name": "get_weather", "arguments": '{"city": "Paris"}'}
    piece = {"tool_calls": [{"index": 0, "id": "call_1", "function": function}]}
    provider.answers = [
        Answer(chat(piece, finish="tool_calls")),
        Answer(chat({"content": "It rains."})),
        Answer(chat({"content": "You are welcome."})),
    ]
    connect(project, provider.url)
    opened(page, project)
    write(page, "Message 2", "Weather?")
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name="Tool", exact=True).click()
    page.get_by_label("Name of the tool").fill("get_weather")
    page.get_by_label("Who answers").select_option("person")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_label("Answer of get_weather").fill('{"sky": "rain"}')
    page.get_by_role("button", name="Answer and go on").click()
    expect(page.get_by_text("It rains.")).to_be_visible()
    sent = provider.asked[-1].body["messages"]
    assert [each["role"] for each in sent] == ["user", "assistant", "tool"]
    assert json.loads(sent[2]["content"]) == {"sky": "rain"}
    page.get_by_label("Reply").fill("Thanks")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("You are welcome.")).to_be_visible()
    assert len(provider.asked[-1].body["messages"]) == 5


def test_an_answer_is_put_into_a_data_set(
    page: Page, project: TestProject, provider: Standing
) -> None:
    provider.answers = [Answer(chat({"content": "Yes."}))]
    connect(project, provider.url)
    with project.http() as http:
        http.post("/api/public/v2/datasets", json={"name": "cases"}).raise_for_status()
    opened(page, project)
    write(page, "Message 2", "Well?")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Add to a data set").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_be_hidden()
    with project.http() as http:
        kept = http.get("/api/public/dataset-items", params={"datasetName": "cases"}).json()["data"]
    [item] = kept
    assert "Well?" in json.dumps(item["input"])
    assert "Yes." in json.dumps(item["expectedOutput"])


def test_several_runs_of_one_variant(page: Page, project: TestProject, provider: Standing) -> None:
    provider.answers = [Answer(chat({"content": "Yes."}))]
    connect(project, provider.url)
    opened(page, project)
    write(page, "Message 2", "Well?")
    page.get_by_label("Times").fill("7")
    page.get_by_role("button", name="Run", exact=True).click()
    runs = page.get_by_role("radiogroup", name="Runs")
    expect(runs.get_by_role("radio")).to_have_count(7)
    expect(page.get_by_text("Median of 7 runs")).to_be_visible()
    assert len(provider.asked) == 7


def test_a_version_of_a_prompt_is_opened(page: Page, project: TestProject) -> None:
    """By its own page; a reload does not open it once more."""
    connect(project, "http://127.0.0.1:9/v1")
    with project.http() as http:
        prompt = [
            {"role": "system", "content": "Be {{tone}}."},
            {"type": "placeholder", "name": "history"},
            {"role": "user", "content": "{{question}}"},
        ]
        body = {"name": "support/greet", "type": "chat", "prompt": prompt}
        config = {"model": "model-y", "temperature": 0.2}
        made = http.post("/api/public/v2/prompts", json=body | {"config": config})
        made.raise_for_status()
    page.goto(f"{project.server.url}/project/{project.id}/prompts/support%2Fgreet")
    page.locator("main a[href*='/playground?']").click()
    expect(page.get_by_label("Message 1", exact=True)).to_have_text("Be {{tone}}.")
    expect(page.get_by_label("Model", exact=True)).to_have_value("model-y")
    expect(page.get_by_label("Name of the placeholder")).to_have_value("history")
    expect(page.get_by_label("Value of tone")).to_be_visible()
    expect(page).to_have_url(re.compile("/playground$"))
    page.reload()
    expect(page.get_by_label("Message 1", exact=True)).to_have_count(1)


def talked(project: TestProject, session: str, *turns: tuple[str, str]) -> None:
    """A session of which each turn repeats what was said before it."""
    messages: list[dict[str, str]] = []
    events: list[dict[str, Any]] = []
    for place, (question, answer) in enumerate(turns):
        messages = [*messages, {"role": "user", "content": question}]
        at = f"2026-11-20T10:0{place}:00Z"
        body = {"id": f"{session}-{place}", "sessionId": session, "timestamp": at, "name": "turn"}
        reply = {"role": "assistant", "content": answer}
        told = {**body, "input": messages, "output": reply}
        events.append({"id": f"e{place}", "type": "trace-create", "timestamp": at, "body": told})
        messages = [*messages, reply]
    with project.http() as http:
        assert http.post("/api/public/ingestion", json={"batch": events}).json()["errors"] == []


def test_a_placeholder_is_filled_from_a_session(
    page: Page, project: TestProject, provider: Standing
) -> None:
    provider.answers = [Answer(chat({"content": "In Paris."}))]
    connect(project, provider.url)
    talked(project, "talk", ("Hi", "Hello"), ("Who are you?", "A model"))
    with project.http() as http:
        prompt = [
            {"role": "system", "content": "Be kind."},
            {"type": "placeholder", "name": "history"},
            {"role": "user", "content": "Where?"},
        ]
        body = {"name": "greet", "type": "chat", "prompt": prompt, "config": {"model": "model-x"}}
        http.post("/api/public/v2/prompts", json=body).raise_for_status()
    page.goto(f"{project.server.url}/project/{project.id}/prompts/greet")
    page.locator("main a[href*='/playground?']").click()
    page.get_by_role("button", name="Fill from a session").click()
    dialog = page.get_by_role("dialog", name="Fill from a session")
    field = dialog.get_by_label("Session id")
    field.fill("none")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill(" talk ")
    field.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("4 messages")).to_be_visible()
    page.reload()
    expect(page.get_by_text("4 messages")).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("log", name="Output")).to_contain_text("In Paris.")
    (asked,) = provider.asked
    said = [(each["role"], each["content"]) for each in asked.body["messages"]]
    assert said == [
        ("system", "Be kind."),
        ("user", "Hi"),
        ("assistant", "Hello"),
        ("user", "Who are you?"),
        ("assistant", "A model"),
        ("user", "Where?"),
    ]


def test_an_item_of_a_data_set_is_opened(page: Page, project: TestProject) -> None:
    """What holds a conversation is a variant; what holds values fills the variables."""
    connect(project, "http://127.0.0.1:9/v1")
    items = {"words": {"question": "Where?"}, "talk": [{"role": "user", "content": "{{question}}"}]}
    with project.http() as http:
        made = http.post("/api/public/v2/datasets", json={"name": "set"}).json()
        for id, input in items.items():
            body = {"datasetName": "set", "id": f"{project.id}-{id}", "input": input}
            http.post("/api/public/dataset-items", json=body).raise_for_status()
    page.goto(f"{project.server.url}/project/{project.id}/datasets/{made['id']}")
    page.get_by_role("button", name="{{question}}").first.click()
    page.get_by_role("dialog").get_by_role("link", name="Open in the playground").click()
    expect(page.get_by_label("Message 1", exact=True)).to_have_text("{{question}}")
    opened(page, project, f"?dataset={made['id']}&item={project.id}-words")
    expect(page.get_by_label("Value of question")).to_have_value("Where?")
    expect(page.get_by_label("Message 1", exact=True)).to_have_text("{{question}}")


def test_a_state_is_shared_by_its_address(page: Page, project: TestProject) -> None:
    connect(project, "http://127.0.0.1:9/v1")
    opened(page, project)
    write(page, "Message 2", "Shared {{a}}")
    page.get_by_role("button", name="Save and share").click()
    page.get_by_label("Name", exact=True).fill("Ours")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?saved=\w+"))
    address = page.url
    page.goto(address)
    expect(page.get_by_label("Message 2", exact=True)).to_have_text("Shared {{a}}")
    # Another changes it: whoever opened it before sees that, but for what they typed since.
    with project.http() as http:
        saved = f"/api/pilothouse/projects/{project.id}/playgrounds/{address.partition('=')[2]}"
        told = http.get(saved).json()
        told["state"]["variants"][0]["lines"][1]["text"] = "Changed"
        body = {"name": told["name"], "state": told["state"]}
        http.put(saved, json=body).raise_for_status()
    page.goto(address)
    expect(page.get_by_label("Message 2", exact=True)).to_have_text("Changed")
    write(page, "Message 2", "Mine")
    page.reload()
    expect(page.get_by_label("Message 2", exact=True)).to_have_text("Mine")
    page.evaluate("localStorage.clear()")


def test_saving_keeps_what_was_answered(
    page: Page, project: TestProject, provider: Standing
) -> None:
    provider.answers = [Answer(chat({"content": "In Paris."}))]
    connect(project, provider.url)
    opened(page, project)
    write(page, "Message 2", "Where?")
    page.get_by_label("Model", exact=True).fill("model-x")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("log", name="Output")).to_contain_text("In Paris.")
    page.get_by_role("button", name="Save and share").click()
    page.get_by_label("Name", exact=True).fill("Ours")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?saved=\w+"))
    expect(page.get_by_role("log", name="Output")).to_contain_text("In Paris.")


def test_large_files_take_nothing_typed_along(page: Page, project: TestProject) -> None:
    """A browser keeps about five million characters."""
    connect(project, "http://127.0.0.1:9/v1")
    opened(page, project)
    for place in range(2):
        file = {"name": f"{place}.png", "mimeType": "image/png", "buffer": bytes(2_400_000)}
        page.locator("input[type=file]").nth(place).set_input_files([file])  # pyright: ignore[reportArgumentType]
        expect(page.get_by_text(f"{place}.png")).to_be_visible()
    write(page, "Message 2", "Typed beside them")
    expect(page.get_by_text("The attached files are more than")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Message 2", exact=True)).to_have_text("Typed beside them")


def test_a_prompt_of_parts_goes_on_in_its_own_syntax(
    page: Page, project: TestProject, provider: Standing
) -> None:
    """Its parts are put in, what the model said is no template, and its config comes back whole."""
    provider.answers = [Answer(chat({"content": '{"a": "{{b}}"}'}))]
    connect(project, provider.url)
    config = {"model": "model-x", "template_format": "jinja2", "own": {"a": 1}}
    part = "@@@langfusePrompt:name=tone|label=production@@@"
    prompt = [
        {"role": "system", "content": part},
        {"role": "user", "content": "{% if q %}{{ q }}{% endif %}"},
    ]
    with project.http() as http:
        for body in (
            {"name": "tone", "type": "text", "prompt": "Be {{mood}}.", "labels": ["production"]},
            {"name": "whole", "type": "chat", "prompt": prompt, "config": config},
        ):
            http.post("/api/public/v2/prompts", json=body).raise_for_status()
    opened(page, project, "?prompt=whole&version=1")
    page.get_by_label("Value of mood").fill("kind")
    page.get_by_label("Value of q").fill("Where?")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("done", exact=True)).to_be_visible()
    page.get_by_placeholder("Say more").fill("Go on")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Message 4", exact=True)).to_have_text("Go on")
    expect(page.get_by_label("Value of b")).to_have_count(0)
    expect(page.get_by_text("done", exact=True)).to_be_visible()
    sent = [each["content"] for each in provider.asked[-1].body["messages"]]
    assert sent == ["Be kind.", "Where?", '{"a": "{{b}}"}', "Go on"]
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Save as a prompt version").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as version 2 of whole.")).to_be_visible()
    with project.server.database.read() as db:
        found = stored.by_label(db, project.id, "whole", "latest")
    assert found is not None
    assert isinstance(found.body, list)
    assert (found.body[0]["content"], found.config) == (part, config)


def test_who_may_only_look_may_not_run(page: Page, project: TestProject) -> None:
    from pilothouse.domain.access import Role
    from pilothouse.edge.access import COOKIE

    token = project.person(Role.VIEWER)["cookie"].partition("=")[2]
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": project.server.url}])
    opened(page, project)
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_disabled()
    answer = httpx.post(
        f"{project.server.url}/api/pilothouse/projects/{project.id}/playground/run",
        json={},
        headers={"cookie": f"{COOKIE}={token}", "x-pilothouse": "1"},
    )
    assert answer.status_code == 403
