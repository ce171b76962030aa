"""Comments that mention the signed-in person, in all projects that they reach."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import sqlalchemy as sa
from fastapi import Query, Response

from pilothouse.domain.access import Project, User
from pilothouse.domain.clock import now
from pilothouse.domain.review import Comment, Subject
from pilothouse.edge.access import PersonOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.native import talk_wire as shapes
from pilothouse.protocols.native.comments import shown
from pilothouse.reading.blinding import Sight
from pilothouse.store.relational import accounts, comments, mentions, prompts

router = Router(prefix="/me/mentions", tags=["comments"])

_MOST = 200


@router.get("")
def list_mentions(
    user: PersonOf, services: ServicesOf, limit: Annotated[int, Query(ge=1, le=_MOST)] = 50
) -> shapes.Mentions:
    """The newest comments that mention the person, and how many of all they have not seen. What may not
    be read yet, of an item of a blind queue, is told when it may."""
    with services.database.read() as db:
        projects = _reached(db, user)
        unseen = mentions.unseen(db, user.id, list(projects))
        found = mentions.of(db, user.id, list(projects), limit)
        every = comments.several(db, [one.comment_id for one in found])
    told = {each.id: each for each in _open(services, user, every)}
    of_prompts = [each.subject_id for each in told.values() if each.subject is Subject.PROMPT]
    with services.database.read() as db:
        versions = prompts.names_of(db, of_prompts)
        said = {each.id: each for each in shown(db, [*told.values()])}
    items: list[shapes.Mention] = []
    for one in found:
        comment = told.get(one.comment_id)
        if comment is None:
            unseen -= not one.is_seen
            continue
        name, version = versions.get(comment.subject_id, ("", 0))
        items.append(
            shapes.Mention(
                comment=said[comment.id],
                project_id=comment.project_id,
                project_name=projects[comment.project_id].name,
                prompt_name=name,
                prompt_version=version,
                seen=one.is_seen,
            )
        )
    return shapes.Mentions(items=items, unseen=unseen)


@router.post("/seen", status_code=204)
def see_mentions(body: shapes.MentionsSeen, user: PersonOf, services: ServicesOf) -> Response:
    """The person has seen these, or all that they may read by now."""
    with services.database.read() as db:
        found = mentions.of(db, user.id, list(_reached(db, user)), _MOST)
        every = comments.several(db, [one.comment_id for one in found if not one.is_seen])
    closed = {each.id for each in every} - {each.id for each in _open(services, user, every)}
    with services.database.write() as db:
        mentions.see(db, user.id, body.comment_ids, now(), sorted(closed))
    return Response(status_code=204)


def _open(services: Services, user: User, found: Sequence[Comment]) -> Iterator[Comment]:
    """Those that the person may read now."""
    for project_id in sorted({each.project_id for each in found}):
        inside = [each for each in found if each.project_id == project_id]
        yield from Sight(services.database, project_id, user.id).comments(inside)


def _reached(db: sa.Connection, user: User) -> dict[str, Project]:
    reachable = accounts.reachable(db, user.id)
    return {project.id: project for _, _, projects in reachable for project in projects}
