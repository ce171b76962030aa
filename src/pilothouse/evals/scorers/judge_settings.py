"""Settings of those who ask a model: a judge, a pair of outputs, a panel."""

from typing import Annotated, Any, Literal

import msgspec

from pilothouse.domain.errors import BadRequest
from pilothouse.evals.scorers import fields
from pilothouse.llm.request import Effort
from pilothouse.prompts.templates import Syntax, variables

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
_Prompt = Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Count = Annotated[int, msgspec.Meta(ge=1)]

FIRST, SECOND = "first", "second"
"""Variables of a pairwise prompt: the two outputs, in the order in which they are shown."""


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Numeric(_Strict, frozen=True, kw_only=True, tag_field="type", tag="numeric"):
    min: float = 0
    max: float = 1


class Boolean(_Strict, frozen=True, kw_only=True, tag_field="type", tag="boolean"):
    pass


class Categorical(_Strict, frozen=True, kw_only=True, tag_field="type", tag="categorical"):
    labels: Annotated[list[_Name], msgspec.Meta(min_length=2, max_length=50)]


Scale = Numeric | Boolean | Categorical


class Turn(_Strict, frozen=True, kw_only=True):
    role: Literal["system", "user", "assistant"]
    content: _Prompt


class Parameters(_Strict, frozen=True, kw_only=True, omit_defaults=True):
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    top_p: _Share | None = None
    max_tokens: _Count | None = None
    seed: int | None = None
    reasoning_effort: Effort = ""
    reasoning_tokens: Annotated[int, msgspec.Meta(ge=0)] = 0
    options: dict[str, Any] = {}


class Asked(_Strict, frozen=True, kw_only=True):
    """What all who ask a model have."""

    connection_id: str
    model: str
    parameters: Parameters = Parameters()
    messages: Annotated[list[Turn], msgspec.Meta(min_length=1, max_length=50)]
    """With `{{variables}}`."""
    variables: dict[str, str] = {}
    """Name in the prompt → path into the case. A name that is a field needs no line here."""
    optional: list[str] = []
    """Variables that may have nothing; the model is told so. Of any other it is an error."""
    most_chars: Annotated[int, msgspec.Meta(ge=100, le=1_000_000)] = 20_000
    """Of each variable. Of what is longer the middle is left out, and the model is told."""
    language: Literal["en", "zh"] = "en"
    """Of the instructions that are put behind the prompt."""

    def paths(self) -> dict[str, str]:
        """By variable of the prompt, the outputs of a pair aside."""
        names = {
            name for turn in self.messages for name in variables(turn.content, Syntax.MUSTACHE)
        }
        return {name: self.variables.get(name, name) for name in sorted(names)}


class Judge(Asked, frozen=True, kw_only=True):
    score: Scale
    about_score: Annotated[str, msgspec.Meta(max_length=10_000)] = ""
    """How to come to the score; stands with the form of the answer. Empty: the prompt says it."""
    about_reason: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


class Pairwise(Asked, frozen=True, kw_only=True):
    output: str = "output"
    other: str = "other_output"


class Member(Judge, frozen=True, kw_only=True):
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """Empty: that of its model."""

    @property
    def title(self) -> str:
        return self.name or self.model


class Panel(_Strict, frozen=True, kw_only=True):
    members: Annotated[list[Member], msgspec.Meta(min_length=2, max_length=15)]
    combine: Literal["majority", "mean", "median", "all"] = "majority"
    """`all`: true where every member says so."""
    quorum: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Members that have to answer; 0: more than half."""

    @property
    def needed(self) -> int:
        return self.quorum or len(self.members) // 2 + 1


def check(settings: Judge | Pairwise | Panel) -> None:
    """Raises BadRequest that says what does not fit together."""
    match settings:
        case Panel():
            _check_panel(settings)
        case Pairwise():
            _check_pairwise(settings)
        case Judge():
            _check_judge(settings)


def _check_judge(settings: Judge) -> None:
    _check_asked(settings, set())
    match settings.score:
        case Numeric(min=low, max=high) if not low < high:
            raise BadRequest("the lowest score has to be below the highest")
        case Categorical(labels=labels) if len({each.strip().casefold() for each in labels}) < len(
            labels
        ):
            raise BadRequest("two labels are the same but for capitals and blanks")
        case _:
            return


def _check_pairwise(settings: Pairwise) -> None:
    if lacking := {FIRST, SECOND} - settings.paths().keys():
        raise BadRequest(
            f"the prompt of a pairwise judge shows both outputs: {{{{{min(lacking)}}}}} is missing"
        )
    _check_asked(settings, {FIRST, SECOND})
    fields.check(settings.output)
    fields.check(settings.other)


def _check_panel(settings: Panel) -> None:
    for member in settings.members:
        _check_judge(member)
    scores = [each.score for each in settings.members]
    if any(each != scores[0] for each in scores):
        raise BadRequest("all members of a panel give the same kind of score, in the same range")
    if len({each.title for each in settings.members}) < len(settings.members):
        raise BadRequest("two members of the panel have the same name; name them")
    is_number = isinstance(scores[0], Numeric)
    if is_number != (settings.combine in ("mean", "median")):
        fitting = "mean or median" if is_number else "majority or all"
        raise BadRequest(f"scores of this kind are combined by {fitting}")
    if settings.combine == "all" and not isinstance(scores[0], Boolean):
        raise BadRequest("labels are combined by majority")
    if settings.quorum > len(settings.members):
        raise BadRequest("the quorum is larger than the panel")


def _check_asked(settings: Asked, own: set[str]) -> None:
    if not settings.connection_id or not settings.model.strip():
        raise BadRequest("choose a connection and a model for each judge")
    paths = settings.paths()
    if not paths:
        raise BadRequest(
            "the prompt shows the model nothing of what is judged: put {{output}} or another"
            " variable into it"
        )
    for name, path in paths.items():
        if name not in own:
            try:
                fields.check(path)
            except BadRequest as error:
                raise BadRequest(f"the variable {{{{{name}}}}}: {error}") from error
    for name in (*settings.variables, *settings.optional):
        if name not in paths:
            raise BadRequest(f"the prompt has no variable {{{{{name}}}}}")
