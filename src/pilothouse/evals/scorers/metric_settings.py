"""Settings of the built-in metrics: one struct each, told apart by `metric`. `output` and `expected`
are paths into the case."""

from typing import Annotated, Any, Literal

import msgspec

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
_NotNegative = Annotated[float, msgspec.Meta(ge=0)]


class _Metric(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="metric"
):
    pass


class _OfOutput(_Metric, frozen=True, kw_only=True):
    output: str = "output"


class _Compared(_OfOutput, frozen=True, kw_only=True):
    expected: str = "expected_output"


class _Words(_Compared, frozen=True, kw_only=True):
    ignore_case: bool = False
    ignore_space: bool = False
    """Runs of blanks and line breaks count as one blank."""


class Exact(_Words, frozen=True, kw_only=True, tag="exact"):
    """The same text; of other JSON values the same JSON."""


class Contains(_Words, frozen=True, kw_only=True, tag="contains"):
    texts: list[_Name] = []
    """Looked for instead of what was expected, which may be a list too."""
    how: Literal["all", "any", "none"] = "all"


class StartsWith(_Words, frozen=True, kw_only=True, tag="starts_with"):
    text: str = ""
    """Instead of what was expected."""


class EndsWith(_Words, frozen=True, kw_only=True, tag="ends_with"):
    text: str = ""


class Regex(_OfOutput, frozen=True, kw_only=True, tag="regex"):
    pattern: Annotated[str, msgspec.Meta(min_length=1, max_length=5_000)]
    whole: bool = False
    """The whole text has to match, not some piece of it."""
    ignore_case: bool = False


class JsonEqual(_Compared, frozen=True, kw_only=True, tag="json_equal"):
    ignore_order: bool = False
    """Of the elements of lists. That of keys never counts."""
    tolerance: _NotNegative = 0.0
    """By which numbers may differ."""


class JsonSchema(_OfOutput, frozen=True, kw_only=True, tag="json_schema"):
    schema: dict[str, Any]


class Levenshtein(_Words, frozen=True, kw_only=True, tag="levenshtein"):
    """1 minus the edits as a share of the longer text."""


class Bleu(_Compared, frozen=True, kw_only=True, tag="bleu"):
    tokenizer: Literal["auto", "13a", "zh", "intl", "char", "none"] = "auto"
    """`auto`: zh where the expected text is Chinese, else 13a."""


class Chrf(_Compared, frozen=True, kw_only=True, tag="chrf"):
    word_order: Annotated[int, msgspec.Meta(ge=0, le=2)] = 0
    """2 is chrF++."""


class Rouge(_Compared, frozen=True, kw_only=True, tag="rouge"):
    variant: Literal["1", "2", "L"] = "L"
    measure: Literal["f", "precision", "recall"] = "f"


class Embedding(_Compared, frozen=True, kw_only=True, tag="embedding"):
    """The cosine of the two texts' vectors."""

    connection_id: _Name
    model: _Name
    dimensions: Annotated[int, msgspec.Meta(ge=1, le=20_000)] | None = None


class _Bounded(_Metric, frozen=True, kw_only=True):
    """A number; a boolean where there is a bound to keep."""

    least: _NotNegative | None = None
    most: _NotNegative | None = None


class Latency(_Bounded, frozen=True, kw_only=True, tag="latency"):
    """Seconds."""


class Cost(_Bounded, frozen=True, kw_only=True, tag="cost"):
    """US dollars."""


class Length(_Bounded, frozen=True, kw_only=True, tag="length"):
    output: str = "output"
    unit: Literal["chars", "words", "tokens"] = "words"
    """Tokens are those that the provider counted."""


class Trajectory(_Metric, frozen=True, kw_only=True, tag="trajectory"):
    """The calls of tools against those that were expected: names, `{name, arguments}`, or messages
    with tool calls."""

    expected: str = "expected_output"
    how: Literal["strict", "unordered", "subset", "superset"] = "strict"
    """`strict`: the same in the same order. `subset`: none but the expected ones. `superset`: the
    expected ones at least."""
    arguments: bool = False
    """Whether arguments have to be the same."""


Metric = (
    Exact
    | Contains
    | StartsWith
    | EndsWith
    | Regex
    | JsonEqual
    | JsonSchema
    | Levenshtein
    | Bleu
    | Chrf
    | Rouge
    | Embedding
    | Latency
    | Cost
    | Length
    | Trajectory
)
