"""YAML that people write and review: texts in blocks, and no more than plain values when it is read."""

from typing import Any, cast

import yaml

from pilothouse.domain.errors import BadRequest

_ODD = frozenset("\r\x85\u2028\u2029")
"""Signs that YAML takes for ends of lines, and would give back as others."""


class _Dumper(yaml.SafeDumper):
    """Texts of several lines stand as blocks, so that a change of one line is one line in a diff."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if _ODD & set(value) else "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def dump(value: Any) -> str:
    return yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=100_000,
        default_flow_style=False,
    )


def load(text: str) -> dict[str, Any]:
    """A mapping. Aliases are refused: a few lines of them could stand for gigabytes. Raises
    BadRequest."""
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise BadRequest("YAML with aliases (*name) is not read here")
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadRequest(f"this is no YAML: {' '.join(str(error).split())[:300]}") from error
    if not isinstance(value, dict):
        raise BadRequest("the file holds no mapping of keys to values")
    return cast(dict[str, Any], value)
