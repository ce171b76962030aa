"""Comments, as Langfuse's API reads and adds them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.review import Comment, Subject
from pilothouse.edge.access import CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.langfuse import questions, subjects
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.questions import PagingOf, Time
from pilothouse.store.relational import comments
from pilothouse.store.relational.accounts import new_id
from pilothouse.store.relational.database import claiming

router = Router()

Object = dict[str, Any]

_MOST = 5_000


class NewComment(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str | None = Field(default=None, min_length=1, max_length=64)
    """An extension, for what is brought along from elsewhere. Langfuse's clients never tell it."""
    createdAt: Time = None
    """As `id`."""
    projectId: str
    objectType: Literal["TRACE", "OBSERVATION", "SESSION", "PROMPT"]
    objectId: str
    content: str = Field(min_length=1, max_length=_MOST)
    authorUserId: str | None = Field(default=None, max_length=200)


@router.post("/comments")
def add_comment(body: NewComment, caller: CallerOf, services: ServicesOf) -> Object:
    if body.projectId != caller.project_id:
        raise BadRequest("projectId is not the project of the key")
    subject = subjects.SUBJECTS[body.objectType]
    trace_id = subjects.check(caller, services, subject, body.objectId)
    made_at = questions.micros(body.createdAt) if body.createdAt else now()
    comment = Comment(
        id=body.id or new_id(),
        project_id=caller.project_id,
        subject=subject,
        subject_id=body.objectId,
        trace_id=trace_id,
        content=body.content.replace("\x00", ""),
        anchor="",
        author_id=body.authorUserId or "",
        created_at=made_at,
        updated_at=made_at,
    )
    with services.database.write() as db, claiming("comment", comment.id):
        comments.add(db, comment)
    return {"id": comment.id}


@router.get("/comments")
def list_comments(
    caller: CallerOf,
    services: ServicesOf,
    paging: PagingOf,
    objectType: Literal["TRACE", "OBSERVATION", "SESSION", "PROMPT"] | None = None,
    objectId: str | None = None,
    authorUserId: str | None = None,
) -> Object:
    """A page of comments, newest first."""
    if objectId and not objectType:
        raise BadRequest("objectType is required when objectId is provided")
    asked = comments.Asked(
        subjects.SUBJECTS[objectType] if objectType else None, objectId or "", authorUserId or ""
    )
    with services.database.read() as db:
        count = comments.count(db, caller.project_id, asked)
        found = comments.page(db, caller.project_id, asked, paging.limit, paging.offset)
    return {"data": [_shown(each) for each in found], "meta": paging.meta(count)}


@router.get("/comments/{comment_id}")
def get_comment(comment_id: str, caller: CallerOf, services: ServicesOf) -> Object:
    with services.database.read() as db:
        found = comments.one(db, caller.project_id, comment_id)
    if found is None:
        raise NotFound("Comment not found within authorized project")
    return _shown(found)


def _shown(comment: Comment) -> Object:
    return {
        "id": comment.id,
        "projectId": comment.project_id,
        "createdAt": moment(comment.created_at),
        "updatedAt": moment(comment.updated_at),
        "objectType": subjects.word(Subject(comment.subject)),
        "objectId": comment.subject_id,
        "content": comment.content,
        "authorUserId": comment.author_id or None,
    }
