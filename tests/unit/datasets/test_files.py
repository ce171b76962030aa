"""Files as tables, their columns, and their rows brought into a data set, on both engines."""

import csv
import io
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pilothouse.datasets import bringing, editing, exporting, mapping, tables
from pilothouse.datasets.mapping import Columns, Part
from pilothouse.datasets.registry import Datasets, ItemChange
from pilothouse.datasets.tables import Row, Table, open_table
from pilothouse.domain.dataset import Dataset, Item, ItemStatus
from pilothouse.domain.errors import BadRequest, TooLarge
from pilothouse.store.relational import accounts, datasets
from pilothouse.store.relational.database import Database

Make = Callable[..., Table]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(name: str, content: str | bytes, encoding: str = "") -> Table:
        path = tmp_path / "file"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return open_table(path, name, encoding)

    return made


@pytest.fixture
def dataset(database: Database) -> Dataset:
    with database.write() as db:
        organisation = accounts.add_organisation(db, "Org")
        project = accounts.add_project(db, organisation.id, "Project").id
    return Datasets(database).put(project, "set")


def values(table: Table) -> list[dict[str, Any]]:
    rows = list(table.rows())
    assert all(not row.problem for row in rows), rows
    return [row.values for row in rows]


def problems(table: Table) -> dict[int, str]:
    return {row.number: row.problem for row in table.rows() if row.problem}


# -- tables --------------------------------------------------------------------------------------


