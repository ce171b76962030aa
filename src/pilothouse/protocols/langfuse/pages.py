"""Pages of what is kept whole, newest first, from a cursor on."""

from collections.abc import Sequence
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import Depends, Query

from pilothouse.domain.errors import BadRequest


class Kept(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def created_at(self) -> int: ...


T = TypeVar("T", bound=Kept)


class Window:
    """`limit` and `cursor`."""

    def __init__(
        self,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> None:
        self.limit = limit
        self.cursor = cursor

    def of(self, every: Sequence[T]) -> tuple[list[T], dict[str, Any]]:
        """The page, and what `meta` says of it. Raises BadRequest."""
        after = _read(self.cursor) if self.cursor else None
        newest = sorted(every, key=lambda each: (-each.created_at, each.id))
        left = [each for each in newest if after is None or (-each.created_at, each.id) > after]
        page = left[: self.limit]
        last = page[-1] if len(left) > self.limit else None
        return page, {"cursor": f"{last.created_at}.{last.id}" if last else None}


WindowOf = Annotated[Window, Depends()]


def _read(cursor: str) -> tuple[int, str]:
    moment, dot, id = cursor.partition(".")
    if not dot or not moment.isdigit():
        raise BadRequest("cursor is that of the page before, unchanged")
    return -int(moment), id
