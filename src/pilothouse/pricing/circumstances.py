"""What a span tells about how it was served, as far as that changes a price."""

from collections.abc import Mapping
from typing import Any

import msgspec

from pilothouse.domain.span import Span

TIER_ATTRIBUTES = (
    "gen_ai.openai.response.service_tier",
    "openai.response.service_tier",
    "gen_ai.response.service_tier",
    "gen_ai.openai.request.service_tier",
    "openai.request.service_tier",
    "gen_ai.request.service_tier",
    "service_tier",
)
"""Attributes that name the service tier. What the answer says beats what the request asked for."""

_STANDARD = frozenset({"", "auto", "default", "standard", "on_demand"})


def service_tier(span: Span) -> str:
    """The tier that served the span in lower case (`batch`, `flex`, `priority` …), or nothing for
    the standard one. Told by an attribute of TIER_ATTRIBUTES, else by the model parameter
    `service_tier`."""
    tier = ""
    attributes = span.attributes
    for name in TIER_ATTRIBUTES:
        if name in attributes:
            tier = text(attributes[name])
            break
    else:
        if "service_tier" in span.model_parameters:
            tier = as_text(parameters(span).get("service_tier", ""))
    tier = tier.lower()
    return "" if tier in _STANDARD else tier


def parameters(span: Span) -> Mapping[str, Any]:
    """The model parameters; none when they are not a JSON object."""
    try:
        decoded = msgspec.json.decode(span.model_parameters)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def text(json_text: str) -> str:
    """A stored JSON text as the word a person would write: `"eu"` and `eu` alike."""
    try:
        return as_text(msgspec.json.decode(json_text))
    except (msgspec.DecodeError, RecursionError):
        return json_text


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
