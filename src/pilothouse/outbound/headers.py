"""Headers that people tell, before they are sent."""

from collections.abc import Mapping

from pilothouse.domain.errors import BadRequest


def check_headers(headers: Mapping[str, str]) -> None:
    """Raises BadRequest that names what cannot be sent."""
    for name, value in headers.items():
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
            raise BadRequest(f"{name[:60]!r} is no name of a header")
        if not is_value(value):
            raise BadRequest(f"the value of the header {name[:60]!r} cannot be sent")


def is_value(value: str) -> bool:
    return value.isascii() and (value.isprintable() or not value)
