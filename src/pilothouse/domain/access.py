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


class KeyScope(StrEnum):
    """Of an API key."""

    FULL = "full"
    WRITE = "write"
    READ = "read"


class Permission(StrEnum):
    """What a route asks for. `MAY` says who has it."""

    READ = "read"
    ANNOTATE = "annotate"
    INGEST = "ingest"
    EDIT = "edit"
    """Change what the project keeps: prompts, data sets, prices, traces."""
    ADMINISTER = "administer"
    """Keys, members, settings."""


_PERSON = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission),
    Role.MEMBER: frozenset(
        {Permission.READ, Permission.ANNOTATE, Permission.INGEST, Permission.EDIT}
    ),
    Role.VIEWER: frozenset({Permission.READ}),
    Role.ANNOTATOR: frozenset({Permission.READ, Permission.ANNOTATE}),
}

_KEY = {
    KeyScope.FULL: frozenset(
        {Permission.READ, Permission.ANNOTATE, Permission.INGEST, Permission.EDIT}
    ),
    KeyScope.WRITE: frozenset({Permission.INGEST, Permission.ANNOTATE}),
    KeyScope.READ: frozenset({Permission.READ}),
}


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


@dataclass(frozen=True, slots=True)
class User:
    id: str
    email: str
    name: str
    password_hash: str
    """Empty: none set."""


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
