"""Scores held against the configs that they name."""

from collections.abc import Sequence

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.outcome import Reason, Rejected
from pilothouse.domain.score import Score
from pilothouse.domain.score_config import ScoreConfig, fitted
from pilothouse.store.relational import score_configs
from pilothouse.store.relational.database import Database


def fit(
    database: Database, project_id: str, scores: Sequence[Score]
) -> tuple[list[Score], list[Rejected]]:
    """The scores as their configs have them, and those that do not fit. Blocks."""
    named = {score.config_id for score in scores if score.config_id}
    if not named:
        return list(scores), []
    with database.read() as db:
        configs = score_configs.by_id(db, project_id, named)
    taken: list[Score] = []
    refused: list[Rejected] = []
    for score in scores:
        try:
            taken.append(_fitted(score, configs) if score.config_id else score)
        except BadRequest as error:
            refused.append(
                Rejected(
                    reason=Reason.WRONG_TYPE,
                    message=str(error),
                    item_id=score.score_id,
                    head=score.name[:2_000],
                )
            )
    return taken, refused


def named(database: Database, project_id: str, config_id: str) -> ScoreConfig:
    """Blocks. Raises BadRequest."""
    with database.read() as db:
        return _found(score_configs.one(db, project_id, config_id), config_id)


def _fitted(score: Score, configs: dict[str, ScoreConfig]) -> Score:
    return fitted(score, _found(configs.get(score.config_id), score.config_id))


def _found(config: ScoreConfig | None, id: str) -> ScoreConfig:
    if config is None:
        raise BadRequest(f"there is no score config {id[:100]!r} in this project")
    return config
