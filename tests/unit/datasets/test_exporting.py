"""What items become in each format, and which have no place in it."""

import json
from typing import Any

import pytest

from pilothouse.datasets import exporting
from pilothouse.datasets.exporting import ExportFormat
from pilothouse.datasets.registry import Datasets, ItemChange
from pilothouse.domain.dataset import Dataset
from pilothouse.store.relational import accounts
from pilothouse.store.relational.database import Database
from pilothouse.store.relational.datasets import Asked

USER = {"role": "user", "content": "hi"}
SYSTEM = {"role": "system", "content": "be brief"}
ASSISTANT = {"role": "assistant", "content": "hello"}
CALL = {
    "role": "assistant",
    "tool_calls": [
        {"id": "1", "type": "function", "function": {"name": "look", "arguments": '{"a":1}'}}
    ],
}
CALL_AS_OBJECT = {
    "role": "assistant",
    "tool_calls": [{"id": "1", "function": {"name": "look", "arguments": {"a": 1}}}],
}
FLAT_CALL = {"role": "assistant", "tool_calls": [{"id": "1", "name": "look", "args": {"a": 1}}]}
BLOCKS = {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "look"}]}


@pytest.fixture
def dataset(database: Database) -> Dataset:
    with database.write() as db:
        organisation = accounts.add_organisation(db, "Org")
        project = accounts.add_project(db, organisation.id, "Project").id
    return Datasets(database).put(project, "set")


def lines(database: Database, dataset: Dataset, format: ExportFormat) -> list[Any]:
    asked = Asked(dataset_id=dataset.id)
    whole = b"".join(exporting.pieces(database, dataset, asked, format))
    found = [json.loads(line) for line in whole.decode().splitlines()]
    fit = exporting.fit(database, dataset, asked, format)
    assert fit.items - fit.skipped == len(found)
    assert sum(fit.reasons.values()) == fit.skipped
    return found


@pytest.mark.parametrize(
    ("input", "expected", "line"),
    [
        ("hi", "hello", {"messages": [USER, ASSISTANT]}),
        ({"question": "hi"}, {"answer": "hello"}, {"messages": [USER, ASSISTANT]}),
        ([SYSTEM, USER], ASSISTANT, {"messages": [SYSTEM, USER, ASSISTANT]}),
        (
            {"messages": [USER], "tools": [{"type": "function"}]},
            [CALL, {"role": "tool", "content": "1"}, ASSISTANT],
            {
                "messages": [USER, CALL, {"role": "tool", "content": "1"}, ASSISTANT],
                "tools": [{"type": "function"}],
            },
        ),
        ("hi", CALL_AS_OBJECT, {"messages": [USER, CALL]}),
        ("hi", FLAT_CALL, None),
        ("hi", BLOCKS, None),
        ("hi", 12, {"messages": [USER, {"role": "assistant", "content": "12"}]}),
        ("hi", None, None),
        ("hi", [USER], None),
        ("hi", {"a": 1, "b": 2}, None),
        ({"a": 1}, "hello", None),
        ([], "hello", None),
        ([{"role": "user"}], "hello", None),
    ],
)
def test_fine_tuning(
    database: Database, dataset: Dataset, input: Any, expected: Any, line: Any
) -> None:
    change = ItemChange(input=input, expected_output=expected)
    Datasets(database).put_item(dataset.project_id, dataset.name, change)
    assert lines(database, dataset, ExportFormat.OPENAI_CHAT) == ([line] if line else [])


@pytest.mark.parametrize(
    ("input", "expected", "line"),
    [
        ("hi", "hello", {"input": [USER], "ideal": "hello"}),
        ([SYSTEM, USER], ["a", "b"], {"input": [SYSTEM, USER], "ideal": ["a", "b"]}),
        ("hi", ASSISTANT, {"input": [USER], "ideal": "hello"}),
        ("hi", True, {"input": [USER], "ideal": "true"}),
        ("hi", CALL, None),
        ("hi", None, None),
    ],
)
def test_evals(database: Database, dataset: Dataset, input: Any, expected: Any, line: Any) -> None:
    change = ItemChange(input=input, expected_output=expected)
    Datasets(database).put_item(dataset.project_id, dataset.name, change)
    assert lines(database, dataset, ExportFormat.OPENAI_EVALS) == ([line] if line else [])


def test_items_of_the_api_for_evals(database: Database, dataset: Dataset) -> None:
    change = ItemChange(input={"a": 1}, expected_output=[2], metadata={"k": 1})
    Datasets(database).put_item(dataset.project_id, dataset.name, change)
    assert lines(database, dataset, ExportFormat.OPENAI_EVAL_ITEMS) == [
        {"item": {"input": {"a": 1}, "expected_output": [2], "metadata": {"k": 1}}}
    ]


def test_every_item_comes_once_however_many_there_are(database: Database, dataset: Dataset) -> None:
    changes = [ItemChange(input=n) for n in range(1_234)]
    Datasets(database).put_items(dataset.project_id, dataset.name, changes)
    found = lines(database, dataset, ExportFormat.JSONL)
    assert sorted(each["input"] for each in found) == list(range(1_234))
