"""JSON Schemas: whether one is one, and where a value does not keep to it.

Of the draft that a schema names, else of 2020-12. References lead within the schema alone: another address is
never fetched. The package is loaded when it is first needed, as it takes long and few need it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pilothouse.domain.errors import BadRequest

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_MOST = 20


class BrokenSchema(BadRequest):
    """Says what is wrong with a schema."""


class Inapplicable(BadRequest):
    """It refers to what is not in it, or leads too deep."""


@dataclass(frozen=True, slots=True)
class Miss:
    path: tuple[str | int, ...]
    """Keys and indexes that lead to the value that does not fit."""
    json_path: str
    """The same as `$.orders[0].id`."""
    message: str


class Schema:
    """May be used from any thread."""

    def __init__(self, told: object) -> None:
        """Raises BrokenSchema."""
        self._validator = _validator(told)

    def misses(self, value: Any) -> Iterator[Miss]:
        """Raises Inapplicable."""
        from referencing.exceptions import Unresolvable

        try:
            for error in self._validator.iter_errors(value):
                yield Miss(tuple(error.absolute_path), error.json_path, error.message)
        except Unresolvable as error:
            raise Inapplicable(f"it refers to what is not in it: {error.ref}") from error
        except RecursionError as error:
            raise Inapplicable("it leads too deep") from error


def _validator(told: object) -> "Validator":
    import jsonschema
    from jsonschema.validators import validator_for
    from referencing import Registry

    if not isinstance(told, dict | bool):
        raise BrokenSchema("it is an object, true or false")
    schema: Any = told
    kind = validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        kind.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise BrokenSchema(error.message[:300]) from error
    except RecursionError as error:
        raise BrokenSchema("it is nested too deep") from error
    return kind(schema, registry=Registry())


def problems(text: str, schema: object) -> list[str]:
    """What is wrong with an answer that was to be JSON of a schema, each with its place; none when it fits."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return [f"the answer is no JSON: {error}"]
    try:
        misses = sorted(Schema(schema).misses(value), key=lambda miss: miss.json_path)
    except BrokenSchema as error:
        return [f"the schema itself is wrong: {error}"]
    except Inapplicable as error:
        return [f"the schema cannot be applied: {error}"]
    return [f"{miss.json_path}: {miss.message[:300]}" for miss in misses[:_MOST]]
