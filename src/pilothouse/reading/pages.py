"""Pages of lists: cut from one row more than they show."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from pilothouse.query.answers import Page
from pilothouse.query.lists import ListQuestion, Position

T = TypeVar("T")


def one_more(question: ListQuestion) -> ListQuestion:
    """One row more than a page shows tells whether another page follows."""
    return replace(question, limit=question.limit + 1)


def page(question: ListQuestion, found: Sequence[tuple[Position, T]]) -> Page[T]:
    shown = found[: question.limit]
    more = len(found) > question.limit
    return Page([item for _, item in shown], question.cursor(shown[-1][0]) if more else None)
