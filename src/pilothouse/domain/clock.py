"""The time, as the whole product keeps it."""

import time

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now() -> int:
    """Microseconds since 1970 UTC."""
    return time.time_ns() // 1000
