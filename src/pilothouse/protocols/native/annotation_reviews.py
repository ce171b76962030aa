"""Working on a queue: taking an item, saying what one thinks of it, and settling what is disputed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import Depends, Response
from starlette.concurrency import run_in_threadpool

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, Conflict, Forbidden, NotFound
from pilothouse.domain.review import (
    ADJUDICATED,
    Queue,
    QueueItem,
    QueueStatus,
    ReviewStatus,
    Subject,
    said_id,
)
from pilothouse.domain.score import DataType, Score, Source
from pilothouse.domain.score_config import ScoreConfig
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.ingest import configured
from pilothouse.protocols.native import annotation_queues as queues
from pilothouse.protocols.native import annotation_wire as shapes
from pilothouse.protocols.native import rows
from pilothouse.protocols.native.scores import value_of
from pilothouse.store.relational import annotation_queues, annotation_reviews, score_configs

router = Router(
    prefix="/projects/{project_id}/annotation-queues/{queue_id}",
    tags=["annotation"],
    dependencies=[Depends(project_in_path)],
)

_CORRECTION = "output"
"""Name of a correction, and what stands for its config in the id."""


@router.post("/take")
def take(
    queue_id: str, body: shapes.TakeAsked, caller: CallerOf, services: ServicesOf
) -> shapes.Served:
    """Be served an item: what one began, else the next that still needs somebody. It is kept from
    others, beyond as many as the queue asks for, until it is finished, given back, or left alone for
    a quarter of an hour."""
    queue = _asked(caller, services, queue_id)
    with services.database.write() as db:
        if body.item_id:
            item = annotation_queues.item(db, queue.id, body.item_id)
            if item is None:
                raise NotFound("no such item in this queue")
            annotation_reviews.take(db, queue, item, caller.user_id, now())
        else:
            item = annotation_reviews.take_next(db, queue, caller.user_id, now())
    return _served(caller, services, queue, item)


@router.post("/skipped")
def take_skipped_again(queue_id: str, caller: CallerOf, services: ServicesOf) -> shapes.Served:
    """Be served again what one skipped."""
    queue = _asked(caller, services, queue_id)
    with services.database.write() as db:
        annotation_reviews.take_skipped_again(db, queue.id, caller.user_id)
        item = annotation_reviews.take_next(db, queue, caller.user_id, now())
    return _served(caller, services, queue, item)


@router.post("/items/{item_id}/renew", status_code=204)
def renew(queue_id: str, item_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """Keep an item for longer. Raises Conflict where it is no longer one's own."""
    queue = _asked(caller, services, queue_id)
    item = _item(services, queue, item_id)
    with services.database.write() as db:
        if not annotation_reviews.renew(db, item.id, caller.user_id, now()):
            raise Conflict("this item is not taken by you")
    return Response(status_code=204)


