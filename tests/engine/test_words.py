"""Words in bodies: found as they stand in text and in JSON, and found by the text index."""

import json

import pytest

from pilothouse.domain.scope import Scope
from pilothouse.reading.service import Reading
from pilothouse.store.clickhouse import lists
from pilothouse.store.clickhouse.engine import Engine
from pilothouse.store.clickhouse.writer import Writer
from tests.engine.family import DAY_OF_IT, question, span

BODIES = {
    "plain": "I want a refund today",
    "line": json.dumps({"text": "first\nrefund later"}),
    "chinese": "我要退款政策",
    "json": json.dumps({"text": "我要退款政策"}, ensure_ascii=False),
    "escaped": json.dumps({"text": "我要退款政策"}),
    "glued": json.dumps({"text": "退款refund"}),
    "accent": json.dumps({"text": "un café noir"}),
    "other": "nothing of the kind",
}


@pytest.fixture(params=["fresh", "merged"])
def told(request: pytest.FixtureRequest, write: Writer, embedded: Engine, scope: Scope) -> None:
    """Text indexes are built by merges; fresh parts are read."""
    write.write([span(scope, name, "root", input=body) for name, body in BODIES.items()])
    if request.param == "merged":
        embedded.command("OPTIMIZE TABLE spans FINAL")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("refund", "plain line"),
        ('"refund later"', "line"),
        ("退款", "chinese json escaped glued"),
        ("退", "chinese json escaped glued"),
        ("我要退款", "chinese json escaped"),
        ("café", "accent"),
        ('"un café noir"', "accent"),
        ("refun", ""),
        ("refun*", "plain line glued"),
    ],
)
@pytest.mark.usefixtures("told")
def test_words_in_every_spelling(reading: Reading, scope: Scope, words: str, found: str) -> None:
    page = reading.spans(scope, question("spans", f"input:{words}"))
    assert {each.trace_id for each in page.items} == set(found.split())


@pytest.mark.parametrize("words", ["zugzwang", '"zugzwang in the endgame"', "楚河漢界"])
def test_the_text_index_is_used(write: Writer, embedded: Engine, scope: Scope, words: str) -> None:
    write.write(
        [span(scope, "trace", f"{number}", input=f"move {number}") for number in range(2000)]
    )
    embedded.command("OPTIMIZE TABLE spans FINAL")
    query = lists.span_keys(scope, question("spans", f"input:{words}"), DAY_OF_IT, 50)
    plan = [
        row[0].strip() for row in embedded.select(f"EXPLAIN indexes = 1 {query.sql}", query.params)
    ]
    index = plan[plan.index("Name: words_in_input") :]
    granules = next(line for line in index if line.startswith("Granules: "))
    assert granules.startswith("Granules: 0/")
    assert not granules.endswith("/0")
