"""Annotation queues: what people are asked to look at, and how far they have come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Query, Response
from sqlalchemy import Connection

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.review import (
    Chosen,
    Progress,
    Queue,
    QueueItem,
    QueueStatus,
    Review,
    Subject,
    Target,
)
from pilothouse.domain.scope import Scope
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.native import annotation_wire as shapes
from pilothouse.protocols.native.score_configs import shown as shown_config
from pilothouse.query.filters import Match, equal
from pilothouse.query.lists import ALWAYS, ListQuestion
from pilothouse.store.relational import (
    accounts,
    annotation_queues,
    annotation_reviews,
    score_configs,
)

router = Router(
    prefix="/projects/{project_id}/annotation-queues",
    tags=["annotation"],
    dependencies=[Depends(project_in_path)],
)

_MOST_QUEUES = 500
_MOST_SESSIONS = 200
"""Added at once: each is looked for by itself."""


# -- queues --------------------------------------------------------------------------------------


@router.get("")
def list_queues(caller: CallerOf, services: ServicesOf) -> shapes.Queues:
    """Every queue of the project by name, with how far it and the caller have come."""
    with services.database.read() as db:
        found = annotation_queues.every(db, caller.project_id)
        return shapes.Queues(items=_rows(db, caller, found))


@router.post("", status_code=201)
def add_queue(
    body: shapes.QueueWritten, caller: CallerOf, services: ServicesOf
) -> shapes.QueueDetail:
    moment = now()
    queue = _told(Queue(accounts.new_id(), caller.project_id, *_BLANK, moment, moment), body)
    with services.database.write() as db:
        if annotation_queues.count(db, caller.project_id) >= _MOST_QUEUES:
            raise BadRequest(f"a project holds at most {_MOST_QUEUES} annotation queues")
        _check(db, caller, queue, body)
        annotation_queues.add(db, queue)
        annotation_queues.assign_all(db, queue.id, body.assigned)
    return _detail(caller, services, queue)


@router.get("/{queue_id}")
def show_queue(queue_id: str, caller: CallerOf, services: ServicesOf) -> shapes.QueueDetail:
    return _detail(caller, services, found(caller, services, queue_id))


@router.put("/{queue_id}")
def change_queue(
    queue_id: str, body: shapes.QueueWritten, caller: CallerOf, services: ServicesOf
) -> shapes.QueueDetail:
    """Change a queue. Where more or fewer people are to look at each item, items become open again,
    or are complete."""
    before = found(caller, services, queue_id)
    after = replace(_told(before, body), updated_at=now())
    with services.database.write() as db:
        _check(db, caller, after, body)
        annotation_queues.replace(db, after)
        annotation_queues.assign_all(db, queue_id, body.assigned)
        if after.overlap != before.overlap:
            annotation_reviews.count_again(db, after, now())
    return _detail(caller, services, after)


@router.delete("/{queue_id}", status_code=204)
def delete_queue(queue_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """Forget a queue with its items. The scores that were given in it stay."""
    queue = found(caller, services, queue_id)
    with services.database.write() as db:
        annotation_queues.remove(db, caller.project_id, queue.id)
    return Response(status_code=204)


_BLANK = ("", "", (), "", 1, False)


def found(caller: Caller, services: Services, queue_id: str) -> Queue:
    """Raises NotFound."""
    with services.database.read() as db:
        queue = annotation_queues.one(db, caller.project_id, queue_id)
    if queue is None:
        raise NotFound("no such annotation queue")
    return queue


def _told(queue: Queue, body: shapes.QueueWritten) -> Queue:
    return replace(
        queue,
        name=body.name,
        description=body.description,
        instructions=body.instructions,
        score_config_ids=tuple(dict.fromkeys(body.score_config_ids)),
        overlap=body.overlap,
        is_blind=body.is_blind,
    )


def _check(db: Connection, caller: Caller, queue: Queue, body: shapes.QueueWritten) -> None:
    """Raises BadRequest on score configs and people that the project does not have."""
    known = score_configs.by_id(db, caller.project_id, queue.score_config_ids)
    for id in queue.score_config_ids:
        if id not in known:
            raise BadRequest(f"there is no score config {id[:100]!r}")
    for user_id in body.assigned:
        if accounts.role_in(db, user_id, caller.project_id) is None:
            raise BadRequest(f"nobody in the project has the id {user_id[:100]!r}")


def _rows(db: Connection, caller: Caller, queues: Sequence[Queue]) -> list[shapes.QueueRow]:
    ids = [each.id for each in queues]
    assigned = annotation_queues.assigned(db, ids)
    names = accounts.names(db, {id for people in assigned.values() for id in people})
    progress = annotation_reviews.progress(db, ids, caller.user_id, now())
    return [
        shapes.QueueRow(
            id=each.id,
            name=each.name,
            description=each.description,
            score_config_ids=list(each.score_config_ids),
            overlap=each.overlap,
            is_blind=each.is_blind,
            assigned=[_person(id, names) for id in assigned[each.id]],
            asked=is_asked(caller, assigned[each.id]),
            progress=shown_progress(progress[each.id]),
            created_at=each.created_at,
            updated_at=each.updated_at,
        )
        for each in queues
    ]


def is_asked(caller: Caller, assigned: Sequence[str]) -> bool:
    return bool(caller.user_id) and (not assigned or caller.user_id in assigned)


def shown_progress(told: Progress) -> shapes.QueueProgress:
    return shapes.QueueProgress(
        items=told.items,
        completed=told.completed,
        waiting=told.waiting,
        mine=told.mine,
        skipped=told.skipped,
    )


def _person(id: str, names: dict[str, str]) -> shapes.Person:
    return shapes.Person(user_id=id, name=names.get(id, ""))


def _detail(caller: Caller, services: Services, queue: Queue) -> shapes.QueueDetail:
    with services.database.read() as db:
        [row] = _rows(db, caller, [queue])
        configs = score_configs.by_id(db, caller.project_id, queue.score_config_ids)
        done = annotation_reviews.completed_by(db, queue.id)
        ids = list(dict.fromkeys([*(each.user_id for each in row.assigned), *done]))
        names = accounts.names(db, ids)
    return shapes.QueueDetail(
        **row.model_dump(),
        instructions=queue.instructions,
        configs=[shown_config(configs[id]) for id in queue.score_config_ids if id in configs],
        completed_by=done,
        people=[_person(id, names) for id in ids],
    )


# -- items ---------------------------------------------------------------------------------------


@router.get("/{queue_id}/items")
def list_items(
    queue_id: str,
    caller: CallerOf,
    services: ServicesOf,
    status: shapes.ItemStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> shapes.QueueItemPage:
    """In the order they are worked off."""
    queue = found(caller, services, queue_id)
    wanted = QueueStatus(status) if status else None
    with services.database.read() as db:
        total = annotation_queues.count_items(db, queue.id, wanted)
        items = annotation_queues.items(db, queue.id, wanted, limit, offset)
    return shapes.QueueItemPage(items=shown_items(caller, services, items), total=total)


@router.post("/{queue_id}/items")
def add_items(
    queue_id: str, body: shapes.NewItems, caller: CallerOf, services: ServicesOf
) -> shapes.ItemsAdded:
    """Add traces, spans and sessions; what the queue has already is not added again."""
    queue = found(caller, services, queue_id)
    wanted = list(dict.fromkeys(body.subjects_of()))
    _check_there(caller, services, wanted)
    return add(services, queue, [(each, Chosen(body.chosen)) for each in wanted])


def add(
    services: Services, queue: Queue, wanted: Sequence[tuple[Target, Chosen]]
) -> shapes.ItemsAdded:
    """Those of these that the queue does not have yet, in this order. What chance chose now is
    marked so, also where it is there for another reason."""
    moment = now()
    with services.database.write() as db:
        known = {
            (kind, id)
            for kind in {target.subject for target, _ in wanted}
            for id in annotation_queues.known(
                db, queue.id, kind, [each.id for each, _ in wanted if each.subject is kind]
            )
        }
        new = [each for each in wanted if (each[0].subject, each[0].id) not in known]
        for kind in {kind for kind, _ in known}:
            drawn = [
                each.id
                for each, chosen in wanted
                if each.subject is kind and chosen is Chosen.RANDOM
            ]
            annotation_queues.choose_by_chance(db, queue.id, kind, drawn)
        annotation_queues.add_items(
            db,
            [
                QueueItem(
                    id=accounts.new_id(),
                    queue_id=queue.id,
                    subject=target.subject,
                    subject_id=target.id,
                    trace_id=target.trace_id,
                    status=QueueStatus.PENDING,
                    annotator_id="",
                    completed_at=0,
                    # So they are served in the order given.
                    created_at=moment + place,
                    updated_at=moment,
                    chosen=chosen,
                )
                for place, (target, chosen) in enumerate(new)
            ],
        )
    return shapes.ItemsAdded(added=len(new), known=len(wanted) - len(new))


@router.post("/{queue_id}/items/delete", status_code=204)
def delete_items(
    queue_id: str, body: shapes.ItemIds, caller: CallerOf, services: ServicesOf
) -> Response:
    """Take items out of the queue; what is gone already is no mistake. Scores stay."""
    queue = found(caller, services, queue_id)
    with services.database.write() as db:
        for id in body.item_ids:
            annotation_queues.remove_item(db, queue.id, id)
    return Response(status_code=204)


def _check_there(caller: Caller, services: Services, targets: Sequence[Target]) -> None:
    """Raises NotFound."""
    reading, scope = services.reading, caller.scope
    sessions = [each.session_id for each in targets if each.session_id]
    if len(sessions) > _MOST_SESSIONS:
        raise BadRequest(f"at most {_MOST_SESSIONS} sessions are added at once")
    for session_id in sessions:
        reading.session(scope, session_id, limit=1)
    traces = {each.trace_id for each in targets if each.subject is Subject.TRACE}
    spans = {(each.trace_id, each.span_id) for each in targets if each.span_id}
    gone = sorted(traces - reading.names_of(scope, sorted(traces)).keys()) if traces else []
    if spans:
        measured = reading.measured_spans(scope, sorted(spans))
        there = {(each.trace_id, each.span_id) for each in measured}
        gone += [span for _, span in sorted(spans - there)]
    if gone:
        raise NotFound(f"there is no {gone[0][:200]} in this project")


# -- what items are about ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where what an item is about is found."""

    name: str = ""
    preview: str = ""
    environment: str = "default"
    is_gone: bool = False


