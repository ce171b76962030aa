"""Items changed many at once, dealt into splits, found again, and compared between two times."""

import time

import pytest

from pilothouse.datasets import editing
from pilothouse.datasets.editing import Edit, Share
from pilothouse.datasets.registry import Datasets, ItemChange
from pilothouse.domain.dataset import Dataset, ItemStatus
from pilothouse.domain.errors import BadRequest, Conflict
from pilothouse.store.relational import accounts, dataset_history, datasets
from pilothouse.store.relational.database import Database
from pilothouse.store.relational.datasets import Asked


@pytest.fixture
def dataset(database: Database) -> Dataset:
    with database.write() as db:
        organisation = accounts.add_organisation(db, "Org")
        project = accounts.add_project(db, organisation.id, "Project").id
    return Datasets(database).put(project, "set")


def put(database: Database, dataset: Dataset, *changes: ItemChange) -> None:
    Datasets(database).put_items(dataset.project_id, dataset.name, changes)


def found(database: Database, dataset: Dataset, **asked: object) -> set[str]:
    with database.read() as db:
        question = Asked(dataset_id=dataset.id, **asked)  # pyright: ignore[reportArgumentType]
        items = datasets.items(db, dataset.project_id, question)
        assert datasets.count_items(db, dataset.project_id, question) == len(items)
        assert datasets.ids_of(db, dataset.project_id, question) == [each.id for each in items]
    return {each.id for each in items}


def test_items_are_found_by_split_tag_state_and_words(database: Database, dataset: Dataset) -> None:
    put(
        database,
        dataset,
        ItemChange(id="a", input={"q": 'say "Hi"'}, split="train", tags=("hard", "hard", " 中文 ")),
        ItemChange(id="b", input="退款要多久", expected_output="FIVE days", split="test"),
        ItemChange(id="c", input=100, metadata={"percent": "5%"}, status=ItemStatus.ARCHIVED),
        ItemChange(id="d", input=1, tags=('x"hard"y', "har")),
    )
    assert found(database, dataset, split="train") == {"a"}
    assert found(database, dataset, split="") == {"d"}
    assert found(database, dataset, tag="hard") == {"a"}
    assert found(database, dataset, tag="中文") == {"a"}
    assert found(database, dataset, status=None, split="") == {"c", "d"}
    assert found(database, dataset, words='"hi"') == {"a"}
    assert found(database, dataset, words="退款") == {"b"}
    assert found(database, dataset, words="five") == {"b"}
    assert found(database, dataset, status=ItemStatus.ARCHIVED, words="5%") == {"c"}
    with database.read() as db:
        asked = Asked(dataset_id=dataset.id)
        assert datasets.count_by_split(db, dataset.project_id, asked) == {
            "": 1, "test": 1, "train": 1,
        }  # fmt: skip
        tags = datasets.count_by_tag(db, dataset.project_id, asked)
    assert tags == {"har": 1, "hard": 1, 'x"hard"y': 1, "中文": 1}


def test_an_edit_changes_what_it_names_and_nothing_else(
    database: Database, dataset: Dataset
) -> None:
    put(database, dataset, *(ItemChange(id=str(n), input=n, tags=("old",)) for n in range(5)))
    Datasets(database).put(dataset.project_id, "other")
    Datasets(database).put_item(dataset.project_id, "other", ItemChange(id="foreign", input=1))
    told = Edit(split="test", add_tags=("new",), remove_tags=("old",))
    assert editing.edit(database, dataset, ["1", "3", "none", "foreign", "3"], told) == 2
    assert editing.edit(database, dataset, ["1", "3"], told) == 0
    assert found(database, dataset, split="test") == found(database, dataset, tag="new")
    assert found(database, dataset, split="test") == {"1", "3"}
    assert found(database, dataset, tag="old") == {"0", "2", "4"}
    with database.read() as db:
        versions = datasets.versions_of(db, dataset.project_id, dataset.id, "3")
        foreign = datasets.item(db, dataset.project_id, "foreign")
    assert [(each.input, each.split, each.tags) for each in versions] == [
        (3, "test", ("new",)),
        (3, "", ("old",)),
    ]
    assert versions[0].valid_from == versions[1].valid_to
    assert foreign is not None
    assert foreign.split == ""
    archive = Edit(status=ItemStatus.ARCHIVED)
    assert editing.edit(database, dataset, Asked(dataset_id=dataset.id, tag="old"), archive) == 3
    assert found(database, dataset) == {"1", "3"}
    assert editing.edit(database, dataset, ["1"], Edit(delete=True)) == 1
    assert found(database, dataset, status=None) == {"0", "2", "3", "4"}


