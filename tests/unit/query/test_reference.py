"""The page on the filter language and the table of fields say the same."""

from pathlib import Path

from pilothouse.query.fields import FIELDS, Type
from pilothouse.query.parser import DEEPEST, MOST_CHARACTERS, MOST_TERMS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "filter-language.md"


def test_every_field_is_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    for field in FIELDS:
        key = ".key" if field.type is Type.MAP else ""
        splits = "yes" if field.dimension or (field.type is Type.MAP and field.column) else ""
        aliases = ", ".join(f"`{alias}`" for alias in field.aliases)
        kind = field.type.value
        if field.values:
            kind += ": " + ", ".join(f"`{value}`" for value in field.values)
        row = f"| `{field.name}{key}` | {aliases} | {kind} | {field.about} | {splits} |"
        assert row in page


def test_limits_are_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    for limit in (f"{MOST_CHARACTERS:,} characters", f"{MOST_TERMS} terms", f"{DEEPEST} deep"):
        assert limit in page
