"""Chromium as the browser tests, the benchmark of the browser and the gallery start it."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from pilothouse.server.static import FOLDER

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Generator[Browser, None, None]:
    """Headless; ends with the block. Raises RuntimeError when something is missing."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise RuntimeError("there is no Chromium on this machine: scripts/test browser installs it")
    if not (FOLDER / "index.html").is_file():
        raise RuntimeError("the front end is not built: python scripts/build_ui.py")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_SWITCHES)
        try:
            yield browser
        finally:
            browser.close()
