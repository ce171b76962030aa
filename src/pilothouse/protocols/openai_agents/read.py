"""From the OpenAI Agents SDK's own export to spans of ours. Pure.

The SDK posts `{"data": [{"object": "trace" | "trace.span", …}]}`. A trace becomes a head of its own;
what a span is stands in `span_data.type`.
"""

from datetime import datetime
from typing import Any

import msgspec

from pilothouse.domain.outcome import Reason, Rejected
from pilothouse.domain.span import Kind, Level, Span
from pilothouse.domain.usage import from_client

_KINDS = {
    "agent": Kind.AGENT,
    "task": Kind.AGENT,
    "turn": Kind.TASK,
    "function": Kind.TOOL,
    "mcp_tools": Kind.TOOL,
    "generation": Kind.LLM,
    "response": Kind.LLM,
    "transcription": Kind.LLM,
    "speech": Kind.LLM,
    "speech_group": Kind.CHAIN,
    "handoff": Kind.TASK,
    "guardrail": Kind.GUARDRAIL,
    "custom": Kind.SPAN,
}
_TAKEN = {
    "type",
    "name",
    "input",
    "output",
    "model",
    "model_config",
    "usage",
    "response_id",
    "data",
}
_encode = msgspec.json.Encoder().encode


class _Item(msgspec.Struct):
    object: str
    id: str
    trace_id: str = ""
    parent_id: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    span_data: dict[str, Any] = {}
    error: dict[str, Any] | None = None
    workflow_name: str = ""
    group_id: str | None = None
    metadata: dict[str, Any] | None = None


class _Body(msgspec.Struct):
    data: list[msgspec.Raw]


_body = msgspec.json.Decoder(_Body)
_item = msgspec.json.Decoder(_Item)


def spans(body: bytes, project_id: str, sdk: str, now: int) -> tuple[list[Span], list[Rejected]]:
    """Raises msgspec.MsgspecError when the body is not such an export at all."""
    found: list[Span] = []
    rejected: list[Rejected] = []
    for raw in _body.decode(body).data:
        try:
            item = _item.decode(raw)
            found.append(_head(item, now) if item.object == "trace" else _span(item))
        except (ValueError, RecursionError) as error:
            rejected.append(_rejected(raw, error))
    began = _beginnings(found)
    for span in found:
        span.project_id, span.sdk, span.protocol = project_id, sdk, "openai_agents"
        if span.kind == Kind.TRACE:
            span.start_time = began.get(span.trace_id, now)
    return found, rejected


def _beginnings(spans: list[Span]) -> dict[str, int]:
    """When the first span of each trace began. A trace itself comes without any time."""
    began: dict[str, int] = {}
    for span in spans:
        if span.kind != Kind.TRACE:
            began[span.trace_id] = min(span.start_time, began.get(span.trace_id, span.start_time))
    return began


def _rejected(raw: msgspec.Raw, error: Exception) -> Rejected:
    reason = Reason.WRONG_TYPE if isinstance(error, msgspec.MsgspecError) else Reason.BAD_TIME
    head = bytes(raw)[:2000].decode("utf-8", "replace")
    return Rejected(reason=reason, message=str(error), head=head)


def _head(item: _Item, now: int) -> Span:
    metadata = item.metadata or {}
    return Span(
        project_id="",
        trace_id=item.id,
        span_id="",
        start_time=now,
        kind=Kind.TRACE,
        name=item.workflow_name,
        trace_name=item.workflow_name,
        is_root=1,
        session_id=item.group_id or "",
        user_id=str(metadata.get("user_id") or ""),
        metadata={key: _json(value) for key, value in metadata.items()},
    )


def _span(item: _Item) -> Span:
    if item.object != "trace.span":
        raise msgspec.ValidationError(f"object {item.object[:80]!r} is not known here")
    data = dict(item.span_data)
    inner = data.get("data")
    kind = str(data.get("type", ""))
    if kind == "custom" and isinstance(inner, dict) and "sdk_span_type" in inner:
        # Newer kinds of span travel inside custom ones, so that older servers take them.
        data = {**inner, "type": inner["sdk_span_type"], "turn_name": data.get("name")}
        kind = str(data["type"])
    error = item.error
    return Span(
        project_id="",
        trace_id=item.trace_id,
        span_id=item.id,
        parent_id=item.parent_id or "",
        start_time=_time(item.started_at),
        end_time=_time(item.ended_at) if item.ended_at else 0,
        name=_name(kind, data),
        kind=_KINDS.get(kind, Kind.SPAN),
        level=Level.ERROR if error else Level.DEFAULT,
        status_message=str(error.get("message", "")) if error else "",
        input=_text(data.get("input")),
        output=_text(data.get("output")),
        model=str(data.get("model") or ""),
        provider="openai" if data.get("model") else "",
        model_parameters=_parameters(data.get("model_config")),
        response_id=str(data.get("response_id") or ""),
        usage=_usage(data.get("usage")),
        billable=int(_KINDS.get(kind) is Kind.LLM),
        is_root=int(not item.parent_id),
        attributes=_attributes(data, error),
    )


def _usage(given: object) -> dict[str, int]:
    """Tokens alone: the counts also tell the number of requests."""
    if not isinstance(given, dict):
        return {}
    told: dict[str, Any] = {key: value for key, value in given.items() if "token" in key}
    if (cached := told.pop("cached_input_tokens", None)) is not None:
        told.setdefault("input_tokens_details", {"cached_tokens": cached})
    return from_client(told)


def _name(kind: str, data: dict[str, Any]) -> str:
    if kind == "handoff":
        return f"{data.get('from_agent')} → {data.get('to_agent')}"
    if kind == "turn":
        return f"turn {data.get('turn')}"
    return str(data.get("name") or data.get("model") or kind)


def _attributes(data: dict[str, Any], error: dict[str, Any] | None) -> dict[str, str]:
    kept = {key: _json(value) for key, value in data.items() if key not in _TAKEN and value}
    if isinstance(data.get("data"), dict):
        kept.update({f"data.{key}": _json(value) for key, value in data["data"].items()})
    if error and error.get("data"):
        kept["error"] = _json(error["data"])
    return kept


def _parameters(given: object) -> str:
    if not isinstance(given, dict):
        return ""
    told = {key: value for key, value in given.items() if value is not None}  # pyright: ignore[reportUnknownVariableType]
    return _json(told) if told else ""


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value)


def _json(value: object) -> str:
    return _encode(value).decode()


def _time(told: str | None) -> int:
    moment = datetime.fromisoformat(told or "")
    if moment.tzinfo is None:
        raise ValueError(f"time {told!r} has no zone")
    return int(moment.timestamp() * 1_000_000)
