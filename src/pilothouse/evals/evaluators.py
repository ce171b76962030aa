"""Evaluators, changed under their rules: names are unique, versions never change."""

from typing import Any

from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.evaluation import Evaluator, EvaluatorKind, EvaluatorVersion
from pilothouse.evals.scorers import check
from pilothouse.store.relational import evaluators
from pilothouse.store.relational.database import Database

MOST = 500
"""Of a project."""
_MOST_NAME = 200
_MOST_WORDS = 10_000


class Evaluators:
    """May be used from any thread. All methods block, and raise NotFound, BadRequest and Conflict."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        project_id: str,
        name: str,
        kind: EvaluatorKind,
        settings: dict[str, Any],
        author_id: str,
        *,
        description: str = "",
        note: str = "",
        is_lower_better: bool = False,
    ) -> tuple[Evaluator, EvaluatorVersion]:
        """One with its first version."""
        _check_words(name, description, note)
        checked = check(kind, settings)
        with self._database.write() as db:
            if len(evaluators.of_project(db, project_id, with_archived=True)) >= MOST:
                raise BadRequest(f"a project holds at most {MOST} evaluators")
            made = evaluators.add(
                db, project_id, name, description, is_lower_better=is_lower_better
            )
            version = evaluators.add_version(db, made.id, kind, checked, note, author_id)
        return made, version

    def add_version(
        self,
        project_id: str,
        id: str,
        kind: EvaluatorKind,
        settings: dict[str, Any],
        author_id: str,
        *,
        note: str = "",
    ) -> EvaluatorVersion:
        _check_words("name", "", note)
        checked = check(kind, settings)
        self.find(project_id, id)
        with self._database.write() as db:
            return evaluators.add_version(db, id, kind, checked, note, author_id)

    def change(self, project_id: str, id: str, **values: str | bool) -> Evaluator:
        """Name, description, whether it is archived, whether less is better."""
        _check_words(str(values.get("name", "name")), str(values.get("description", "")), "")
        with self._database.write() as db:
            if not evaluators.change(db, project_id, id, **values):
                raise NotFound("no such evaluator")
        return self.find(project_id, id)

    def remove(self, project_id: str, id: str) -> None:
        """With its versions and rules; its scores stay."""
        with self._database.write() as db:
            if not evaluators.remove(db, project_id, id):
                raise NotFound("no such evaluator")

    def lower(self, project_id: str) -> set[str]:
        """Names of the evaluators, and so of their scores, of which less is better."""
        with self._database.read() as db:
            found = evaluators.of_project(db, project_id, with_archived=True)
        return {each.name for each in found if each.is_lower_better}

    def find(self, project_id: str, id: str) -> Evaluator:
        with self._database.read() as db:
            found = evaluators.one(db, project_id, id)
        if found is None:
            raise NotFound("no such evaluator")
        return found

    def version(self, project_id: str, id: str, number: int = 0) -> EvaluatorVersion:
        """That of a number, or the newest."""
        with self._database.read() as db:
            found = evaluators.version(db, project_id, id, number)
        if found is None:
            raise NotFound("no such version of an evaluator")
        return found


def _check_words(name: str, description: str, note: str) -> None:
    if not name.strip() or len(name) > _MOST_NAME or "\x00" in name:
        raise BadRequest(f"an evaluator's name has 1 to {_MOST_NAME} characters")
    if len(description) > _MOST_WORDS or len(note) > _MOST_WORDS:
        raise BadRequest(f"a description has at most {_MOST_WORDS} characters")
