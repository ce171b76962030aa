"""From our spans and scores to what Langfuse's API answers. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from pilothouse.domain import usage as buckets
from pilothouse.domain.messages import parse
from pilothouse.domain.score import DataType, Score, Source
from pilothouse.domain.span import Kind, Span
from pilothouse.query.answers import SessionSummary, TraceSummary

Object = dict[str, Any]

TYPES = {
    Kind.LLM.value: "GENERATION",
    **{
        kind.value: kind.value.upper()
        for kind in (
            *(Kind.SPAN, Kind.EVENT, Kind.AGENT, Kind.TOOL, Kind.CHAIN, Kind.RETRIEVER),
            *(Kind.EVALUATOR, Kind.EMBEDDING, Kind.GUARDRAIL),
        )
    },
}
"""Our kinds in Langfuse's words; a kind that it does not have is a SPAN."""

_BUCKETS = {
    buckets.INPUT_CACHE_READ: "input_cached_tokens",
    buckets.INPUT_CACHE_WRITE: "input_cache_creation",
    buckets.INPUT_CACHE_WRITE_1H: "input_cache_creation_1h",
    buckets.INPUT_AUDIO: "input_audio_tokens",
    buckets.OUTPUT_REASONING: "output_reasoning_tokens",
    buckets.OUTPUT_AUDIO: "output_audio_tokens",
}
_SOURCES = {Source.API: "API", Source.ANNOTATION: "ANNOTATION", Source.EVALUATOR: "EVAL"}
_PROVIDERS = {"total_tokens", "totalTokens", "promptTokens", "completionTokens"}
"""Where one of these is told, the usage is a provider's, and its names are translated; else they
are the client's own and stay."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(time: int) -> str | None:
    """ISO 8601 with milliseconds; None for a time that is not known."""
    if not time:
        return None
    told = _EPOCH + timedelta(microseconds=time)
    return told.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def trace(
    summary: TraceSummary,
    *,
    with_io: bool = True,
    with_metrics: bool = True,
    observations: list[Any] | None = None,
    scores: list[Any] | None = None,
) -> Object:
    """A trace; what is left out is there all the same, as -1 or an empty list."""
    head, totals = summary.head, summary.totals
    end = max(totals.end_time, head.end_time)
    latency = max(0, end - totals.start_time) / 1_000_000 if end else 0
    return {
        "id": head.trace_id,
        "projectId": head.project_id,
        "timestamp": moment(head.start_time),
        "name": head.trace_name or head.name or None,
        "input": parse(head.input) if with_io and head.input else None,
        "output": parse(head.output) if with_io and head.output else None,
        "metadata": trace_metadata(head) if with_io else {},
        "sessionId": head.session_id or None,
        "userId": head.user_id or None,
        "release": head.release or None,
        "version": head.version or None,
        "environment": head.environment,
        "tags": head.tags,
        "public": bool(head.public),
        "bookmarked": bool(head.bookmarked),
        "externalId": None,
        "createdAt": moment(head.start_time),
        "updatedAt": moment(head.revision or head.start_time),
        "htmlPath": f"/project/{head.project_id}/traces/{head.trace_id}",
        "latency": latency if with_metrics else -1,
        "totalCost": totals.total_cost if with_metrics else -1,
        "observations": observations or [],
        "scores": scores or [],
    }


def trace_metadata(head: Span) -> Object:
    """The user's, and what Langfuse adds to that of traces which come by OpenTelemetry."""
    told = metadata(head.metadata)
    if head.resource:
        told["resourceAttributes"] = metadata(head.resource)
    if head.scope:
        told["scope"] = {"name": head.scope}
    return told


def metadata(told: Mapping[str, str]) -> Object:
    return {key: _value(text) for key, text in told.items()}


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return text


PromptIds = Mapping[tuple[str, int], str]
"""Of the versions of prompts that spans name, by name and number."""


