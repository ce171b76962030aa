"""Items of a data set as the application's code sees them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pilothouse.domain.errors import NotFound
from pilothouse.importing.client import Client

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    input: Any
    expected_output: Any
    metadata: Any
    version: int
    """When this version began to hold, microseconds."""
    split: str = ""
    tags: tuple[str, ...] = ()


def dataset_id(client: Client, base: str, name: str) -> str:
    """Of the data set of that name. Raises NotFound."""
    offset = 0
    while True:
        found = client.get(f"{base}/datasets", words=name, limit=_PAGE, offset=offset)
        for each in found["items"]:
            if each["name"] == name:
                return each["id"]
        offset += _PAGE
        if offset >= found["total"]:
            raise NotFound(f"there is no data set called {name!r}")


def experiment(client: Client, base: str, wanted: str, dataset: str) -> dict[str, Any] | None:
    """By id, or the newest of that name over a data set by its id."""
    if found := client.find(f"{base}/experiments/{wanted}"):
        return found
    offset, total = 0, 1
    while offset < total:
        page = client.get(
            f"{base}/experiments", dataset_id=dataset, words=wanted, limit=_PAGE, offset=offset
        )
        for each in page["items"]:
            if each["name"] == wanted:
                return each
        offset, total = offset + _PAGE, page["total"]
    return None


def items(
    client: Client,
    base: str,
    dataset: str,
    *,
    at: int = 0,
    split: str = "",
    tags: Sequence[str] = (),
    limit: int = 0,
) -> Iterator[Item]:
    """Of a data set by its id, the oldest first, as they were at a time (microseconds; 0: now)."""
    found: list[Item] = []
    offset, total = 0, 1
    while offset < total:
        page = client.get(
            f"{base}/datasets/{dataset}/items",
            limit=_PAGE,
            offset=offset,
            at=at or None,
            split=split,
        )
        found += [_item(each) for each in page["items"]]
        offset, total = offset + _PAGE, page["total"]
    wanted = [each for each in reversed(found) if not tags or set(tags) & set(each.tags)]
    return iter(wanted[:limit] if limit else wanted)


def _item(told: dict[str, Any]) -> Item:
    return Item(
        told["id"],
        told["input"],
        told["expected_output"],
        told["metadata"],
        told["valid_from"],
        told["split"],
        tuple(told["tags"]),
    )
