"""Pages whose questions fail: each says what is wrong, and goes on when asked again."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.walk import loaded, resize, speak, too_wide, violations
from tests.serving import TestProject

PAGES = (
    "",
    "/traces",
    "/sessions",
    "/users",
    "/scores",
    "/scores?tab=analytics",
    "/health",
    "/dashboards",
    "/settings/keys",
    "/settings/members",
    "/settings/models",
)
SAYS = {
    ("en", 500): ("This could not be loaded", "status 500", "Try again"),
    ("en", 403): ("This is not open to you", "Your role", "Try again"),
    ("zh", 500): ("加载失败", "500", "重试"),
    ("zh", 403): ("你无权查看此内容", "角色", "重试"),
}


@pytest.mark.parametrize(("language", "status"), list(SAYS))
def test_a_page_says_why_it_cannot_be_shown_and_recovers(
    page: Page, project: TestProject, language: str, status: int
) -> None:
    title, hint, again = SAYS[language, status]
    speak(page, language)
    body = json.dumps({"error": {"code": "x", "message": "internal", "position": None}})

    def fail(route: Route) -> None:
        route.fulfill(status=status, content_type="application/json", body=body)

    asked = f"**/api/pilothouse/projects/{project.id}/**"
    for path in PAGES:
        page.route(asked, fail)
        page.goto(f"{project.server.url}/project/{project.id}{path}")
        alerts = page.locator("main [role=alert]").filter(has_text=title)
        expect(alerts.first, path).to_contain_text(hint)
        loaded(page)
        failed = alerts.count()
        # What words decide is looked at by the walk over every page.
        if (language, status) == ("en", 500):
            assert violations(page) == [], path
        resize(page, "phone")
        assert too_wide(page) == [], path
        resize(page, "laptop")
        page.unroute(asked)
        alerts.first.get_by_role("button", name=again).click()
        expect(alerts, path).to_have_count(failed - 1)
