"""Writes what is made from the code: pages of `docs/reference`, and the attributes that the page of a
span explains empty fields with. `--check` only compares."""

import json
import sys
from pathlib import Path

from pilothouse import settings
from pilothouse.protocols.otlp import dialects
from pilothouse.protocols.otlp.dialects.table import Field, Row

FOLDER = Path(__file__).resolve().parents[1]

_HIDDEN = {Field.IGNORED, Field.METADATA, Field.AS_ROOT, Field.NOT_BILLABLE}


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


PAGES = {
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
