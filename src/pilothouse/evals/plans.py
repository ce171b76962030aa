"""What an experiment runs, over what, and how. Pure but for the clock."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, cast

import msgspec

from pilothouse.domain import paths
from pilothouse.domain.clock import now
from pilothouse.domain.dataset import ExperimentItem
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.evaluation import Evaluation, evaluation_id
from pilothouse.domain.messages import Message, from_value
from pilothouse.llm.request import Request
from pilothouse.prompts.rendering import expected
from pilothouse.prompts.templates import Syntax

MOST_ITEMS = 100_000
MOST_REPETITIONS = 50
MOST_CONCURRENCY = 64
_FIELDS = ("input", "expected_output", "metadata")


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """An evaluator that scores what the experiment came to."""

    evaluator_id: str
    version: int = 0
    """0: the newest when the experiment begins."""
    against: str = ""
    """Experiment whose outputs a pairwise judge sets the new ones against."""


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of models in production instead of a data set."""

    start: int
    end: int
    filter: str = ""
    most: Annotated[int, msgspec.Meta(ge=1, le=MOST_ITEMS)] = 1_000
    """Of more, a random part is taken, the same one each time."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Kept with the job, so that a run goes on as it began whatever changes meanwhile."""

    name: str
    connection_id: str
    request: Request
    """Its messages are templates. Of a replay without messages: those of the call that is replayed."""
    syntax: Syntax = Syntax.MUSTACHE
    prompt_name: str = ""
    prompt_version: int = 0
    dataset_id: str = ""
    at: int = 0
    """The state of the data set that is run, microseconds."""
    split: str = ""
    tags: tuple[str, ...] = ()
    item_ids: tuple[str, ...] = ()
    """Empty: all."""
    replay: Replay | None = None
    mapping: dict[str, str] = {}
    """By variable or placeholder the path into `input`, `expected_output` or `metadata` of an item;
    what is not named is the key of that name in the input, or the whole input where that is no object
    and there is one variable."""
    repetitions: Annotated[int, msgspec.Meta(ge=1, le=MOST_REPETITIONS)] = 1
    concurrency: Annotated[int, msgspec.Meta(ge=1, le=MOST_CONCURRENCY)] = 4
    per_minute: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Calls begun in a minute; 0: as many as come."""
    retries: Annotated[int, msgspec.Meta(ge=0, le=10)] = 2
    """Of an item whose failure may pass, after those of the connection."""
    evaluators: tuple[Chosen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One item, to be run as often as the plan repeats."""

    item_id: str
    input: Any
    expected_output: Any = None
    metadata: Any = None
    item_version: int = 0
    messages: tuple[Message, ...] | None = None
    """Of a replay: ready to send."""
    problem: str = ""
    """Why it cannot be run."""


def trace_id(experiment_id: str, item_id: str, repetition: int, turn: int) -> str:
    """The same for the same, so that what ran once is found again after a kill. `turn` counts how
    often failed items were taken up again."""
    told = [experiment_id, item_id, repetition, turn]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]


def checked(plan: Plan) -> Plan:
    """Raises BadRequest for what can never run."""
    if not plan.name.strip() or len(plan.name) > 500:
        raise BadRequest("an experiment's name has 1 to 500 characters")
    if not plan.request.model:
        raise BadRequest("choose a model")
    if bool(plan.dataset_id) == bool(plan.replay):
        raise BadRequest("an experiment runs over a data set or over calls in production")
    if not plan.request.messages and not plan.replay:
        raise BadRequest("there is no message to send")
    for path in plan.mapping.values():
        steps = paths.parse(path)
        if steps[0] not in _FIELDS:
            raise BadRequest(f"the path {path!r} begins with one of {', '.join(_FIELDS)}")
    names, places = expected(plan.request.messages, plan.syntax)
    unknown = sorted(plan.mapping.keys() - names - places)
    if unknown:
        raise BadRequest(f"the prompt has no variable {unknown[0]!r}")
    return plan


def values(plan: Plan, piece: Piece) -> tuple[dict[str, Any], dict[str, list[Message]]]:
    """What variables and placeholders stand for in an item. Raises BadRequest for what is missing."""
    names, places = expected(plan.request.messages, plan.syntax)
    told = {
        name: _value(plan.mapping, piece, name, alone=len(names) == 1) for name in sorted(names)
    }
    return told, {name: _messages(plan.mapping, piece, name) for name in sorted(places)}


def _value(mapping: Mapping[str, str], piece: Piece, name: str, *, alone: bool) -> Any:
    if name in mapping:
        field, *steps = paths.parse(mapping[name])
        found = paths.find(getattr(piece, str(field)), tuple(steps))
    elif isinstance(piece.input, dict):
        found = cast(dict[str, Any], piece.input).get(name, paths.MISSING)
    else:
        found = piece.input if alone else paths.MISSING
    if found is paths.MISSING:
        where = mapping.get(name, f"input.{name}")
        raise BadRequest(f"the item has no {where}, which the variable {name!r} stands for")
    return found


def _messages(mapping: Mapping[str, str], piece: Piece, name: str) -> list[Message]:
    found = from_value(_value(mapping, piece, name, alone=False))
    if found is None:
        where = mapping.get(name, f"input.{name}")
        raise BadRequest(f"{where} is no list of messages, which the placeholder {name!r} wants")
    return found


def prompt_messages(body: str | Sequence[Mapping[str, Any]]) -> list[Message]:
    """A prompt's body as templates to send; a text is said by the user."""
    if isinstance(body, str):
        return from_value([{"role": "user", "content": body}]) or []
    found: list[Message] = []
    for each in body:
        if each.get("type") == "placeholder":
            found.append(Message("placeholder", [], name=str(each["name"])))
        else:
            found += from_value([dict(each)]) or []
    return found


def evaluations(
    experiment_id: str, items: Sequence[ExperimentItem], chosen: Sequence[Chosen]
) -> list[Evaluation]:
    """What the evaluators are to look at of an experiment."""
    moment = now()
    asked = [
        Evaluation(
            id="",
            project_id=item.project_id,
            evaluator_id=each.evaluator_id,
            evaluator_version=each.version,
            experiment_id=experiment_id,
            against=each.against,
            trace_id=item.trace_id,
            span_id=item.span_id,
            run_at=moment,
            created_at=moment,
        )
        for item in items
        for each in chosen
    ]
    return [replace(each, id=evaluation_id(each)) for each in asked]
