"""Shapes of a project's and an organisation's settings: keys, prices, members."""

from typing import Any, Literal

from pydantic import Field

from pilothouse.protocols.native.wire import CostSource, Role, Wire


class ApiKey(Wire):
    id: str
    public_key: str
    secret_hint: str
    """Last four characters."""
    note: str
    scope: Literal["full", "write", "read"]
    created_at: int
    last_used_at: int
    expires_at: int
    """0: never."""


class ApiKeys(Wire):
    items: list[ApiKey]


class NewApiKey(Wire):
    note: str = Field(default="", max_length=200)
    scope: Literal["full", "write", "read"] = "full"
    expires_at: int = 0


class CreatedApiKey(Wire):
    key: ApiKey
    secret_key: str
    """Shown this once."""


class OrganisationKey(Wire):
    id: str
    public_key: str
    secret_hint: str
    """Last four characters."""
    note: str
    created_at: int
    last_used_at: int
    expires_at: int
    """0: never."""


class OrganisationKeys(Wire):
    items: list[OrganisationKey]


class NewOrganisationKey(Wire):
    note: str = Field(default="", max_length=200)
    expires_at: int = 0


class CreatedOrganisationKey(Wire):
    key: OrganisationKey
    secret_key: str
    """Shown this once."""


class Price(Wire):
    """Of one model: US dollars (or `currency`) per one million units of each usage bucket."""

    id: str
    source: Literal["catalogue", "override"]
    provider: str
    pattern: str
    """Regular expression over the model name (override), or the catalogue's model id."""
    prices: dict[str, float]
    tiers: list[dict[str, Any]]
    currency: str
    valid_from: int
    note: str


class Prices(Wire):
    items: list[Price]
    total: int


class PriceOverride(Wire):
    pattern: str = Field(min_length=1, max_length=500)
    provider: str = ""
    prices: dict[str, float]
    tiers: list[dict[str, Any]] = Field(default_factory=list)
    currency: str = "USD"
    valid_from: int = 0
    note: str = ""


class SeenModel(Wire):
    """A model that the project used in the range, and whether it has a price."""

    model: str
    provider: str
    calls: int
    total_cost: float
    cost_source: CostSource
    price_id: str


class SeenModels(Wire):
    items: list[SeenModel]


class Reprice(Wire):
    start: int
    end: int
    model: str = ""
    """Only spans of this model, when given."""


class Repriced(Wire):
    spans: int
    changed: int


Reach = Literal["organisation", "project"]


class Member(Wire):
    user_id: str
    email: str
    name: str
    role: Role
    reach: Reach
    """Of all projects of the organisation, or of this one alone, whatever the organisation says."""


class Members(Wire):
    items: list[Member]


class NewMember(Wire):
    email: str = Field(max_length=320, pattern=r"^\s*[^@\s]+@[^@\s]+\s*$")
    name: str = Field(default="", max_length=200)
    role: Role = "member"
    reach: Reach = "project"


class MemberPatch(Wire):
    role: Role


class Invited(Wire):
    member: Member
    link: str
    """Signs the person in once, within a week; empty for who was here before."""


class ProjectSettings(Wire):
    id: str
    name: str
    organisation_id: str
    organisation_name: str
    created_at: int


class ProjectPatch(Wire):
    name: str = Field(min_length=1, max_length=100)


class Onboarding(Wire):
    """What a new project needs to see its first trace."""

    has_traces: bool
    last_trace_id: str
    public_key: str
    base_url: str
