"""Whether an answer keeps to the schema that was asked."""

import json
from typing import Any

import jsonschema
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

_MOST = 20


def problems(text: str, schema: dict[str, Any]) -> list[str]:
    """What is wrong with it, each with its place; none when it fits."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return [f"the answer is no JSON: {error}"]
    kind = validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        kind.check_schema(schema)
        # An own, empty registry: a reference to another address is never fetched.
        every = kind(schema, registry=Registry()).iter_errors(value)
        found = sorted(every, key=lambda error: error.json_path)
    except jsonschema.SchemaError as error:
        return [f"the schema itself is wrong: {error.message}"]
    except (Unresolvable, RecursionError) as error:
        return [f"the schema cannot be applied: {error}"]
    return [f"{error.json_path}: {error.message[:300]}" for error in found[:_MOST]]
