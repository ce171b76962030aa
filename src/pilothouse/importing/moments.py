"""Times as Langfuse's API tells them."""

from datetime import UTC, datetime, timedelta

Moment = datetime

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any LLM ran."""


def now() -> Moment:
    """In whole milliseconds, as the API has them: what is cut in telling would leave gaps."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1_000 * 1_000)


def whole(length: timedelta) -> timedelta:
    return timedelta(milliseconds=length // timedelta(milliseconds=1))


def text(moment: Moment) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
