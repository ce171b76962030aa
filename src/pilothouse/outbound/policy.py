"""Which addresses the server may call. Pure: names are looked up by the transport."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pilothouse.domain.errors import BadRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SETTING = "PILOTHOUSE_OUTBOUND_ALLOW"

_METADATA: tuple[Network, ...] = tuple(
    ipaddress.ip_network(each)
    for each in (
        "169.254.169.254",  # AWS, Azure, Google, Oracle, DigitalOcean …
        "169.254.170.2",  # AWS ECS
        "169.254.170.23",  # AWS EKS
        "fd00:ec2::/32",  # AWS over IPv6
        "fd20:ce::254",  # Google over IPv6
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure's wire server
        "192.0.0.192",  # Oracle
    )
)
"""Where clouds hand a machine its own credentials. No setting opens them."""

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 behind a NAT64."""


class AddressRefused(BadRequest):
    """The server does not call this address."""

    code = "address_refused"


class AddressForbidden(AddressRefused):
    """No setting opens this address."""

    code = "address_forbidden"


@dataclass(frozen=True, slots=True)
class Policy:
    """Public addresses may be called; of the others those that are allowed by host name or network,
    and the machine's own while `loopback` is true."""

    hosts: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    loopback: bool = False

    def permitted(self, host: str, addresses: Iterable[Address]) -> list[Address]:
        """Those of the host's addresses that may be called. Raises AddressRefused when none may."""
        every = list(addresses)
        found = [address for address in every if self._permits(host, address)]
        if found:
            return found
        told = every[0] if every else host
        named = host if str(told) == host else f"{host} ({told})"
        if every and all(_is_metadata(address) for address in every):
            raise AddressForbidden(
                f"{named} is where a cloud hands out credentials; it is never called"
            )
        raise AddressRefused(
            f"{named} is not a public address, and the server calls no others unless the setting"
            f" {SETTING} names the host or its network"
        )

    def _permits(self, host: str, address: Address) -> bool:
        every = [address, *_inside(address)]
        if any(_is_metadata(each) for each in every):
            return False
        if any(fnmatchcase(host.rstrip(".").lower(), pattern) for pattern in self.hosts):
            return True
        return all(self._permits_address(each) for each in every)

    def _permits_address(self, address: Address) -> bool:
        if any(address.version == each.version and address in each for each in self.networks):
            return True
        if address.is_loopback:
            return self.loopback
        return address.is_global and not address.is_multicast


def parse(allowed: str, *, loopback: bool = False) -> Policy:
    """The setting: hosts (`ollama.internal`, `*.corp.example`), addresses and networks
    (`10.0.0.0/8`), separated by commas or blanks. Raises ValueError that names what is wrong."""
    hosts: list[str] = []
    networks: list[Network] = []
    for word in allowed.replace(",", " ").split():
        try:
            networks.append(ipaddress.ip_network(word, strict=False))
        except ValueError:
            if "/" in word or ":" in word or word in ("*", "*."):
                raise ValueError(
                    f"{SETTING}: {word!r} is neither a host name nor a network such as 10.0.0.0/8"
                ) from None
            hosts.append(word.rstrip(".").lower())
    return Policy(tuple(hosts), tuple(networks), loopback)


def is_loopback(host: str) -> bool:
    """Whether a server that listens on this host can be reached from its own machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_metadata(address: Address) -> bool:
    return any(address.version == each.version and address in each for each in _METADATA)


def _inside(address: Address) -> list[Address]:
    """IPv4 addresses that an IPv6 address leads to by translation."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    if address.teredo:
        found.append(address.teredo[1])
    if address in _TRANSLATED:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]
