"""Prompts, their versions and labels. Functions of an open transaction.

Whatever changes what a prompt is read as also counts up the project's revision, in the same
transaction, so that every replica sees that what it remembers is old.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.domain.clock import now
from pilothouse.domain.errors import Conflict, Unavailable
from pilothouse.domain.prompt import LATEST, Draft, Prompt, PromptType, PromptVersion
from pilothouse.store.relational import prompt_webhooks
from pilothouse.store.relational import tables as t
from pilothouse.store.relational.accounts import new_id

_p, _v, _l, _m = t.prompts.c, t.prompt_versions.c, t.prompt_labels.c, t.prompt_label_moves.c

_COLUMNS = (
    _v.id,
    _p.project_id,
    _p.name,
    _v.version,
    _p.type,
    _v.body,
    _v.config,
    _v.commit_message,
    _v.author_id,
    _v.created_at,
    _v.updated_at,
    _p.tags,
    _p.id.label("prompt_id"),
)


@dataclass(frozen=True, slots=True)
class Named:
    """The record of a name."""

    id: str
    name: str
    type: PromptType
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelMove:
    """One move of a label; version 0 is none."""

    prompt_name: str
    label: str
    from_version: int
    to_version: int
    reason: str
    author_id: str
    moved_at: int


# -- reading -------------------------------------------------------------------------------------


def revision(db: sa.Connection, project_id: str) -> int:
    """Counts the changes of a project's prompts."""
    return revisions(db, [project_id]).get(project_id, 0)


def revisions(db: sa.Connection, project_ids: Iterable[str]) -> dict[str, int]:
    c = t.prompt_revisions.c
    rows = db.execute(
        sa.select(c.project_id, c.revision).where(c.project_id.in_(list(project_ids)))
    )
    return {row.project_id: row.revision for row in rows}


def named(db: sa.Connection, project_id: str, name: str) -> Named | None:
    row = db.execute(
        sa.select(_p.id, _p.name, _p.type, _p.tags).where(
            _p.project_id == project_id, _p.name == name
        )
    ).one_or_none()
    return Named(row.id, row.name, PromptType(row.type), _tuple(row.tags)) if row else None


def by_version(db: sa.Connection, project_id: str, name: str, version: int) -> PromptVersion | None:
    return _one(db, _p.project_id == project_id, _p.name == name, _v.version == version)


def by_label(db: sa.Connection, project_id: str, name: str, label: str) -> PromptVersion | None:
    labelled = (
        sa.select(_l.version)
        .where(_l.prompt_id == _v.prompt_id, _l.label == label)
        .scalar_subquery()
    )
    return _one(db, _p.project_id == project_id, _p.name == name, _v.version == labelled)


def versions(db: sa.Connection, project_id: str, name: str) -> list[PromptVersion]:
    """Every version, the newest first."""
    return _many(db, _p.project_id == project_id, _p.name == name)


def has_version(db: sa.Connection, project_id: str, id: str) -> bool:
    return _one(db, _p.project_id == project_id, _v.id == id) is not None


