"""A prompt in the browser: written, changed, compared, released, rolled back, and what came of it."""

import re
import time
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from pilothouse.domain.access import Role, User
from pilothouse.edge.access import COOKIE
from tests.browser.test_experiments import dataset
from tests.browser.walk import SIZES, in_dark, resize, speak, too_wide, violations
from tests.server.test_prompts import call
from tests.serving import NO_TLS, TestProject

WORDS = {
    "en": {"new": "Write the first prompt", "name": "Name", "text": "Text", "create": "Create prompt", "save": "Save as a new version", "why": "What changed, and why?", "version": "Version {}", "becomes": "becomes version 2", "make": "Make production", "back": "Roll back to this", "undo": "Undo", "compare": "Compare", "history": "History of labels", "production": "In production", "before": "Before and after each move of a label", "worse": "worse", "label": "Add a label", "new_label": "New label…", "label_name": "Label", "reason": "Why?", "move": "Move", "config": "Config", "bad": "This is no JSON", "delete": "Delete prompt", "more": "More", "first": "Keep prompts out of your code", "kept": "What you typed before is here again", "discard": "Discard"},
    "zh": {"new": "编写第一个提示词", "name": "名称", "text": "文本", "create": "创建提示词", "save": "保存为新版本", "why": "改了什么？为什么？", "version": "版本 {}", "becomes": "保存为版本 2", "make": "设为生产", "back": "回滚到此版本", "undo": "撤销", "compare": "对比", "history": "版本标签历史", "production": "生产表现", "before": "每次移动版本标签前后", "worse": "更差", "label": "添加版本标签", "new_label": "新版本标签…", "label_name": "版本标签", "reason": "原因", "move": "移动", "config": "配置", "bad": "这不是 JSON", "delete": "删除提示词", "more": "更多", "first": "让提示词离开代码", "kept": "已恢复你之前输入但未保存的内容", "discard": "放弃"},
}  # fmt: skip


def address(project: TestProject, path: str = "") -> str:
    return f"{project.server.url}/project/{project.id}/prompts{path}"


def served(project: TestProject, name: str, **asked: str) -> int:
    """The version that an application gets."""
    with project.http() as http:
        found = http.get(f"/api/public/v2/prompts/{name}", params=asked)
        return found.raise_for_status().json()["version"]


def create(project: TestProject, name: str, *texts: str, **more: object) -> None:
    with project.http() as http:
        for place, text in enumerate(texts):
            labels = ["production"] if place == 0 else []
            body = {"name": name, "prompt": text, "labels": labels, **more}
            http.post("/api/public/v2/prompts", json=body).raise_for_status()


