"""Keeping a data set in order: many items changed at once, splits, and what changed over time."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Query

from pilothouse.datasets import bringing, duplicates, editing
from pilothouse.datasets.bringing import Brought
from pilothouse.datasets.registry import ItemChange
from pilothouse.domain.dataset import Dataset, ItemStatus
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.span import Span
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.evals import collecting
from pilothouse.protocols.native import dataset_upkeep_wire as shapes
from pilothouse.protocols.native.datasets import dataset_of, shown_item
from pilothouse.query import lists
from pilothouse.query.lists import ListQuestion
from pilothouse.query.parser import parse
from pilothouse.store.relational import dataset_history, datasets

router = Router(
    prefix="/projects/{project_id}/datasets",
    tags=["datasets"],
    dependencies=[Depends(project_in_path)],
)

_MOST_POINTS = 200
_MOST_COMPARED = 200_000
_MOST_OF_GROUP = 20
_PAGE = 500
_MOST_PAGES = 200
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


@router.get("/{dataset_id}/duplicates")
def list_duplicates(
    dataset_id: str,
    caller: CallerOf,
    services: ServicesOf,
    near: Annotated[
        float | None,
        Query(ge=0.6, le=1, description="Share of runs of words in common; none: exactly the same"),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> shapes.Duplicates:
    """Active items that ask the same, or nearly the same."""
    dataset = dataset_of(caller, services, dataset_id)
    groups = _groups(services, dataset, near)
    page = groups[offset : offset + limit]
    shown = [id for group in page for id in group.ids[:_MOST_OF_GROUP]]
    asked = datasets.Asked(dataset_id=dataset.id, ids=tuple(shown))
    with services.database.read() as db:
        items = {each.id: each for each in datasets.items(db, dataset.project_id, asked)}
    return shapes.Duplicates(
        groups=len(groups),
        others=sum(len(group.ids) - 1 for group in groups),
        items=[
            shapes.DuplicateGroup(
                similarity=group.similarity,
                is_exact=group.is_exact,
                items=[shown_item(items[id]) for id in group.ids[:_MOST_OF_GROUP] if id in items],
                size=len(group.ids),
            )
            for group in page
        ],
    )


@router.post("/{dataset_id}/duplicates/archive")
def archive_duplicates(
    dataset_id: str, body: shapes.Doubles, caller: CallerOf, services: ServicesOf
) -> shapes.ItemsChanged:
    """Archive all but the oldest of each group."""
    dataset = dataset_of(caller, services, dataset_id)
    others = [id for group in _groups(services, dataset, body.near) for id in group.ids[1:]]
    archive = editing.Edit(status=ItemStatus.ARCHIVED)
    return shapes.ItemsChanged(changed=editing.edit(services.database, dataset, others, archive))


def _groups(services: Services, dataset: Dataset, near: float | None) -> list[duplicates.Group]:
    asked = datasets.Asked(dataset_id=dataset.id)
    with services.database.read() as db:
        inputs = datasets.inputs_of(db, dataset.project_id, asked, _MOST_COMPARED)
        return duplicates.groups(inputs, near)


@router.post("/{dataset_id}/items/from-list")
def add_from_list(
    dataset_id: str, body: shapes.FromList, caller: CallerOf, services: ServicesOf
) -> shapes.TakenFromList:
    """Add what matches a filter in a range of time, sampled: what spans, or traces, took in as input,
    and what they gave as expected output. What items were made of already is left out."""
    dataset = dataset_of(caller, services, dataset_id)
    question = ListQuestion(
        body.view,
        lists.ranged(body.start, body.end),
        parse(body.filter),
        lists.order(body.view, ""),
        _PAGE,
    )
    with services.database.read() as db:
        taken = datasets.sources_of(db, caller.project_id, dataset.id)
    heads, already = _chosen(caller, services, question, body, taken)
    brought = Brought()
    if not body.try_only:
        changes = _changes(caller, services, dataset, body, heads)
        brought = bringing.add(services.database, dataset, changes)
    return shapes.TakenFromList(
        matching=services.reading.count(caller.scope, question),
        already_there=already,
        chosen=len(heads),
        added=brought.added,
        bad=brought.bad,
        reason=brought.problems[0].reason if brought.problems else "",
    )


def _chosen(
    caller: Caller,
    services: Services,
    question: ListQuestion,
    body: shapes.FromList,
    taken: set[tuple[str, str]],
) -> tuple[list[Span], int]:
    """Spans, or heads of traces, and how many were passed over as they are there already."""
    chosen: list[Span] = []
    already = 0
    for span in _walked(caller, services, question):
        whole = body.view == "traces"
        if (span.trace_id, span.span_id) in taken or (whole and (span.trace_id, "") in taken):
            already += 1
        elif _is_sampled(span, body.sampling):
            chosen.append(span)
            if len(chosen) == body.limit:
                break
    return chosen, already


def _walked(caller: Caller, services: Services, question: ListQuestion) -> Iterator[Span]:
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        if question.view == "spans":
            spans = services.reading.spans(caller.scope, question.at(cursor))
            cursor = spans.next_cursor
            yield from spans.items
        else:
            traces = services.reading.traces(caller.scope, question.at(cursor))
            cursor = traces.next_cursor
            yield from (trace.head for trace in traces.items)
        if cursor is None:
            return


def _is_sampled(span: Span, probability: float) -> bool:
    place = sha256(f"{span.trace_id}/{span.span_id}".encode()).digest()[:8]
    return int.from_bytes(place) < probability * 2**64


def _changes(
    caller: Caller,
    services: Services,
    dataset: Dataset,
    body: shapes.FromList,
    spans: Sequence[Span],
) -> Iterator[ItemChange]:
    keys = [(span.trace_id, span.span_id) for span in spans]
    is_trace = body.view == "traces"
    found = collecting.whole(services.reading, caller.scope, keys, traces=is_trace)
    return collecting.items(dataset, found, body.split, body.tags, traces=is_trace)


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
