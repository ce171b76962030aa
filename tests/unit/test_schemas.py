import subprocess
import sys
from typing import Any

import pytest

from pilothouse.schemas import BrokenSchema, Inapplicable, Schema, problems

ORDERS = {
    "type": "object",
    "properties": {"orders": {"type": "array", "items": {"type": "integer"}}},
    "required": ["orders"],
}


def test_what_does_not_fit_is_told_with_its_place() -> None:
    misses = list(Schema(ORDERS).misses({"orders": [1, "two"]}))
    assert [(each.path, each.json_path) for each in misses] == [(("orders", 1), "$.orders[1]")]
    assert "is not of type 'integer'" in misses[0].message
    assert list(Schema(ORDERS).misses({"orders": []})) == []


def test_the_draft_that_a_schema_names_holds() -> None:
    items = {"items": [{"type": "integer"}]}
    old = Schema({"$schema": "http://json-schema.org/draft-07/schema#"} | items)
    assert [each.json_path for each in old.misses(["one"])] == ["$[0]"]
    with pytest.raises(BrokenSchema):
        Schema(items)


@pytest.mark.parametrize("told", [1, "object", None, [], {"type": "nonsense"}])
def test_what_is_no_schema_is_told(told: Any) -> None:
    with pytest.raises(BrokenSchema):
        Schema(told)


@pytest.mark.parametrize(
    "told", [{"$ref": "http://127.0.0.1:1/other"}, {"$ref": "#"}, {"$ref": "#/$defs/none"}]
)
def test_a_reference_leads_neither_outside_nor_in_circles(told: Any) -> None:
    with pytest.raises(Inapplicable):
        list(Schema(told).misses({}))


def test_an_answer_is_held_against_its_schema() -> None:
    assert problems('{"orders": [1]}', ORDERS) == []
    assert problems("{}", ORDERS) == ["$: 'orders' is a required property"]
    assert problems("Sure! {}", ORDERS)[0].startswith("the answer is no JSON")
    assert problems("[" * 100_000, ORDERS)[0].startswith("the answer is no JSON")
    assert problems("{}", {"type": 1})[0].startswith("the schema itself is wrong")
    assert problems("{}", {"$ref": "#"})[0].startswith("the schema cannot be applied")


def test_the_package_is_not_loaded_before_it_is_needed() -> None:
    script = "import sys, pilothouse.wiring; print('jsonschema' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert ran.stdout.strip() == "False", ran.stderr
