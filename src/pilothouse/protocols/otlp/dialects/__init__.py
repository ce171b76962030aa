"""All dialects, in the order of precedence: what a client says of itself before what is common."""

from pilothouse.protocols.otlp.dialects import (
    claude_code,
    frameworks,
    genai,
    langfuse,
    logfire,
    openinference,
    traceloop,
    vercel,
)
from pilothouse.protocols.otlp.dialects.table import Rulebook

ALL = (
    langfuse.ROWS,
    openinference.ROWS,
    logfire.ROWS,
    genai.ROWS,
    vercel.ROWS,
    traceloop.ROWS,
    frameworks.ROWS,
    genai.COMMON,
    logfire.LAST,
)

_RULES = Rulebook(ALL)
_OF_SCOPE = {claude_code.SCOPE: Rulebook((claude_code.ROWS, *ALL))}


def rules(scope: str) -> Rulebook:
    """The rules for spans of an instrumentation, by its name."""
    return _OF_SCOPE.get(scope, _RULES)
