"""Writes the pages of `docs/reference` that are made from the code. `--check` only compares."""

import sys
from pathlib import Path

from pilothouse import settings

FOLDER = Path(__file__).resolve().parents[1] / "docs/reference"


def settings_page() -> str:
    rows = "\n".join(_row(*each) for each in settings.table())
    return (
        "# Settings\n\nRead from the environment when the process starts. Options of the command"
        f" line win.\n\n| Variable | Default | Meaning |\n|---|---|---|\n{rows}\n"
    )


def _row(name: str, default: str, meaning: str) -> str:
    shown = f"`{default.replace(str(Path.home()), '~')}`" if default else ""
    return f"| `{name}` | {shown} | {meaning} |"


PAGES = {"settings.md": settings_page}


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
