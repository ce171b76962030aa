"""From what Langfuse's API answers to what it takes. Pure.

An event's id is made of what it says: the same thing told again is the same event, which changes
nothing, and what has changed since is told as another.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from pilothouse.importing.client import Object

_TRACE = (
    *("id", "timestamp", "name", "userId", "sessionId", "input", "output", "release", "version"),
    *("environment", "public", "bookmarked", "tags"),
)
_OBSERVATION = (
    *("id", "traceId", "name", "startTime", "endTime", "completionStartTime", "model", "input"),
    *("output", "level", "statusMessage", "parentObservationId", "version", "environment"),
    *("promptName", "promptVersion"),
)
_SCORE = (
    *("id", "name", "dataType", "traceId", "observationId", "sessionId", "comment", "metadata"),
    *("environment", "queueId", "source", "timestamp", "authorUserId"),
)
_TYPES = frozenset(
    {"span", "generation", "event", "agent", "tool", "chain", "retriever", "evaluator"}
    | {"embedding", "guardrail"}
)
_COSTS = {
    "input": "calculatedInputCost",
    "output": "calculatedOutputCost",
    "total": "calculatedTotalCost",
}
"""Where the oldest answers tell costs."""


def trace(told: Object) -> Object:
    body = _picked(told, _TRACE)
    if metadata := told.get("metadata"):
        body["metadata"] = _exact(metadata)
    return _event("trace-create", body, told.get("updatedAt") or told["timestamp"])


def observation(told: Object) -> Object:
    """Of the first version of the API."""
    metadata = told.get("metadata")
    return _observation(told, _exact(metadata) if metadata else None)


def observation_v2(told: Object) -> Object:
    """Of its second version, which gives values of metadata as they are stored: as JSON texts."""
    model = told.get("model") or told.get("providedModelName")
    return _observation({**told, "model": model}, told.get("metadata"))


def traces_of(observations: Iterable[Object]) -> list[Object]:
    """The traces of observations, where no traces can be read: each root tells the trace's input
    and output, and where none is among them, the first one tells whose the trace is."""
    heads: dict[str, list[Object]] = {}
    for each in sorted(observations, key=lambda each: each["startTime"]):
        if each.get("traceId"):
            heads.setdefault(each["traceId"], []).append(each)
    found: list[Object] = []
    for inside in heads.values():
        roots = [each for each in inside if _is_root(each)]
        found.extend(_head(each, is_root=True) for each in roots)
        if not roots:
            found.append(_head(inside[0], is_root=False))
    return found


def score(told: Object, configs: Mapping[str, str], runs: Mapping[str, str]) -> Object:
    """Of any version. Raises LookupError for one of a run that is not there."""
    told = {**told, **_subject(told.get("subject") or {})}
    body = _picked(told, _SCORE)
    body["value"] = told.get("value")
    if told.get("dataType") in ("CATEGORICAL", "TEXT", "CORRECTION") and "stringValue" in told:
        body["value"] = told["stringValue"]
    if config_id := told.get("configId"):
        body["configId"] = configs.get(config_id, config_id)
    if run_id := told.get("datasetRunId"):
        body["datasetRunId"] = runs[run_id]
    return _event("score-create", body, told["timestamp"])


def without_config(event: Object) -> Object:
    """A score that no longer fits its config, or never did."""
    body = {key: value for key, value in event["body"].items() if key != "configId"}
    return _event("score-create", body, event["timestamp"])


def _picked(told: Object, names: Iterable[str]) -> Object:
    return {name: told[name] for name in names if told.get(name) is not None}


def _event(type: str, body: Object, said_at: str) -> Object:
    spoken = msgspec.json.encode([type, body], order="deterministic")
    id = f"import-{hashlib.sha256(spoken).hexdigest()[:32]}"
    return {"id": id, "type": type, "timestamp": said_at, "body": body}


def _observation(told: Object, metadata: Any) -> Object:
    body = _picked(told, _OBSERVATION)
    if metadata:
        body["metadata"] = metadata
    if parameters := told.get("modelParameters"):
        body["modelParameters"] = _parameters(parameters)
    if not (body.get("promptName") and body.get("promptVersion")):
        body.pop("promptName", None)
        body.pop("promptVersion", None)
    body |= _usage(told)
    word = str(told.get("type") or "").lower()
    said_at = told.get("updatedAt") or told.get("endTime") or told["startTime"]
    return _event(f"{word if word in _TYPES else 'span'}-create", body, said_at)


def _usage(told: Object) -> Object:
    """Told as it was counted and priced there, so that nothing is priced anew."""
    usage, details = told.get("usage") or {}, told.get("usageDetails") or {}
    costs = told.get("costDetails") or {
        name: told[field] for name, field in _COSTS.items() if told.get(field) is not None
    }
    found: Object = {}
    if details and usage.get("unit") in (None, "TOKENS"):
        found["usageDetails"] = details
    elif any(usage.get(side) for side in ("input", "output", "total")):
        found["usage"] = {key: value for key, value in usage.items() if value is not None}
    if costs:
        found["costDetails"] = costs
    return found


def _parameters(told: Any) -> Any:
    """Lists inside are answered as their JSON text."""
    if isinstance(told, str):
        return _restored(told)
    return {key: _restored(value) for key, value in told.items()}


def _restored(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    return value


def _exact(metadata: Any) -> Any:
    """Metadata so told that each value is read as what it is: a text that looks like JSON would be
    taken for JSON."""
    if not isinstance(metadata, dict):
        return metadata
    return {key: _quoted(value) for key, value in metadata.items()}


def _quoted(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value
    return msgspec.json.encode(value).decode()


def _is_root(each: Object) -> bool:
    told = each.get("isRootObservation")
    return not each.get("parentObservationId") if told is None else bool(told)


def _head(each: Object, *, is_root: bool) -> Object:
    names = ("userId", "sessionId", "release", "version", "environment", "public", "bookmarked")
    body = {"id": each["traceId"], "timestamp": each["startTime"], **_picked(each, names)}
    if name := each.get("traceName") or (each.get("name") if is_root else None):
        body["name"] = name
    if tags := each.get("tags"):
        body["tags"] = tags
    if is_root:
        body |= _picked(each, ("input", "output", "metadata"))
    return _event("trace-create", body, each["startTime"])


def _subject(subject: Object) -> Object:
    """What version 3 says of what a score is about, in the words of the others."""
    match subject.get("kind"):
        case "observation":
            return {"observationId": subject["id"], "traceId": subject.get("traceId")}
        case "trace":
            return {"traceId": subject["id"]}
        case "session":
            return {"sessionId": subject["id"]}
        case "experiment":
            return {"datasetRunId": subject["id"]}
        case _:
            return {}