def write(page: Page, label: str, text: str) -> None:
    box = page.get_by_role("textbox", name=label, exact=True)
    box.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_prompt_is_written_released_and_rolled_back(
    page: Page, project: TestProject, language: str
) -> None:
    word = WORDS[language]
    speak(page, language)
    page.goto(address(project))
    expect(page.get_by_text(word["first"])).to_be_visible()
    page.get_by_role("link", name=word["new"]).click()
    page.get_by_label(word["name"], exact=True).fill("support/greet")
    write(page, word["text"], "Hello {{name}}, how can I help?")
    page.get_by_role("button", name=word["create"]).click()
    first, second = (word["version"].format(each) for each in (1, 2))
    expect(page.get_by_role("heading", name=first)).to_be_visible()
    assert served(project, "support%2Fgreet") == 1

    # The second version warns of what is new, survives a reload, and is saved with its reason.
    write(page, word["text"], "Hi {{name}} of {{city}}")
    expect(page.get_by_text("“city”")).to_be_visible()
    expect(page.get_by_text(word["becomes"])).to_be_visible()
    page.wait_for_timeout(500)
    page.reload()
    expect(page.get_by_text(word["kept"])).to_be_visible()
    write(page, word["config"], '{"temperature": ')
    expect(page.get_by_text(word["bad"])).to_be_visible()
    expect(page.get_by_role("button", name=word["save"])).to_be_disabled()
    write(page, word["config"], '{"temperature": "hot"}')
    expect(page.get_by_text("temperature", exact=False).last).to_be_visible()
    write(page, word["config"], '{"temperature": 0.5}')
    page.get_by_label(word["why"]).fill("shorter")
    page.get_by_role("button", name=word["save"]).click()
    expect(page.get_by_role("heading", name=second)).to_be_visible()
    assert served(project, "support%2Fgreet") == 1

    page.get_by_role("tab", name=word["compare"]).click()
    expect(page.locator(".cm-changedLine, .cm-changedText").first).to_be_visible()
    expect(page.get_by_text('"temperature": 0.5')).to_be_visible()
    page.get_by_role("tab").first.click()

    # Into production in one click, back in one click, and back again from there.
    page.get_by_role("button", name=word["make"]).click()
    expect(page.get_by_role("button", name=word["undo"])).to_be_visible()
    assert served(project, "support%2Fgreet") == 2
    page.get_by_role("button", name=word["undo"]).click()
    expect(page.get_by_role("button", name=word["make"])).to_be_visible()
    assert served(project, "support%2Fgreet") == 1
    page.get_by_role("button", name=word["make"]).click()
    expect(page.get_by_role("button", name=word["make"])).to_be_hidden()
    page.get_by_role("complementary").get_by_role("button", name=re.compile(f"^{first}")).click()
    page.get_by_role("button", name=word["back"]).click()
    expect(page.get_by_role("button", name=word["back"])).to_be_hidden()
    assert served(project, "support%2Fgreet") == 1

    # A label of one's own, with a reason that stays.
    page.get_by_role("button", name=word["label"]).click()
    page.get_by_role("menuitem", name=word["new_label"]).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(word["label_name"], exact=True).fill("canary")
    dialog.get_by_label(word["reason"]).fill("to try it")
    dialog.get_by_role("button", name=word["move"]).click()
    expect(page.get_by_role("button", name=re.compile("canary")).first).to_be_visible()
    assert served(project, "support%2Fgreet", label="canary") == 1
    page.get_by_role("tab", name=word["history"]).click()
    moves = page.get_by_role("list", name=word["history"]).get_by_role("listitem")
    expect(moves).to_have_count(6)
    expect(moves.first).to_contain_text("to try it")
    expect(moves.first).to_contain_text("Ann")

    page.get_by_role("button", name=word["more"]).click()
    page.get_by_role("menuitem", name=word["delete"]).click()
    page.get_by_role("button", name=word["undo"]).last.click()
    page.goto(address(project, "/support%2Fgreet"))
    expect(page.get_by_role("heading", name=second)).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_both_versions_do_in_production_stands_beside_them(
    page: Page, project: TestProject, language: str
) -> None:
    word = WORDS[language]
    create(project, "greet", "First {{x}}", "Second {{x}}")
    with project.http() as http:
        for place in range(35):
            call(http, "greet", 1, time.time(), 1 + place / 100)
        move(http, "greet", 2)
        for place in range(35):
            call(
                http,
                "greet",
                2,
                time.time(),
                2 + place / 100,
                level="ERROR" if place < 7 else "DEFAULT",
            )
    speak(page, language)
    page.goto(address(project, "/greet?tab=production"))
    table = page.get_by_role("table").first
    expect(table.get_by_role("row")).to_have_count(3)
    second, first = (table.get_by_role("row").nth(place) for place in (1, 2))
    expect(second).to_contain_text("20%")
    expect(first).to_contain_text(word["version"].format(1))
    expect(page.get_by_role("region", name=word["before"])).to_contain_text(word["worse"])
    for size in SIZES:
        resize(page, size)
        assert too_wide(page) == []
    resize(page, "laptop")
    assert violations(page) == []
    in_dark(page)
    assert violations(page, "color-contrast") == []
    page.goto(address(project, "/greet?tab=production&filter=level:error or level:nonsense"))
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto(address(project, "/greet?tab=production&filter=level:error or user:nobody"))
    expect(table.get_by_role("row")).to_have_count(2)
    expect(
        table.get_by_role("row").nth(1).get_by_role("link", name="7", exact=True)
    ).to_be_visible()
    page.locator("[data-filter] button").first.click()
    # Behind a number stand its calls, and each knows the version that made it.
    second.get_by_role("link", name="20%").click()
    expect(page).to_have_url(re.compile("level%3Aerror"))
    expect(page.get_by_role("row")).to_have_count(8)
    page.get_by_role("row").nth(1).click()
    page.get_by_role("link", name="greet", exact=True).click()
    expect(page).to_have_url(re.compile("/prompts/greet"))
    expect(page.get_by_role("heading", name=word["version"].format(2))).to_be_visible()


