"""What people say about traces, spans, sessions and versions of prompts."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from fastapi import Depends, Query, Response

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, Forbidden, NotFound
from pilothouse.domain.review import Comment, Subject
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.native import talk_wire as shapes
from pilothouse.protocols.native.blinding import sight
from pilothouse.store.relational import accounts, comments, prompts

router = Router(
    prefix="/projects/{project_id}/comments",
    tags=["comments"],
    dependencies=[Depends(project_in_path)],
)

_SUBJECTS: dict[Subject, shapes.CommentSubject] = {
    Subject.TRACE: "trace",
    Subject.SPAN: "span",
    Subject.SESSION: "session",
    Subject.PROMPT: "prompt",
}


@router.get("")
def list_comments(
    caller: CallerOf,
    services: ServicesOf,
    trace_id: str = Query(default="", max_length=800, description="With those on its spans"),
    session_id: str = Query(default="", max_length=800),
    prompt_version_id: str = Query(default="", max_length=64),
) -> shapes.Comments:
    """Comments on a trace and its spans, on a session, or on a version of a prompt."""
    if [bool(trace_id), bool(session_id), bool(prompt_version_id)].count(True) != 1:
        raise BadRequest("ask for the comments of one trace, one session or one prompt version")
    with services.database.read() as db:
        if trace_id:
            found = comments.of_trace(db, caller.project_id, trace_id)
        elif session_id:
            found = comments.of(db, caller.project_id, Subject.SESSION, session_id)
        else:
            found = comments.of(db, caller.project_id, Subject.PROMPT, prompt_version_id)
        return shapes.Comments(items=shown(db, sight(caller, services).comments(found)))


@router.post("", status_code=201)
def add_comment(body: shapes.NewComment, caller: CallerOf, services: ServicesOf) -> shapes.Comment:
    """Say something about a trace, a span, a session or a prompt, or about a piece of its text."""
    _of_a_person(caller)
    _check(body, caller, services)
    at = now()
    comment = Comment(
        id=accounts.new_id(),
        project_id=caller.project_id,
        subject=Subject(body.subject),
        subject_id=body.prompt_version_id or body.session_id or body.span_id or body.trace_id,
        trace_id=body.trace_id,
        content=_clean(body.content),
        anchor=body.anchor.model_dump_json() if body.anchor else "",
        author_id=caller.user_id,
        created_at=at,
        updated_at=at,
    )
    with services.database.write() as db:
        comments.add(db, comment)
        return shown(db, [comment])[0]


@router.patch("/{comment_id}")
def change_comment(
    comment_id: str, body: shapes.CommentChange, caller: CallerOf, services: ServicesOf
) -> shapes.Comment:
    """Say one's own comment in other words."""
    content, at = _clean(body.content), now()
    with services.database.write() as db:
        comment = _own(db, comment_id, caller)
        comments.change(db, comment, content, at)
        return shown(db, [replace(comment, content=content, updated_at=at)])[0]


@router.delete("/{comment_id}", status_code=204)
def remove_comment(comment_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """Take one's own comment back."""
    with services.database.write() as db:
        _own(db, comment_id, caller)
        comments.remove(db, caller.project_id, comment_id)
    return Response(status_code=204)


def _of_a_person(caller: Caller) -> None:
    if not caller.user_id:
        raise Forbidden("here people comment: sign in; programs comment by /api/public/comments")


def _own(db: sa.Connection, id: str, caller: Caller) -> Comment:
    found = comments.one(db, caller.project_id, id)
    if found is None or found.subject not in _SUBJECTS:
        raise NotFound("no such comment")
    _of_a_person(caller)
    if found.author_id != caller.user_id:
        raise Forbidden("a comment belongs to who wrote it")
    return found


def _check(body: shapes.NewComment, caller: Caller, services: Services) -> None:
    """Raises NotFound where there is no such thing."""
    match body.subject:
        case "trace":
            services.reading.head(caller.scope, body.trace_id)
        case "span":
            services.reading.span(caller.scope, body.trace_id, body.span_id, 0)
        case "session":
            services.reading.session(caller.scope, body.session_id, 1)
        case "prompt":
            with services.database.read() as db:
                if not prompts.has_version(db, caller.project_id, body.prompt_version_id):
                    raise NotFound("no such version of a prompt")


def _clean(content: str) -> str:
    cleaned = content.replace("\x00", "").strip()
    if not cleaned:
        raise BadRequest("a comment says something")
    return cleaned


def shown(db: sa.Connection, found: Sequence[Comment]) -> list[shapes.Comment]:
    """With the names of who wrote them."""
    names = accounts.names(db, {each.author_id for each in found})
    return [
        shapes.Comment(
            id=each.id,
            subject=_SUBJECTS[each.subject],
            trace_id=each.subject_id if each.subject is Subject.TRACE else each.trace_id,
            span_id=each.subject_id if each.subject is Subject.SPAN else "",
            session_id=each.subject_id if each.subject is Subject.SESSION else "",
            prompt_version_id=each.subject_id if each.subject is Subject.PROMPT else "",
            content=each.content,
            anchor=shapes.Anchor.model_validate_json(each.anchor) if each.anchor else None,
            author_id=each.author_id,
            author_name=names.get(each.author_id, ""),
            created_at=each.created_at,
            updated_at=each.updated_at,
        )
        for each in found
    ]
