"""Experiments and their items, as Langfuse's newer API reads them: by cursor, by groups of fields."""

import base64
import binascii
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, Query

from pilothouse.domain.dataset import Experiment, ExperimentItem
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.score import Score
from pilothouse.domain.span import Span
from pilothouse.edge.access import Caller, CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse import answers, questions
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.questions import Time, among, listed
from pilothouse.query.lists import ALWAYS, ListQuestion, order
from pilothouse.reading.answering import answering
from pilothouse.store.relational import datasets, experiments

router = Router()

Object = dict[str, Any]

_GROUPS = frozenset({"core", "metadata", "scores"})
_ITEM_GROUPS = frozenset(
    {"core", "io", "metadata", "itemMetadata", "experimentMetadata", "dataset", "scores"}
)
_MOST_READ = 1_000


@dataclass(frozen=True)
class Window:
    """What both lists are asked by. As a dependency, its fields are the query of the address."""

    fromStartTime: Time = None
    toStartTime: Time = None
    fields: str = "core"
    limit: Annotated[int, Query(ge=1, le=100)] = 50
    scoreLimit: Annotated[int, Query(ge=0, le=50)] = 50
    cursor: str | None = None
    datasetId: str | None = None
    filter: str | None = None

    def groups(self, known: frozenset[str]) -> set[str]:
        groups = set(listed(self.fields))
        if unknown := groups - known:
            raise BadRequest(f"there are no fields {', '.join(sorted(unknown))[:100]}")
        return groups

    def asked(self, **more: tuple[str, ...]) -> experiments.Asked:
        if self.fromStartTime is None:
            raise BadRequest("fromStartTime is required")
        return experiments.Asked(
            start=questions.micros(self.fromStartTime),
            end=questions.micros(self.toStartTime) if self.toStartTime else 0,
            before=_position(self.cursor) if self.cursor else None,
            dataset_ids=tuple(listed(self.datasetId)),
            **more,
        )


WindowOf = Annotated[Window, Depends()]


@router.get("/experiments")
def list_experiments(
    caller: CallerOf,
    services: ServicesOf,
    window: WindowOf,
    id: str | None = None,
    name: str | None = None,
) -> Object:
    """Experiments from a cursor on, newest first."""
    groups, limit = window.groups(_GROUPS), window.limit
    asked = window.asked(ids=tuple(listed(id)), names=tuple(listed(name)))
    asked = _filtered(
        asked, window.filter, {"id": "ids", "name": "names", "datasetId": "dataset_ids"}
    )
    with services.database.read() as db:
        found = experiments.page(db, caller.project_id, asked, limit + 1)
        found, after = found[:limit], found[limit:]
        ids = [each.id for each in found]
        counts = experiments.count_items(db, caller.project_id, ids)
    scores = _scores(caller, services, "experiment", ids) if "scores" in groups else {}
    ends = _ends(caller, services, found)
    data = [_experiment(each, counts[each.id], ends.get(each.id, 0), groups) for each in found]
    if "scores" in groups:
        for each in data:
            each["scores"] = _shown(scores[each["id"]][: window.scoreLimit])
    last = found[-1] if after else None
    return {"data": data, "meta": _meta(limit, (last.started_at, last.id) if last else None)}


@router.get("/experiment-items")
def list_items(
    caller: CallerOf,
    services: ServicesOf,
    window: WindowOf,
    experimentId: str | None = None,
    experimentName: str | None = None,
    experimentItemId: str | None = None,
) -> Object:
    """Items of experiments from a cursor on, newest first."""
    groups, limit = window.groups(_ITEM_GROUPS), window.limit
    asked = window.asked(
        ids=tuple(listed(experimentId)),
        names=tuple(listed(experimentName)),
        item_ids=tuple(listed(experimentItemId)),
    )
    columns = {
        "experimentId": "ids",
        "experimentName": "names",
        "experimentItemId": "item_ids",
        "experimentDatasetId": "dataset_ids",
        "datasetId": "dataset_ids",
        "traceId": "trace_ids",
    }
    asked = _filtered(asked, window.filter, columns)
    with services.database.read() as db:
        found = experiments.page_of_items(db, caller.project_id, asked, limit + 1)
    found, after = found[:limit], found[limit:]
    bodies = bool({"io", "metadata"} & groups)
    spans = answering(services.reading, caller.scope, [item for item, _ in found], bodies=bodies)
    data = [_item(item, of, spans.get(item.id), groups) for item, of in found]
    if "io" in groups:
        _add_expected(caller, services, data, [item for item, _ in found])
    if "scores" in groups:
        traces = sorted({item.trace_id for item, _ in found})
        of_traces = _scores(caller, services, "trace", traces)
        for each, (item, _) in zip(data, found, strict=True):
            mine = [
                score
                for score in of_traces[item.trace_id]
                if not score.span_id or not item.span_id or score.span_id == item.span_id
            ]
            each["scores"] = _shown(mine[: window.scoreLimit])
    last = found[-1][0] if after else None
    return {"data": data, "meta": _meta(limit, (last.started_at, last.id) if last else None)}


