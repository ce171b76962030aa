"""What routes work with. `wiring` makes it once; a route finds it at `app.state.services`."""

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from pilothouse.datasets.registry import Datasets
from pilothouse.edge.access import Access
from pilothouse.evals.collecting import Collecting
from pilothouse.evals.comparisons import Comparisons
from pilothouse.evals.evaluating import Evaluating
from pilothouse.evals.evaluators import Evaluators
from pilothouse.evals.experiments import Experiments
from pilothouse.evals.rules import Rules
from pilothouse.evals.trials import Trials
from pilothouse.exporting.scheduled import StorageExports
from pilothouse.ingest.books import Books
from pilothouse.ingest.intake import Intake
from pilothouse.ingest.repricing import Repricing
from pilothouse.jobs.worker import Worker
from pilothouse.llm.door import Door
from pilothouse.llm.registry import Connections
from pilothouse.media.library import Library
from pilothouse.outbound.transport import Outbound
from pilothouse.playground.running import Playground
from pilothouse.prompts.registry import Prompts
from pilothouse.prompts.webhooks import Webhooks
from pilothouse.reading.exports import Exports
from pilothouse.reading.service import Reading
from pilothouse.settings import Settings
from pilothouse.store.relational.database import Database


@dataclass(frozen=True)
class Services:
    settings: Settings
    database: Database
    access: Access
    intake: Intake
    reading: Reading
    exports: Exports
    storage_exports: StorageExports
    prompts: Prompts
    webhooks: Webhooks
    datasets: Datasets
    comparisons: Comparisons
    evaluators: Evaluators
    evaluating: Evaluating
    trials: Trials
    rules: Rules
    collecting: Collecting
    experiments: Experiments
    worker: Worker
    media: Library
    books: Books
    repricing: Repricing
    outbound: Outbound
    connections: Connections
    door: Door
    playground: Playground
    decoding: Executor
    """For decoding and translating request bodies; keeps the event loop free."""


async def services(request: Request) -> Services:
    # Not blocking: FastAPI would take a plain function to another thread and back at each request.
    return request.app.state.services


ServicesOf = Annotated[Services, Depends(services)]
