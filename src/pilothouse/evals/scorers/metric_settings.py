"""Settings of the built-in metrics: one struct each, told apart by `metric`. `output` and `expected`
are paths into the case."""

import msgspec


class _Settings(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="metric"
):
    output: str = "output"


class _Compared(_Settings, frozen=True, kw_only=True):
    expected: str = "expected_output"


class _Words(_Compared, frozen=True, kw_only=True):
    ignore_case: bool = False
    ignore_space: bool = False
    """Runs of blanks and line breaks count as one blank."""


class Exact(_Words, frozen=True, kw_only=True, tag="exact"):
    """The same text; of other JSON values the same JSON."""


Metric = Exact