def move(http: httpx.Client, name: str, version: int) -> None:
    body = {"newLabels": ["production"]}
    http.patch(f"/api/public/v2/prompts/{name}/versions/{version}", json=body).raise_for_status()


ASKED = {
    "en": {"language": "en", "ask": "Ask for production", "why": "Why?", "experiment": "Experiment that shows that it is good", "baseline": "Baseline", "better": "better", "link": "Or a link to something else that shows it", "send": "Ask", "history": "History of labels", "requests": "Requests", "withdraw": "Withdraw", "grant": "Grant", "granted": "granted", "open": "Open the comparison", "show": "What the experiment shows", "gone": "has been deleted", "back": "Back to v{}"},
    "zh": {"language": "zh", "ask": "申请设为生产", "why": "原因", "experiment": "作为依据的实验", "baseline": "基线", "better": "更好", "link": "或其他依据的链接", "send": "申请", "history": "版本标签历史", "requests": "申请", "withdraw": "撤回", "grant": "批准", "granted": "已批准", "open": "打开对比", "show": "实验结果", "gone": "已被删除", "back": "退回 v{}"},
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_protected_label_is_asked_for_and_granted_by_another(
    page: Page, project: TestProject, owner: User, language: str
) -> None:
    word = ASKED[language]
    speak(page, language)
    dataset(project, items=12)
    create(project, "greet", "First", "Second")
    base = f"{project.server.url}/api/pilothouse/projects/{project.id}"
    admin: Any = {"headers": project.person(Role.ADMIN), "verify": NO_TLS}
    rule = {"label": "production", "needs_approval": True}
    httpx.put(f"{base}/prompts/rules", json=rule, **admin).raise_for_status()
    found = httpx.get(f"{base}/experiments", **admin).json()["items"]
    before, after = (next(each["id"] for each in found if each["name"] == name) for name in RUNS)
    page.goto(address(project, "/greet"))
    page.get_by_role("button", name=word["ask"]).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(word["why"]).fill("It won.")
    dialog.get_by_label(word["experiment"]).select_option(value=after)
    dialog.get_by_label(word["baseline"]).select_option(value=before)
    quality = page.get_by_role("row").filter(has_text="quality")
    expect(quality).to_contain_text(word["better"])
    dialog.get_by_label(word["link"]).fill("https://example.com/experiments/12")
    assert violations(page) == []
    dialog.get_by_role("button", name=word["send"], exact=True).click()
    page.get_by_role("tab", name=word["history"]).click()
    asked = page.get_by_role("region", name=word["requests"])
    expect(asked).to_contain_text("It won.")
    expect(asked.get_by_role("button", name=word["withdraw"])).to_be_visible()
    expect(asked.get_by_role("button", name=word["grant"])).to_be_hidden()
    assert served(project, "greet") == 1
    # Another administrator sees the same page, what the experiment shows first, and grants it.
    other = project.person(Role.ADMIN)["cookie"].partition("=")[2]
    page.context.add_cookies([{"name": COOKIE, "value": other, "url": project.server.url}])
    page.reload()
    expect(asked.get_by_role("row").filter(has_text="quality")).to_contain_text("+0.2")
    expect(quality).to_contain_text(word["better"])
    expect(asked.get_by_role("link", name=word["open"])).to_be_visible()
    assert violations(page) == []
    for size in SIZES:
        resize(page, size)
        assert too_wide(page) == []
    resize(page, "laptop")
    in_dark(page)
    assert violations(page, "color-contrast") == []
    asked.get_by_role("button", name=word["grant"]).click()
    expect(asked).to_contain_text(word["granted"])
    assert served(project, "greet") == 2
    # Back to what was in production before, nobody is asked.
    page.get_by_role("button", name=word["back"].format(1)).click()
    expect(page.get_by_role("button", name=word["back"].format(2))).to_be_visible()
    assert served(project, "greet") == 1
    # An experiment that is deleted is said to be.
    httpx.delete(f"{base}/experiments/{after}", **admin).raise_for_status()
    page.reload()
    expect(asked).to_contain_text(word["gone"])
    expect(asked).to_contain_text("after")


RUNS = ("before", "after")


def test_a_label_is_protected_in_the_settings(page: Page, project: TestProject) -> None:
    page.goto(f"{project.server.url}/project/{project.id}/settings/prompts")
    page.get_by_label("Label", exact=True).fill("production")
    page.get_by_role("button", name="Protect", exact=True).click()
    approval = page.get_by_label("A second person grants every release")
    approval.click()
    expect(approval).to_be_checked()


def test_a_label_is_split_and_the_arms_are_compared(page: Page, project: TestProject) -> None:
    create(project, "greet", "First", "Second")
    with project.http() as http:
        for version, label in ((1, "prod-a"), (2, "prod-b")):
            body = {"newLabels": [label]}
            http.patch(f"/api/public/v2/prompts/greet/versions/{version}", json=body)
        page.goto(address(project, "/greet?tab=split"))
        page.get_by_role("button", name="Split a label").click()
        page.get_by_label("Weight of arm 1").fill("30")
        page.get_by_role("button", name="Begin").click()
        split = page.get_by_role("region", name="Split of production")
        expect(split).to_contain_text("37.5%")
        for place in range(32):
            call(http, "greet", 1, time.time(), 1 + place / 100, score=0.3 + place / 400)
            call(http, "greet", 2, time.time(), 1 + place / 100, score=0.7 + place / 400)
    page.reload()
    expect(split).to_contain_text("better")
    expect(split).to_contain_text("may be chance")
    assert violations(page) == []
    for size in SIZES:
        resize(page, size)
        assert too_wide(page) == []
    resize(page, "laptop")
    page.get_by_role("button", name="End the split").click()
    expect(page.get_by_text("No label is split")).to_be_visible()


def test_the_palette_finds_prompts(page: Page, project: TestProject) -> None:
    create(project, "support/greet", "Hi")
    page.goto(address(project))
    expect(page.get_by_role("link", name="support")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("greet")
    page.get_by_role("option", name="support/greet").click()
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible()


def test_hostile_texts_are_shown_as_texts(page: Page, project: TestProject) -> None:
    text = "<img src=x onerror=alert(1)>{{x}}\u202e</script>"
    create(project, "../a b/😀", text, text + "2", commitMessage="<b>bold</b>", tags=["<i>"])
    page.goto(address(project))
    page.get_by_role("link", name="..").click()
    page.get_by_role("link", name="a b").click()
    page.get_by_role("link", name="😀").click()
    expect(page.get_by_text("<img src=x onerror=alert(1)>").first).to_be_visible()
    expect(page.get_by_text("<b>bold</b>").first).to_be_visible()
    page.get_by_role("tab", name="Compare").click()
    expect(page.locator(".cm-changedLine").first).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
