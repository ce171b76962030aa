"""Calling through the door, as the server does."""

import asyncio
import atexit
import shutil
import tempfile
from contextlib import aclosing
from functools import cache
from pathlib import Path
from typing import Any

from pilothouse.domain.messages import Message, Part
from pilothouse.llm.connections import Connection, Secret, checked
from pilothouse.llm.door import Call, Door
from pilothouse.llm.events import Event
from pilothouse.llm.failures import ModelFailure
from pilothouse.llm.request import Request
from pilothouse.outbound.policy import Policy
from pilothouse.outbound.transport import Outbound
from pilothouse.pricing import PriceBook
from pilothouse.store.relational import accounts
from pilothouse.store.relational.database import Database
from tests.databases import new_sqlite

KEY = "sk-secret-1234567890abcdef"


def connection(provider: str, url: str, **options: Any) -> Connection:
    key_id = options.pop("access_key_id", None)
    options = {"retries": 0, "timeout": 5, **options} | (
        {"access_key_id": key_id} if key_id else {}
    )
    found, address = checked(provider, url, options)
    return Connection("c", "mine", found, address, Secret(KEY), (), options)


def request(text: str = "Hello", **more: Any) -> Request:
    messages = more.pop("messages", [Message("user", [Part("text", text=text)])])
    return Request(model=more.pop("model", "model-x"), messages=messages, **more)


@cache
def database() -> tuple[Database, str]:
    """One for all; each call spends next to nothing."""
    folder = Path(tempfile.mkdtemp(prefix="pilothouse-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    opened = new_sqlite(folder / "test.sqlite")
    with opened.write() as db:
        organisation = accounts.add_organisation(db, "o")
        project = accounts.add_project(db, organisation.id, "p")
    return opened, project.id


def call(
    through: Connection,
    asked: Request,
    policy: Policy | None = None,
    state: Call | None = None,
    most: int = 1_000,
) -> tuple[Call, list[Event]]:
    """The call and its events; stops listening after `most` of them."""
    opened, project_id = database()
    state = state or Call(asked)
    events: list[Event] = []

    async def run() -> None:
        outbound = Outbound(policy or Policy(loopback=True))
        door = Door(outbound, opened)
        stream = door.stream(project_id, through, state, PriceBook())
        async with aclosing(stream):
            async for event in stream:
                events.append(event)
                if len(events) == most:
                    break
        await door.close()
        await outbound.close()

    asyncio.run(run())
    return state, events


def failure(through: Connection, asked: Request, policy: Policy | None = None) -> ModelFailure:
    try:
        call(through, asked, policy)
    except ModelFailure as error:
        return error
    raise AssertionError("the call did not fail")
