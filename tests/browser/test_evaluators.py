"""Evaluators in the browser: begun from the library, tried on what is stored, kept, changed, compared."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pilothouse.domain.access import Role, User
from pilothouse.edge.access import COOKIE
from pilothouse.store.relational import accounts
from tests.browser.walk import resize, speak, too_wide, violations
from tests.serving import TestProject, eventually
from tests.unit.llm.provider import Answer, Standing, chat, provider

__all__ = ["provider"]

WORDS = {
    "en": {"judge": "Refusal", "take": "Use this judge", "connection": "Connection", "create": "Create", "choose": "Choose", "try": "Try on one", "sent": "Prompt as sent, and answer", "no_model": "Choose a connection and a model first.", "save": "Save as version 2", "note": "What changed (optional)", "compare": "Compare with version 1", "back": "Back to the settings", "more": "More actions", "archive": "Archive", "show": "Show archived", "archived": "Archived", "true": "true", "message": "Message 1"},
    "zh": {"judge": "拒答", "take": "使用此评判", "connection": "连接", "create": "创建", "choose": "选择", "try": "试用 1 项", "sent": "实际发送的提示词与回答", "no_model": "请先选择连接和模型。", "save": "保存为版本 2", "note": "更改说明（可选）", "compare": "与版本 1 对比", "back": "返回设置", "more": "更多操作", "archive": "归档", "show": "显示已归档", "archived": "已归档", "true": "是", "message": "消息 1"},
}  # fmt: skip


def address(project: TestProject, path: str = "") -> str:
    return f"{project.server.url}/project/{project.id}/evaluators{path}"


def api(project: TestProject, path: str, body: Any = None) -> Any:
    with project.http() as http:
        url = f"/api/pilothouse/projects/{project.id}{path}"
        answer = http.get(url) if body is None else http.post(url, json=body)
        return answer.raise_for_status().json()


def sent_trace(project: TestProject) -> None:
    """One that asked and answered."""
    body = {"id": "t1", "name": "chat", "input": {"question": "Why?"}, "output": "I cannot say."}
    with project.http() as http:
        event = {
            "id": "e1",
            "type": "trace-create",
            "timestamp": "2026-11-26T20:00:00Z",
            "body": body,
        }
        told = http.post("/api/public/ingestion", json={"batch": [event]})
        assert told.status_code == 207
        eventually(lambda: http.get("/api/public/traces/t1").status_code == 200)


def connect(project: TestProject, provider: Standing) -> None:
    said = json.dumps({"reason": "It says that it cannot.", "score": True})
    provider.answers = [Answer(chat({"content": said}))]
    draft = {
        "name": "mine",
        "provider": "openai-compatible",
        "base_url": provider.url,
        "models": ["m-1"],
    }
    api(project, "/connections", draft)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_judge_is_taken_tried_kept_changed_and_archived(
    page: Page, project: TestProject, provider: Standing, language: str
) -> None:
    word = WORDS[language]
    sent_trace(project)
    connect(project, provider)
    speak(page, language)
    page.goto(address(project))
    page.get_by_role("button", name=re.compile(f"^{word['judge']}")).click()
    page.get_by_role("link", name=word["take"]).click()

    # Nothing can be tried or kept before somebody was chosen who judges.
    expect(page.get_by_text(word["no_model"])).to_be_visible()
    expect(page.get_by_role("button", name=word["create"])).to_be_disabled()
    page.get_by_label(word["connection"], exact=True).select_option(label="mine")
    page.get_by_role("checkbox", name=re.compile(f"^{word['choose']} chat")).check()
    page.get_by_role("button", name=word["try"]).click()
    trial = page.locator("[data-trial]")
    expect(trial).to_contain_text("It says that it cannot.", timeout=30_000)
    expect(trial).to_contain_text(word["true"])
    page.get_by_role("button", name=word["sent"]).click()
    expect(trial.get_by_role("textbox").first).to_contain_text("<output>I cannot say.</output>")

    page.get_by_role("button", name=word["create"]).click()
    expect(page).to_have_url(re.compile(r"/evaluators/\w{10,}$"))
    box = page.get_by_role("textbox", name=word["message"], exact=True)
    expect(box).to_contain_text("{{output}}")
    box.click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(" !!")
    page.get_by_label(word["note"]).fill("louder")
    page.get_by_role("button", name=word["save"]).click()
    expect(page.get_by_text("louder", exact=True)).to_be_visible()
    page.get_by_role("button", name=word["compare"]).click()
    expect(page.locator(".cm-mergeView")).to_contain_text("!!")
    page.get_by_role("button", name=word["back"]).click()

    page.get_by_role("button", name=word["more"]).click()
    page.get_by_role("menuitem", name=word["archive"]).click()
    expect(page.get_by_text(word["archived"], exact=True)).to_be_visible()
    page.goto(address(project))
    page.get_by_role("button", name=re.compile(f"^{word['judge']}")).wait_for()
    page.goto(address(project, "?archived=1"))
    expect(page.locator("main tbody tr")).to_have_count(1)
    [kept] = api(project, "/evaluators?archived=true")["items"]
    assert (kept["version"], kept["about"], kept["is_archived"]) == (2, "m-1", True)


def test_paths_are_completed_from_what_is_stored(
    page: Page, project: TestProject, provider: Standing
) -> None:
    sent_trace(project)
    connect(project, provider)
    page.goto(address(project, "/new?kind=judge"))
    path = page.get_by_label("Path of input", exact=True)
    options = page.locator("datalist option[value='input.question']")
    expect(options.first).to_be_attached()
    path.fill("input.question")
    variables = page.get_by_role("region", name="Variables")
    expect(variables.get_by_text("Why?", exact=True)).to_be_visible()
    path.fill("input.nothing")
    expect(page.get_by_text("nothing in the example")).to_be_visible()


def test_code_is_tried_on_what_is_typed_and_its_faults_are_told(
    page: Page, project: TestProject
) -> None:
    page.goto(address(project, "/new?kind=code"))
    page.get_by_role("radio", name="Typed").click()
    page.get_by_label("output (text or JSON)", exact=True).fill("a")
    page.get_by_label("expected_output (text or JSON)", exact=True).fill("b")
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.locator("[data-trial]")).to_contain_text("not what was expected")

    box = page.get_by_role("textbox", name="Code", exact=True)
    box.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("def evaluate(case): return open('/etc/passwd').read()")
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.locator("[data-trial]")).to_contain_text("PermissionError")
    page.keyboard.press("ControlOrMeta+a")
    box.fill("def evaluate(case: return 1")
    expect(page.get_by_role("alert").filter(has_text="SyntaxError")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("broken")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("alert").filter(has_text="SyntaxError")).to_be_visible()
    assert api(project, "/evaluators")["items"] == []


def test_a_metric_is_chosen_and_told_what_to_look_at(page: Page, project: TestProject) -> None:
    page.goto(address(project, "/new?kind=metric"))
    page.get_by_label("Metric", exact=True).select_option(label="Length")
    page.get_by_label("At most").fill("3")
    page.get_by_role("radio", name="Typed").click()
    page.get_by_label("output (text or JSON)", exact=True).fill("one two three four")
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.locator("[data-trial]")).to_contain_text("4 words")
    page.get_by_label("Name", exact=True).fill("short enough")
    page.get_by_role("button", name="Create").click()
    expect(page).to_have_url(re.compile(r"/evaluators/\w{10,}$"))
    expect(page.get_by_label("At most")).to_have_value("3")
    [kept] = api(project, "/evaluators")["items"]
    assert (kept["name"], kept["about"]) == ("short enough", "length")


def test_answers_of_an_experiment_come_with_what_was_expected(
    page: Page, project: TestProject
) -> None:
    sent_trace(project)
    with project.http() as http:
        http.post("/api/public/v2/datasets", json={"name": "d"}).raise_for_status()
        item = {"id": "item-1", "datasetName": "d", "expectedOutput": "I cannot say."}
        http.post("/api/public/dataset-items", json=item).raise_for_status()
        link = {"runName": "run-1", "datasetItemId": "item-1", "traceId": "t1"}
        http.post("/api/public/dataset-run-items", json=link).raise_for_status()
    page.goto(address(project, "/new?kind=metric"))
    page.get_by_role("radio", name="Experiments").click()
    page.get_by_role("checkbox", name="Choose item-1").check()
    page.get_by_role("button", name="Try on one").click()
    expect(page.locator("[data-trial]")).to_contain_text("true")


def test_who_may_not_edit_may_look(page: Page, project: TestProject, owner: User) -> None:
    settings = {"metric": "exact"}
    made = api(project, "/evaluators", {"name": "same", "kind": "metric", "settings": settings})
    with project.server.database.write() as db:
        user = accounts.add_user(db, f"{accounts.new_id()}@example.com", "Vi")
        accounts.add_project_member(db, user.id, project.id, Role.VIEWER)
        token = accounts.sign_in(db, user.id)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": project.server.url}])
    page.goto(address(project))
    expect(page.get_by_role("link", name="same")).to_be_visible()
    expect(page.get_by_role("link", name="New evaluator")).to_have_count(0)
    page.goto(address(project, f"/{made['id']}"))
    expect(page.get_by_label("Metric", exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name="More actions")).to_have_count(0)


@pytest.mark.parametrize("kind", ["judge", "panel", "metric"])
def test_it_fits_a_phone_and_is_accessible(page: Page, project: TestProject, kind: str) -> None:
    sent_trace(project)
    page.goto(address(project, f"/new?kind={kind}"))
    page.get_by_role("checkbox", name="Choose chat").wait_for()
    assert violations(page) == []
    resize(page, "phone")
    assert too_wide(page) == []
