"""Shapes of what people add to traces and sessions: comments, marks, corrections, shared links."""

from typing import Literal

from pydantic import Field, model_validator

from pilothouse.protocols.native.wire import Wire

CommentSubject = Literal["trace", "span", "session", "prompt"]

_MOST = 5_000
_MOST_QUOTED = 2_000
_MOST_CORRECTED = 200_000


class Anchor(Wire):
    """The piece of an input or output that a comment is about, as a page showed it."""

    side: Literal["input", "output"]
    quote: str = Field(min_length=1, max_length=_MOST_QUOTED)
    before: str = Field(default="", max_length=200)
    """What stood before and after it, to tell one place from another."""
    after: str = Field(default="", max_length=200)
    hash: str = Field(default="", max_length=64)
    """Of the whole text, so that a change of it is seen."""


class NewComment(Wire):
    subject: CommentSubject
    trace_id: str = Field(default="", max_length=800)
    """Of a trace or a span."""
    span_id: str = Field(default="", max_length=800)
    session_id: str = Field(default="", max_length=800)
    prompt_version_id: str = Field(default="", max_length=64)
    content: str = Field(min_length=1, max_length=_MOST)
    """Markdown. A member is mentioned by `@[name](user:id)`."""
    anchor: Anchor | None = None

    @model_validator(mode="after")
    def _about_one_thing(self) -> "NewComment":
        ids = ("trace_id", "span_id", "session_id", "prompt_version_id")
        told = {name for name in ids if getattr(self, name)}
        wanted = {
            "trace": {"trace_id"},
            "span": {"trace_id", "span_id"},
            "session": {"session_id"},
            "prompt": {"prompt_version_id"},
        }[self.subject]
        if told != wanted:
            raise ValueError(f"the ids are not those of a {self.subject}")
        return self


class CommentChange(Wire):
    content: str = Field(min_length=1, max_length=_MOST)


class Comment(Wire):
    id: str
    subject: CommentSubject
    trace_id: str
    """Of a trace or a span; else empty."""
    span_id: str
    session_id: str
    prompt_version_id: str
    content: str
    anchor: Anchor | None
    author_id: str
    """Empty: a program."""
    author_name: str
    """Empty for whom this server does not know."""
    created_at: int
    updated_at: int


class Comments(Wire):
    items: list[Comment]
    """The oldest first."""


class Mention(Wire):
    """A comment that mentions the signed-in person."""

    comment: Comment
    project_id: str
    project_name: str
    prompt_name: str
    prompt_version: int
    """Of a comment on a prompt; else empty and 0."""
    seen: bool


class Mentions(Wire):
    items: list[Mention]
    """The newest first."""
    unseen: int


class MentionsSeen(Wire):
    comment_ids: list[str] | None = Field(default=None, max_length=200)
    """Null: all."""


class Sharing(Wire):
    shared: bool
    token: str
    """Of the address `/share/{token}`. Leads nowhere while it is not shared."""


class SharingChange(Wire):
    shared: bool


SharedKind = Literal["trace", "session"]


class SharedThing(Wire):
    """What a link leads to."""

    kind: SharedKind
    id: str


class SharedLink(Wire):
    token: str


class Correction(Wire):
    score_id: str
    text: str
    comment: str
    author_id: str
    author_name: str
    timestamp: int


class Corrections(Wire):
    item: Correction | None


class CorrectionChange(Wire):
    text: str = Field(min_length=1, max_length=_MOST_CORRECTED)
    comment: str = Field(default="", max_length=1_000)
