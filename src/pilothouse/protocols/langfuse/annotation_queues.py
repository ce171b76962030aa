"""Annotation queues, as Langfuse's API reads and changes them."""

from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.review import Queue, QueueItem, QueueStatus, Subject
from pilothouse.edge.access import Caller, CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse import subjects
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.questions import PagingOf
from pilothouse.store.relational import accounts, annotation_queues, score_configs
from pilothouse.store.relational.accounts import new_id

router = Router(prefix="/annotation-queues")

Object = dict[str, Any]
Status = Literal["PENDING", "COMPLETED"]


class NewQueue(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str = Field(min_length=1, max_length=500)
    description: str | None = None
    scoreConfigIds: list[str]


class NewItem(BaseModel):
    model_config = ConfigDict(extra="ignore")

    objectId: str = Field(min_length=1, max_length=800)
    objectType: Literal["TRACE", "OBSERVATION", "SESSION"]
    status: Status | None = None


class ItemChange(BaseModel):
    model_config = ConfigDict(extra="ignore")

    status: Status | None = None


class Assignment(BaseModel):
    userId: str


# -- queues --------------------------------------------------------------------------------------


@router.get("")
def list_queues(caller: CallerOf, services: ServicesOf, paging: PagingOf) -> Object:
    """A page of queues, newest first."""
    with services.database.read() as db:
        count = annotation_queues.count(db, caller.project_id)
        found = annotation_queues.page(db, caller.project_id, paging.limit, paging.offset)
    return {"data": [_queue(each) for each in found], "meta": paging.meta(count)}


@router.post("")
def add_queue(body: NewQueue, caller: CallerOf, services: ServicesOf) -> Object:
    if not body.scoreConfigIds:
        raise BadRequest("a queue needs at least one score config")
    moment_of_it = now()
    queue = Queue(
        id=new_id(),
        project_id=caller.project_id,
        name=body.name,
        description=body.description or "",
        score_config_ids=tuple(dict.fromkeys(body.scoreConfigIds)),
        instructions="",
        overlap=1,
        is_blind=False,
        created_at=moment_of_it,
        updated_at=moment_of_it,
    )
    with services.database.write() as db:
        known = score_configs.by_id(db, caller.project_id, queue.score_config_ids)
        unknown = [id for id in queue.score_config_ids if id not in known]
        if unknown:
            raise BadRequest(f"there is no score config {unknown[0][:100]!r}")
        annotation_queues.add(db, queue)
    return _queue(queue)


@router.get("/{queue_id}")
def get_queue(queue_id: str, caller: CallerOf, services: ServicesOf) -> Object:
    return _queue(_found(caller, services, queue_id))


# -- items ---------------------------------------------------------------------------------------


@router.get("/{queue_id}/items")
def list_items(
    queue_id: str,
    caller: CallerOf,
    services: ServicesOf,
    paging: PagingOf,
    status: Status | None = None,
) -> Object:
    """A page of items, in the order they are worked off."""
    queue = _found(caller, services, queue_id)
    wanted = QueueStatus(status.lower()) if status else None
    with services.database.read() as db:
        count = annotation_queues.count_items(db, queue.id, wanted)
        found = annotation_queues.items(db, queue.id, wanted, paging.limit, paging.offset)
    return {"data": [_item(each) for each in found], "meta": paging.meta(count)}


@router.post("/{queue_id}/items")
def add_item(queue_id: str, body: NewItem, caller: CallerOf, services: ServicesOf) -> Object:
    queue = _found(caller, services, queue_id)
    subject = subjects.SUBJECTS[body.objectType]
    trace_id = subjects.check(caller, services, subject, body.objectId)
    moment_of_it = now()
    status = QueueStatus((body.status or "PENDING").lower())
    item = QueueItem(
        id=new_id(),
        queue_id=queue.id,
        subject=subject,
        subject_id=body.objectId,
        trace_id=body.objectId if subject is Subject.TRACE else trace_id,
        status=status,
        annotator_id="",
        completed_at=moment_of_it if status is QueueStatus.COMPLETED else 0,
        created_at=moment_of_it,
        updated_at=moment_of_it,
    )
    with services.database.write() as db:
        annotation_queues.add_item(db, item)
    return _item(item)


@router.get("/{queue_id}/items/{item_id}")
def get_item(queue_id: str, item_id: str, caller: CallerOf, services: ServicesOf) -> Object:
    return _item(_found_item(caller, services, queue_id, item_id))


@router.patch("/{queue_id}/items/{item_id}")
def change_item(
    queue_id: str, item_id: str, body: ItemChange, caller: CallerOf, services: ServicesOf
) -> Object:
    item = _found_item(caller, services, queue_id, item_id)
    if body.status:
        status, moment_of_it = QueueStatus(body.status.lower()), now()
        done = status is QueueStatus.COMPLETED
        item = replace(
            item,
            status=status,
            completed_at=(item.completed_at or moment_of_it) if done else 0,
            annotator_id=caller.user_id if done else "",
            updated_at=moment_of_it,
        )
        with services.database.write() as db:
            annotation_queues.replace_item(db, item)
    return _item(item)


@router.delete("/{queue_id}/items/{item_id}")
def delete_item(queue_id: str, item_id: str, caller: CallerOf, services: ServicesOf) -> Object:
    queue = _found(caller, services, queue_id)
    with services.database.write() as db:
        if not annotation_queues.remove_item(db, queue.id, item_id):
            raise NotFound("Annotation queue item not found")
    return {"success": True, "message": "Annotation queue item deleted successfully"}


# -- assignments ---------------------------------------------------------------------------------


@router.post("/{queue_id}/assignments")
def assign(queue_id: str, body: Assignment, caller: CallerOf, services: ServicesOf) -> Object:
    """Ask a person of the project to work on the queue."""
    queue = _found(caller, services, queue_id)
    with services.database.write() as db:
        if accounts.role_in(db, body.userId, caller.project_id) is None:
            raise NotFound("User not found or not authorized for this project")
        annotation_queues.assign(db, queue.id, body.userId)
    return {"userId": body.userId, "queueId": queue.id, "projectId": caller.project_id}


@router.delete("/{queue_id}/assignments")
def unassign(queue_id: str, body: Assignment, caller: CallerOf, services: ServicesOf) -> Object:
    queue = _found(caller, services, queue_id)
    with services.database.write() as db:
        annotation_queues.unassign(db, queue.id, body.userId)
    return {"success": True}


def _found(caller: Caller, services: Services, queue_id: str) -> Queue:
    with services.database.read() as db:
        found = annotation_queues.one(db, caller.project_id, queue_id)
    if found is None:
        raise NotFound("Annotation queue not found")
    return found


def _found_item(caller: Caller, services: Services, queue_id: str, item_id: str) -> QueueItem:
    queue = _found(caller, services, queue_id)
    with services.database.read() as db:
        found = annotation_queues.item(db, queue.id, item_id)
    if found is None:
        raise NotFound("Annotation queue item not found")
    return found


def _queue(queue: Queue) -> Object:
    return {
        "id": queue.id,
        "name": queue.name,
        "description": queue.description or None,
        "scoreConfigIds": list(queue.score_config_ids),
        "createdAt": moment(queue.created_at),
        "updatedAt": moment(queue.updated_at),
    }


def _item(item: QueueItem) -> Object:
    return {
        "id": item.id,
        "queueId": item.queue_id,
        "objectId": item.subject_id,
        "objectType": subjects.word(item.subject),
        "status": item.status.upper(),
        "completedAt": moment(item.completed_at),
        "createdAt": moment(item.created_at),
        "updatedAt": moment(item.updated_at),
    }