def observation(span: Span, prompt_ids: PromptIds) -> Object:
    """As version 1 of the API has it."""
    usage, cost = usage_details(span), cost_details(span)
    return {
        **_identity(span),
        **_basics(span),
        **_times(span),
        "model": span.model or None,
        "modelId": None,
        "modelParameters": model_parameters(span),
        "input": parse(span.input) if span.input else None,
        "output": parse(span.output) if span.output else None,
        "metadata": _span_metadata(span),
        **_prompt(span, prompt_ids),
        "usageDetails": usage,
        "costDetails": cost,
        "usage": {
            "unit": unit(span),
            "input": span.input_tokens,
            "output": span.output_tokens,
            "total": usage.get("total", 0),
        },
        "unit": unit(span),
        "promptTokens": span.input_tokens,
        "completionTokens": span.output_tokens,
        "totalTokens": usage.get("total", 0),
        "inputPrice": None,
        "outputPrice": None,
        "totalPrice": None,
        "calculatedInputCost": _sum(cost, "input"),
        "calculatedOutputCost": _sum(cost, "output"),
        "calculatedTotalCost": cost.get("total"),
        "usagePricingTierId": None,
        "usagePricingTierName": None,
        **_metrics(span),
    }


def observation_v2(span: Span, groups: Iterable[str], prompt_ids: PromptIds) -> Object:
    """As version 2 has it: the core, and the groups that were asked for. Input and output are
    texts."""
    found = _identity(span)
    for group in groups:
        found.update(_prompt(span, prompt_ids) if group == "prompt" else _GROUPS[group](span))
    return found


def _identity(span: Span) -> Object:
    return {
        "id": span.span_id,
        "traceId": span.trace_id,
        "projectId": span.project_id,
        "type": TYPES.get(span.kind, "SPAN"),
        "startTime": moment(span.start_time),
        "endTime": moment(span.end_time),
        "parentObservationId": span.parent_id or None,
    }


def _basics(span: Span) -> Object:
    return {
        "name": span.name or None,
        "level": span.level.upper(),
        "statusMessage": span.status_message or None,
        "version": span.version or None,
        "environment": span.environment,
    }


def _basics_v2(span: Span) -> Object:
    return {
        **_basics(span),
        "bookmarked": bool(span.bookmarked),
        "public": bool(span.public),
        "userId": span.user_id or None,
        "sessionId": span.session_id or None,
        "isRootObservation": bool(span.is_root) or not span.parent_id,
    }


def _times(span: Span) -> Object:
    return {
        "completionStartTime": moment(span.first_token_time),
        "createdAt": moment(span.start_time),
        "updatedAt": moment(span.revision or span.start_time),
    }


def _metrics(span: Span) -> Object:
    latency = (span.end_time - span.start_time) / 1_000_000 if span.end_time else None
    first = span.first_token_time
    return {
        "latency": latency,
        "timeToFirstToken": (first - span.start_time) / 1_000_000 if first else None,
    }


def _usage_v2(span: Span) -> Object:
    cost = cost_details(span)
    return {
        "usageDetails": usage_details(span),
        "costDetails": cost,
        "totalCost": cost.get("total"),
        "usagePricingTierName": None,
    }


def _io(span: Span) -> Object:
    return {"input": span.input or None, "output": span.output or None}


def _model(span: Span) -> Object:
    return {
        "providedModelName": span.model or None,
        "internalModelId": None,
        "modelParameters": model_parameters(span),
        "modelId": None,
        "inputPrice": None,
        "outputPrice": None,
        "totalPrice": None,
    }


def _prompt(span: Span, ids: PromptIds) -> Object:
    return {
        "promptId": ids.get((span.prompt_name, span.prompt_version)),
        "promptName": span.prompt_name or None,
        "promptVersion": span.prompt_version or None,
    }


def _trace_context(span: Span) -> Object:
    return {
        "traceName": span.trace_name or None,
        "tags": span.tags,
        "release": span.release or None,
    }


_GROUPS: dict[str, Callable[[Span], Object]] = {
    "core": _identity,
    "basic": _basics_v2,
    "time": _times,
    "io": _io,
    "metadata": lambda span: {"metadata": _span_metadata(span)},
    "model": _model,
    "usage": _usage_v2,
    "metrics": _metrics,
    "trace_context": _trace_context,
}

GROUPS = frozenset({*_GROUPS, "prompt"})
WITH_BODIES = frozenset({"io", "metadata", "model"})
"""Groups that lists do not carry by themselves."""


def _span_metadata(span: Span) -> Object:
    told = metadata(span.metadata)
    if span.attributes and span.protocol != "langfuse":
        told["attributes"] = metadata(span.attributes)
    return told