# -- questions -----------------------------------------------------------------------------------


def _filtered(
    asked: experiments.Asked, text: str | None, columns: Mapping[str, str]
) -> experiments.Asked:
    """Conditions of equality, which win over the parameters of the same meaning."""
    for condition in questions.conditions(text):
        field = columns.get(condition.column)
        if field is None or condition.operator not in ("=", "any of"):
            known = ", ".join(columns)
            raise BadRequest(f"filter: columns {known} are compared by = or any of")
        values = condition.value if isinstance(condition.value, list) else [condition.value]
        asked = replace(asked, **{field: tuple(map(str, values))})
    return asked


def _position(cursor: str) -> tuple[int, str]:
    try:
        start, _, id = base64.urlsafe_b64decode(cursor).decode().partition(" ")
        return int(start), id
    except (binascii.Error, ValueError) as error:
        raise BadRequest("the cursor is not one of ours") from error


def _meta(limit: int, last: tuple[int, str] | None) -> Object:
    if last is None:
        return {"limit": limit}
    cursor = base64.urlsafe_b64encode(f"{last[0]} {last[1]}".encode()).decode()
    return {"limit": limit, "cursor": cursor}


# -- answers -------------------------------------------------------------------------------------


def _experiment(each: Experiment, count: int, end: int, groups: set[str]) -> Object:
    found: Object = {
        "id": each.id,
        "name": each.name,
        "description": each.description or None,
        "startTime": moment(each.started_at),
        "endTime": moment(max(end, each.started_at)),
        "itemCount": count,
        "datasetId": each.dataset_id or None,
    }
    if "metadata" in groups:
        found["metadata"] = _object(each.metadata)
    return found


def _item(item: ExperimentItem, of: Experiment, span: Span | None, groups: set[str]) -> Object:
    found: Object = {
        "id": item.span_id or item.id,
        "traceId": item.trace_id,
        "startTime": moment(span.start_time if span else item.started_at),
        "endTime": moment(span.end_time) if span else None,
        "level": span.level.upper() if span else "DEFAULT",
        "environment": span.environment if span else "default",
        "experimentId": of.id,
        "experimentName": of.name,
        "experimentItemId": item.item_id,
        "experimentDatasetId": of.dataset_id or None,
        "experimentItemVersion": moment(item.item_version),
    }
    if "io" in groups:
        found["input"] = answers.parse(span.input) if span and span.input else None
        found["output"] = answers.parse(span.output) if span and span.output else None
        found["expectedOutput"] = _decoded(item.expected_output)
    if "metadata" in groups:
        found["metadata"] = answers.metadata(span.metadata) if span else {}
    if "itemMetadata" in groups:
        found["experimentItemMetadata"] = _object(_decoded(item.item_metadata))
    if "experimentMetadata" in groups:
        found["experimentMetadata"] = _object(of.metadata)
        found["experimentDescription"] = of.description or None
    return found


def _decoded(text: str) -> Any:
    return answers.parse(text) if text else None


def _object(value: Any) -> Object | None:
    return value if isinstance(value, dict) or value is None else {"metadata": value}


def _shown(scores: Iterable[Score]) -> list[Object]:
    return [answers.score_v3(each, ("details", "subject")) for each in scores]


def _scores(
    caller: Caller, services: Services, field: str, ids: list[str]
) -> defaultdict[str, list[Score]]:
    """By experiment or by trace, the newest first."""
    found: defaultdict[str, list[Score]] = defaultdict(list)
    if not ids:
        return found
    question = ListQuestion(
        "scores", ALWAYS, among(field, ids), order("scores", ""), limit=_MOST_READ
    )
    for each in services.reading.scores(caller.scope, question).items:
        found[each.experiment_id if field == "experiment" else each.trace_id].append(each)
    return found


def _ends(caller: Caller, services: Services, found: list[Experiment]) -> dict[str, int]:
    """When the last item of each experiment began."""
    with services.database.read() as db:
        return {
            each.id: items[0].started_at
            for each in found
            if (items := experiments.items_of(db, caller.project_id, each.id, limit=1))
        }


def _add_expected(
    caller: Caller, services: Services, data: list[Object], items: list[ExperimentItem]
) -> None:
    """What the client did not tell stands in the data set, in the version that was run."""
    with services.database.read() as db:
        for each, item in zip(data, items, strict=True):
            if item.expected_output:
                continue
            if told := datasets.item(db, caller.project_id, item.item_id, at=item.item_version):
                each["expectedOutput"] = told.expected_output
