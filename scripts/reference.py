"""Writes what is made from the code: pages of `docs/reference`, and the attributes that the page of a
span explains empty fields with. `--check` only compares."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from pilothouse import settings
from pilothouse.edge.not_served import ABSENT
from pilothouse.edge.permissions import ROUTES
from pilothouse.protocols.otlp import dialects
from pilothouse.protocols.otlp.dialects.table import Field, Row

FOLDER = Path(__file__).resolve().parents[1]

_HIDDEN = {Field.IGNORED, Field.METADATA, Field.TRACE_METADATA, Field.AS_ROOT, Field.NOT_BILLABLE}


def settings_page() -> str:
    rows = "\n".join(_row(*each) for each in settings.table())
    return (
        "# Settings\n\nRead from the environment when the process starts. Options of the command"
        f" line win.\n\n| Variable | Default | Meaning |\n|---|---|---|\n{rows}\n"
    )


def _row(name: str, default: str, meaning: str) -> str:
    shown = f"`{default.replace(str(Path.home()), '~')}`" if default else ""
    return f"| `{name}` | {shown} | {meaning} |"


def attributes() -> str:
    """By field the attributes that fill it, the first that counts first."""
    fields: dict[str, list[str]] = {}
    for row in (row for rows in dialects.ALL for row in rows):
        if row.field not in _HIDDEN:
            keys = fields.setdefault(_field(row), [])
            if row.key not in keys:
                keys.append(row.key)
    return json.dumps(dict(sorted(fields.items())), indent=2) + "\n"


def _field(row: Row) -> str:
    return row.group.partition(".")[0] if row.field is Field.INDEXED else row.field


def langfuse_page() -> str:
    served = sorted(
        route.replace(" /api/public", " ", 1)
        for route in ROUTES
        if " /api/public/" in route and "/otel/" not in route
    )
    absent = {route for kind in ABSENT for route in kind.routes}
    lines = [
        "# Langfuse's API",
        "",
        "Below `/api/public`, in the shapes that Langfuse's SDKs of every generation expect. The",
        "parameters and the meaning are Langfuse's own; its documentation holds.",
        "",
        "## Served",
        "",
        *_by_path(route for route in served if route not in absent),
        "",
        "`POST /otel/v1/traces` takes OTLP in protobuf and JSON, with gzip, deflate and zstd.",
        "",
        "## Not served",
        "",
        "These answer 501 with the sentence that stands here.",
    ]
    for kind in ABSENT:
        lines += ["", f"{kind.why}", "", *_by_path(kind.routes)]
    return "\n".join(lines) + "\n"


def _by_path(routes: Iterable[str]) -> list[str]:
    """A line of Markdown for each path, with its methods."""
    methods: dict[str, list[str]] = {}
    for route in routes:
        method, path = route.split(" ")
        methods.setdefault(path.replace(":path", ""), []).append(method)
    return [f"- `{path}`: {', '.join(each)}" for path, each in sorted(methods.items())]


PAGES = {
    "docs/reference/langfuse-compatibility.md": langfuse_page,
    "docs/reference/settings.md": settings_page,
    "ui/src/lib/attributes.json": attributes,
}


def main() -> int:
    stale = []
    for name, make in PAGES.items():
        page, text = FOLDER / name, make()
        if not page.exists() or page.read_text("utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                page.write_text(text, "utf-8")
    print("written: " if "--check" not in sys.argv else "stale: ", ", ".join(stale) or "none")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    raise SystemExit(main())
