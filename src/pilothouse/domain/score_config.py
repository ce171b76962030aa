"""Score configs: what a score of a name may say, so that people and programs mean the same. Pure."""

from dataclasses import dataclass
from math import isfinite

import msgspec

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.score import DataType, Score

_MOST_NAME = 500
_BOOLEAN = {"True": 1.0, "False": 0.0}


@dataclass(frozen=True, slots=True)
class Category:
    label: str
    value: float


BOOLEANS = tuple(Category(label, value) for label, value in _BOOLEAN.items())


@dataclass(frozen=True, slots=True)
class ScoreConfig:
    id: str
    project_id: str
    name: str
    data_type: DataType
    min_value: float | None
    """None: no bound."""
    max_value: float | None
    categories: tuple[Category, ...]
    """Of categorical and boolean scores alone."""
    description: str
    is_archived: bool
    created_at: int
    updated_at: int


def check(config: ScoreConfig) -> None:
    """Raises BadRequest for a config that no score could fit, or that means two things."""
    if not config.name.strip() or len(config.name) > _MOST_NAME or "\x00" in config.name:
        raise BadRequest(f"the name of a score has 1 to {_MOST_NAME} characters")
    if config.data_type is DataType.CORRECTION:
        raise BadRequest("corrections need no config")
    bounds = [each for each in (config.min_value, config.max_value) if each is not None]
    if bounds and config.data_type is not DataType.NUMERIC:
        raise BadRequest("minValue and maxValue are for numeric scores")
    if not all(map(isfinite, bounds)):
        raise BadRequest("minValue and maxValue are finite numbers")
    if len(bounds) == 2 and bounds[0] >= bounds[1]:
        raise BadRequest("minValue is below maxValue")
    if config.data_type is DataType.CATEGORICAL:
        _check_categories(config.categories)
    elif config.categories and config.data_type is not DataType.BOOLEAN:
        raise BadRequest("categories are for categorical scores")


def _check_categories(categories: tuple[Category, ...]) -> None:
    if not categories:
        raise BadRequest("a categorical score needs categories")
    for what, told in (
        ("label", [each.label for each in categories]),
        ("value", [each.value for each in categories]),
    ):
        if len(set(told)) < len(told):
            raise BadRequest(f"two categories have the same {what}")
    if not all(each.label.strip() for each in categories):
        raise BadRequest("a category needs a label")


def fitted(score: Score, config: ScoreConfig) -> Score:
    """The score as its config has it: named by it, a category with its number. Raises BadRequest."""
    if config.is_archived:
        raise BadRequest(f"the score config {config.name!r} is archived")
    if score.data_type != config.data_type:
        score = _of_type(score, config)
    number = score.value
    if config.data_type is DataType.NUMERIC:
        if config.min_value is not None and number < config.min_value:
            raise BadRequest(f"the value {number:g} is below the least, {config.min_value:g}")
        if config.max_value is not None and number > config.max_value:
            raise BadRequest(f"the value {number:g} is above the most, {config.max_value:g}")
    elif config.data_type is DataType.CATEGORICAL:
        values = {each.label: each.value for each in config.categories}
        if score.text not in values:
            known = ", ".join(values)
            raise BadRequest(f"the category {score.text[:100]!r} is none of {known[:300]}")
        number = values[score.text]
    return msgspec.structs.replace(score, name=config.name, value=number)


def _of_type(score: Score, config: ScoreConfig) -> Score:
    """A number may be meant as a boolean, which clients that tell no type cannot say."""
    if config.data_type is DataType.BOOLEAN and score.data_type == DataType.NUMERIC:
        if score.value in (0.0, 1.0):
            text = "True" if score.value else "False"
            return msgspec.structs.replace(score, data_type=DataType.BOOLEAN, text=text)
    elif config.data_type is DataType.TEXT and score.data_type == DataType.CATEGORICAL:
        return msgspec.structs.replace(score, data_type=DataType.TEXT)
    raise BadRequest(f"the config {config.name!r} asks for a {config.data_type} score")
