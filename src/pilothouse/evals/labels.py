"""What people said of things, and what stands of it in the end. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pilothouse.domain.review import Target, is_final
from pilothouse.domain.score import DataType, Score, Source

Value = float | str
"""A number, of booleans 0 or 1; of categories the label."""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands of what people said of one thing."""

    value: Value
    people: int
    is_decided: bool
    """Did somebody settle it?"""


def target(score: Score) -> Target:
    return Target(score.trace_id, score.span_id, score.session_id)


def value(score: Score) -> Value:
    return score.text if score.data_type == DataType.CATEGORICAL else score.value


def said(scores: Iterable[Score]) -> dict[Target, dict[str, Score]]:
    """By thing and person the last that they said, decisions left out."""
    found: dict[Target, dict[str, Score]] = defaultdict(dict)
    for score in sorted(scores, key=lambda each: (each.timestamp, each.revision)):
        if score.source == Source.ANNOTATION and score.author_id and not is_final(score):
            found[target(score)][score.author_id] = score
    return found


def decisions(scores: Iterable[Score]) -> dict[Target, Score]:
    """By thing the last decision."""
    found: dict[Target, Score] = {}
    for score in sorted(scores, key=lambda each: (each.timestamp, each.revision)):
        if is_final(score):
            found[target(score)] = score
    return found


def final(scores: Sequence[Score]) -> tuple[dict[Target, Label], int]:
    """By thing what stands: what was decided, else the mean of numbers, or what most people said;
    and how many things are open because as many people say one as another."""
    found: dict[Target, Label] = {}
    undecided = 0
    opinions, decided = said(scores), decisions(scores)
    for about in opinions.keys() | decided.keys():
        people = opinions.get(about, {})
        if about in decided:
            found[about] = Label(value(decided[about]), len(people), is_decided=True)
            continue
        stands = _stands(people)
        if stands is None:
            undecided += 1
        else:
            found[about] = Label(stands, len(people), is_decided=False)
    return found, undecided


def _stands(people: Mapping[str, Score]) -> Value | None:
    values = [value(each) for each in people.values()]
    if all(each.data_type == DataType.NUMERIC for each in people.values()):
        numbers = [each for each in values if not isinstance(each, str)]
        return sum(numbers) / len(numbers)
    (first, most), *others = Counter(values).most_common(2)
    return None if others and others[0][1] == most else first
