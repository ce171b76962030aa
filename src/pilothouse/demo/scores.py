"""What people and evaluators said of the month's answers, as Langfuse's `score-create` events."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pilothouse.demo import story
from pilothouse.demo.traces import Told

_NAMESPACE = uuid.UUID("6f0c0f2e-6d1d-4a8e-9f43-0d1b8e5b7a10")


def events(told: list[Told], seed: int = 11) -> Iterator[dict[str, Any]]:
    pick = random.Random(seed)  # noqa: S311 - a story, not a secret
    for each in told:
        good = pick.random() < each.release.satisfaction and not each.failed
        if pick.random() < 0.22:
            comment = pick.choice(story.COMMENTS["good" if good else "bad"])
            words = comment if pick.random() < 0.5 else None
            yield _event(each, "thumbs up", int(good), "BOOLEAN", words)
        if each.failed:
            continue
        if pick.random() < 0.5:
            mean = 0.86 if good else 0.55
            value = round(min(1.0, max(0.0, pick.gauss(mean, 0.1))), 2)
            yield _event(each, "helpfulness", value, "NUMERIC", None, span=True)
        if pick.random() < 0.25:
            label = "resolved" if good else pick.choice(["escalated", "open"])
            yield _event(each, "resolution", label, "CATEGORICAL", None)


def _event(
    told: Told, name: str, value: Any, data_type: str, comment: str | None, span: bool = False
) -> dict[str, Any]:
    score_id = str(uuid.uuid5(_NAMESPACE, f"{told.trace_id}/{name}"))
    moment = datetime.fromtimestamp(told.end / 1e9 + 30, UTC).isoformat().replace("+00:00", "Z")
    body = {
        "id": score_id,
        "traceId": told.trace_id,
        "name": name,
        "value": value,
        "dataType": data_type,
        "comment": comment,
        "environment": "production",
    }
    if span:
        body["observationId"] = told.answer_span
    return {"id": score_id, "type": "score-create", "timestamp": moment, "body": body}
