"""What an output should have been: one corrected output of a trace or a span, kept as a score."""

from typing import Annotated

from fastapi import Depends, Query, Response
from starlette.concurrency import run_in_threadpool

from pilothouse.domain.clock import now
from pilothouse.domain.errors import Forbidden
from pilothouse.domain.scope import Scope
from pilothouse.domain.score import DataType, Score, Source
from pilothouse.edge.access import CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.native import talk_wire as shapes
from pilothouse.protocols.native.blinding import sight
from pilothouse.store.relational import accounts

router = Router(
    prefix="/projects/{project_id}/traces/{trace_id}/correction",
    tags=["corrections"],
    dependencies=[Depends(project_in_path)],
)

SpanId = Annotated[str, Query(max_length=800, description="Empty: of the trace itself")]


@router.get("")
def show_correction(
    trace_id: str, caller: CallerOf, services: ServicesOf, span_id: SpanId = ""
) -> shapes.Corrections:
    """The last correction, by whomever."""
    found = _corrections(services, caller.scope, trace_id, span_id)
    found = sight(caller, services).scores(found)
    return shapes.Corrections(item=_shown(services, found[-1]) if found else None)


@router.put("")
async def put_correction(
    trace_id: str,
    body: shapes.CorrectionChange,
    caller: CallerOf,
    services: ServicesOf,
    span_id: SpanId = "",
) -> shapes.Corrections:
    """Say what the output should have been, in place of what was said before. What people say in
    annotation queues is theirs and stays."""
    if not caller.user_id:
        raise Forbidden("here people correct: sign in; programs send scores to /api/public/scores")
    head = await run_in_threadpool(_subject, services, caller.scope, trace_id, span_id)
    before = await run_in_threadpool(_corrections, services, caller.scope, trace_id, span_id)
    score = Score(
        project_id=caller.project_id,
        score_id=accounts.new_id(),
        timestamp=now(),
        name="output",
        data_type=DataType.CORRECTION,
        source=Source.ANNOTATION,
        text=body.text.replace("\x00", ""),
        comment=body.comment,
        trace_id=trace_id,
        span_id=span_id,
        author_id=caller.user_id,
        environment=head,
    )
    await services.intake.put_score(score)
    own = [each.score_id for each in before if not each.queue_id]
    await services.intake.delete_scores(caller.scope, own)
    return shapes.Corrections(item=await run_in_threadpool(_shown, services, score))


@router.delete("", status_code=204)
async def remove_correction(
    trace_id: str, caller: CallerOf, services: ServicesOf, span_id: SpanId = ""
) -> Response:
    """Take the correction back."""
    found = await run_in_threadpool(_corrections, services, caller.scope, trace_id, span_id)
    await services.intake.delete_scores(caller.scope, [each.score_id for each in found])
    return Response(status_code=204)


def _subject(services: Services, scope: Scope, trace_id: str, span_id: str) -> str:
    """The environment of what is corrected. Raises NotFound."""
    if not span_id:
        return services.reading.head(scope, trace_id).environment
    return services.reading.span(scope, trace_id, span_id, 0).span.environment


def _corrections(services: Services, scope: Scope, trace_id: str, span_id: str) -> list[Score]:
    """The oldest first."""
    return [
        score
        for score in services.reading.scores_of(scope, [trace_id])
        if score.span_id == span_id and score.data_type == DataType.CORRECTION
    ]


def _shown(services: Services, score: Score) -> shapes.Correction:
    with services.database.read() as db:
        names = accounts.names(db, [score.author_id])
    return shapes.Correction(
        score_id=score.score_id,
        text=score.text,
        comment=score.comment,
        author_id=score.author_id,
        author_name=names.get(score.author_id, ""),
        timestamp=score.timestamp,
    )
