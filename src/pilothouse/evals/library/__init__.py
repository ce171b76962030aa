"""Judges to begin with, in English and in Chinese: one YAML file each, for people to read and change.

A judge of the library becomes an evaluator of the project by being copied; nothing here is applied
unseen.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from pilothouse.domain.evaluation import Target
from pilothouse.prompts.templates import Syntax, variables

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Telling:
    """A judge in one language."""

    name: str
    description: str
    prompt: str


@dataclass(frozen=True, slots=True)
class LibraryJudge:
    id: str
    targets: tuple[Target, ...]
    """What it is meant for, the best first."""
    score: dict[str, Any]
    better: Literal["high", "low", "none"]
    """`high`, `low` (of a boolean: false), or `none` where it depends."""
    optional: tuple[str, ...]
    """Variables that may have nothing."""
    tellings: dict[str, Telling]
    """By language."""

    def needs(self) -> list[str]:
        """Fields that a case has to have."""
        found = variables(self.tellings[LANGUAGES[0]].prompt, Syntax.MUSTACHE)
        return sorted(found - set(self.optional))

    def settings(self, language: str) -> dict[str, Any]:
        """Of a judge, for want of a connection and a model."""
        return {
            "messages": [{"role": "user", "content": self.tellings[language].prompt}],
            "optional": list(self.optional),
            "score": self.score,
            "language": language,
        }


@lru_cache(maxsize=1)
def judges() -> tuple[LibraryJudge, ...]:
    """All of them, by id."""
    found = (each for each in files(__name__).iterdir() if each.name.endswith(".yaml"))
    return tuple(
        _judge(each.name.removesuffix(".yaml"), yaml.safe_load(each.read_text("utf-8")))
        for each in sorted(found, key=lambda each: each.name)
    )


def _judge(id: str, told: dict[str, Any]) -> LibraryJudge:
    return LibraryJudge(
        id=id,
        targets=tuple(map(Target, told["targets"])),
        score=told["score"],
        better=told["better"],
        optional=tuple(told.get("optional", ())),
        tellings={language: _telling(**told[language]) for language in LANGUAGES},
    )


def _telling(name: str, description: str, prompt: str) -> Telling:
    return Telling(name, description, prompt.strip())
