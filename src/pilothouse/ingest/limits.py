"""What a single item may be at most. Each is a documented setting."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ItemLimits:
    payload: int = 10_000_000
    """Characters of an input or output; the rest is cut and the cut is marked."""
    value: int = 200_000
    """Characters of one metadata or attribute value."""
    entries: int = 2_000
    """Entries of metadata or of attributes."""
    name: int = 1_000
    id: int = 800
    tags: int = 200
    tag: int = 200
    environment: int = 40
