"""Counts what came in and what became of it; the counts are rows, so losses show on a chart."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import timedelta

import structlog

from pilothouse.domain.clock import MINUTE, SECOND, now
from pilothouse.domain.outcome import Dropped, IngestCount, Outcome, Rejected, RejectedItem
from pilothouse.ingest.losses import Late
from pilothouse.store.api import AnalyticWriter, Record

log = structlog.get_logger(__name__)

MOST_KEPT = {Outcome.REJECTED: 1_000, Outcome.DROPPED: 100, Outcome.LATE: 20}
"""Items kept per flush to be looked at; all are counted."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request: whose, by which way, from which client."""

    project_id: str
    key_id: str
    protocol: str
    sdk: str
    bytes: int = 0


class _Sums:
    __slots__ = ("bytes", "items", "worst")

    def __init__(self) -> None:
        self.items = self.bytes = self.worst = 0


class Outcomes:
    """Collects in memory, writes once a second. A crash may lose a second of counts, no span."""

    def __init__(self, writer: AnalyticWriter, executor: Executor, every: float = 1.0) -> None:
        self._writer = writer
        self._executor = executor
        self._every = every
        self._counts: dict[tuple[str, int, str, str, str, str, str], _Sums] = {}
        self._kept: dict[Outcome, list[RejectedItem]] = {outcome: [] for outcome in MOST_KEPT}
        self._task: asyncio.Task[None] | None = None

    def record(
        self,
        arrival: Arrival,
        accepted: int,
        rejected: Sequence[Rejected],
        dropped: Sequence[Dropped] = (),
        late: Late | None = None,
    ) -> None:
        moment = now()
        if accepted or not rejected:
            self._count(arrival, moment, Outcome.ACCEPTED, "", accepted, arrival.bytes)
        for item in rejected:
            size = len(item.head)
            self._count(arrival, moment, Outcome.REJECTED, item.reason, item.items, size)
            self._keep(arrival, moment, Outcome.REJECTED, item)
        for item in dropped:
            self._count(arrival, moment, Outcome.DROPPED, item.reason, 1, 0)
            self._keep(arrival, moment, Outcome.DROPPED, item)
        if late:
            for step, items in late.items.items():
                sums = self._count(arrival, moment, Outcome.LATE, step, items, 0)
                sums.worst = max(sums.worst, late.worst)
            self._keep_late(arrival, moment, late)

    def _count(
        self, arrival: Arrival, moment: int, outcome: Outcome, reason: str, items: int, size: int
    ) -> _Sums:
        minute = moment - moment % MINUTE
        key = (
            arrival.project_id,
            minute,
            outcome.value,
            str(reason),
            arrival.protocol,
            arrival.sdk,
            arrival.key_id,
        )
        sums = self._counts.setdefault(key, _Sums())
        sums.items += items
        sums.bytes += size
        return sums

    def _keep(
        self, arrival: Arrival, moment: int, outcome: Outcome, item: Rejected | Dropped
    ) -> None:
        kept = self._kept[outcome]
        if len(kept) < MOST_KEPT[outcome]:
            kept.append(
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
                    outcome=outcome.value,
                )
            )

    def _keep_late(self, arrival: Arrival, moment: int, late: Late) -> None:
        """The one that took longest of the request."""
        kept, delay = self._kept[Outcome.LATE], timedelta(seconds=late.worst // SECOND)
        if len(kept) < MOST_KEPT[Outcome.LATE]:
            kept.append(
                RejectedItem(
                    project_id=arrival.project_id,
                    time=moment,
                    reason=next(iter(late.items)),
                    message=f"{late.name[:200]!r} came {delay} after it was over",
                    protocol=arrival.protocol,
                    sdk=arrival.sdk,
                    key_id=arrival.key_id,
                    item_id=late.item_id[:200],
                    outcome=Outcome.LATE.value,
                )
            )

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
        kept, self._kept = self._kept, {outcome: [] for outcome in MOST_KEPT}
        rows = [
            IngestCount(
                project_id=project,
                time=minute,
                outcome=outcome,
                reason=reason,
                protocol=protocol,
                sdk=sdk,
                key_id=key,
                items=sums.items,
                bytes=sums.bytes,
                worst=sums.worst,
            )
            for (project, minute, outcome, reason, protocol, sdk, key), sums in counts.items()
        ]
        items = [item for some in kept.values() for item in some]
        for group in (rows, items):
            await self._write(group)

    async def _write(self, group: Sequence[Record]) -> None:
        if not group:
            return
        write: Callable[[Sequence[Record]], object] = self._writer.write
        try:
            await asyncio.get_running_loop().run_in_executor(self._executor, write, group)
        except Exception as error:
            log.warning("ingest counts were not written", error=str(error)[:200])
