"""People and programs: who they are and what they may do."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Of a person, in an organisation or one project. Each but ANNOTATOR includes the one below."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"
    ANNOTATOR = "annotator"


class Reach(StrEnum):
    """How far a person's place goes."""

    ORGANISATION = "organisation"
    PROJECT = "project"


class KeyScope(StrEnum):
    """Of an API key."""

    FULL = "full"
    WRITE = "write"
    READ = "read"


class Permission(StrEnum):
    """What a route asks for. `MAY` says who has it."""

    READ = "read"
    ANNOTATE = "annotate"
    SCORE = "score"
    """Add scores from outside, as an application's own users do."""
    INGEST = "ingest"
    EDIT = "edit"
    """Change what the project keeps: prompts, data sets, prices, traces."""
    RELEASE = "release"
    """Move protected labels of prompts, and grant requests to."""
    ADMINISTER = "administer"
    """Keys, members, settings."""


_PERSON = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission),
    Role.MEMBER: frozenset(Permission) - {Permission.ADMINISTER, Permission.RELEASE},
    Role.VIEWER: frozenset({Permission.READ}),
    Role.ANNOTATOR: frozenset({Permission.READ, Permission.ANNOTATE, Permission.SCORE}),
}

_KEY = {
    KeyScope.FULL: frozenset(Permission) - {Permission.ADMINISTER, Permission.RELEASE},
    KeyScope.WRITE: frozenset({Permission.INGEST, Permission.ANNOTATE, Permission.SCORE}),
    KeyScope.READ: frozenset({Permission.READ}),
}

WITHOUT_SECRET = frozenset({Permission.SCORE})
"""All that a public key alone is good for: it stands in pages that anybody may read."""


def permissions(who: Role | KeyScope) -> frozenset[Permission]:
    return _PERSON[who] if isinstance(who, Role) else _KEY[who]


@dataclass(frozen=True, slots=True)
class Organisation:
    id: str
    name: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Project:
    id: str
    organisation_id: str
    name: str
    created_at: int
    metadata: str = "{}"
    """JSON: what programs keep about it."""
    updated_at: int = 0


@dataclass(frozen=True, slots=True)
class User:
    id: str
    email: str
    name: str
    password_hash: str
    """Empty: none set."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person's place in a project: by its organisation, or in it alone."""

    user: User
    role: Role
    reach: Reach


@dataclass(frozen=True, slots=True)
class ApiKey:
    id: str
    project_id: str
    public_key: str
    secret_hash: str
    secret_hint: str
    note: str
    scope: KeyScope
    created_at: int
    last_used_at: int
    expires_at: int
    """0: never."""


@dataclass(frozen=True, slots=True)
class OrganisationKey:
    """Runs an organisation: its projects, their keys, who may see them. Reads none of their data."""

    id: str
    organisation_id: str
    public_key: str
    secret_hash: str
    secret_hint: str
    note: str
    created_at: int
    last_used_at: int
    expires_at: int
    """0: never."""
