"""From Langfuse's scores to ours."""

from pilothouse.domain.outcome import Reason
from pilothouse.domain.score import DataType, Score, Source
from pilothouse.protocols.langfuse import values, wire
from pilothouse.protocols.langfuse.values import Bad, identifier

_TYPES = {"", *(each.value for each in DataType)}
_SOURCES = {"API": Source.API, "EVAL": Source.EVALUATOR, "ANNOTATION": Source.ANNOTATION}
_BOOLEANS = {"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0}


def score(body: wire.ScoreBody, project_id: str, default_id: str, said_at: int) -> Score:
    """Raises Bad."""
    data_type, value, text = _value(body)
    name = "output" if data_type == DataType.CORRECTION else values.clean(body.name)
    if not name:
        raise Bad(Reason.MISSING_FIELD, "a score needs a name")
    trace_id, session_id = identifier(body.trace_id), identifier(body.session_id)
    experiment_id = identifier(body.dataset_run_id)
    if sum(map(bool, (trace_id, session_id, experiment_id))) != 1:
        raise Bad(
            Reason.MISSING_FIELD,
            "a score belongs to exactly one of traceId, sessionId and datasetRunId",
        )
    return Score(
        project_id=project_id,
        score_id=identifier(body.id) or default_id,
        timestamp=values.moment(body.timestamp) or said_at,
        name=name,
        data_type=data_type,
        source=_SOURCES.get(str(body.source or "").upper(), Source.API),
        value=value,
        text=text,
        comment=values.clean(body.comment or ""),
        trace_id=trace_id,
        span_id=identifier(body.observation_id) if trace_id else "",
        session_id=session_id,
        experiment_id=experiment_id,
        config_id=identifier(body.config_id),
        queue_id=identifier(body.queue_id),
        author_id=identifier(body.author_user_id),
        environment=values.environment(body.environment) or "default",
        metadata=values.metadata(body.metadata),
    )


def _value(body: wire.ScoreBody) -> tuple[str, float, str]:
    """Type, number and text."""
    value = body.value
    if value is None or isinstance(value, wire.UnsetType):
        raise Bad(Reason.MISSING_FIELD, "a score needs a value")
    told = str(body.data_type or "").lower() or _type_of(value)
    if told not in _TYPES:
        raise Bad(Reason.WRONG_TYPE, f"dataType {told[:40]!r} is not known")
    if told == DataType.BOOLEAN:
        number = _BOOLEANS.get(str(value).lower())
        if number is None:
            raise Bad(Reason.WRONG_TYPE, "the value of a boolean score is 0 or 1")
        return told, number, "True" if number else "False"
    if told == DataType.NUMERIC:
        if isinstance(value, str):
            raise Bad(Reason.WRONG_TYPE, "the value of a numeric score is a number")
        return told, float(value), ""
    if not isinstance(value, str):
        raise Bad(Reason.WRONG_TYPE, f"the value of a {told} score is text")
    return told, 0.0, values.clean(value)


def _type_of(value: str | bool | float) -> str:
    if isinstance(value, str):
        return DataType.CATEGORICAL
    return DataType.BOOLEAN if isinstance(value, bool) else DataType.NUMERIC
