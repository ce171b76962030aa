"""Keys of the organisation in the browser, for its owners alone."""

import httpx
from playwright.sync_api import Page, expect

from pilothouse.domain.access import Role
from pilothouse.edge.access import COOKIE
from tests.browser.walk import violations
from tests.serving import NO_TLS, TestProject


def _organisation(project: TestProject) -> str:
    return f"{project.server.url}/project/{project.id}/settings/organisation"


def test_an_owner_makes_a_key_and_takes_it_back(page: Page, project: TestProject) -> None:
    page.goto(_organisation(project))
    page.get_by_role("button", name="New key pair").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("Note").fill("terraform of the test")
    assert violations(page) == []
    form.get_by_role("button", name="Create").click()
    expect(form.locator("dd")).to_have_count(2)
    public_key, secret_key = form.locator("dd").all_inner_texts()
    told = httpx.get(
        f"{project.server.url}/api/public/organizations/projects",
        auth=(public_key, secret_key),
        verify=NO_TLS,
    )
    assert project.id in [each["id"] for each in told.json()["projects"]]
    form.get_by_role("button", name="Close").last.click()
    row = page.get_by_role("row").filter(has_text="terraform of the test")
    expect(row).to_contain_text(public_key)
    expect(page.get_by_text(secret_key)).to_have_count(0)
    assert violations(page) == []
    row.get_by_role("button", name="Revoke").click()
    expect(row).to_have_count(0)


def test_others_are_told_that_it_is_not_for_them(page: Page, project: TestProject) -> None:
    admin = project.person(Role.ADMIN)["cookie"].removeprefix(f"{COOKIE}=")
    page.context.clear_cookies()
    page.context.add_cookies([{"name": COOKIE, "value": admin, "url": project.server.url}])
    page.goto(_organisation(project))
    expect(page.get_by_text("Only owners of the organisation see its keys.")).to_be_visible()
    expect(page.get_by_role("button", name="New key pair")).to_have_count(0)
