"""Members in the browser: invited by a link, given other roles, removed, each with a way back."""

import pytest
from playwright.sync_api import Browser, Page, expect

from pilothouse.domain.access import Role, User
from pilothouse.store.relational import accounts
from tests.browser.walk import in_dark, resize, speak, too_wide, violations
from tests.serving import TestProject, eventually

WORDS = {
    "en": {"invite": "Invite somebody", "email": "E-mail", "role": "Role", "reach": "May reach", "role_of": "Role of {}", "remove": "Remove {}", "undo": "Undo", "close": "Close"},
    "zh": {"invite": "邀请成员", "email": "邮箱", "role": "角色", "reach": "可访问", "role_of": "{} 的角色", "remove": "移除 {}", "undo": "撤销", "close": "关闭"},
}  # fmt: skip


def _members(project: TestProject) -> str:
    return f"{project.server.url}/project/{project.id}/settings/members"


def _guest(project: TestProject, name: str, role: Role) -> str:
    """Somebody who reaches the project alone; gives their id."""
    with project.server.database.write() as db:
        user = accounts.add_user(db, f"{accounts.new_id()}@example.com", name)
        accounts.add_project_member(db, user.id, project.id, role)
    return user.id


def _role(project: TestProject, user_id: str) -> Role | None:
    with project.server.database.read() as db:
        return accounts.role_in(db, user_id, project.id)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_somebody_is_invited_and_gets_in(
    page: Page, project: TestProject, browser: Browser, language: str
) -> None:
    words, email = WORDS[language], f"{accounts.new_id()}@example.com"
    speak(page, language)
    page.goto(_members(project))
    page.get_by_role("button", name=words["invite"]).click()
    form = page.get_by_role("dialog")
    assert violations(page) == []
    form.get_by_label(words["email"]).fill(email)
    form.get_by_label(words["role"]).select_option("annotator")
    form.get_by_label(words["reach"]).select_option("project")
    form.get_by_role("button", name=words["invite"]).click()
    link = form.locator("pre").inner_text()
    form.get_by_role("button", name=words["close"]).last.click()
    row = page.get_by_role("row").filter(has_text=email)
    expect(row.get_by_role("combobox")).to_have_value("annotator")
    with browser.new_context() as other:
        newcomer = other.new_page()
        newcomer.goto(link)
        newcomer.wait_for_url(f"**/project/{project.id}**")
        newcomer.goto(_members(project))
        expect(newcomer.get_by_text(email).first).to_be_visible()
        # Who may only annotate decides about nobody.
        expect(newcomer.get_by_role("combobox")).to_have_count(0)
        expect(newcomer.get_by_role("button", name=WORDS["en"]["invite"])).to_have_count(0)


def test_a_place_is_given_once(page: Page, project: TestProject) -> None:
    with project.server.database.read() as db:
        organisation = accounts.first_organisation(db)
        assert organisation is not None
        there, _ = accounts.members(db, organisation.id)[0]
    page.goto(f"{_members(project)}?new=1")
    form = page.get_by_role("dialog")
    form.get_by_label("E-mail").fill(there.email)
    form.get_by_label("May reach").select_option("organisation")
    form.get_by_role("button", name="Invite somebody").click()
    expect(form.get_by_role("alert")).to_contain_text("has a place here already")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_role_is_changed_and_taken_back(page: Page, project: TestProject, language: str) -> None:
    words, guest = WORDS[language], _guest(project, "Eve", Role.VIEWER)
    speak(page, language)
    page.goto(_members(project))
    role = page.get_by_role("combobox", name=words["role_of"].format("Eve"))
    role.select_option("member")
    expect(page.get_by_role("button", name=words["undo"])).to_be_visible()
    assert _role(project, guest) is Role.MEMBER
    page.get_by_role("button", name=words["undo"]).click()
    eventually(lambda: _role(project, guest) is Role.VIEWER)
    expect(role).to_have_value("viewer")
    for size in ("phone", "laptop", "4K"):
        resize(page, size)
        assert too_wide(page) == []
    in_dark(page)
    assert violations(page) == []


def test_somebody_is_removed_unless_it_is_undone(page: Page, project: TestProject) -> None:
    guest = _guest(project, "Eve", Role.VIEWER)
    page.goto(_members(project))
    remove = page.get_by_role("button", name="Remove Eve")
    remove.click()
    expect(remove).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(remove).to_be_visible()
    assert _role(project, guest) is Role.VIEWER
    remove.click()
    # Going away does not keep anybody.
    page.goto(f"{project.server.url}/project/{project.id}")
    eventually(lambda: _role(project, guest) is None)


def test_a_role_that_is_refused_stays(page: Page, project: TestProject, owner: User) -> None:
    guest = _guest(project, "Eve", Role.VIEWER)
    page.goto(_members(project))
    role = page.get_by_role("combobox", name="Role of Eve")
    expect(role).to_have_value("viewer")
    with project.server.database.write() as db:
        accounts.add_project_member(db, owner.id, project.id, Role.VIEWER)
    role.select_option("owner")
    expect(page.get_by_text("The role stays")).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_count(0)
    assert _role(project, guest) is Role.VIEWER
