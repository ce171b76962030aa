"""Prompts under versions: what the pages read and change. A name may hold slashes, so it is asked for
by parameter."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from math import expm1
from typing import Annotated
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import Depends, Query, Response

from pilothouse.domain.access import Permission
from pilothouse.domain.errors import BadRequest, Conflict, NotFound
from pilothouse.domain.intervals import Estimate
from pilothouse.domain.prompt import (
    LATEST,
    Draft,
    PromptType,
    PromptVersion,
    Reference,
    placeholders,
    references,
)
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.evals.worth import Worth, freed_mean
from pilothouse.prompts import formats
from pilothouse.prompts.checking import Checked, needs, syntax_of
from pilothouse.prompts.registry import Wanted
from pilothouse.protocols.native import prompt_wire as shapes
from pilothouse.protocols.native.blinding import sight
from pilothouse.protocols.native.calibration import calibrations, corrected, powered
from pilothouse.protocols.native.score_wire import Estimate as Shown
from pilothouse.query import lists
from pilothouse.query.parser import parse
from pilothouse.reading.prompts import Compared, Figures, Move, Scored
from pilothouse.store.relational import accounts, keys, prompts

router = Router(
    prefix="/projects/{project_id}/prompts",
    tags=["prompts"],
    dependencies=[Depends(project_in_path)],
)

IN_USE = "-environment:(playground or experiment or evaluator)"
"""Calls that are made to try something tell nothing of production."""

NameOf = Annotated[str, Query(min_length=1, max_length=255)]
VersionOf = Annotated[int, Query(ge=1, le=2**31 - 1)]
TimeOf = Annotated[int, Query(ge=0, le=2**62)]


# -- reading -------------------------------------------------------------------------------------


@router.get("")
def list_prompts(
    caller: CallerOf,
    services: ServicesOf,
    folder: Annotated[str, Query(max_length=255)] = "",
    words: Annotated[str, Query(max_length=255, description="Part of the name")] = "",
    tag: Annotated[str, Query(max_length=255)] = "",
    label: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> shapes.PromptPage:
    """What lies in a folder: folders and prompts by name. Where something is looked for, everything
    below the folder that fits."""
    asked = prompts.Asked(folder=folder.strip("/"), words=words, tag=tag, label=label)
    with services.database.read() as db:
        every = prompts.every(db, caller.project_id, prompts.Asked())
        found = prompts.every(db, caller.project_id, asked)
        folders = Counter[str]()
        if not (words or tag or label):
            found, folders = _by_folder(found, asked.folder)
        page = found[offset : offset + limit]
        standings = prompts.standings(db, [each.id for each in page])
        names = author_names(db, caller.project_id, {each.author_id for each in standings.values()})
        labels = prompts.labels_in_use(db, caller.project_id)
    return shapes.PromptPage(
        folders=[
            shapes.PromptFolder(name=name, prompts=many) for name, many in sorted(folders.items())
        ],
        items=[_row(each, standings.get(each.id, prompts.Standing()), names) for each in page],
        total=len(found),
        tags=sorted({tag for each in every for tag in each.tags}),
        labels=labels,
    )


def _by_folder(
    found: Iterable[prompts.Listed], folder: str
) -> tuple[list[prompts.Listed], Counter[str]]:
    """Prompts that lie directly in the folder, and how many lie below each folder in it."""
    begin = f"{folder}/" if folder else ""
    here: list[prompts.Listed] = []
    folders = Counter[str]()
    for each in found:
        head, slash, _ = each.name[len(begin) :].partition("/")
        if slash:
            folders[begin + head] += 1
        else:
            here.append(each)
    return here, folders


@router.get("/one")
def show_prompt(name: NameOf, caller: CallerOf, services: ServicesOf) -> shapes.PromptDetail:
    """A prompt with its versions, without their bodies."""
    with services.database.read() as db:
        versions = prompts.versions(db, caller.project_id, name)
        named = prompts.named(db, caller.project_id, name)
        if not versions or named is None:
            raise NotFound("no such prompt")
        names = author_names(db, caller.project_id, {each.author_id for each in versions})
    return shapes.PromptDetail(
        name=name,
        type=named.type.value,
        tags=list(named.tags),
        updated_at=max(each.updated_at for each in versions),
        versions=[
            shapes.PromptVersionRow(
                id=each.id,
                version=each.version,
                labels=list(each.labels),
                commit_message=each.commit_message,
                author_id=each.author_id,
                author_name=names.get(each.author_id, ""),
                created_at=each.created_at,
            )
            for each in versions
        ],
    )


@router.get("/version")
def show_version(
    name: NameOf,
    caller: CallerOf,
    services: ServicesOf,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    label: Annotated[str, Query(max_length=64)] = "",
) -> shapes.PromptVersionDetail:
    """A version by its number or label, `latest` where neither is named, with what it needs."""
    if version and label:
        raise BadRequest("name a version or a label, not both")
    wanted = Wanted(name, version or 0, "" if version else label or LATEST, resolve=False)
    found = services.prompts.get(caller.project_id, wanted).version
    return _shown(services, caller.project_id, found)


@router.post("/check")
def check_draft(
    body: shapes.PromptDraft, caller: CallerOf, services: ServicesOf
) -> shapes.PromptChecked:
    """What a draft needs, and what is wrong with it. Nothing is kept."""
    return _checked(services.prompts.check(caller.project_id, _draft(body)))


@router.get("/moves")
def label_moves(
    caller: CallerOf,
    services: ServicesOf,
    name: Annotated[str, Query(max_length=255, description="Empty: of every prompt")] = "",
    label: Annotated[str, Query(max_length=64)] = "",
    start: TimeOf = 0,
    end: TimeOf = 0,
) -> shapes.PromptLabelMoves:
    """Who moved which label when, and why; the newest 1,000 before `end`. `latest`, which moves by
    itself, is told only where it is asked for."""
    with services.database.read() as db:
        found = prompts.label_moves(
            db,
            caller.project_id,
            name=name,
            label=label,
            start=start,
            end=end,
            by_hand=not label,
        )
        names = author_names(db, caller.project_id, {each.author_id for each in found})
    return shapes.PromptLabelMoves(items=[_move(each, names) for each in found])


@router.get("/production")
def production(
    name: NameOf,
    caller: CallerOf,
    services: ServicesOf,
    start: int,
    end: int,
    filter: Annotated[str, Query(max_length=4_000)] = IN_USE,
) -> shapes.PromptProduction:
    """What each version did in a range, and what changed when its labels were moved."""
    within = lists.ranged(start, end)
    with services.database.read() as db:
        moves = prompts.label_moves(db, caller.project_id, name=name)
        names = author_names(db, caller.project_id, {each.author_id for each in moves})
    told = {
        Move(each.label, each.from_version, each.to_version, each.moved_at): each for each in moves
    }
    view = sight(caller, services)
    asked = view.without_open(parse(filter))
    found = services.reading.prompt_production(caller.scope, name, within, asked, list(told))
    worths = worths_of(services, caller, found.figures)
    return shapes.PromptProduction(
        start=within.start,
        end=within.end,
        filter=filter,
        versions=[figures(each, worths) for each in found.versions],
        stays=[
            shapes.PromptStay(
                label=each.label,
                version=each.version,
                start=each.within.start,
                end=each.within.end,
                figures=figures(each.figures, worths) if each.figures else None,
            )
            for each in found.stays
        ],
        moves=[
            shapes.PromptMoved(
                move=_move(told[each.move], names),
                before=figures(each.before, worths) if each.before else None,
                after=figures(each.after, worths) if each.after else None,
                differences=[difference(one) for one in each.compared],
            )
            for each in found.moves
        ],
        holds_back=view.holds_back,
    )


@router.get("/export", response_class=Response, responses={200: {"content": {"*/*": {}}}})
def export(
    name: NameOf,
    caller: CallerOf,
    services: ServicesOf,
    format: formats.Format = formats.Format.JSON,
    version: Annotated[int, Query(ge=0, le=2**31 - 1, description="0: all, or the newest")] = 0,
) -> Response:
    """A prompt as a file: JSON with every version, or one version as Prompty or for LangChain, which
    know no other prompts and get their texts."""
    with services.database.read() as db:
        every = prompts.versions(db, caller.project_id, name)
    chosen = [each for each in every if version in (0, each.version)]
    if not chosen:
        raise NotFound("no such prompt")
    if format is not formats.Format.JSON:
        wanted = Wanted(name, chosen[0].version)
        whole = services.prompts.get(caller.project_id, wanted).body
        chosen = [replace(chosen[0], body=whole)]
    filename, text = formats.written(format, chosen)
    told = f"attachment; filename*=UTF-8''{quote(filename)}"
    return Response(text, media_type="text/plain", headers={"Content-Disposition": told})


# -- changing ------------------------------------------------------------------------------------


@router.post("/versions", status_code=201)
def add_version(
    body: shapes.NewPromptVersion, caller: CallerOf, services: ServicesOf
) -> shapes.PromptVersionDetail:
    """The next version of a name, which may be new. A version never changes."""
    if body.based_on is not None:
        _check_base(services, caller.project_id, body)
    made = services.prompts.create(
        caller.project_id, _new(body), caller.author_id, may_release=may_release(caller)
    )
    return _shown(services, caller.project_id, made)


def _check_base(services: Services, project_id: str, body: shapes.NewPromptVersion) -> None:
    with services.database.read() as db:
        newest = prompts.by_label(db, project_id, body.name, LATEST)
    stands = newest.version if newest else 0
    if stands == body.based_on:
        return
    if not body.based_on:
        raise Conflict(f"there is a prompt named {body.name!r} already")
    raise Conflict(
        f"version {stands} was made meanwhile" if stands else f"{body.name!r} was deleted meanwhile"
    )


@router.put("/labels", status_code=204)
def move_label(body: shapes.LabelChange, caller: CallerOf, services: ServicesOf) -> Response:
    """Put a label on a version, off the one that has it, or take it away. So a rollback is one call."""
    services.prompts.move_label(
        caller.project_id,
        body.name,
        body.label,
        body.version,
        caller.author_id,
        body.reason,
        body.seen,
        may_release=may_release(caller),
    )
    return Response(status_code=204)


@router.put("/tags", status_code=204)
def set_tags(body: shapes.TagsChange, caller: CallerOf, services: ServicesOf) -> Response:
    services.prompts.set_tags(caller.project_id, body.name, _clean(body.tags))
    return Response(status_code=204)


@router.post("/duplicate", status_code=201)
def duplicate(
    body: shapes.Duplicate, caller: CallerOf, services: ServicesOf
) -> shapes.PromptVersionDetail:
    """Begin another name with one version, or with all of them. Labels stay behind."""
    made = services.prompts.duplicate(
        caller.project_id, body.name, body.to, body.version, caller.author_id
    )
    return _shown(services, caller.project_id, made)


@router.post("/import", status_code=201)
def import_file(
    body: shapes.ImportedFile, caller: CallerOf, services: ServicesOf
) -> shapes.Imported:
    """New versions of what a file holds. Labels are not moved: that is a release, and done by hand."""
    drafts = formats.read(body.text, body.filename, body.name.strip())
    made = services.prompts.bring(caller.project_id, drafts, caller.author_id)
    return shapes.Imported(
        items=[
            shapes.ImportedVersion(name=each.name, version=each.version, is_new=is_new)
            for each, is_new in made
        ]
    )


@router.delete("/version", status_code=204)
def delete_version(
    name: NameOf, version: VersionOf, caller: CallerOf, services: ServicesOf
) -> Response:
    """Forget a version with its labels."""
    services.prompts.remove(
        caller.project_id,
        name,
        caller.author_id,
        version=version,
        may_release=may_release(caller),
    )
    return Response(status_code=204)


@router.delete("/one", status_code=204)
def delete_prompt(name: NameOf, caller: CallerOf, services: ServicesOf) -> Response:
    """Forget a prompt with all its versions."""
    services.prompts.remove(
        caller.project_id, name, caller.author_id, may_release=may_release(caller)
    )
    return Response(status_code=204)


# -- shapes --------------------------------------------------------------------------------------


def _draft(body: shapes.PromptDraft) -> Draft:
    return Draft(
        name=body.name,
        type=PromptType(body.type),
        body=body.prompt,
        config=body.config,
        labels=tuple(body.labels),
    )


def _new(body: shapes.NewPromptVersion) -> Draft:
    return Draft(
        name=body.name,
        type=PromptType(body.type),
        body=body.prompt,
        config={} if body.config is None else body.config,
        labels=tuple(body.labels),
        tags=None if body.tags is None else tuple(_clean(body.tags)),
        commit_message=body.commit_message.strip(),
    )


def _clean(tags: list[str]) -> list[str]:
    told = [tag.strip() for tag in tags]
    if any(not tag or len(tag) > 100 or "\x00" in tag for tag in told):
        raise BadRequest("a tag has 1 to 100 characters")
    return told


def _row(
    found: prompts.Listed, standing: prompts.Standing, names: dict[str, str]
) -> shapes.PromptRow:
    return shapes.PromptRow(
        name=found.name,
        type=found.type.value,
        tags=list(found.tags),
        versions=standing.versions,
        latest=standing.latest,
        labels=[shapes.LabelAt(label=label, version=at) for label, at in standing.labels],
        commit_message=standing.commit_message,
        author_name=names.get(standing.author_id, ""),
        updated_at=found.updated_at,
    )


def _shown(services: Services, project_id: str, found: PromptVersion) -> shapes.PromptVersionDetail:
    composed, error, needed = None, "", set[str]()
    try:
        wanted = Wanted(found.name, found.version)
        composed = services.prompts.get(project_id, wanted).body
        needed = needs(composed, syntax_of(found.config))
    except BadRequest as broken:
        error = str(broken)
    with services.database.read() as db:
        names = author_names(db, project_id, {found.author_id})
    return shapes.PromptVersionDetail(
        id=found.id,
        name=found.name,
        version=found.version,
        type=found.type.value,
        prompt=found.body,
        config=found.config,
        labels=list(found.labels),
        tags=list(found.tags),
        commit_message=found.commit_message,
        author_id=found.author_id,
        author_name=names.get(found.author_id, ""),
        created_at=found.created_at,
        variables=sorted(needed),
        placeholders=sorted(placeholders(found.body)),
        references=_references(references(found.body)),
        composed=composed,
        composed_error=error,
    )


def _checked(found: Checked) -> shapes.PromptChecked:
    return shapes.PromptChecked(
        variables=list(found.variables),
        placeholders=list(found.placeholders),
        references=_references(found.references),
        problems=[shapes.PromptProblem(**asdict(each)) for each in found.problems],
        composed=found.body,
    )


def _move(found: prompts.LabelMove, names: dict[str, str]) -> shapes.PromptLabelMove:
    return shapes.PromptLabelMove(
        name=found.prompt_name,
        label=found.label,
        from_version=found.from_version,
        to_version=found.to_version,
        reason=found.reason,
        author_id=found.author_id,
        author_name=names.get(found.author_id, ""),
        moved_at=found.moved_at,
    )


def worths_of(services: Services, caller: Caller, found: Iterable[Figures]) -> Mapping[str, Worth]:
    """What labels tell of the judges whose scores stand in them."""
    judges = {each.name for figures in found for each in figures.scores if each.judged.count}
    return calibrations(services).worths(caller.scope, judges)


def figures(found: Figures, worths: Mapping[str, Worth]) -> shapes.PromptFigures:
    sums = found.sums
    return shapes.PromptFigures(
        version=found.slice.version,
        start=found.slice.within.start,
        end=found.slice.within.end,
        calls=sums.calls,
        traces=sums.traces,
        errors=sums.errors,
        error_rate=_estimate(found.error_rate),
        p50=_estimate(found.p50) if found.p50 else None,
        p95=_estimate(found.p95) if found.p95 else None,
        cost=_estimate(found.cost) if found.cost else None,
        total_cost=sums.costs,
        unpriced=sums.unpriced,
        tokens=sums.tokens,
        first=sums.first,
        last=sums.last,
        scores=[_scored(each, worths.get(each.name)) for each in found.scores],
    )


def _scored(found: Scored, worth: Worth | None) -> shapes.PromptScored:
    judged, freed = found.judged, None
    if judged.count:
        freed = freed_mean(judged.mean, judged.count, judged.variance, worth, found.category)
    return shapes.PromptScored(
        name=found.name,
        category=found.category,
        is_share=found.is_share,
        count=found.count,
        value=_estimate(found.value),
        freed=corrected(freed),
        powered=powered(freed),
    )


def _estimate(found: Estimate) -> Shown:
    return Shown(value=found.value, low=found.low, high=found.high)


def difference(found: Compared) -> shapes.PromptDifference:
    apart = found.difference
    told = expm1 if found.measure == "latency" else float
    return shapes.PromptDifference.model_validate(
        {
            "measure": found.measure,
            "name": found.name,
            "category": found.category,
            "value": told(apart.value),
            "low": told(apart.low),
            "high": told(apart.high),
            "p": found.p,
            "enough": apart.enough,
            "is_real": found.is_real,
            "is_better": found.is_better,
        }
    )


def _references(found: Iterable[Reference]) -> list[shapes.PromptReference]:
    return [
        shapes.PromptReference(name=each.name, label=each.label, version=each.version)
        for each in found
    ]


def may_release(caller: Caller) -> bool:
    return Permission.RELEASE in caller.permissions


def author_names(db: sa.Connection, project_id: str, authors: set[str]) -> dict[str, str]:
    """What those who made a change are called: people by name, programs by what is noted of their
    key."""
    found = accounts.names(db, authors)
    if authors - found.keys() - {""}:
        for key in keys.of_project(db, project_id):
            if key.id in authors:
                found[key.id] = key.note or f"{key.public_key[:14]}…"
    return found
