"""Releases of prompts: labels that only some may move, requests to move them, and labels that are split
among versions. Pure."""

import hashlib
import random
from dataclasses import dataclass
from enum import StrEnum

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.prompt import LATEST, check_label

STICKY = "@"
"""Before the key in a label that is asked for: `production@user-42` always gets the same arm."""
MOST_ARMS = 5
_MOST_WEIGHT = 1_000


@dataclass(frozen=True, slots=True)
class LabelRule:
    """A protected label."""

    label: str
    needs_approval: bool
    """A second person has to grant every move to a version that never had it."""


class RequestStatus(StrEnum):
    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Request:
    """To move a protected label."""

    id: str
    project_id: str
    prompt_name: str
    label: str
    version: int
    reason: str
    evidence: str
    """An address that justifies it."""
    experiment_id: str
    """Of the experiment that justifies it; empty: none is attached."""
    experiment_name: str
    """As it was when it was attached, should it be deleted."""
    baseline_id: str
    """What the experiment is compared with; empty: nothing."""
    baseline_name: str
    status: RequestStatus
    author_id: str
    created_at: int
    decided_by: str
    decided_at: int
    note: str


@dataclass(frozen=True, slots=True)
class Arm:
    label: str
    weight: int


@dataclass(frozen=True, slots=True)
class Split:
    """Who asks for the label gets the version of one of its arms."""

    name: str
    label: str
    arms: tuple[Arm, ...]
    author_id: str
    started_at: int

    def arm(self, key: str) -> str:
        """The label of an arm: for the same key always the same, without one by chance."""
        total = sum(each.weight for each in self.arms)
        if key:
            told = "\0".join((self.name, self.label, str(self.started_at), key))
            place = int.from_bytes(hashlib.sha256(told.encode()).digest()[:8], "big") % total
        else:
            place = random.randrange(total)  # noqa: S311
        for each in self.arms:
            place -= each.weight
            if place < 0:
                return each.label
        raise AssertionError("weights are positive")


def check_arms(label: str, arms: tuple[Arm, ...]) -> None:
    """Raises BadRequest."""
    check_label(label)
    if label == LATEST:
        raise BadRequest(f"{LATEST!r} always stands at the newest version")
    if not 2 <= len(arms) <= MOST_ARMS:
        raise BadRequest(f"a label is split among 2 to {MOST_ARMS} others")
    labels = [each.label for each in arms]
    for each in labels:
        check_label(each)
    if len(set(labels)) < len(labels) or label in labels or LATEST in labels:
        raise BadRequest("the arms of a split are different labels, and neither it nor latest")
    if any(not 1 <= each.weight <= _MOST_WEIGHT for each in arms):
        raise BadRequest(f"the weight of an arm is a whole number from 1 to {_MOST_WEIGHT}")