_GONE = Place(is_gone=True)


def places(services: Services, scope: Scope, items: Sequence[QueueItem]) -> list[Place]:
    """In the order of the items. Sessions are named by themselves."""
    of = {
        kind: sorted({each.subject_id for each in items if each.subject is kind})
        for kind in Subject
    }
    there: dict[tuple[Subject, str], Place] = {
        (Subject.SESSION, id): Place(name=id) for id in of[Subject.SESSION]
    }
    if ids := of[Subject.TRACE]:
        for id, trace in services.reading.summaries(scope, ids).items():
            head = trace.head
            name = head.trace_name or head.name
            there[Subject.TRACE, id] = Place(name, head.input_preview, head.environment)
    if ids := of[Subject.SPAN]:
        asked = ListQuestion("spans", ALWAYS, Match("span", equal(*ids)), limit=len(ids))
        for span in services.reading.spans(scope, asked).items:
            there[Subject.SPAN, span.span_id] = Place(
                span.name, span.input_preview, span.environment
            )
    return [there.get((each.subject, each.subject_id), _GONE) for each in items]


def shown_items(
    caller: Caller, services: Services, items: Sequence[QueueItem]
) -> list[shapes.QueueItemRow]:
    if not items:
        return []
    there = places(services, caller.scope, items)
    with services.database.read() as db:
        reviews = annotation_reviews.reviews(db, [each.id for each in items])
    return [
        _shown(each, place, reviews.get(each.id, []))
        for each, place in zip(items, there, strict=True)
    ]


def _shown(item: QueueItem, place: Place, reviews: Sequence[Review]) -> shapes.QueueItemRow:
    kind = item.subject
    return shapes.QueueItemRow(
        id=item.id,
        subject=kind.value,  # pyright: ignore[reportArgumentType]
        trace_id=item.trace_id,
        span_id=item.subject_id if kind is Subject.SPAN else "",
        session_id=item.subject_id if kind is Subject.SESSION else "",
        name=place.name,
        is_gone=place.is_gone,
        preview=place.preview,
        status=item.status.value,
        chosen=item.chosen.value,
        reviews=[
            shapes.ItemReview(
                user_id=each.user_id, status=each.status.value, finished_at=each.finished_at
            )
            for each in reviews
        ],
        adjudicator_id=item.adjudicator_id,
        adjudicated_at=item.adjudicated_at,
        created_at=item.created_at,
    )
