"""What people add to traces: comments, marks, and queues of what they are asked to look at."""

from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """What a comment or an item of a queue is about."""

    TRACE = "trace"
    SPAN = "span"
    SESSION = "session"
    PROMPT = "prompt"
    """A version of it. Comments only."""


class Mark(StrEnum):
    """What is set on a trace or a session. Of a trace it is a column of its head's row."""

    BOOKMARKED = "bookmarked"
    PUBLIC = "public"
    """Anybody may read it who has the link."""


@dataclass(frozen=True, slots=True)
class Comment:
    id: str
    project_id: str
    subject: Subject
    subject_id: str
    trace_id: str
    """Of a span, when told."""
    content: str
    """Markdown."""
    anchor: str
    """JSON: the piece of text that is meant; empty: all of it."""
    author_id: str
    """A person; empty: a program."""
    created_at: int
    updated_at: int


class QueueStatus(StrEnum):
    PENDING = "pending"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Queue:
    id: str
    project_id: str
    name: str
    description: str
    score_config_ids: tuple[str, ...]
    instructions: str
    """Markdown, for who annotates."""
    overlap: int
    """How many people each item needs."""
    is_blind: bool
    """Nobody sees what others said before they have said their own."""
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class QueueItem:
    id: str
    queue_id: str
    subject: Subject
    subject_id: str
    status: QueueStatus
    annotator_id: str
    """Who completed it; empty: nobody yet, or a program."""
    completed_at: int
    created_at: int
    updated_at: int
