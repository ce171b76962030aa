"""The only place that names concrete engines: from settings to a set of services, and back down."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pilothouse.datasets.registry import Datasets
from pilothouse.domain.errors import PilothouseError, Unavailable
from pilothouse.edge.access import Access
from pilothouse.edge.services import Services
from pilothouse.evals.collecting import Collecting
from pilothouse.evals.comparisons import Comparisons
from pilothouse.evals.evaluating import Evaluating
from pilothouse.evals.evaluators import Evaluators
from pilothouse.evals.experiments import Experiments
from pilothouse.evals.pieces import Pieces
from pilothouse.evals.rules import BACKFILL, Rules
from pilothouse.evals.running import KIND as EXPERIMENT
from pilothouse.evals.running import Runner
from pilothouse.evals.sandbox import Sandbox
from pilothouse.evals.trials import Trials
from pilothouse.exporting.scheduled import STORAGE_EXPORT, StorageExports
from pilothouse.ingest.batch import BatchLimits
from pilothouse.ingest.books import Books
from pilothouse.ingest.intake import Intake
from pilothouse.ingest.limits import ItemLimits
from pilothouse.ingest.repricing import Repricing
from pilothouse.jobs.worker import Worker
from pilothouse.llm.door import Door
from pilothouse.llm.registry import Connections
from pilothouse.media.library import Library
from pilothouse.outbound import policy
from pilothouse.outbound.transport import Outbound
from pilothouse.playground.running import Playground
from pilothouse.prompts.registry import Prompts
from pilothouse.prompts.webhooks import Webhooks
from pilothouse.protocols.langfuse.exported import ExportedTables
from pilothouse.reading.exports import Exports
from pilothouse.reading.service import Reading
from pilothouse.settings import Settings
from pilothouse.store.api import Blobs
from pilothouse.store.blobs.files import Files
from pilothouse.store.blobs.s3 import S3
from pilothouse.store.clickhouse import migrations
from pilothouse.store.clickhouse.engine import Embedded, Engine, Remote
from pilothouse.store.clickhouse.reader import Reader
from pilothouse.store.clickhouse.writer import Writer
from pilothouse.store.relational import schema
from pilothouse.store.relational.database import Database
from pilothouse.store.sealing import Sealing, key_in, key_of


@dataclass(frozen=True)
class Wired:
    """Everything that runs, in one process."""

    services: Services
    engine: Engine
    executors: tuple[ThreadPoolExecutor, ...]

    async def close(self) -> None:
        """Write what waits, then let go of the stores."""
        await self.services.storage_exports.close()
        await self.services.rules.close()
        await self.services.collecting.close()
        await self.services.worker.close()
        await self.services.evaluating.close()
        await asyncio.to_thread(self.services.exports.close)
        await asyncio.to_thread(self.services.prompts.close)
        await asyncio.to_thread(self.services.webhooks.close)
        await self.services.playground.close()
        await self.services.door.close()
        await self.services.outbound.close()
        await self.services.intake.close()
        for executor in self.executors:
            executor.shutdown(wait=True)
        self.services.database.close()
        self.engine.close()


def database(settings: Settings) -> Database:
    """The relational store, not yet migrated."""
    if settings.database_url:
        return Database(settings.database_url)
    _private_folder(settings.data_dir)
    return Database(f"sqlite:///{settings.data_dir / 'pilothouse.sqlite'}")


def engine(settings: Settings) -> Engine:
    """The analytic store, not yet migrated."""
    if settings.clickhouse_url:
        return Remote(settings.clickhouse_url)
    _private_folder(settings.data_dir)
    return Embedded(settings.data_dir / "clickhouse")


def blobs(settings: Settings) -> Blobs:
    """Where things lie that are too large for a row."""
    if settings.blob_url:
        return S3(settings.blob_url)
    return Files(settings.data_dir / "blobs")


def outbound(settings: Settings) -> Outbound:
    """The way to addresses that people tell. A server that only its own machine reaches may call
    that machine: nobody but its user can ask it to."""
    loopback = policy.is_loopback(settings.host)
    try:
        return Outbound(policy.parse(settings.outbound_allow, loopback=loopback))
    except ValueError as error:
        raise PilothouseError(str(error)) from error


def sealing(settings: Settings) -> Sealing:
    """What encrypts secrets at rest. Its key is never in the store that holds them."""
    if not settings.encryption_key:
        return Sealing(partial(_own_key, settings.data_dir))
    try:
        key = key_of(settings.encryption_key)
    except ValueError as error:
        raise PilothouseError(str(error)) from error
    return Sealing(lambda: key)


def _own_key(folder: Path) -> bytes:
    _private_folder(folder)
    return key_in(folder / "encryption.key")


def migrate(settings: Settings, relational: Database, analytic: Engine) -> list[str]:
    """Bring both stores up to date; returns the names of what was applied to the analytic one."""
    schema.migrate(relational)
    cluster = settings.clickhouse_cluster
    return migrations.migrate(analytic, migrations.Cluster(cluster) if cluster else None)


def wire(settings: Settings) -> Wired:
    """Open both stores, migrate them, and put the rooms together. Blocks."""
    relational = database(settings)
    analytic = engine(settings)
    migrate(settings, relational, analytic)
    books = Books(relational)
    reader, writer = Reader(analytic), Writer(analytic)
    payloads = blobs(settings)
    media = Library(relational, payloads, settings.max_media_bytes)
    writing = ThreadPoolExecutor(1, "writing")
    joining = ThreadPoolExecutor(1, "joining")
    inserting = ThreadPoolExecutor(1, "inserting")
    counting = ThreadPoolExecutor(1, "counting")
    decoding = ThreadPoolExecutor(2, "decoding")
    intake = Intake(
        writer,
        reader,
        relational,
        payloads,
        books.of,
        media,
        writing=writing,
        joining=joining,
        inserting=inserting,
        counting=counting,
        item_limits=ItemLimits(payload=settings.max_payload_chars),
        batch_limits=BatchLimits(waiting_items=settings.max_waiting_spans),
    )
    reading = Reading(reader, payloads)
    out = outbound(settings)
    sealed = sealing(settings)
    connections = Connections(relational, sealed)
    door = Door(out, relational)
    prompts = Prompts(relational)
    pieces = Pieces(relational, reading, prompts)
    sandbox = Sandbox()
    evaluating = Evaluating(relational, reading, intake, door, connections, books, sandbox, media)
    rules = Rules(relational, reading, evaluating.wake)
    runner = Runner(
        relational, reading, pieces, connections, door, intake, books, media, evaluating.wake
    )
    tables = ExportedTables(relational, reading, payloads)
    storage_exports = StorageExports(relational, sealed, out, tables)
    worker = Worker(
        relational, {EXPERIMENT: runner, BACKFILL: rules.fill, STORAGE_EXPORT: storage_exports.do}
    )
    services = Services(
        settings=settings,
        database=relational,
        access=Access(relational),
        intake=intake,
        reading=reading,
        exports=Exports(relational, reading, payloads, settings.max_export_rows),
        storage_exports=storage_exports,
        prompts=prompts,
        webhooks=Webhooks(relational, sealed, out),
        datasets=Datasets(relational, media.kept_apart),
        comparisons=Comparisons(relational, reading),
        evaluators=Evaluators(relational),
        evaluating=evaluating,
        trials=Trials(relational, reading, connections, evaluating),
        rules=rules,
        collecting=Collecting(relational, reading),
        experiments=Experiments(
            relational, reading, pieces, connections, books, prompts, worker.wake
        ),
        worker=worker,
        media=media,
        books=books,
        repricing=Repricing(reader, writer, books.of, counting),
        outbound=out,
        connections=connections,
        door=door,
        playground=Playground(door, connections, intake, media, books, out, prompts),
        decoding=decoding,
    )
    return Wired(services, analytic, (decoding, writing, joining, inserting, counting))


def _private_folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"cannot make the data folder {path}: {error.strerror}") from error
