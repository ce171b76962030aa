"""Dashboards of a project: grids of charts that people lay out and share."""

from typing import Annotated

from fastapi import Depends, Path, Response
from pydantic import TypeAdapter
from sqlalchemy import Connection

from pilothouse.domain.clock import DAY, now
from pilothouse.domain.errors import BadRequest, Conflict, NotFound
from pilothouse.domain.scope import TimeRange
from pilothouse.edge.access import CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.native import dashboard_wire as wire
from pilothouse.query import charts
from pilothouse.query.charts import ChartQuestion
from pilothouse.query.parser import parse
from pilothouse.store.relational import dashboards
from pilothouse.store.relational.dashboards import Stored

router = Router(
    prefix="/projects/{project_id}", tags=["dashboards"], dependencies=[Depends(project_in_path)]
)

_MOST = 200
_WIDGETS = TypeAdapter(list[wire.Widget])
_SOME_DAY = TimeRange(0, DAY)

IdOf = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


@router.get("/dashboards")
def list_dashboards(caller: CallerOf, services: ServicesOf) -> wire.Dashboards:
    """Every dashboard of the project, the last changed first."""
    with services.database.read() as db:
        found = dashboards.of_project(db, caller.project_id)
    return wire.Dashboards(items=[_row(each) for each in found])


@router.get("/dashboards/{dashboard_id}")
def show_dashboard(dashboard_id: IdOf, caller: CallerOf, services: ServicesOf) -> wire.Dashboard:
    with services.database.read() as db:
        found = dashboards.find(db, caller.project_id, dashboard_id)
    if found is None:
        raise NotFound("no such dashboard")
    return _shown(found)


@router.put("/dashboards/{dashboard_id}")
def put_dashboard(
    dashboard_id: IdOf, body: wire.DashboardChange, caller: CallerOf, services: ServicesOf
) -> wire.Dashboard:
    """Make a dashboard under an id of the caller's choice, or change it.

    A change names the revision that it is based on, and is refused when there is a later one."""
    _check(body.widgets)
    widgets = _WIDGETS.dump_json(body.widgets)
    with services.database.write() as db:
        if body.revision:
            _replace(db, caller.project_id, dashboard_id, body, widgets)
        else:
            _add(db, caller.project_id, dashboard_id, body, widgets)
    return show_dashboard(dashboard_id, caller, services)


def _add(
    db: Connection, project_id: str, id: str, body: wire.DashboardChange, widgets: bytes
) -> None:
    if dashboards.count(db, project_id) >= _MOST:
        raise BadRequest(f"a project holds at most {_MOST} dashboards")
    moment = now()
    dashboards.add(db, project_id, Stored(id, body.name, widgets, 1, moment, moment))


def _replace(
    db: Connection, project_id: str, id: str, body: wire.DashboardChange, widgets: bytes
) -> None:
    if dashboards.replace(db, project_id, id, body.revision, body.name, widgets):
        return
    if dashboards.find(db, project_id, id) is None:
        raise NotFound("no such dashboard")
    raise Conflict("the dashboard has changed meanwhile; load it again")


@router.delete("/dashboards/{dashboard_id}", status_code=204)
def delete_dashboard(dashboard_id: IdOf, caller: CallerOf, services: ServicesOf) -> Response:
    with services.database.write() as db:
        if not dashboards.remove(db, caller.project_id, dashboard_id):
            raise NotFound("no such dashboard")
    return Response(status_code=204)


def _check(widgets: list[wire.Widget]) -> None:
    """Raises BadRequest that names the widget: what is stored can be asked."""
    if len({widget.id for widget in widgets}) < len(widgets):
        raise BadRequest("two widgets have the same id")
    for place, widget in enumerate(widgets, 1):
        try:
            if widget.x + widget.w > wire.COLUMNS:
                raise BadRequest(f"it reaches beyond the {wire.COLUMNS} columns")
            _check_question(widget.question)
        except BadRequest as error:
            name = f"“{widget.title}”" if widget.title else str(place)
            raise BadRequest(f"widget {name}: {error}") from error


def _check_question(question: wire.WidgetQuestion) -> None:
    charts.resolved(
        ChartQuestion(
            view=question.view,
            measures=tuple(
                charts.measure(each.measure, each.aggregation, each.key)
                for each in question.measures
            ),
            within=_SOME_DAY,
            dimensions=tuple(charts.dimension(each) for each in question.dimensions),
            bucket=question.bucket,
            filter=parse(question.filter),
            order=question.order,
            limit=question.limit,
        )
    )


def _row(stored: Stored) -> wire.DashboardRow:
    return wire.DashboardRow(
        id=stored.id,
        name=stored.name,
        kinds=[widget.kind for widget in _WIDGETS.validate_json(stored.widgets)],
        revision=stored.revision,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
    )


def _shown(stored: Stored) -> wire.Dashboard:
    return wire.Dashboard(
        id=stored.id,
        name=stored.name,
        widgets=_WIDGETS.validate_json(stored.widgets),
        revision=stored.revision,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
    )
