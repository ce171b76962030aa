"""A Langfuse that is read, of whichever generation.

Generation 2 knows scores of traces alone; 3 knows all scores; 4, in its usual mode, has observations
only, and answers 404 where the older generations have traces.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Any

from pilothouse.importing import moments
from pilothouse.importing.client import PAGE, Client, Object, Unreachable
from pilothouse.importing.moments import Moment

_MOST = 2_000
"""Items of a stretch: later pages of a long list are slow to come."""
_SHORTEST = timedelta(seconds=1)
_FIRST_STRETCH = timedelta(days=365)

OBSERVATION_FIELDS = "core,basic,time,io,metadata,model,usage,prompt,metrics,trace_context"
_OBSERVATIONS_AT_ONCE = 200
_CUT = 200
"""Characters after which generation 4 cuts values of metadata that are not asked for by key."""


class Generation(IntEnum):
    V2 = 2
    V3 = 3
    V4 = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a list has of a stretch of time."""

    end: Moment
    total: int
    pages: Iterator[list[Object]]


class Source:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.project_id, self.project_name = client.project()
        self.generation = self._generation()

    def _generation(self) -> Generation:
        if self.client.find("/traces", limit=1) is not None:
            has_all_scores = self.client.find("/v2/scores", limit=1) is not None
            return Generation.V3 if has_all_scores else Generation.V2
        if self.client.find("/v2/observations", limit=1) is not None:
            return Generation.V4
        raise Unreachable(f"{self.client.url} gives neither traces nor observations")

    @property
    def scores_path(self) -> str:
        return "/v2/scores" if self.generation is Generation.V3 else "/scores"

    def stretches(
        self, path: str, bounds: tuple[str, str], start: Moment, end: Moment, **params: Any
    ) -> Iterator[Stretch]:
        """A list by stretches of time, each short enough for what it holds, the oldest first."""
        length = _FIRST_STRETCH
        while start < end:
            stop = min(start + length, end)
            asked = params | dict(
                zip(bounds, (moments.text(start), moments.text(stop)), strict=True)
            )
            first = self.client.page(path, 1, **asked)
            total = first["meta"]["totalItems"]
            if total > _MOST and length > _SHORTEST:
                fitting = (stop - start) * (_MOST / 2 / total)
                length = max(_SHORTEST, moments.whole(fitting))
                continue
            yield Stretch(stop, total, self._all_pages(first, path, asked))
            start = stop
            if total < _MOST / 4:
                length *= 2

    def _all_pages(self, first: Object, path: str, asked: Object) -> Iterator[list[Object]]:
        yield first["data"]
        yield from self.client.later_pages(first, path, **asked)

    def observations(
        self, start: Moment, end: Moment, cursor: str
    ) -> Iterator[tuple[list[Object], str]]:
        """Of generation 4, from a cursor on, each page with the cursor of the next."""
        params = {
            "fields": OBSERVATION_FIELDS,
            "limit": _OBSERVATIONS_AT_ONCE,
            "fromStartTime": moments.text(start),
            "toStartTime": moments.text(end),
        }
        while True:
            found = self.client.get("/v2/observations", cursor=cursor, **params)
            if cut := _cut_keys(found["data"]):
                found = self.client.get(
                    "/v2/observations", cursor=cursor, expandMetadata=",".join(cut), **params
                )
            cursor = found["meta"].get("cursor") or ""
            yield found["data"], cursor
            if not cursor:
                return

    def scores(self, start: Moment, end: Moment, cursor: str) -> Iterator[tuple[list[Object], str]]:
        """Of generation 4, as its observations."""
        return self.client.chain(
            "/v3/scores",
            cursor,
            limit=PAGE,
            fields="details,subject,annotation",
            fromTimestamp=moments.text(start),
            toTimestamp=moments.text(end),
        )


def _cut_keys(observations: list[Object]) -> list[str]:
    """Keys of metadata under which a value may have been cut."""
    return sorted(
        {
            key
            for each in observations
            for key, value in (each.get("metadata") or {}).items()
            if isinstance(value, str) and len(value) >= _CUT
        }
    )
