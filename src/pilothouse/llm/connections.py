"""How a project reaches a provider: its address, its key, and how long to wait."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pilothouse.domain.errors import BadRequest
from pilothouse.llm.providers import PROVIDERS, Protocol, Provider

_API_VERSION = "2024-10-21"
_OPTIONS: dict[str, tuple[type, ...]] = {
    "api": (str,),
    "api_version": (str,),
    "organization": (str,),
    "project": (str,),
    "region": (str,),
    "access_key_id": (str,),
    "timeout": (int, float),
    "retries": (int,),
    "default_models": (bool,),
}
MOST_SECONDS = 600
MOST_RETRIES = 5


@dataclass(frozen=True, slots=True)
class Secret:
    """What nobody sees again: the key, headers of gateways, and what AWS adds to its key."""

    key: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    session_token: str = field(default="", repr=False)

    @property
    def hint(self) -> str:
        """The last characters of a key that is long enough to lose them."""
        return self.key[-4:] if len(self.key) >= 12 else ""


@dataclass(frozen=True, slots=True)
class Connection:
    """Ready to call. Options are checked by `checked`."""

    id: str
    name: str
    provider: Provider
    base_url: str
    secret: Secret
    models: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def protocol(self) -> Protocol:
        if self.options.get("api") == "responses":
            return Protocol.OPENAI_RESPONSES
        return self.provider.protocol

    @property
    def timeout(self) -> float:
        """Seconds without a sign of life."""
        return float(self.options.get("timeout", 120))

    @property
    def retries(self) -> int:
        return int(self.options.get("retries", 2))

    @property
    def api_version(self) -> str:
        return str(self.options.get("api_version") or _API_VERSION)


def checked(provider_id: str, base_url: str, options: Mapping[str, Any]) -> tuple[Provider, str]:
    """The provider and the address that will be called. Raises BadRequest that says what is wrong."""
    provider = PROVIDERS.get(provider_id)
    if provider is None:
        raise BadRequest(f"there is no provider {provider_id!r}; known are {', '.join(PROVIDERS)}")
    _check_options(provider, options)
    address = base_url.strip().rstrip("/") or provider.base_url
    if not address and provider.protocol is not Protocol.BEDROCK:
        raise BadRequest(f"a connection to {provider.name} needs the address of its API")
    if provider.protocol is Protocol.BEDROCK and not options.get("region"):
        raise BadRequest("a connection to Amazon Bedrock needs a region, such as us-east-1")
    if address:
        _check_address(address)
    return provider, address


def _check_options(provider: Provider, options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        if name not in ("timeout", "retries", "default_models", *provider.options):
            raise BadRequest(f"{provider.name} knows no option {name!r}")
        if type(value) not in _OPTIONS[name]:
            raise BadRequest(f"the option {name} is not of the right type")
    if options.get("api", "chat") not in ("chat", "responses"):
        raise BadRequest("the option api is `chat` or `responses`")
    if not 0 < options.get("timeout", 1) <= MOST_SECONDS:
        raise BadRequest(f"the option timeout is between 0 and {MOST_SECONDS} seconds")
    if not 0 <= options.get("retries", 0) <= MOST_RETRIES:
        raise BadRequest(f"the option retries is between 0 and {MOST_RETRIES}")


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise BadRequest(f"the address cannot be read: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadRequest("the address begins with https:// or http:// and names a host")
    if parts.username or parts.password:
        raise BadRequest("the key has a field of its own; take it out of the address")
    if parts.query or parts.fragment:
        raise BadRequest("the address has no ? and no #")
