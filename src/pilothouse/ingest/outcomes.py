"""Counts what came in and what became of it; the counts are rows, so losses show on a chart."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import structlog

from pilothouse.domain.clock import MINUTE, now
from pilothouse.domain.outcome import IngestCount, Rejected, RejectedItem
from pilothouse.store.api import AnalyticWriter, Record

log = structlog.get_logger(__name__)

MOST_KEPT = 1_000
"""Rejected items kept per flush; all are counted."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request: whose, by which way, from which client."""

    project_id: str
    key_id: str
    protocol: str
    sdk: str
    bytes: int = 0


class Outcomes:
    """Collects in memory, writes once a second. A crash may lose a second of counts, no span."""

    def __init__(self, writer: AnalyticWriter, executor: Executor, every: float = 1.0) -> None:
        self._writer = writer
        self._executor = executor
        self._every = every
        self._counts: dict[tuple[str, int, str, str, str, str, str], list[int]] = {}
        self._rejected: list[RejectedItem] = []
        self._task: asyncio.Task[None] | None = None

    def record(self, arrival: Arrival, accepted: int, rejected: Sequence[Rejected]) -> None:
        moment = now()
        if accepted or not rejected:
            self._count(arrival, moment, "accepted", "", accepted, arrival.bytes)
        for item in rejected:
            self._count(arrival, moment, "rejected", item.reason.value, 1, len(item.head))
            if len(self._rejected) < MOST_KEPT:
                self._rejected.append(
                    RejectedItem(
                        project_id=arrival.project_id,
                        time=moment,
                        reason=item.reason.value,
                        message=item.message[:1000],
                        protocol=arrival.protocol,
                        sdk=arrival.sdk,
                        key_id=arrival.key_id,
                        item_id=item.item_id[:200],
                        head=item.head[:2000],
                    )
                )

    def _count(
        self, arrival: Arrival, moment: int, outcome: str, reason: str, items: int, size: int
    ) -> None:
        minute = moment - moment % MINUTE
        key = (
            arrival.project_id,
            minute,
            outcome,
            reason,
            arrival.protocol,
            arrival.sdk,
            arrival.key_id,
        )
        sums = self._counts.setdefault(key, [0, 0])
        sums[0] += items
        sums[1] += size

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="outcomes")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self.flush()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            await self.flush()

    async def flush(self) -> None:
        counts, self._counts = self._counts, {}
        rejected, self._rejected = self._rejected, []
        rows: list[IngestCount] = [
            IngestCount(
                project_id=project,
                time=minute,
                outcome=outcome,
                reason=reason,
                protocol=protocol,
                sdk=sdk,
                key_id=key,
                items=items,
                bytes=size,
            )
            for (project, minute, outcome, reason, protocol, sdk, key), (items, size) in (
                counts.items()
            )
        ]
        for group in (rows, rejected):
            await self._write(group)

    async def _write(self, group: Sequence[Record]) -> None:
        if not group:
            return
        write: Callable[[Sequence[Record]], object] = self._writer.write
        try:
            await asyncio.get_running_loop().run_in_executor(self._executor, write, group)
        except Exception as error:
            log.warning("ingest counts were not written", error=str(error)[:200])
