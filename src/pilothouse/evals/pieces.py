"""What a plan runs, piece by piece: items of a data set as it was at a time, or calls of models in
production."""

import hashlib
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from typing import Any

from pilothouse.domain.clock import now
from pilothouse.domain.dataset import ExperimentItem, Item
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.messages import Message, parse, read
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.span import Kind, Span
from pilothouse.evals.plans import MOST_ITEMS, Piece, Plan, Replay, prompt_messages
from pilothouse.evals.replaying import Unlike, recovered
from pilothouse.prompts.registry import Prompts, Wanted
from pilothouse.prompts.rendering import rendered
from pilothouse.query import filters, parser
from pilothouse.query.filters import And, Filter, Match, equal, every
from pilothouse.query.lists import ListQuestion
from pilothouse.reading.service import Reading
from pilothouse.store.relational import datasets
from pilothouse.store.relational.database import Database

OWN_ENVIRONMENTS = ("evaluator", "experiment", "playground")
"""Of what the server runs itself. It is no production."""

_PAGE = 200
_MOST_LOOKED_AT = 200_000


class Pieces:
    """Reads what is to be run. Blocks; may be used from any thread."""

    def __init__(self, database: Database, reading: Reading, prompts: Prompts) -> None:
        self._database = database
        self._reading = reading
        self._prompts = prompts

    def found(self, project_id: str, plan: Plan) -> list[Item] | list[Span]:
        """Items of the data set, or calls without their bodies; the oldest first. Raises NotFound and
        BadRequest."""
        if plan.replay is not None:
            return self._calls(Scope(project_id), plan.replay)
        return self._items(project_id, plan)

    def of(self, project_id: str, plan: Plan, found: Sequence[Item | Span]) -> Iterator[Piece]:
        """What is to be run of what was found, in its order."""
        yield from (_piece(each) for each in found if isinstance(each, Item))
        yield from self._replayed(
            project_id, plan, [each for each in found if isinstance(each, Span)]
        )

    # -- items of a data set ---------------------------------------------------------------------

    def _items(self, project_id: str, plan: Plan) -> list[Item]:
        with self._database.read() as db:
            if datasets.by_id(db, project_id, plan.dataset_id) is None:
                raise NotFound("the data set is not there any more")
            asked = datasets.Asked(dataset_id=plan.dataset_id, at=plan.at)
            found = datasets.items(db, project_id, asked, limit=MOST_ITEMS)
        wanted, tags = set(plan.item_ids), set(plan.tags)
        return [
            item
            for item in reversed(found)
            if (not wanted or item.id in wanted)
            and (not plan.split or item.split == plan.split)
            and (not tags or tags & set(item.tags))
        ]

    # -- calls in production ---------------------------------------------------------------------

    def _calls(self, scope: Scope, replay: Replay) -> list[Span]:
        """Without bodies. Of more than are wanted a part, chosen by their ids: at random, and the
        same each time; of very many among the newest alone."""
        question = ListQuestion(
            "spans", TimeRange(replay.start, replay.end), _production(replay.filter), limit=1_000
        )
        found: list[Span] = []
        seen = 0
        cursor: str | None = None
        while seen < _MOST_LOOKED_AT:
            page = self._reading.spans(scope, question.at(cursor))
            seen += len(page.items)
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
            if len(found) > 2 * replay.most:
                found = nsmallest(replay.most, found, _by_chance)
        if len(found) > replay.most:
            found = nsmallest(replay.most, found, _by_chance)
        return sorted(found, key=lambda span: (span.start_time, span.span_id))

    def _replayed(self, project_id: str, plan: Plan, calls: Sequence[Span]) -> Iterator[Piece]:
        scope = Scope(project_id)
        templates: dict[int, list[Message] | str] = {}
        keys = [(span.trace_id, span.span_id) for span in calls]
        for start in range(0, len(keys), _PAGE):
            for span in self._reading.whole_spans(scope, keys[start : start + _PAGE]):
                yield self._replay(project_id, plan, span, templates)

    def _replay(
        self, project_id: str, plan: Plan, span: Span, templates: dict[int, list[Message] | str]
    ) -> Piece:
        messages: tuple[Message, ...] | None = None
        problem = ""
        try:
            sent = read(span.input)
            if not sent:
                raise Unlike("the call holds no messages")
            if plan.request.messages:
                sent = self._anew(project_id, plan, span, sent, templates)
            messages = tuple(sent)
        except (Unlike, BadRequest) as error:
            problem = f"cannot be replayed: {error}"
        return Piece(
            item_id=span.span_id,
            input=parse(span.input) if span.input else None,
            metadata={
                "trace_id": span.trace_id,
                "prompt_version": span.prompt_version,
                "model": span.model,
            },
            messages=messages,
            problem=problem,
        )

    def _anew(
        self,
        project_id: str,
        plan: Plan,
        span: Span,
        sent: list[Message],
        templates: dict[int, list[Message] | str],
    ) -> list[Message]:
        """The messages of the new version, filled with what the old one was filled with."""
        if not span.prompt_name or span.prompt_name != plan.prompt_name:
            raise Unlike(f"the call was not made with the prompt {plan.prompt_name!r}")
        template = templates.get(span.prompt_version)
        if template is None:
            template = self._template(project_id, span)
            templates[span.prompt_version] = template
        if isinstance(template, str):
            raise Unlike(template)
        values, places, rest = recovered(template, sent)
        new = rendered(plan.request.messages, plan.syntax, values, places)
        return [*new, *rest]

    def _template(self, project_id: str, span: Span) -> list[Message] | str:
        """Of the version that the call was made with, or why there is none."""
        try:
            wanted = Wanted(span.prompt_name, version=span.prompt_version)
            return prompt_messages(self._prompts.get(project_id, wanted).body)
        except (NotFound, BadRequest) as error:
            return f"version {span.prompt_version} of the prompt: {error}"


def _piece(item: Item) -> Piece:
    return Piece(
        item_id=item.id,
        input=item.input,
        expected_output=item.expected_output,
        metadata=item.metadata,
        item_version=item.valid_from,
    )


def as_answered(experiment_id: str, span: Span) -> ExperimentItem:
    """A call as production answered it, in an experiment."""
    moment = now()
    return ExperimentItem(
        id="",
        project_id=span.project_id,
        experiment_id=experiment_id,
        item_id=span.span_id,
        trace_id=span.trace_id,
        span_id=span.span_id,
        item_version=0,
        expected_output="",
        item_metadata="",
        started_at=span.start_time,
        created_at=moment,
        updated_at=moment,
    )


def _production(text: str) -> Filter | None:
    """Calls of models, but not those that the server made itself."""
    own = filters.Not(Match("environment", equal(*OWN_ENVIRONMENTS)))
    return every(parser.parse(text), And((Match("kind", equal(Kind.LLM.value)), own)))


def _by_chance(span: Span) -> Any:
    return hashlib.sha256(f"{span.trace_id}/{span.span_id}".encode()).digest()