def test_tags_have_limits(database: Database, dataset: Dataset) -> None:
    put(database, dataset, ItemChange(id="a", tags=tuple(map(str, range(50)))))
    with pytest.raises(BadRequest, match="50 tags"):
        editing.edit(database, dataset, ["a"], Edit(add_tags=("one more",)))
    with pytest.raises(BadRequest, match="100 characters"):
        put(database, dataset, ItemChange(id="a", split="x" * 101))


def test_a_seed_deals_alike_and_in_the_shares_asked_for(
    database: Database, dataset: Dataset
) -> None:
    put(
        database,
        dataset,
        *(ItemChange(id=str(n), input=n, metadata={"user": n // 4}) for n in range(100)),
    )
    shares = [Share("train", 8), Share("test", 2)]
    asked = Asked(dataset_id=dataset.id)
    assert editing.deal(database, dataset, asked, shares, 7) == {"train": 80, "test": 20}
    test = found(database, dataset, split="test")
    assert editing.deal(database, dataset, asked, shares, 8) == {"train": 80, "test": 20}
    assert found(database, dataset, split="test") != test
    editing.deal(database, dataset, asked, shares, 7)
    assert found(database, dataset, split="test") == test
    counts = editing.deal(database, dataset, asked, shares, 7, together="user")
    test = found(database, dataset, split="test")
    assert counts == {"train": 80, "test": 20}
    assert len({int(id) // 4 for id in test}) * 4 == len(test)
    for bad in ([], [Share("a", 0)], [Share("a", 1), Share(" a", 1)]):
        with pytest.raises(BadRequest):
            editing.deal(database, dataset, asked, bad, 1)


def test_two_times_are_compared(database: Database, dataset: Dataset) -> None:
    put(database, dataset, *(ItemChange(id=id, input=id) for id in ("kept", "changed", "removed")))
    time.sleep(0.003)
    with database.read() as db:
        (first,) = dataset_history.points(db, dataset, 10)
    assert first.changes == 3
    put(
        database,
        dataset,
        ItemChange(id="changed", input="new"),
        ItemChange(id="added", input=1),
        # Two versions that say the same are no difference.
        ItemChange(id="kept", input="kept"),
    )
    Datasets(database).remove_item(dataset.project_id, "removed")
    with database.read() as db:
        (last,) = dataset_history.points(db, dataset, 10)
        assert last.changes == 3 + 4
        assert dataset_history.count(db, dataset, first.at, last.at) == {
            "added": 1, "removed": 1, "changed": 1,
        }  # fmt: skip
        shown = {
            kind: dataset_history.page(db, dataset, first.at, last.at, kind, 10)
            for kind in ("added", "removed", "changed")
        }
        back = dataset_history.count(db, dataset, last.at, first.at)
        begin = dataset_history.page(db, dataset, 0, first.at, "added", 10)
        assert dataset_history.count(db, dataset, 0, first.at)["added"] == 3
        assert dataset_history.count(db, dataset, last.at, last.at) == dict.fromkeys(back, 0)
    assert [(each.before, each.after is None) for each in begin] == [(None, False)] * 3
    assert back == {"added": 1, "removed": 1, "changed": 1}
    (changed,) = shown["changed"]
    assert (changed.before.input, changed.after.input) == ("changed", "new")  # pyright: ignore[reportOptionalMemberAccess]
    assert [(each.before, each.after and each.after.id) for each in shown["added"]] == [
        (None, "added")
    ]
    assert [(each.before and each.before.id, each.after) for each in shown["removed"]] == [
        ("removed", None)
    ]


def test_inputs_come_one_after_the_other_the_oldest_first(
    database: Database, dataset: Dataset
) -> None:
    put(database, dataset, *(ItemChange(input=n) for n in range(1_200)))
    time.sleep(0.003)
    put(database, dataset, ItemChange(input="last"))
    with database.read() as db:
        asked = Asked(dataset_id=dataset.id)
        inputs = [text for _, text in datasets.inputs_of(db, dataset.project_id, asked, 5_000)]
        assert len(list(datasets.inputs_of(db, dataset.project_id, asked, 7))) == 7
    assert (len(inputs), inputs[-1]) == (1_201, '"last"')


def test_a_data_set_moves_to_another_folder(database: Database, dataset: Dataset) -> None:
    made = Datasets(database)
    moved = made.rename(dataset.project_id, dataset.id, "folder/set")
    assert (moved.id, moved.name) == (dataset.id, "folder/set")
    made.put(dataset.project_id, "taken")
    with pytest.raises(Conflict):
        made.rename(dataset.project_id, dataset.id, "taken")
    with pytest.raises(BadRequest):
        made.rename(dataset.project_id, dataset.id, " ")
    with database.read() as db:
        inside = datasets.in_folder(db, dataset.project_id, "folder")
    assert [each.id for each in inside] == [dataset.id]
