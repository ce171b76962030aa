"""What people and evaluators said of the month's answers, as Langfuse's `score-create` events."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pilothouse.demo import story
from pilothouse.demo.traces import Told

RESOLVED = "resolved"
"""What a judge says of traces, and people too."""
JUDGED = 0.35
"""Probability with which a trace is judged."""
_NAMESPACE = uuid.UUID("6f0c0f2e-6d1d-4a8e-9f43-0d1b8e5b7a10")


def events(told: list[Told], seed: int = 11) -> Iterator[dict[str, Any]]:
    pick = random.Random(seed)  # noqa: S311 - a story, not a secret
    for each in told:
        good = is_good(each)
        if pick.random() < 0.22:
            comment = pick.choice(story.COMMENTS["good" if good else "bad"])
            words = comment if pick.random() < 0.5 else None
            yield _event(each, "thumbs up", int(good), "BOOLEAN", words)
        if each.failed:
            continue
        if pick.random() < 0.5:
            mean = 0.9 if good and each.prompt.version == 5 else 0.86 if good else 0.55
            value = round(min(1.0, max(0.0, pick.gauss(mean, 0.1))), 2)
            yield _event(each, "helpfulness", value, "NUMERIC", None, span=True)
        if pick.random() < 0.25:
            label = "resolved" if good else pick.choice(["escalated", "open"])
            yield _event(each, "resolution", label, "CATEGORICAL", None)


def is_good(told: Told) -> bool:
    """Was the person helped? The newest prompt does a little better."""
    luck = random.Random(told.trace_id).random()  # noqa: S311
    gain = 0.07 if told.prompt.version == 5 else 0.0
    return luck < told.release.satisfaction + gain and not told.failed


def looked_at(told: list[Told]) -> Iterator[Told]:
    """The part that the judge was given."""
    pick = random.Random(13)  # noqa: S311
    return (each for each in told if pick.random() < JUDGED and not each.failed)


def late(told: list[Told]) -> list[Told]:
    """Those of the time of the judge's second version."""
    return told[len(told) // 2 :]


def judged(told: list[Told], evaluator_id: str) -> Iterator[dict[str, Any]]:
    """What a judge said of a part of the traces, its second version of the later half; of some both
    versions. It is too kind: a third of what did not help passes."""
    pick = random.Random(14)  # noqa: S311
    late_ones = {each.trace_id for each in late(told)}
    for each in looked_at(told):
        is_late = each.trace_id in late_ones
        for version in (2, 1) if is_late and pick.random() < 0.3 else (2,) if is_late else (1,):
            errs = pick.random() < (0.34 if not is_good(each) else 0.06)
            says = is_good(each) != errs
            why = story.REASONS[each.language]["right" if says else "wrong"]
            yield _event(
                each,
                RESOLVED,
                int(says),
                "BOOLEAN",
                why,
                source="EVAL",
                version=version,
                metadata={
                    "evaluator_id": evaluator_id,
                    "evaluator_version": version,
                    "probability": JUDGED,
                },
            )


def _event(
    told: Told,
    name: str,
    value: Any,
    data_type: str,
    comment: str | None,
    span: bool = False,
    version: int = 0,
    **more: Any,
) -> dict[str, Any]:
    key = f"{told.trace_id}/{name}" + (f"/{version}" if version else "")
    score_id = str(uuid.uuid5(_NAMESPACE, key))
    moment = datetime.fromtimestamp(told.end / 1e9 + 30, UTC).isoformat().replace("+00:00", "Z")
    body = {
        "id": score_id,
        "traceId": told.trace_id,
        "name": name,
        "value": value,
        "dataType": data_type,
        "comment": comment,
        "environment": "production",
        **more,
    }
    if span:
        body["observationId"] = told.answer_span
    return {"id": score_id, "type": "score-create", "timestamp": moment, "body": body}
