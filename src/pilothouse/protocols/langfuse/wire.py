"""What Langfuse's SDKs send to `/ingestion` and `/scores`, as types.

An event is decoded by itself, so that a bad one does not take others with it. A field that was not
sent is UNSET, which is not the same as null; fields that nobody knows are passed over.
"""

import json
import math
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from pilothouse.domain.errors import BadRequest

T = TypeVar("T")

Text = str | None | UnsetType
Number = int | float | None | UnsetType
Object = dict[str, Any] | None | UnsetType
Payload = Raw | UnsetType
"""Any JSON, kept as it was written."""


class Envelope(Struct):
    batch: list[Raw]
    metadata: Any = None


class Event(Struct):
    id: str
    type: str
    body: Raw
    timestamp: Text = UNSET


class EventHead(Struct):
    """What can be told of an event that is not whole."""

    id: Any = ""
    type: Any = ""


class TraceBody(Struct, rename="camel"):
    id: Text = UNSET
    timestamp: Text = UNSET
    name: Text = UNSET
    user_id: Text = UNSET
    session_id: Text = UNSET
    input: Payload = UNSET
    output: Payload = UNSET
    release: Text = UNSET
    version: Text = UNSET
    environment: Text = UNSET
    public: bool | UnsetType | None = UNSET
    bookmarked: bool | UnsetType | None = UNSET
    """Told by imports alone; Langfuse's clients cannot."""
    metadata: Any = UNSET
    tags: list[str] | UnsetType | None = UNSET


class ObservationBody(Struct, rename="camel"):
    id: Text = UNSET
    trace_id: Text = UNSET
    parent_observation_id: Text = UNSET
    type: Text = UNSET
    """Of the generic observation events."""
    name: Text = UNSET
    start_time: Text = UNSET
    end_time: Text = UNSET
    completion_start_time: Text = UNSET
    model: Text = UNSET
    model_parameters: Object = UNSET
    input: Payload = UNSET
    output: Payload = UNSET
    metadata: Any = UNSET
    usage: Object = UNSET
    usage_details: Object = UNSET
    cost_details: Object = UNSET
    level: Text = UNSET
    status_message: Text = UNSET
    version: Text = UNSET
    environment: Text = UNSET
    prompt_name: Text = UNSET
    prompt_version: int | UnsetType | None = UNSET


class ScoreBody(Struct, rename="camel"):
    name: str = ""
    value: str | bool | Number = UNSET
    id: Text = UNSET
    trace_id: Text = UNSET
    observation_id: Text = UNSET
    session_id: Text = UNSET
    dataset_run_id: Text = UNSET
    data_type: Text = UNSET
    config_id: Text = UNSET
    queue_id: Text = UNSET
    comment: Text = UNSET
    metadata: Any = UNSET
    environment: Text = UNSET
    timestamp: Text = UNSET
    source: Text = UNSET
    author_user_id: Text = UNSET
    """Told by imports alone; Langfuse's clients cannot."""


_envelope = msgspec.json.Decoder(Envelope)
_event = msgspec.json.Decoder(Event)
_head = msgspec.json.Decoder(EventHead)
_raw = msgspec.json.Decoder(Raw)
_raw_list = msgspec.json.Decoder(list[Raw])


def envelope(body: bytes) -> Envelope:
    """The request with its events still undecoded. Raises BadRequest."""
    try:
        return _decoded(body, _envelope)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BadRequest(f"the body is not a batch of events: {error}") from error


def scores(body: bytes) -> list[Raw] | Raw:
    """The one score of the body, or the many of its list, undecoded. Raises BadRequest."""
    try:
        if body.lstrip()[:1] == b"[":
            return _decoded(body, _raw_list)
        return _decoded(body, _raw)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BadRequest(f"the body is not JSON: {error}") from error


def event(raw: Raw) -> Event:
    """Raises msgspec.MsgspecError."""
    return _event.decode(raw)


def head(raw: Raw) -> EventHead:
    """Id and type as far as they can be read."""
    try:
        return _head.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return EventHead()


def _decoded(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """The value of the body, or of its nearest legal form.

    Python's clients can send NaN and Infinity, JavaScript's half of a surrogate pair, anyone a
    stray byte. One such value shall not cost the batch.
    """
    text = body.decode("utf-8", "replace")
    try:
        return decoder.decode(text)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError as error:
        try:
            legal = msgspec.json.encode(_legal(json.loads(text)))
        except (ValueError, RecursionError):
            raise error from None
        return decoder.decode(legal)


def _legal(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_legal(item) for item in value]
    if isinstance(value, dict):
        return {_legal(key): _legal(item) for key, item in value.items()}
    return value
