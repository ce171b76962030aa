"""A Pilothouse that is written to, through its Langfuse API."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from pilothouse.importing.client import Answered, Client, Object, segment

_MOST_EVENTS = 500
_MOST_BYTES = 4_000_000


class Target:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.project_id, self.project_name = client.project()

    def ingest(self, events: Iterable[Object]) -> list[tuple[Object, str]]:
        """Send events; gives those that were refused, and why."""
        refused: list[tuple[Object, str]] = []
        for batch in _batches(events):
            try:
                answer = self.client.post("/ingestion", {"batch": batch})
            except Answered as error:
                if error.status != 413:
                    raise
                refused += [(event, str(error)) for event in batch]
                continue
            by_id = {event["id"]: event for event in batch}
            refused += [(by_id[each["id"]], each["message"]) for each in answer["errors"]]
        return refused

    def keep(self, path: str, id: str, body: Object) -> tuple[Object, bool]:
        """What stands below the path under the id, and whether it was made just now. An id that
        another project of the server has is replaced by one that follows from it."""
        for each in (id, self.own_id(id)):
            if found := self.client.find(f"{path}/{segment(each)}"):
                return found, False
            try:
                return self.client.post(path, {**body, "id": each}), True
            except Answered as error:
                if error.status != 409:
                    raise
        raise Answered(409, f"the id {id} is taken by another project")

    def own_id(self, id: str) -> str:
        return hashlib.sha256(f"{self.project_id}\n{id}".encode()).hexdigest()[:32]


def _batches(events: Iterable[Object]) -> Iterator[list[Any]]:
    """Each of a size that is taken; an event that is larger goes alone."""
    batch: list[Any] = []
    size = 0
    for event in events:
        length = len(msgspec.json.encode(event))
        if batch and (len(batch) == _MOST_EVENTS or size + length > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += length
    if batch:
        yield batch