def model_parameters(span: Span) -> Object:
    """Lists inside are given as their JSON text."""
    told = parse(span.model_parameters) if span.model_parameters else {}
    if not isinstance(told, dict):
        return {}
    return {
        key: msgspec.json.encode(value).decode() if isinstance(value, list | dict) else value
        for key, value in told.items()
    }


def unit(span: Span) -> str:
    told = parse(span.reported_usage) if span.reported_usage else {}
    return str(told.get("unit") or "TOKENS") if isinstance(told, dict) else "TOKENS"


def usage_details(span: Span) -> dict[str, int]:
    """In the client's own words, or where those are a provider's in Langfuse's."""
    parsed = parse(span.reported_usage) if span.reported_usage else None
    told: Object = parsed if isinstance(parsed, dict) else {}
    counts = {key: int(value) for key, value in told.items() if isinstance(value, int | float)}
    if counts and _PROVIDERS.isdisjoint(told):
        found = counts
    else:
        found = {_BUCKETS.get(name, name): count for name, count in span.usage.items()}
    total = counts.get("total") or counts.get("total_tokens") or counts.get("totalTokens")
    if found:
        found["total"] = total or sum(found.values())
    return found


def cost_details(span: Span) -> dict[str, float]:
    if not span.cost:
        return {}
    found = {_BUCKETS.get(name, name): amount for name, amount in span.cost.items()}
    found.setdefault("total", span.total_cost)
    return found


def _sum(costs: Mapping[str, float], word: str) -> float | None:
    amounts = [amount for key, amount in costs.items() if word in key]
    return sum(amounts) if amounts else None


def score(each: Score) -> Object:
    """As versions 1 and 2 of the API have it."""
    return {
        "id": each.score_id,
        "projectId": each.project_id,
        "name": each.name,
        "dataType": each.data_type.upper(),
        "value": each.value,
        "stringValue": each.text or None,
        "source": _SOURCES.get(Source(each.source), "API"),
        "timestamp": moment(each.timestamp),
        "createdAt": moment(each.timestamp),
        "updatedAt": moment(each.revision or each.timestamp),
        "comment": each.comment or None,
        "metadata": metadata(each.metadata),
        "traceId": each.trace_id or None,
        "observationId": each.span_id or None,
        "sessionId": each.session_id or None,
        "datasetRunId": each.experiment_id or None,
        "configId": each.config_id or None,
        "queueId": each.queue_id or None,
        "authorUserId": each.author_id or None,
        "environment": each.environment,
    }


def score_v2(each: Score, summary: TraceSummary | None) -> Object:
    """With what its trace tells."""
    found = score(each)
    if summary is not None:
        head = summary.head
        found["trace"] = {
            "userId": head.user_id or None,
            "tags": head.tags,
            "environment": head.environment,
            "sessionId": head.session_id or None,
        }
    return found


def score_v3(each: Score, groups: Iterable[str]) -> Object:
    """As version 3 has it: the core with a value of the score's own type, and the groups."""
    found = score(each)
    shown = {key: found[key] for key in _SCORE_CORE}
    match each.data_type:
        case DataType.NUMERIC:
            shown["value"] = each.value
        case DataType.BOOLEAN:
            shown["value"] = bool(each.value)
        case _:
            shown["value"] = each.text
    for group in groups:
        shown.update(_subject(each) if group == "subject" else _picked(found, group))
    return shown


_SCORE_CORE = (
    *("id", "projectId", "name", "dataType", "source", "timestamp", "environment"),
    *("createdAt", "updatedAt"),
)
_SCORE_GROUPS = {
    "details": ("comment", "configId", "metadata"),
    "annotation": ("authorUserId", "queueId"),
}
SCORE_GROUPS = frozenset({*_SCORE_GROUPS, "subject"})


def _picked(found: Object, group: str) -> Object:
    return {key: found[key] for key in _SCORE_GROUPS[group]}


def _subject(each: Score) -> Object:
    if each.span_id:
        subject = {"kind": "observation", "id": each.span_id, "traceId": each.trace_id or None}
    elif each.trace_id:
        subject = {"kind": "trace", "id": each.trace_id}
    elif each.session_id:
        subject = {"kind": "session", "id": each.session_id}
    else:
        subject = {"kind": "experiment", "id": each.experiment_id}
    return {"subject": subject}


def session(each: SessionSummary, project_id: str) -> Object:
    return {
        "id": each.session_id,
        "createdAt": moment(each.start_time),
        "projectId": project_id,
        "environment": each.environment,
    }
