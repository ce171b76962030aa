"""All dialects, in the order of precedence: what a client says of itself before what is common."""

from pilothouse.protocols.otlp.dialects import genai, langfuse, openinference
from pilothouse.protocols.otlp.dialects.table import Rulebook

ALL = (
    langfuse.ROWS,
    openinference.ROWS,
    genai.ROWS,
    genai.COMMON,
)

RULES = Rulebook(ALL)