def names_of(db: sa.Connection, ids: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Name and number of versions, by their ids."""
    rows = db.execute(
        sa.select(_v.id, _p.name, _v.version)
        .join(t.prompts, _p.id == _v.prompt_id)
        .where(_v.id.in_(list(ids)))
    )
    return {row.id: (row.name, row.version) for row in rows}


def ids(
    db: sa.Connection, project_id: str, pairs: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], str]:
    """The id of each version that is named by name and number; what is not there is left out."""
    wanted = sorted(set(pairs))
    if not wanted:
        return {}
    rows = db.execute(
        sa.select(_p.name, _v.version, _v.id)
        .join(t.prompts, _p.id == _v.prompt_id)
        .where(_p.project_id == project_id, sa.tuple_(_p.name, _v.version).in_(wanted))
    )
    return {(row.name, row.version): row.id for row in rows}


def texts_with(db: sa.Connection, project_id: str, part: str) -> list[PromptVersion]:
    """Versions of the project whose body may hold a text; a few more may be among them."""
    spelled = _json(part)[1:-1]
    return _many(db, _p.project_id == project_id, _v.body.contains(spelled, autoescape=True))


def _one(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> PromptVersion | None:
    found = _many(db, *conditions)
    return found[0] if found else None


def _many(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[PromptVersion]:
    rows = db.execute(
        sa.select(*_COLUMNS)
        .join(t.prompts, _p.id == _v.prompt_id)
        .where(*conditions)
        .order_by(_p.name, _v.version.desc())
    ).all()
    labels = _labels(db, {row.prompt_id for row in rows})
    return [_version(row, labels.get((row.prompt_id, row.version), ())) for row in rows]


def _labels(db: sa.Connection, prompt_ids: Iterable[str]) -> dict[tuple[str, int], list[str]]:
    rows = db.execute(
        sa.select(_l.prompt_id, _l.version, _l.label)
        .where(_l.prompt_id.in_(list(prompt_ids)))
        .order_by(_l.place, _l.label)
    )
    found: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        found.setdefault((row.prompt_id, row.version), []).append(row.label)
    return found


def _version(row: Any, labels: Sequence[str]) -> PromptVersion:
    return PromptVersion(
        id=row.id,
        project_id=row.project_id,
        name=row.name,
        version=row.version,
        type=PromptType(row.type),
        body=msgspec.json.decode(row.body),
        config=msgspec.json.decode(row.config),
        commit_message=row.commit_message,
        author_id=row.author_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        labels=tuple(labels),
        tags=_tuple(row.tags),
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _tuple(text: str) -> tuple[str, ...]:
    return tuple(msgspec.json.decode(text, type=list[str]))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which prompts of a list; empty and 0 ask for nothing. Times are of the last change."""

    name: str = ""
    label: str = ""
    tag: str = ""
    updated_from: int = 0
    updated_to: int = 0
    folder: str = ""
    words: str = ""
    """Part of the name."""


def count(db: sa.Connection, project_id: str, asked: Asked) -> int:
    return db.execute(
        sa.select(sa.func.count()).select_from(_listed(project_id, asked).subquery())
    ).scalar_one()


def page(db: sa.Connection, project_id: str, asked: Asked, limit: int, offset: int) -> list[Prompt]:
    """Prompts by name; a folder stands before what lies in it."""
    rows = db.execute(
        _listed(project_id, asked).order_by(_p.name).limit(limit).offset(offset)
    ).all()
    found: list[Prompt] = []
    for row in rows:
        every = db.execute(
            sa.select(_v.version, _v.config, _v.updated_at)
            .where(_v.prompt_id == row.id)
            .order_by(_v.version)
        ).all()
        labels = db.execute(
            sa.select(_l.label).where(_l.prompt_id == row.id).order_by(_l.place, _l.label)
        ).scalars()
        found.append(
            Prompt(
                name=row.name,
                type=PromptType(row.type),
                tags=_tuple(row.tags),
                versions=tuple(each.version for each in every),
                labels=tuple(labels),
                updated_at=row.updated_at,
                last_config=msgspec.json.decode(every[-1].config) if every else {},
            )
        )
    return found


def _listed(project_id: str, asked: Asked) -> sa.Select[str, str, str, str, int]:
    wanted = sa.select(_p.id, _p.name, _p.type, _p.tags, _p.updated_at).where(
        _p.project_id == project_id
    )
    if asked.name:
        wanted = wanted.where(_p.name == asked.name)
    if asked.folder:
        wanted = wanted.where(_p.name.startswith(f"{asked.folder}/", autoescape=True))
    if asked.words:
        words = asked.words.lower()
        wanted = wanted.where(sa.func.lower(_p.name).contains(words, autoescape=True))
    if asked.tag:
        wanted = wanted.where(_p.tags.contains(_json(asked.tag), autoescape=True))
    if asked.label:
        labelled = sa.select(_l.prompt_id).where(_l.label == asked.label)
        wanted = wanted.where(_p.id.in_(labelled))
    if asked.updated_from:
        wanted = wanted.where(_p.updated_at >= asked.updated_from)
    if asked.updated_to:
        wanted = wanted.where(_p.updated_at < asked.updated_to)
    return wanted


@dataclass(frozen=True, slots=True)
class Listed:
    """A name in a list."""

    id: str
    name: str
    type: PromptType
    tags: tuple[str, ...]
    updated_at: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the versions and labels of a name stand."""

    versions: int = 0
    latest: int = 0
    commit_message: str = ""
    """Of the newest version, as is its author."""
    author_id: str = ""
    labels: tuple[tuple[str, int], ...] = ()


def every(db: sa.Connection, project_id: str, asked: Asked) -> list[Listed]:
    """All that is asked for, by name."""
    rows = db.execute(_listed(project_id, asked).order_by(_p.name))
    return [
        Listed(row.id, row.name, PromptType(row.type), _tuple(row.tags), row.updated_at)
        for row in rows
    ]


def labels_in_use(db: sa.Connection, project_id: str) -> list[str]:
    """Every label of the project by name, but `latest`."""
    wanted = (
        sa.select(_l.label)
        .join(t.prompts, _p.id == _l.prompt_id)
        .where(_p.project_id == project_id, _l.label != LATEST)
        .distinct()
        .order_by(_l.label)
    )
    return list(db.execute(wanted).scalars())


def standings(db: sa.Connection, prompt_ids: Sequence[str]) -> dict[str, Standing]:
    """Of each name by its id."""
    counted = (
        sa.select(
            _v.prompt_id, sa.func.count().label("many"), sa.func.max(_v.version).label("newest")
        )
        .where(_v.prompt_id.in_(prompt_ids))
        .group_by(_v.prompt_id)
        .subquery()
    )
    rows = db.execute(
        sa.select(_v.prompt_id, counted.c.many, _v.version, _v.commit_message, _v.author_id).join(
            counted,
            sa.and_(_v.prompt_id == counted.c.prompt_id, _v.version == counted.c.newest),
        )
    ).all()
    labels: dict[str, list[tuple[str, int]]] = {}
    for (prompt_id, version), found in _labels(db, prompt_ids).items():
        labels.setdefault(prompt_id, []).extend((label, version) for label in found)
    return {
        row.prompt_id: Standing(
            versions=row.many,
            latest=row.version,
            commit_message=row.commit_message,
            author_id=row.author_id,
            labels=tuple(sorted(labels.get(row.prompt_id, ()))),
        )
        for row in rows
    }


def label_moves(
    db: sa.Connection,
    project_id: str,
    *,
    name: str = "",
    label: str = "",
    start: int = 0,
    end: int = 0,
    by_hand: bool = False,
) -> list[LabelMove]:
    """The newest 1,000; of one prompt or one label when named, without those of `latest`, which
    moves by itself, where `by_hand`."""
    wanted = sa.select(
        _m.prompt_name,
        _m.label,
        _m.from_version,
        _m.to_version,
        _m.reason,
        _m.author_id,
        _m.moved_at,
    ).where(_m.project_id == project_id, _m.moved_at >= start)
    if end:
        wanted = wanted.where(_m.moved_at < end)
    if name:
        wanted = wanted.where(_m.prompt_name == name)
    if label:
        wanted = wanted.where(_m.label == label)
    if by_hand:
        wanted = wanted.where(_m.label != LATEST)
    rows = db.execute(wanted.order_by(_m.moved_at.desc(), _m.id).limit(1_000))
    return [LabelMove(*row) for row in rows]


# -- changing ------------------------------------------------------------------------------------


def lock(db: sa.Connection, project_id: str, draft: Draft) -> Named:
    """The record of the name, made where there is none; held until the transaction ends, so that
    versions are counted one after another."""
    asked = (
        sa.select(_p.id).where(_p.project_id == project_id, _p.name == draft.name).with_for_update()
    )
    if db.execute(asked).one_or_none() is None:
        moment = now()
        try:
            with db.begin_nested():
                db.execute(
                    t.prompts.insert().values(
                        id=new_id(),
                        project_id=project_id,
                        name=draft.name,
                        type=draft.type,
                        tags="[]",
                        created_at=moment,
                        updated_at=moment,
                    )
                )
        except IntegrityError:
            db.execute(asked)
    found = named(db, project_id, draft.name)
    if found is None:
        raise Unavailable("the prompt was deleted meanwhile")
    return found


def add_version(
    db: sa.Connection, project_id: str, at: Named, draft: Draft, author: str, moment: int = 0
) -> int:
    """The number of the new version, which has its labels and `latest`; made now, or at the moment
    that is told. Raises Conflict where a number is told that is not above all others."""
    newest = db.execute(
        sa.select(sa.func.max(_v.version)).where(_v.prompt_id == at.id)
    ).scalar_one()
    version, moment = draft.version or (newest or 0) + 1, moment or now()
    if version <= (newest or 0):
        raise Conflict(f"{draft.name!r} has version {newest}; a new one has a higher number")
    db.execute(
        t.prompt_versions.insert().values(
            id=new_id(),
            prompt_id=at.id,
            version=version,
            body=_json(draft.body),
            config=_json(draft.config),
            commit_message=draft.commit_message,
            author_id=author,
            created_at=moment,
            updated_at=moment,
        )
    )
    tags = at.tags if draft.tags is None else draft.tags
    db.execute(t.prompts.update().where(_p.id == at.id).values(tags=_json(tags), updated_at=moment))
    made = {
        "name": at.name,
        "version": version,
        "type": draft.type.value,
        "labels": list(draft.labels),
        "commit_message": draft.commit_message,
        "author_id": author,
    }
    prompt_webhooks.tell(db, project_id, "prompt.version_created", made)
    for label in (*draft.labels, LATEST):
        move_label(db, project_id, at, label, version, author, draft.commit_message, moment)
    changed(db, project_id)
    return version


def move_label(
    db: sa.Connection,
    project_id: str,
    at: Named,
    label: str,
    version: int,
    author: str,
    reason: str = "",
    moment: int = 0,
) -> None:
    """Put a label on a version, off the one that had it, now or at the moment that is told; 0 takes
    it away."""
    mine = (_l.prompt_id == at.id, _l.label == label)
    before = db.execute(sa.select(_l.version).where(*mine)).scalar_one_or_none() or 0
    if before == version:
        return
    db.execute(t.prompt_labels.delete().where(*mine))
    if version:
        place = db.execute(
            sa.select(sa.func.coalesce(sa.func.max(_l.place), 0)).where(_l.prompt_id == at.id)
        ).scalar_one()
        db.execute(
            t.prompt_labels.insert().values(
                prompt_id=at.id, label=label, version=version, place=place + 1
            )
        )
    if label != LATEST:
        moved = {
            "name": at.name,
            "label": label,
            "from_version": before,
            "to_version": version,
            "reason": reason,
            "author_id": author,
        }
        prompt_webhooks.tell(db, project_id, "prompt.label_moved", moved)
    moment = moment or now()
    db.execute(
        t.prompt_label_moves.insert().values(
            id=new_id(),
            project_id=project_id,
            prompt_name=at.name,
            label=label,
            from_version=before,
            to_version=version,
            reason=reason,
            author_id=author,
            moved_at=moment,
        )
    )
    db.execute(t.prompts.update().where(_p.id == at.id).values(updated_at=moment))
    db.execute(
        t.prompt_versions.update()
        .where(_v.prompt_id == at.id, _v.version.in_([before, version]))
        .values(updated_at=moment)
    )
    changed(db, project_id)


def label_at(db: sa.Connection, at: Named, label: str) -> int:
    """The version that has a label; 0: none."""
    mine = sa.select(_l.version).where(_l.prompt_id == at.id, _l.label == label)
    return db.execute(mine).scalar_one_or_none() or 0


def set_tags(db: sa.Connection, project_id: str, at: Named, tags: Sequence[str]) -> None:
    db.execute(
        t.prompts.update().where(_p.id == at.id).values(tags=_json(list(tags)), updated_at=now())
    )
    changed(db, project_id)


def remove_versions(
    db: sa.Connection, project_id: str, at: Named, gone: Sequence[int], author: str
) -> None:
    """Forget versions with their labels; `latest` goes to the highest that is left, and the name
    goes with its last version."""
    labels = db.execute(
        sa.select(_l.label).where(_l.prompt_id == at.id, _l.version.in_(gone))
    ).scalars()
    for label in list(labels):
        move_label(db, project_id, at, label, 0, author)
    removed = {"name": at.name, "versions": sorted(gone), "author_id": author}
    prompt_webhooks.tell(db, project_id, "prompt.versions_deleted", removed)
    db.execute(t.prompt_versions.delete().where(_v.prompt_id == at.id, _v.version.in_(gone)))
    left = db.execute(sa.select(sa.func.max(_v.version)).where(_v.prompt_id == at.id)).scalar_one()
    if left is None:
        db.execute(t.prompts.delete().where(_p.id == at.id))
    else:
        move_label(db, project_id, at, LATEST, left, author)
    changed(db, project_id)


def changed(db: sa.Connection, project_id: str) -> None:
    """Count up the project's revision."""
    c = t.prompt_revisions.c
    counted = db.execute(
        t.prompt_revisions.update()
        .where(c.project_id == project_id)
        .values(revision=c.revision + 1)
    )
    if counted.rowcount == 0:
        try:
            with db.begin_nested():
                db.execute(t.prompt_revisions.insert().values(project_id=project_id, revision=1))
        except IntegrityError:
            changed(db, project_id)
