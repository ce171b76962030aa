"""Every page, in both languages, light and dark, from a phone to 4K, with a lot and with nothing."""

import re
from collections.abc import Iterable

import pytest
from playwright.sync_api import Page

from tests.browser.walk import (
    EMPTY,
    SIZES,
    Place,
    filled,
    go,
    in_dark,
    resize,
    speak,
    too_wide,
    violations,
)
from tests.serving import TestProject

# A key of the catalogue, a value that was never turned into text.
_UNSAID = re.compile(
    r"\b(act|nav|col|list|trace|span|state|start|chart)\.[a-z]+_?[a-z]*\b|\[object|undefined|NaN"
)


# What words decide; all else that axe looks at is the same in every language.
_OF_WORDS = (
    "button-name",
    "link-name",
    "label",
    "select-name",
    "document-title",
    "html-lang-valid",
)


def _faults(page: Page, language: str) -> list[str]:
    if language == "en":
        found = violations(page)
        in_dark(page)
        found += [f"dark: {one}" for one in violations(page, "color-contrast")]
    else:
        found = violations(page, *_OF_WORDS)
    said = page.locator("body").inner_text()
    found += [f"says {one[0]}" for one in _UNSAID.finditer(said)]
    for size in SIZES:
        resize(page, size)
        found += [f"too wide on a {size}: {one}" for one in too_wide(page)]
    resize(page, "laptop")
    return found


def _walk(page: Page, project: TestProject, places: Iterable[Place], language: str) -> None:
    speak(page, language)
    faults: dict[str, str] = {}
    for place in places:
        go(page, project, place)
        for fault in _faults(page, language):
            faults.setdefault(fault, place.path)
    assert not faults, "\n".join(f"{path or '/'}: {fault}" for fault, path in faults.items())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_with_data_can_be_used_by_everyone(
    page: Page, demo: TestProject, language: str
) -> None:
    _walk(page, demo, filled(demo), language)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_without_data_can_be_used_by_everyone(
    page: Page, project: TestProject, language: str
) -> None:
    _walk(page, project, EMPTY, language)
