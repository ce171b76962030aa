"""Keeping a data set in order: many items changed at once, splits, and what changed over time."""

from typing import Annotated

from fastapi import Depends, Query

from pilothouse.datasets import editing
from pilothouse.domain.dataset import Dataset, ItemStatus
from pilothouse.domain.errors import BadRequest
from pilothouse.edge.access import CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.native import dataset_upkeep_wire as shapes
from pilothouse.protocols.native.datasets import dataset_of, shown_item
from pilothouse.store.relational import dataset_history, datasets

router = Router(
    prefix="/projects/{project_id}/datasets",
    tags=["datasets"],
    dependencies=[Depends(project_in_path)],
)

_MOST_POINTS = 200
MomentOf = Annotated[int, Query(ge=0, le=2**62, description="Microseconds")]


@router.post("/{dataset_id}/items/edit")
def edit_items(
    dataset_id: str, body: shapes.ItemsEdited, caller: CallerOf, services: ServicesOf
) -> shapes.ItemsChanged:
    """Set the split, tags or state of many items, or delete them. Items that are not there are no
    error."""
    dataset = dataset_of(caller, services, dataset_id)
    if (body.ids is None) == (body.where is None):
        raise BadRequest("either ids or where says which items are meant")
    which = body.ids if body.where is None else where(dataset, body.where)
    told = editing.Edit(
        split=body.split,
        add_tags=tuple(body.add_tags),
        remove_tags=tuple(body.remove_tags),
        status=ItemStatus(body.status) if body.status else None,
        delete=body.delete,
    )
    changed = editing.edit(services.database, dataset, which or [], told)
    return shapes.ItemsChanged(changed=changed)


@router.post("/{dataset_id}/items/deal")
def deal_items(
    dataset_id: str, body: shapes.ItemsDealt, caller: CallerOf, services: ServicesOf
) -> shapes.SplitCounts:
    """Give items their splits at random, in shares."""
    dataset = dataset_of(caller, services, dataset_id)
    counts = editing.deal(
        services.database,
        dataset,
        where(dataset, body.where),
        [editing.Share(each.split, each.share) for each in body.shares],
        body.seed,
        body.together,
    )
    return shapes.SplitCounts(splits=counts)


@router.get("/{dataset_id}/history")
def list_changes(dataset_id: str, caller: CallerOf, services: ServicesOf) -> shapes.DatasetHistory:
    """Times at which items changed, between which states can be compared."""
    dataset = dataset_of(caller, services, dataset_id)
    with services.database.read() as db:
        points = dataset_history.points(db, dataset, _MOST_POINTS)
    return shapes.DatasetHistory(
        items=[shapes.HistoryPoint(at=each.at, changes=each.changes) for each in points]
    )


@router.get("/{dataset_id}/differences")
def list_differences(
    dataset_id: str,
    caller: CallerOf,
    services: ServicesOf,
    before: MomentOf,
    after: MomentOf,
    kind: dataset_history.Kind = "changed",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> shapes.DatasetDifferences:
    """What differs between the states at two times, one kind of differences at a time."""
    dataset = dataset_of(caller, services, dataset_id)
    with services.database.read() as db:
        counts = dataset_history.count(db, dataset, before, after)
        found = dataset_history.page(db, dataset, before, after, kind, limit, offset)
    return shapes.DatasetDifferences(
        **counts,
        items=[
            shapes.ItemDifference(
                before=shown_item(each.before) if each.before else None,
                after=shown_item(each.after) if each.after else None,
            )
            for each in found
        ],
    )


def where(dataset: Dataset, told: shapes.ItemsWhere) -> datasets.Asked:
    return datasets.Asked(
        dataset_id=dataset.id,
        status=None if told.status == "all" else ItemStatus(told.status),
        split=told.split,
        tag=told.tag,
        words=told.words,
    )
