"""A list as somebody likes to see it, kept under a name."""

from dataclasses import dataclass
from typing import Literal

Listed = Literal["traces", "spans"]


@dataclass(frozen=True, slots=True)
class SavedView:
    id: str
    project_id: str
    owner_id: str
    list: Listed
    name: str
    shared: bool
    """Everybody in the project sees it."""
    query: str
    """JSON object: filter, columns, order and range as the address of the page holds them."""
    created_at: int
    updated_at: int
