"""What the variables of a judge's prompt stand for: Langfuse's source and JSONPath, our path."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from pilothouse.domain import paths
from pilothouse.domain.errors import BadRequest

Object = dict[str, Any]

_FIELDS = {
    "input": "input",
    "output": "output",
    "metadata": "metadata",
    "tool_calls": "tools",
    "expected_output": "expected_output",
}
_SOURCES = {field: source for source, field in _FIELDS.items()}


class VariableMapping(BaseModel):
    model_config = ConfigDict(extra="forbid")

    variable: str
    source: str
    jsonPath: str | None = None


def read(told: Sequence[VariableMapping] | None) -> dict[str, str]:
    """Path by variable. Raises BadRequest."""
    found: dict[str, str] = {}
    for each in told or ():
        if each.variable in found:
            raise BadRequest(f"the variable {each.variable!r} is mapped twice")
        found[each.variable] = _path(each)
    return found


def _path(told: VariableMapping) -> str:
    if told.source == "experiment_item_metadata":
        raise BadRequest(
            "experiment_item_metadata is not told apart here: of an answer of an experiment, metadata"
            " is that of its item, so map the source metadata"
        )
    field = _FIELDS.get(told.source)
    if field is None:
        raise BadRequest(f"source is one of {', '.join(_FIELDS)}, not {told.source[:50]!r}")
    steps = told.jsonPath or "$"
    if not steps.startswith("$"):
        raise BadRequest("jsonPath begins with $")
    path = field + steps[1:]
    paths.parse(path)
    return path


def shown(variables: Mapping[str, str]) -> list[Object]:
    return [_shown(name, path) for name, path in variables.items()]


def _shown(variable: str, path: str) -> Object:
    steps = path.strip().removeprefix("$").removeprefix(".")
    field = str(paths.parse(steps)[0])
    rest = steps.removeprefix(field)
    told: Object = {"variable": variable, "source": _SOURCES.get(field, field)}
    return told | ({"jsonPath": f"${rest}"} if rest else {})
