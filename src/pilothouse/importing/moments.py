"""Times as Langfuse's API tells them."""

from datetime import UTC, datetime

Moment = datetime

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any LLM ran."""


def text(moment: Moment) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
