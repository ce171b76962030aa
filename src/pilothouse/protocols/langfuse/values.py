"""Readers: what a value of an event means. None says that it shall change nothing."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import UNSET, Raw

from pilothouse.domain.outcome import Reason
from pilothouse.domain.span import CostSource, Level
from pilothouse.domain.usage import from_client
from pilothouse.protocols.langfuse import wire

_MOST_ID = 800
_NOTHING = frozenset({b"null", b"false", b"0", b'""', b"[]", b"{}"})
_JSON_STARTS = frozenset('{["-0123456789tf')
_OLD_COSTS = {"inputCost": "input", "outputCost": "output", "totalCost": "total"}


class Bad(Exception):
    """An event that cannot be taken."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def clean(value: str) -> str:
    """Databases and browsers choke on null characters."""
    return value.replace("\x00", "")


def identifier(value: wire.Text) -> str:
    if not value:
        return ""
    if len(value) > _MOST_ID:
        raise Bad(Reason.BAD_ID, f"an id has {len(value)} characters; at most {_MOST_ID} are taken")
    return clean(value)


def moment(value: wire.Text) -> int:
    """Microseconds, or 0 when none is told. A time without a zone is UTC."""
    if not value:
        return 0
    try:
        told = datetime.fromisoformat(value)
    except ValueError as error:
        raise Bad(Reason.BAD_TIME, f"{value[:60]!r} is not an ISO 8601 time") from error
    if told.tzinfo is None:
        told = told.replace(tzinfo=UTC)
    return round(told.timestamp() * 1_000_000)


def payload(value: Raw) -> str | None:
    """Texts as they are, anything else as its JSON. What says nothing replaces nothing."""
    compact = msgspec.json.format(value, indent=-1)
    if compact in _NOTHING:
        return None
    return (
        clean(msgspec.json.decode(compact, type=str)) if compact[:1] == b'"' else compact.decode()
    )


def environment(value: wire.Text) -> str | None:
    text = (value or "").lower().strip()
    for prefix in ("langfuse-", "langfuse_", "langfuse"):
        text = text.removeprefix(prefix)
    return text or None


def level(value: wire.Text) -> str:
    return Level(value or "")


def parameters(value: wire.Object) -> str | None:
    if value is None:
        return ""
    return as_json(value) if value else None


def flag(value: bool | None) -> int | None:
    return None if value is None else int(value)


def usage(body: wire.ObservationBody) -> dict[str, Any]:
    """The span's fields of usage and cost: from the newer `usageDetails` and `costDetails`, else
    from the older `usage`."""
    old = body.usage or {}
    given = body.usage_details or {key: old[key] for key in old if key not in _OLD_COSTS}
    fields: dict[str, Any] = {}
    if any(value for key, value in given.items() if key != "unit"):
        # Characters or images are no tokens: they are kept as told, and counted nowhere.
        unit = str(given.get("unit") or "TOKENS").upper()
        fields["usage"] = from_client(given) if unit == "TOKENS" else {}
        fields["reported_usage"] = as_json(given)
    costs = body.cost_details or {name: old[key] for key, name in _OLD_COSTS.items() if key in old}
    known = {key: float(value) for key, value in costs.items() if _is_money(value)}
    if known:
        fields.update(cost=known, cost_source=CostSource.REPORTED)
    return fields


def _is_money(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1_000_000


def metadata(value: Any) -> dict[str, str]:
    """By key, each value as JSON text. What is no object stands under the key `metadata`."""
    if value is None or value is UNSET or value in ("", []):
        return {}
    if isinstance(value, dict):
        return {clean(str(key)): restored(inner) for key, inner in value.items()}
    return {"metadata": restored(value)}


def restored(value: Any) -> str:
    """JSON text. These SDKs send some values as JSON inside a string; their types are restored."""
    if isinstance(value, str):
        value = clean(value)
        if value[:1] in _JSON_STARTS:
            try:
                msgspec.json.decode(value)
            except (msgspec.MsgspecError, RecursionError):
                return as_json(value)
            return value
    return as_json(value)


def as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
