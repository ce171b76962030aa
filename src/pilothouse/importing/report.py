"""What an import did: counts of each kind, and what could not be copied and why."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Counts:
    total: int = 0
    """How many there are to look at; 0: not known."""
    copied: int = 0
    there: int = 0
    """Were there already."""
    missed: int = 0
    """Could not be copied."""

    @property
    def seen(self) -> int:
        return self.copied + self.there + self.missed


@dataclass
class Missed:
    count: int = 0
    examples: list[str] = field(default_factory=list[str])


_MOST_EXAMPLES = 3


class Report:
    def __init__(self) -> None:
        self.kinds: dict[str, Counts] = defaultdict(Counts)
        self.reasons: dict[tuple[str, str], Missed] = defaultdict(Missed)
        """By kind and reason."""
        self.changed: Callable[[str, Counts], None] = lambda kind, counts: None

    @property
    def is_whole(self) -> bool:
        return not self.reasons

    def expect(self, kind: str, total: int) -> None:
        """So many more."""
        self.kinds[kind].total += total
        self.changed(kind, self.kinds[kind])

    def copied(self, kind: str, count: int = 1) -> None:
        self.kinds[kind].copied += count
        self.changed(kind, self.kinds[kind])

    def there(self, kind: str, count: int = 1) -> None:
        self.kinds[kind].there += count
        self.changed(kind, self.kinds[kind])

    def missed(self, kind: str, id: str, reason: str) -> None:
        self.kinds[kind].missed += 1
        found = self.reasons[kind, reason]
        found.count += 1
        if len(found.examples) < _MOST_EXAMPLES:
            found.examples.append(id)
        self.changed(kind, self.kinds[kind])
