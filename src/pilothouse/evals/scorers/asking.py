"""Models asked on behalf of an evaluator: what it cost, and the trace it leaves."""

import asyncio
import json
from typing import Any

import msgspec
import structlog

from pilothouse.domain.errors import BadRequest, PilothouseError, Refused, Unavailable
from pilothouse.domain.evaluation import Case, EvaluatorVersion, Outcome
from pilothouse.domain.span import Kind
from pilothouse.evals.scorers.tools import ENVIRONMENT, Failed, Tools
from pilothouse.llm.attachments import carried, refers
from pilothouse.llm.connections import Connection
from pilothouse.llm.door import Call
from pilothouse.llm.embeddings import Embedding, Vector
from pilothouse.llm.failures import ModelFailure
from pilothouse.llm.recording import Recording
from pilothouse.llm.request import Request

log = structlog.get_logger(__name__)


class Asking:
    """One evaluation while it runs."""

    def __init__(self, tools: Tools, version: EvaluatorVersion, name: str) -> None:
        self._tools = tools
        self._version = version
        self.cost = 0.0
        self._recording = Recording(
            tools.project_id, name, "", "", 0, {}, ENVIRONMENT, Kind.EVALUATOR
        )

    async def connection(self, connection_id: str) -> Connection:
        """Raises Failed."""
        ready = self._tools.connections.ready
        try:
            return await asyncio.to_thread(ready, self._tools.project_id, connection_id)
        except Refused as error:
            raise Failed(str(error)) from error
        except Unavailable as error:
            raise Failed(str(error), again=True) from error

    async def answer(self, connection: Connection, request: Request) -> Call:
        """Raises ModelFailure and Failed."""
        call = Call(await self._carrying(request))
        failure: ModelFailure | None = None
        ended = False
        door, project_id, prices = self._tools.door, self._tools.project_id, self._tools.prices
        try:
            async for _ in door.stream(project_id, connection, call, prices):
                pass
            ended = True
        except ModelFailure as error:
            failure, ended = error, True
            raise
        finally:
            self.cost += call.cost
            self._recording.model(connection, call, failure, stopped=not ended)
        return call

    async def _carrying(self, request: Request) -> Request:
        """With the media that what is judged refers to."""
        if not any(refers(part) for each in request.messages for part in each.parts):
            return request
        library, project_id = self._tools.media, self._tools.project_id
        try:
            messages = await asyncio.to_thread(carried, library, project_id, request.messages)
        except BadRequest as error:
            raise Failed(str(error)) from error
        return msgspec.structs.replace(request, messages=messages)

    async def embed(
        self, connection: Connection, model: str, texts: list[str], dimensions: int | None
    ) -> list[Vector]:
        """Raises Failed."""
        call = Embedding(model, texts, dimensions)
        failure: ModelFailure | None = None
        try:
            await self._tools.door.embed(
                self._tools.project_id, connection, call, self._tools.prices
            )
        except ModelFailure as error:
            failure = error
            raise Failed(str(error), again=error.again) from error
        finally:
            self.cost += call.cost
            self._recording.embedding(connection, call, failure)
        return call.vectors

    @property
    def trace_id(self) -> str:
        """Empty: nobody was asked."""
        return self._recording.trace_id if len(self._recording.spans) > 1 else ""

    async def close(self, case: Case, outcome: Outcome | None) -> None:
        """Writes the trace. None: it was stopped."""
        if not self.trace_id:
            return
        root = self._recording.root
        self._recording.end(None, outcome.error if outcome else "", stopped=outcome is None)
        root.metadata = _metadata(self._version, case)
        root.input = self._recording.spans[1].input
        if outcome and outcome.judgements:
            said = [
                {"name": each.name, "value": each.value, "reason": each.reason}
                for each in outcome.judgements
            ]
            root.output = msgspec.json.encode(said).decode()
        try:
            await self._tools.record(self._recording.spans)
        except PilothouseError as error:
            log.warning("an evaluation was not recorded", trace=root.trace_id, error=str(error))


def _metadata(version: EvaluatorVersion, case: Case) -> dict[str, str]:
    told: dict[str, Any] = {
        "evaluator_id": version.evaluator_id,
        "evaluator_version": version.version,
        "judged_trace_id": case.trace_id,
        "judged_span_id": case.span_id,
        "judged_session_id": case.session_id,
    }
    return {key: json.dumps(value) for key, value in told.items() if value}
