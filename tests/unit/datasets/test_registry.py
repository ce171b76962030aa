"""Data sets and experiments on both engines of the relational store."""

import pytest

from pilothouse.datasets.registry import Datasets, ItemChange, RunItem
from pilothouse.domain.dataset import Experiment, ExperimentItem, ItemStatus, experiment_id
from pilothouse.domain.errors import BadRequest, Conflict, NotFound
from pilothouse.store.relational import accounts, datasets, experiments
from pilothouse.store.relational.database import Database


@pytest.fixture
def project(database: Database) -> str:
    with database.write() as db:
        organisation = accounts.add_organisation(db, "Org")
        return accounts.add_project(db, organisation.id, "Project").id


def test_the_id_that_clients_compute_too() -> None:
    # As the SDK of Python 5.0.4 derives them: compact JSON, not escaped beyond ASCII.
    assert experiment_id("p", "d", "run 1") == "82412f38ef0cce71"
    assert experiment_id("p", "d", "夜间") == "46c163b4ac80d30f"


def test_versions_follow_one_another_even_in_one_millisecond(
    database: Database, project: str
) -> None:
    made = Datasets(database)
    made.put(project, "set")
    versions = [
        made.put_item(project, "set", ItemChange(id="a", input=number)) for number in range(20)
    ]
    times = [each.valid_from for each in versions]
    assert times == sorted(set(times))
    assert {each.created_at for each in versions} == {versions[0].created_at}
    with database.read() as db:
        seen = [
            datasets.items(db, project, datasets.Asked(at=each.valid_from))[0].input
            for each in versions
        ]
    assert seen == list(range(20))


def test_what_is_not_told_stays(database: Database, project: str) -> None:
    made = Datasets(database)
    made.put(project, "set", description="kept", metadata={"a": 1})
    assert made.put(project, "set").description == "kept"
    first = made.put_item(project, "set", ItemChange(input="q", expected_output="a", metadata=[1]))
    later = made.put_item(project, "set", ItemChange(id=first.id, status=ItemStatus.ARCHIVED))
    assert (later.input, later.expected_output, later.metadata) == ("q", "a", [1])


def test_refusals(database: Database, project: str) -> None:
    made = Datasets(database)
    made.put(project, "one")
    made.put(project, "two")
    made.put_item(project, "one", ItemChange(id="a", input=1))
    with pytest.raises(Conflict):
        made.put_item(project, "two", ItemChange(id="a", input=1))
    with pytest.raises(NotFound):
        made.put_item(project, "three", ItemChange(input=1))
    with pytest.raises(BadRequest):
        made.put(project, " ")
    with pytest.raises(BadRequest):
        made.put_item(project, "one", ItemChange(id="x" * 801))
    with pytest.raises(NotFound):
        made.remove_item(project, "b")
    with pytest.raises(BadRequest, match="1 items"):
        made.put(project, "one", input_schema={"type": "string"})
    made.put(project, "one", input_schema={"type": "integer"})
    with pytest.raises(BadRequest, match="is not of type"):
        made.put_item(project, "one", ItemChange(id="b", input="text"))


def test_links_and_spans_of_one_run_are_one_experiment(database: Database, project: str) -> None:
    made = Datasets(database)
    dataset = made.put(project, "set")
    made.put_item(project, "set", ItemChange(id="a", input=1))
    linked, experiment = made.link(
        project, RunItem("night", "a", "trace", description="first", created_at=2_000)
    )
    assert experiment.id == experiment_id(project, dataset.id, "night")
    by_span = Experiment(
        project_id=project,
        id=experiment.id,
        dataset_id=dataset.id,
        name="night",
        description="",
        metadata={"model": "m"},
        started_at=1_000,
        created_at=5_000,
        updated_at=5_000,
    )
    item = ExperimentItem(
        id="",
        project_id=project,
        experiment_id=experiment.id,
        item_id="a",
        trace_id="trace",
        span_id="root",
        item_version=7,
        expected_output="1",
        item_metadata="",
        started_at=1_000,
        created_at=5_000,
        updated_at=5_000,
    )
    made.note([(by_span, item)])
    made.link(project, RunItem("night", "a", "trace", created_at=9_000))
    with database.read() as db:
        kept = experiments.one(db, project, experiment.id)
        items = experiments.items_of(db, project, experiment.id)
        counts = experiments.count_items(db, project, [experiment.id, "none"])
    assert kept is not None
    assert (kept.description, kept.metadata, kept.started_at) == ("first", {"model": "m"}, 1_000)
    assert [each.id for each in items] == [linked.id]
    assert (items[0].span_id, items[0].item_version, items[0].expected_output) == ("root", 7, "1")
    assert counts == {experiment.id: 1, "none": 0}


def test_a_data_set_goes_with_its_items(database: Database, project: str) -> None:
    made = Datasets(database)
    dataset = made.put(project, "set")
    made.put_item(project, "set", ItemChange(id="a", input=1))
    with database.write() as db:
        datasets.remove(db, dataset.id)
        assert datasets.item(db, project, "a") is None


@pytest.mark.parametrize("schema", [0, "text", [1], 1.5])
def test_a_schema_is_an_object_or_a_boolean(
    database: Database, project: str, schema: object
) -> None:
    with pytest.raises(BadRequest, match="no JSON Schema"):
        Datasets(database).put(project, "odd", input_schema=schema)


def test_many_items_of_experiments_are_kept_at_once(database: Database, project: str) -> None:
    def item(number: int, **told: object) -> ExperimentItem:
        known: dict[str, object] = {
            "id": "",
            "project_id": project,
            "experiment_id": "e",
            "item_id": f"i{number}",
            "trace_id": f"t{number}",
            "span_id": "",
            "item_version": 0,
            "expected_output": "",
            "item_metadata": "",
            "started_at": 10,
            "created_at": 10,
            "updated_at": 10,
        }
        return ExperimentItem(**(known | told))  # type: ignore[arg-type]

    many = [item(number) for number in range(1_100)]
    with database.write() as db:
        # The first is told three times: what is told later adds to it.
        experiments.put_items(
            db, [*many, item(0, expected_output="1"), item(0, span_id="s", started_at=5)]
        )
        first = experiments.items_by_trace(db, project, ["t0"])["e", "t0", "s"]
        experiments.put_items(db, [item(0, item_version=7)])
    with database.read() as db:
        again = experiments.items_by_trace(db, project, ["t0"])["e", "t0", "s"]
        count = experiments.count_items(db, project, ["e"])["e"]
    assert count == 1_100
    assert (first.expected_output, first.started_at) == ("1", 5)
    assert (again.id, again.item_version, again.expected_output) == (first.id, 7, "1")