def test_empty_lines_before_the_heads_are_passed_over(make: Make) -> None:
    assert values(make("a.csv", "\n\nq;a\n1;2\n")) == [{"q": "1", "a": "2"}]


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "it's", "'quoted'"])
def test_texts_come_back_from_our_own_csv(
    database: Database, dataset: Dataset, make: Make, text: str
) -> None:
    Datasets(database).put_item(dataset.project_id, dataset.name, ItemChange(input=text))
    asked = datasets.Asked(dataset_id=dataset.id)
    written = b"".join(exporting.pieces(database, dataset, asked, exporting.ExportFormat.CSV))
    [row] = make("a.csv", written).rows()
    assert mapping.converted(row.values["input"], "text") == text


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_with_quotes_lines_within_cells_and_any_delimiter(make: Make, delimiter: str) -> None:
    told = [["q", "a, b; c\td|e"], ['say "hi"\r\ntwice', "退款"], ["", ""], ["short"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(told)
    rows = list(make("a.csv", text.getvalue()).rows())
    assert [(row.number, row.values) for row in rows] == [
        (2, {"q": 'say "hi"\r\ntwice', "a, b; c\td|e": "退款"}),
        (4, {"q": "short"}),
    ]


def test_bad_rows_of_csv_are_told_and_the_rest_goes_on(make: Make) -> None:
    table = make("a.csv", 'a,b\n1,2\n1,2,3\n"x"y,2\n3,4\n"open,5\n6,7\n')
    rows = list(table.rows())
    assert [(row.number, row.values) for row in rows if not row.problem] == [
        (2, {"a": "1", "b": "2"}),
        (5, {"a": "3", "b": "4"}),
    ]
    assert problems(table).keys() == {3, 4, 6}
    assert "3 cells under 2 heads" in problems(table)[3]
    assert "not closed" in problems(table)[6]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_chinese_is_read_in_its_encoding(make: Make, encoding: str, found: str) -> None:
    text = "问题,答案\n" + "".join(f"第{n}个问题：退款要多久？,五个工作日𠮷\n" for n in range(50))
    table = make("a.csv", text.encode(encoding))
    assert table.encoding == found
    assert values(table)[49] == {"问题": "第49个问题：退款要多久？", "答案": "五个工作日𠮷"}


def test_western_letters_are_not_taken_for_chinese(make: Make) -> None:
    text = "frage,antwort\n" + "Wie lange dauert die Rückgabe für Bücher?,fünf Tage\n" * 9
    table = make("a.csv", text.encode("windows-1252"))
    assert table.encoding == "windows-1252"
    assert values(table)[8]["antwort"] == "fünf Tage"
    told = make("a.csv", "a\nデータ\n".encode("shift_jis"), "shift_jis")
    assert values(told) == [{"a": "データ"}]


def test_utf_8_with_a_wrong_byte_says_where(make: Make) -> None:
    lines = ["问题,答案", *("退款要多久,五天" for _ in range(99))]
    content = bytearray("\n".join(lines).encode())
    content[content.index(b"\n") + 1] = 0xFF
    with pytest.raises(BadRequest, match="line 2 has bytes that are no UTF-8"):
        make("a.csv", bytes(content))
    told = make("a.csv", b"a\n\xff\n", "utf-8")
    with pytest.raises(BadRequest, match="cannot be read as utf-8"):
        list(told.rows())


def test_json_lines(make: Make) -> None:
    deep = "[" * 100_000
    table = make(
        "a.jsonl",
        f'{{"a": 1}}\n\n[1]\n{{broken\n{{"a": NaN, "b": {{}}}}\n{deep}\n{{"a": "\\ud800"}}',
    )
    rows = list(table.rows())
    assert [(row.number, row.values) for row in rows if not row.problem] == [
        (1, {"a": 1}),
        (5, {"a": None, "b": {}}),
    ]
    assert problems(table).keys() == {3, 4, 6, 7}


def test_lines_that_are_too_long_are_passed_over(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_ROW_CHARS", 50)
    table = make("a.jsonl", '{"a": "' + "x" * 1_000 + '"}\n{"a": 2}\n')
    rows = list(table.rows())
    assert [(row.number, row.values, bool(row.problem)) for row in rows] == [
        (1, {}, True),
        (2, {"a": 2}, False),
    ]


@pytest.mark.parametrize("piece", [1, 3, 1 << 18])
def test_json_arrays_are_read_piece_by_piece(
    make: Make, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(tables, "_PIECE", piece)
    told = [{"a": n, "b": ["x" * n, {"c": None}], "d": 'q"}]'} for n in range(40)]
    for text in (
        json.dumps(told),
        json.dumps(told, indent=2),
        json.dumps({"version": 12, "data": told}),
    ):
        assert values(make("a.json", text)) == told
    assert values(make("a.json", "\n".join(map(json.dumps, told)))) == told


@pytest.mark.parametrize(
    "text", ["[1, 2", '[{"a": 1} {"a": 2}]', '{"a": 1}', '"text"', '{"a": [', "[{]"]
)
def test_what_is_no_json_is_refused(make: Make, text: str) -> None:
    with pytest.raises(BadRequest):
        list(make("a.json", text).rows())


def test_parquet_becomes_json(tmp_path: Path) -> None:
    path = tmp_path / "file"
    moment = datetime(2026, 11, 26, 12, tzinfo=UTC)
    told = {
        "q": ["a", None],
        "when": [moment, None],
        "price": [Decimal("1.50"), Decimal("2.00")],
        "score": [float("nan"), 0.5],
        "raw": [b"text", b"\xff"],
        "nested": [{"list": [1, 2]}, {"list": []}],
    }
    pq.write_table(pa.table(told), path)
    assert values(open_table(path, "whatever")) == [
        {
            "q": "a",
            "when": "2026-11-26T12:00:00+00:00",
            "price": 1.5,
            "score": None,
            "raw": "text",
            "nested": {"list": [1, 2]},
        },
        {"q": None, "when": None, "price": 2, "score": 0.5, "raw": "/w==", "nested": {"list": []}},
    ]
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(BadRequest, match="no Parquet"):
        list(open_table(path, "a.parquet").rows())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.xlsx", b"PK\x03\x04...", "xlsx"),
        ("a.csv", b"\x1f\x8b\x08\x00", "compressed"),
        ("a.pdf", b"%PDF", "ends with"),
        ("a.csv", b"a,b,a\n1,2,3\n", "more than one column"),
        ("a.csv", ",".join(map(str, range(501))).encode(), "501 columns"),
    ],
)
def test_files_that_are_not_read_say_why(make: Make, name: str, content: bytes, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        list(make(name, content).rows())


def test_a_file_has_an_end(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    for name, text in (("a.csv", "a\n1\n2\n3\n"), ("a.json", '[{"a":1},{"a":1},{"a":1}]')):
        with pytest.raises(TooLarge, match="more than 2 rows"):
            list(make(name, text).rows())


# -- columns -------------------------------------------------------------------------------------


def test_types_are_told_over_all_rows(make: Make) -> None:
    table = make(
        "a.csv",
        "input,output,price,ok,zip,mixed,more,id\n"
        'a,b,1,true,007,1,"{""k"": [1]}",12345678901234567890\n'
        "c,,-2.5e3,False,12,two,,1\n",
    )
    found = mapping.survey(table.rows(), of_text=True, shown=1)
    assert {each.name: each.type for each in found.columns} == {
        "input": "text", "output": "text", "price": "number", "ok": "boolean",
        "zip": "text", "mixed": "text", "more": "json", "id": "text",
    }  # fmt: skip
    mixed = next(each for each in found.columns if each.name == "mixed")
    assert {kind: many for kind, many in mixed.kinds.items() if many} == {"number": 1, "text": 1}
    assert (found.rows, len(found.first)) == (2, 1)
    assert found.suggested.input == Part(("input",))
    assert found.suggested.expected_output == Part(("output",))
    assert found.suggested.id == "id"
    assert found.suggested.metadata == Part(("price", "ok", "zip", "mixed", "more"), as_object=True)
    items = [mapping.item(found.suggested, row) for row in table.rows()]
    assert items[0].metadata == {
        "price": 1, "ok": True, "zip": "007", "mixed": "1", "more": {"k": [1]},
    }  # fmt: skip
    assert items[1].metadata == {"price": -2500.0, "ok": False, "zip": "12", "mixed": "two"}
    assert (items[0].id, items[1].expected_output) == ("12345678901234567890", None)


def test_chinese_heads_are_known(make: Make) -> None:
    table = make("a.csv", "编号,问题,答案\n1,多久,五天\n")
    suggested = mapping.survey(table.rows(), of_text=True, shown=1).suggested
    assert (suggested.input, suggested.expected_output) == (Part(("问题",)), Part(("答案",)))
    assert (suggested.id, suggested.metadata) == ("编号", Part())


@pytest.mark.parametrize(
    ("type", "cell", "value"),
    [
        ("text", "12", "12"),
        ("text", "'=1+1", "=1+1"),
        ("text", "''=1+1", "'=1+1"),
        ("text", 12, "12"),
        ("text", {"a": "ä"}, '{"a": "ä"}'),
        ("number", "-1.5", -1.5),
        ("boolean", "TRUE", True),
        ("json", "[1]", [1]),
        ("json", {"a": 1}, {"a": 1}),
        ("number", "", None),
        ("as it is", "", ""),
    ],
)
def test_cells_are_read_as_told(type: mapping.Type, cell: Any, value: Any) -> None:
    assert mapping.converted(cell, type) == value


@pytest.mark.parametrize(
    ("type", "cell"),
    [("number", "abc"), ("number", "1e999"), ("number", True), ("boolean", "yes"), ("json", "{a")],
)
def test_cells_that_do_not_fit_say_so(type: mapping.Type, cell: Any) -> None:
    with pytest.raises(ValueError, match=f"is no {type}"):
        mapping.converted(cell, type)


def test_tags_are_lists_or_texts() -> None:
    columns = Columns(input=Part(("q",)), tags="t", split="s")
    for told in (["a", "b"], "a, b", '["a", "b"]', "a；b;a"):
        assert mapping.item(columns, Row(1, {"q": 1, "t": told})).tags == ("a", "b")
    with pytest.raises(mapping.Unfit, match="t: tags are a list"):
        mapping.item(columns, Row(1, {"q": 1, "t": [1]}))
    with pytest.raises(mapping.Unfit, match="no input"):
        mapping.item(columns, Row(1, {"q": None}))
    for bad in (Columns(), Columns(input=Part(("a", "b")))):
        with pytest.raises(BadRequest):
            mapping.check(bad)


# -- into a data set -----------------------------------------------------------------------------

_COLUMNS = Columns(
    input=Part(("q",)),
    expected_output=Part(("a",)),
    id="id",
    split="s",
    tags="t",
)


def brought(
    database: Database, dataset: Dataset, table: Table, columns: Columns, **more: Any
) -> bringing.Brought:
    told = {"all_or_none": False, **more}
    return bringing.bring(database, dataset, table, columns, "fingerprint", **told)


def items(database: Database, dataset: Dataset) -> list[Item]:
    with database.read() as db:
        asked = datasets.Asked(dataset_id=dataset.id, status=None)
        return datasets.items(db, dataset.project_id, asked)


def test_rows_become_items_in_their_order(database: Database, dataset: Dataset, make: Make) -> None:
    text = "q,a,id,s,t\n1,one,x,train,hard\n2,two,,test,\n"
    columns = Columns(**{**as_dict(_COLUMNS), "types": {"q": "number"}})
    found = brought(database, dataset, make("a.csv", text), columns)
    assert (found.rows, found.added, found.bad) == (2, 2, 0)
    kept = items(database, dataset)
    assert [(each.input, each.expected_output, each.split, each.tags) for each in kept] == [
        (1, "one", "train", ("hard",)),
        (2, "two", "test", ()),
    ]
    assert kept[0].id == "x"


def as_dict(columns: Columns) -> dict[str, Any]:
    return {name: getattr(columns, name) for name in Columns.__slots__}


def test_a_file_that_comes_again_changes_nothing(
    database: Database, dataset: Dataset, make: Make
) -> None:
    table = make("a.jsonl", '{"q": 1, "a": "x"}\n{"q": 2}\n')
    columns = Columns(input=Part(("q",)))
    assert brought(database, dataset, table, columns).added == 2
    first = items(database, dataset)
    editing.edit(
        database,
        dataset,
        [first[0].id],
        editing.Edit(status=ItemStatus.ARCHIVED, add_tags=("seen",)),
    )
    again = brought(database, dataset, table, columns)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    other = Columns(input=Part(("q",)), expected_output=Part(("a",)))
    mended = brought(database, dataset, table, other)
    assert (mended.added, mended.changed, mended.unchanged) == (0, 1, 1)
    # What the file does not tell stays.
    last = items(database, dataset)
    assert [(each.expected_output, each.status, each.tags) for each in last] == [
        ("x", ItemStatus.ARCHIVED, ("seen",)),
        (None, ItemStatus.ACTIVE, ()),
    ]


def test_bad_rows_are_told_by_number_and_the_rest_is_kept_or_nothing_is(
    database: Database, dataset: Dataset, make: Make
) -> None:
    made = Datasets(database)
    dataset = made.put(
        dataset.project_id,
        dataset.name,
        input_schema={"type": "object", "required": ["q"]},
    )
    made.put(dataset.project_id, "other")
    made.put_item(dataset.project_id, "other", ItemChange(id="foreign", input=1))
    lines = [
        {"q": "good", "id": "a"},
        {"q": "again", "id": "a"},
        {"other": "no q", "id": "b"},
        {"q": "elsewhere", "id": "foreign"},
        {"q": "good", "id": "c", "t": ["x" * 201]},
        {"q": "good", "id": "d"},
    ]
    table = make("a.jsonl", "\n".join(map(json.dumps, lines)))
    columns = Columns(input=Part(("q", "other"), as_object=True), id="id", tags="t")
    refused = brought(database, dataset, table, columns, all_or_none=True)
    assert (refused.written, refused.bad, refused.rows) == (False, 4, 6)
    assert items(database, dataset) == []
    found = brought(database, dataset, table, columns)
    assert {each.row: each.reason for each in found.problems}.keys() == {2, 3, 4, 5}
    reasons = {each.row: each.reason for each in found.problems}
    assert "row 1" in reasons[2]
    assert "'q' is a required property" in reasons[3]
    assert "another data set" in reasons[4]
    assert (found.added, found.written) == (2, True)
    assert [each.id for each in items(database, dataset)] == ["a", "d"]


def test_fifty_thousand_rows_take_seconds(database: Database, dataset: Dataset, make: Make) -> None:
    lines = (f'question {n},"{{""n"": {n}}}",{n}' for n in range(50_000))
    table = make("a.csv", "q,a,id\n" + "\n".join(lines))
    columns = Columns(
        input=Part(("q",)),
        expected_output=Part(("a",)),
        id="id",
        types={"q": "text", "a": "json", "id": "text"},
    )
    began = time.monotonic()
    found = brought(database, dataset, table, columns)
    assert (found.added, found.bad) == (50_000, 0)
    # Item by item it takes minutes.
    assert time.monotonic() - began < 30
    with database.read() as db:
        question = datasets.Asked(dataset_id=dataset.id)
        assert datasets.count_items(db, dataset.project_id, question) == 50_000
        first = datasets.items(db, dataset.project_id, question, 2)
    assert [each.expected_output for each in first] == [{"n": 0}, {"n": 1}]
