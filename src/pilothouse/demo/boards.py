"""Dashboards of the month: files as the page of dashboards exports them, made from its templates."""

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

Object = dict[str, Any]

_FOLDER = resources.files("pilothouse.demo") / "dashboards"
_BOARDS = ("quality", "cost")


def dashboards() -> Iterator[tuple[str, Object]]:
    """Their ids, and what a project keeps of them."""
    for name in _BOARDS:
        file = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
        yield f"demo-{name}", {"name": file["name"], "widgets": file["widgets"]}
