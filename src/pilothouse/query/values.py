"""Values as people write them: durations, money, times, numbers, yes and no.

Each reader gives the value in the store's unit or None when the text is none of the kind; each has
a printer that it reads back.
"""

import re
from datetime import UTC, datetime, timedelta

from pilothouse.domain.clock import DAY, HOUR, MINUTE, SECOND, now
from pilothouse.query.fields import Type

Value = str | int | float | bool

_UNITS = {
    "us": 1,
    "µs": 1,
    "μs": 1,
    "ms": 1000,
    "s": SECOND,
    "sec": SECOND,
    "m": MINUTE,
    "min": MINUTE,
    "h": HOUR,
    "d": DAY,
    "w": 7 * DAY,
}
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_QUANTITY = re.compile(rf"({_NUMBER})([kKmMgG]?)")
_AMOUNT = re.compile(r"(\d+(?:\.\d*)?|\.\d+)([a-zµμ]+)")
_THOUSANDS = {"": 1, "k": 1000, "m": 1_000_000, "g": 1_000_000_000}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST = 1 << 62


def number(text: str) -> int | float | None:
    """`12`, `0.5`, `1e-3`, `4k`, `1.5M`."""
    found = _QUANTITY.fullmatch(text)
    if not found:
        return None
    value = float(found[1]) * _THOUSANDS[found[2].lower()]
    if abs(value) >= _MOST:
        return None
    if re.fullmatch(r"[+-]?\d+", found[1]):
        return int(found[1]) * _THOUSANDS[found[2].lower()]
    return value


def money(text: str) -> float | None:
    """US dollars: `0.25`, `$0.25`."""
    found = number(text.removeprefix("$"))
    return None if found is None else float(found)


def duration(text: str) -> int | None:
    """Microseconds: `2s`, `300ms`, `1m30s`, `1.5h`; a bare number is seconds."""
    bare = re.fullmatch(_NUMBER, text)
    if bare:
        value = float(text) * SECOND
        return round(value) if abs(value) < _MOST else None
    whole, at = 0.0, 0
    for amount in _AMOUNT.finditer(text):
        if amount.start() != at or amount[2] not in _UNITS:
            return None
        whole += float(amount[1]) * _UNITS[amount[2]]
        at = amount.end()
    return round(whole) if at and at == len(text) and whole < _MOST else None


def time(text: str) -> int | None:
    """Microseconds since 1970: `2026-11-25`, `2026-11-25T09:30:00Z`, `now`, `now-2h`. A time
    without an offset is UTC."""
    if text.startswith("now"):
        back = text.removeprefix("now")
        before = duration(back[1:]) if back.startswith("-") else 0 if not back else None
        return None if before is None else max(0, now() - before)
    if not re.match(r"\d{4}-\d\d", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return max(0, (moment - _EPOCH) // timedelta(microseconds=1))
    except OverflowError:
        return None


def boolean(text: str) -> bool | None:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
        text.lower()
    )


def show(value: Value, type: Type) -> str:
    """A number, duration, time or boolean as text that its reader takes back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if type is Type.DURATION:
        return f"{value}us" if value >= 0 else repr(value / SECOND)
    if type is Type.TIME:
        moment = _EPOCH + timedelta(microseconds=value)
        return moment.replace(tzinfo=None).isoformat()
    return repr(value)


READERS = {
    Type.NUMBER: number,
    Type.MONEY: money,
    Type.DURATION: duration,
    Type.TIME: time,
    Type.BOOLEAN: boolean,
}
WANTED = {
    Type.NUMBER: "a number",
    Type.MONEY: "an amount of dollars such as 0.25",
    Type.DURATION: "a duration such as 300ms, 2s or 1m",
    Type.TIME: "a time such as 2026-11-25 or now-2h",
    Type.BOOLEAN: "true or false",
    Type.MAP: "a number",
}