@router.post("/items/{item_id}/give-back", status_code=204)
def give_back(queue_id: str, item_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """Let others have an item that one took and did not finish."""
    queue = _asked(caller, services, queue_id)
    item = _item(services, queue, item_id)
    with services.database.write() as db:
        annotation_reviews.give_back(db, item.id, caller.user_id)
    return Response(status_code=204)


@router.put("/items/{item_id}/review")
async def put_review(
    queue_id: str,
    item_id: str,
    body: shapes.ReviewWritten,
    caller: CallerOf,
    services: ServicesOf,
) -> shapes.QueueItemRow:
    """Say what one thinks of an item one took, or that one skips it. Saying it again changes what one
    said, and what is left out now is taken back; what others said stays as it is."""
    work = await run_in_threadpool(_work, caller, services, queue_id, item_id)
    status = ReviewStatus(body.status)
    if status is ReviewStatus.SKIPPED and (body.scores or body.correction.strip()):
        raise BadRequest("what is skipped is not scored")
    if status is ReviewStatus.COMPLETED and not (body.scores or body.correction.strip()):
        raise BadRequest("say something of the item, or skip it")
    told = await run_in_threadpool(_said, work, body)
    await services.intake.put_scores(told)
    left = work.ids() - {score.score_id for score in told}
    if status is ReviewStatus.COMPLETED and left:
        await services.intake.delete_scores(caller.scope, sorted(left))
    return await run_in_threadpool(_finished, work, status)


@router.put("/items/{item_id}/decision")
async def decide(
    queue_id: str,
    item_id: str,
    body: shapes.DecisionWritten,
    caller: CallerOf,
    services: ServicesOf,
) -> shapes.QueueItemRow:
    """Settle what people disagree about. The decision is a score of its own beside theirs, and is the
    item's label from then on."""
    if not caller.user_id:
        raise BadRequest("here people decide: sign in")
    work = await run_in_threadpool(_place, caller, services, queue_id, item_id)
    told = await run_in_threadpool(_decided, work, body.scores)
    await services.intake.put_scores(told)
    return await run_in_threadpool(_settled, work)


# -- what is worked on ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Work:
    """An item, where it stands, and who works on it."""

    caller: Caller
    services: Services
    queue: Queue
    item: QueueItem
    place: queues.Place
    configs: dict[str, ScoreConfig]

    def score_id(self, config_id: str, who: str) -> str:
        return said_id(self.queue.id, self.item.id, config_id, who)

    def ids(self) -> set[str]:
        """Of everything that this person can have said of the item."""
        return _ids(self.queue, self.item, self.caller.user_id)

    def score(self, config_id: str, who: str) -> Score:
        """A blank one."""
        kind, id = self.item.subject, self.item.subject_id
        return Score(
            project_id=self.caller.project_id,
            score_id=self.score_id(config_id, who),
            timestamp=now(),
            name=_CORRECTION,
            source=Source.ANNOTATION,
            trace_id=self.item.trace_id,
            span_id=id if kind is Subject.SPAN else "",
            session_id=id if kind is Subject.SESSION else "",
            queue_id=self.queue.id,
            author_id=self.caller.user_id,
            environment=self.place.environment,
        )


def _ids(queue: Queue, item: QueueItem, user_id: str) -> set[str]:
    return {
        said_id(queue.id, item.id, each, user_id) for each in (*queue.score_config_ids, _CORRECTION)
    }


def _asked(caller: Caller, services: Services, queue_id: str) -> Queue:
    """Raises NotFound, and Forbidden for those whom the queue does not ask."""
    if not caller.user_id:
        raise BadRequest(
            "here people annotate: sign in; programs send scores to /api/public/scores"
        )
    queue = queues.found(caller, services, queue_id)
    with services.database.read() as db:
        assigned = annotation_queues.assigned(db, [queue.id])[queue.id]
    if not queues.is_asked(caller, assigned):
        raise Forbidden("this queue asks others: only who is assigned to it works on it")
    return queue


def _item(services: Services, queue: Queue, item_id: str) -> QueueItem:
    with services.database.read() as db:
        item = annotation_queues.item(db, queue.id, item_id)
    if item is None:
        raise NotFound("no such item in this queue")
    return item


def _work(caller: Caller, services: Services, queue_id: str, item_id: str) -> _Work:
    _asked(caller, services, queue_id)
    work = _place(caller, services, queue_id, item_id)
    with services.database.read() as db:
        if annotation_reviews.review(db, item_id, caller.user_id) is None:
            raise Conflict("take an item before you finish it")
    return work


def _place(caller: Caller, services: Services, queue_id: str, item_id: str) -> _Work:
    queue = queues.found(caller, services, queue_id)
    item = _item(services, queue, item_id)
    [place] = queues.places(services, caller.scope, [item])
    with services.database.read() as db:
        configs = score_configs.by_id(db, caller.project_id, queue.score_config_ids)
    return _Work(caller, services, queue, item, place, configs)


def _served(
    caller: Caller, services: Services, queue: Queue, item: QueueItem | None
) -> shapes.Served:
    with services.database.read() as db:
        progress = annotation_reviews.progress(db, [queue.id], caller.user_id, now())[queue.id]
    said: list[Score] = []
    if item:
        ids = sorted(_ids(queue, item, caller.user_id))
        said = services.reading.find_scores(caller.scope, ids)
    shown = queues.shown_items(caller, services, [item]) if item else [None]
    return shapes.Served(
        item=shown[0], scores=rows.scores(said), progress=queues.shown_progress(progress)
    )


# -- what is said --------------------------------------------------------------------------------


def _said(work: _Work, body: shapes.ReviewWritten) -> list[Score]:
    """Raises BadRequest, NotFound."""
    user_id = work.caller.user_id
    told = [_scored(work, each, user_id) for each in _once(body.scores)]
    if correction := body.correction.replace("\x00", "").strip():
        if work.item.subject is Subject.SESSION:
            raise BadRequest("a session has no output to correct")
        score = work.score(_CORRECTION, user_id)
        score.data_type, score.text = DataType.CORRECTION, correction
        told.append(score)
    return _fitted(work, told)


def _decided(work: _Work, said: Sequence[shapes.SaidScore]) -> list[Score]:
    told = [_scored(work, each, ADJUDICATED) for each in _once(said)]
    for score in told:
        score.metadata = {ADJUDICATED: "true"}
    return _fitted(work, told)


def _once(said: Sequence[shapes.SaidScore]) -> Sequence[shapes.SaidScore]:
    if len({each.config_id for each in said}) < len(said):
        raise BadRequest("each score is given once")
    return said


def _scored(work: _Work, said: shapes.SaidScore, who: str) -> Score:
    config = work.configs.get(said.config_id)
    if config is None:
        raise BadRequest(f"this queue does not ask for the score config {said.config_id[:100]!r}")
    score = work.score(config.id, who)
    score.data_type, score.value, score.text = value_of(said.value, config.data_type)
    score.name, score.config_id, score.comment = config.name, config.id, said.comment
    return score


def _fitted(work: _Work, told: Sequence[Score]) -> list[Score]:
    if told and work.place.is_gone:
        raise NotFound("what this item is about is gone: skip it, or take it out of the queue")
    database = work.services.database
    fitted, refused = configured.fit(database, work.caller.project_id, told)
    if refused:
        raise BadRequest(refused[0].message)
    return fitted


def _finished(work: _Work, status: ReviewStatus) -> shapes.QueueItemRow:
    with work.services.database.write() as db:
        item = annotation_queues.item(db, work.queue.id, work.item.id)
        if item is None:
            raise NotFound("no such item in this queue")
        user_id = work.caller.user_id
        item = annotation_reviews.finish(db, work.queue, item, user_id, status, now())
    [shown] = queues.shown_items(work.caller, work.services, [item])
    return shown


def _settled(work: _Work) -> shapes.QueueItemRow:
    moment, user_id = now(), work.caller.user_id
    with work.services.database.write() as db:
        item = annotation_queues.item(db, work.queue.id, work.item.id)
        if item is None:
            raise NotFound("no such item in this queue")
        item = replace(item, adjudicator_id=user_id, adjudicated_at=moment, updated_at=moment)
        if item.status is QueueStatus.PENDING:
            item = replace(item, status=QueueStatus.COMPLETED, completed_at=moment)
        annotation_queues.replace_item(db, item)
    [shown] = queues.shown_items(work.caller, work.services, [item])
    return shown
