"""Tells the server what a run came to: spans that say which item they answer, and scores."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from pilothouse.domain.evaluation import Judgement
from pilothouse.importing.client import Client
from pilothouse.testing.items import Item

_EVERY = 0.2
"""Seconds between two posts."""
_TOGETHER = 500


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """One repetition of an item, as it is kept in the journal and told to the server."""

    item_id: str
    trace_id: str
    start: int
    """Nanoseconds."""
    end: int
    input: Any = None
    output: Any = None
    expected_output: Any = None
    item_metadata: Any = None
    item_version: int = 0
    error: str = ""
    scores: list[tuple[str, bool | float | str, str]] = []
    """Name, value, reason."""
    failures: list[tuple[str, str]] = []
    """Evaluators that gave no score, and why."""

    @property
    def span_id(self) -> str:
        return self.trace_id[:16]


@dataclass(frozen=True, slots=True)
class Telling:
    """Which experiment the answers belong to."""

    id: str
    name: str
    dataset_id: str
    description: str
    metadata: dict[str, Any]
    started: int
    """Nanoseconds."""


class Journal:
    """What was answered, on the disk of whoever runs it, so that a killed run repeats nothing."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("ab")
        self._lock = threading.Lock()

    def add(self, answered: Answered) -> None:
        line = msgspec.json.encode(answered) + b"\n"
        with self._lock:
            self._file.write(line)
            self._file.flush()

    def read(self) -> list[Answered]:
        """A last line that was cut by a kill is left out."""
        found: list[Answered] = []
        for line in self.path.read_bytes().split(b"\n"):
            try:
                found.append(msgspec.json.decode(line, type=Answered))
            except msgspec.DecodeError:
                continue
        return found

    def close(self) -> None:
        self._file.close()

    def remove(self) -> None:
        """Everything in it has been told."""
        self.close()
        self.path.unlink(missing_ok=True)


class Reporter:
    """Sends what is given to it in the background. `close` waits until everything is there, and
    raises what stood in the way."""

    def __init__(self, client: Client, telling: Telling) -> None:
        self._client = client
        self._telling = telling
        self._waiting: list[Answered] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._failed: Exception | None = None
        self._thread = threading.Thread(target=self._send, name="reporting", daemon=True)
        self._thread.start()

    def add(self, answered: Answered) -> None:
        with self._lock:
            self._waiting.append(answered)

    def close(self) -> None:
        self._stopped.set()
        self._thread.join()
        if self._failed is not None:
            raise self._failed

    def _send(self) -> None:
        while True:
            last = self._stopped.wait(_EVERY)
            while some := self._taken():
                try:
                    self._post(some)
                except Exception as error:  # told by `close`, on the caller's thread
                    self._failed = error
                    return
            if last:
                return

    def _taken(self) -> list[Answered]:
        with self._lock:
            some, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
        return some

    def _post(self, some: Sequence[Answered]) -> None:
        spans = [_span(self._telling, each) for each in some]
        scope = {"name": "pilothouse.testing"}
        resource = {"attributes": _attributes({"service.name": "pilothouse eval"})}
        body = {
            "resourceSpans": [
                {"resource": resource, "scopeSpans": [{"scope": scope, "spans": spans}]}
            ]
        }
        self._client.post(f"{self._client.url}/api/public/otel/v1/traces", body)
        events = [event for each in some for event in _scores(each)]
        if events:
            told = self._client.post("/ingestion", {"batch": events})
            if told and told.get("errors"):
                raise RuntimeError(f"scores were refused: {told['errors'][0].get('message')}")


def _span(telling: Telling, answered: Answered) -> dict[str, Any]:
    item = "langfuse.experiment.item"
    told: dict[str, Any] = {
        "langfuse.observation.input": _json(answered.input),
        "langfuse.environment": "experiment",
        "langfuse.trace.name": telling.name,
        "langfuse.experiment.id": telling.id,
        "langfuse.experiment.name": telling.name,
        "langfuse.experiment.dataset.id": telling.dataset_id,
        f"{item}.id": answered.item_id,
        f"{item}.root_observation_id": answered.span_id,
    }
    if telling.description:
        told["langfuse.experiment.description"] = telling.description
    if telling.metadata:
        told["langfuse.experiment.metadata"] = _json(telling.metadata)
    if answered.expected_output is not None:
        told[f"{item}.expected_output"] = _json(answered.expected_output)
    if answered.item_metadata is not None:
        told[f"{item}.metadata"] = _json(answered.item_metadata)
    if answered.item_version:
        told[f"{item}.version"] = _iso(answered.item_version)
    if answered.output is not None:
        told["langfuse.observation.output"] = _json(answered.output)
    span: dict[str, Any] = {
        "traceId": answered.trace_id,
        "spanId": answered.span_id,
        "name": telling.name,
        "startTimeUnixNano": str(answered.start),
        "endTimeUnixNano": str(answered.end),
        "attributes": _attributes(told),
    }
    if answered.error:
        span["status"] = {"code": 2, "message": answered.error}
    return span


def _scores(answered: Answered) -> list[dict[str, Any]]:
    moment = _iso(answered.end // 1_000)
    return [
        {
            "id": f"{answered.trace_id}-{name}",
            "type": "score-create",
            "timestamp": moment,
            "body": {
                # The same again where the same is told again.
                "id": f"{answered.trace_id}-{name}"[:200],
                "traceId": answered.trace_id,
                "name": name,
                "value": float(value) if isinstance(value, bool) else value,
                "dataType": _type(value),
                "comment": reason,
                "environment": "experiment",
            },
        }
        for name, value, reason in answered.scores
    ]


def _type(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return "BOOLEAN"
    return "CATEGORICAL" if isinstance(value, str) else "NUMERIC"


def _attributes(told: dict[str, str]) -> list[dict[str, Any]]:
    return [{"key": key, "value": {"stringValue": value}} for key, value in told.items()]


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()


def _iso(microseconds: int) -> str:
    seconds, rest = divmod(microseconds, 1_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:06d}Z"


def answered(
    item: Item,
    trace_id: str,
    start: int,
    end: int,
    output: Any,
    error: str,
    judged: Sequence[Judgement],
    failures: Sequence[tuple[str, str]],
) -> Answered:
    return Answered(
        item_id=item.id,
        trace_id=trace_id,
        start=start,
        end=end,
        input=item.input,
        output=output,
        expected_output=item.expected_output,
        item_metadata=item.metadata,
        item_version=item.version,
        error=error,
        scores=[(each.name, each.value, each.reason) for each in judged],
        failures=list(failures),
    )
