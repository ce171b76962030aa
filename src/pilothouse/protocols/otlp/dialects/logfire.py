"""Pydantic's Logfire and Pydantic AI, where they say more than OpenTelemetry's conventions."""

from typing import Any

from pilothouse.domain.span import Level
from pilothouse.protocols.otlp.dialects import read
from pilothouse.protocols.otlp.dialects.table import Field, Row

PENDING = "logfire.pending_parent_id"
"""Marks a span that only announces the one it calls its parent."""


def _level(value: Any) -> str | None:
    """Severity numbers of OpenTelemetry's logs: 9 is info, 13 a warning, 17 an error."""
    number = read.count(value)
    if number is None:
        return None
    if number >= 17:
        return Level.ERROR
    if number >= 13:
        return Level.WARNING
    return Level.DEFAULT if number >= 9 else Level.DEBUG


def _asked(value: Any) -> str | None:
    """A run's messages without the last answer, which is its output."""
    messages = read.parsed(value)
    if not isinstance(messages, list) or len(messages) < 2:
        return read.text(value)
    last = messages[-1]
    if isinstance(last, dict) and last.get("role") == "assistant":
        messages = messages[:-1]
    return read.json_text(messages)


ROWS = (
    Row("logfire.msg", Field.NAME, read.short),
    Row("logfire.level_num", Field.LEVEL, _level),
    Row("logfire.tags", Field.TAGS, read.texts),
    Row("logfire.json_schema", Field.IGNORED),
    Row("logfire.metrics", Field.IGNORED),
    Row("logfire.span_type", Field.IGNORED),
    Row(PENDING, Field.IGNORED),
    Row("pydantic_ai.all_messages", Field.INPUT, _asked),
    Row("all_messages_events", Field.INPUT, read.text),
    Row("final_result", Field.OUTPUT, read.text),
    Row("tool_arguments", Field.INPUT, read.text),
    Row("tool_response", Field.OUTPUT, read.text),
    Row("operation.cost", Field.TOTAL_COST, read.money),
)
LAST = (
    Row("request_data", Field.INPUT, read.text),
    Row("response_data", Field.OUTPUT, read.text),
)
"""Older versions told the whole request in one attribute; newer ones only its model."""
