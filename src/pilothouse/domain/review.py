"""What people add to traces: comments, marks, and queues of what they are asked to look at."""

import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum

from pilothouse.domain.clock import MINUTE
from pilothouse.domain.score import Score, Source

_MENTION = re.compile(r"@\[[^\]\n]{1,200}\]\(user:([\w-]{1,64})\)", re.ASCII)
_MOST_MENTIONED = 50


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


def mentioned(content: str) -> list[str]:
    """Ids of the people that a comment mentions as `@[name](user:id)`, each once."""
    return list(dict.fromkeys(_MENTION.findall(content)))[:_MOST_MENTIONED]


@dataclass(frozen=True, slots=True)
class Target:
    """A trace, a span of one, or a session: what scores are given to, and queues ask about."""

    trace_id: str = ""
    span_id: str = ""
    session_id: str = ""

    @property
    def subject(self) -> Subject:
        if self.session_id:
            return Subject.SESSION
        return Subject.SPAN if self.span_id else Subject.TRACE

    @property
    def id(self) -> str:
        return self.session_id or self.span_id or self.trace_id


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


class Chosen(StrEnum):
    """How an item came into its queue. Estimates that are to hold for everything rest on items that
    chance chose, not on those that were looked for."""

    BY_HAND = ""
    RANDOM = "random"
    UNSURE = "unsure"
    """The judge's score lies near its threshold."""
    DISPUTED = "disputed"
    """Versions of the judge disagree."""


@dataclass(frozen=True, slots=True)
class QueueItem:
    id: str
    queue_id: str
    subject: Subject
    subject_id: str
    trace_id: str
    """That it is, or is of; empty for a session."""
    status: QueueStatus
    annotator_id: str
    """Who completed it last; empty: nobody yet, or a program."""
    completed_at: int
    created_at: int
    updated_at: int
    chosen: Chosen = Chosen.BY_HAND
    adjudicator_id: str = ""
    """Who decided where people disagreed; empty: nobody has."""
    adjudicated_at: int = 0


LEASE = 15 * MINUTE
"""So long an item is kept for who took it; a page that is open asks for more in time."""


class ReviewStatus(StrEnum):
    TAKEN = "taken"
    COMPLETED = "completed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Review:
    """What one person does with one item."""

    item_id: str
    user_id: str
    status: ReviewStatus
    taken_at: int
    finished_at: int
    """0: not yet."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Of a queue, and of one person in it."""

    items: int
    completed: int
    waiting: int
    """Items that could be served to this person now."""
    mine: int
    """Items that this person completed."""
    skipped: int
    """Items that this person skipped, and that are not complete."""


def said_id(queue_id: str, item_id: str, config_id: str, who: str) -> str:
    """Of the score that one person gives to one item: saying it again changes it."""
    told = json.dumps([queue_id, item_id, config_id, who])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


ADJUDICATED = "adjudicated"
"""Key in the metadata of a score that settles what people disagreed about."""


def is_final(score: Score) -> bool:
    """Does the score settle what people disagreed about?"""
    return score.source == Source.ANNOTATION and ADJUDICATED in score.metadata
