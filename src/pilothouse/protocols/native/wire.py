"""Shapes that all of Pilothouse's own API below `/api/pilothouse` shares, and who is asking.

Times on the wire are integers, microseconds since 1970 UTC, as in the domain. Costs are US dollars.
Fields of answers have no defaults, so that clients know what is always there.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Role = Literal["owner", "admin", "member", "viewer", "annotator"]
CostSource = Literal["", "reported", "override", "catalogue", "estimated", "unpriced"]


class Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ErrorBody(Wire):
    code: str
    message: str
    position: int | None
    """Offset into the filter text, where one is to blame."""


class ErrorAnswer(Wire):
    error: ErrorBody


class ProjectRef(Wire):
    id: str
    name: str
    role: Role


class OrganisationRef(Wire):
    id: str
    name: str
    role: Role
    projects: list[ProjectRef]


class Me(Wire):
    id: str
    email: str
    name: str
    has_password: bool
    organisations: list[OrganisationRef]
    version: str


FoundKind = Literal["trace", "span", "session"]


class FoundItem(Wire):
    kind: FoundKind
    project_id: str
    trace_id: str
    """Empty for a session."""
    id: str
    name: str


class Found(Wire):
    item: FoundItem | None


class SignIn(Wire):
    email: str
    password: str


class PasswordChange(Wire):
    current: str | None = None
    """Needed when one is set."""
    new: str = Field(min_length=10, max_length=200)
