"""`pilothouse up`: everything, in one process."""

import contextlib
import ctypes
import gc
import ipaddress
import logging
import re
import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvicorn
from rich.text import Text

from pilothouse import __version__
from pilothouse.cli.options import DataDir, fail, load, out
from pilothouse.cli.provision import Provisioned, provision
from pilothouse.domain.errors import PilothouseError
from pilothouse.server import app as server
from pilothouse.settings import Settings
from pilothouse.store.relational import accounts
from pilothouse.wiring import Wired, wire

_DRAIN_SECONDS = 8
_TURN_SECONDS = 0.0005
"""After which a thread gives way to one that waits for the interpreter; Python's own is ten times
as long."""
_CODE = re.compile(r"(\w+)-(\w+) r-xp .* /.*\.so[.\d]*$")
"""A library's code, as Linux tells what is mapped: nobody writes to it."""
_DONT_NEED = 4
"""`MADV_DONTNEED`."""


def up(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on.  [PILOTHOUSE_HOST, 127.0.0.1]")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on.  [PILOTHOUSE_PORT, 3000]")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Start Pilothouse: server, UI, stores and workers."""
    settings = load(host=host, port=port, data_dir=data_dir)
    _configure_log(settings.log_level)
    try:
        wired = wire(settings)
        provisioned = provision(wired.services.database, settings.init)
        _check_reachable(settings, wired)
        link = _sign_in_link(settings, wired, provisioned)
    except PilothouseError as error:
        fail(str(error))
    config = uvicorn.Config(
        server.create(settings, wired),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        proxy_headers=True,
        server_header=False,
        backlog=2048,
        h11_max_incomplete_event_size=1 << 16,
    )
    _greet(settings, provisioned, link)
    settle_interpreter()
    uvicorn.Server(config).run()


def settle_interpreter() -> None:
    """For a process that has loaded what it needs and serves from now on."""
    _give_back_memory()
    # A request makes tens of thousands of objects that live until its batch is stored: the usual
    # threshold would search them for cycles dozens of times, a third of all work.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    # A question waits for the interpreter whenever a batch is being decoded, several times each.
    sys.setswitchinterval(_TURN_SECONDS)


def _give_back_memory() -> None:
    """What was needed to load all this and is not any more: some 10 MB, which the C library would keep,
    and 180 MB of code that only its start ran, most of it the engine's. What of that is run again is
    mapped again, from the page cache. Both can be asked on Linux alone."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError, TypeError):
        libc = ctypes.CDLL(None)
        libc.malloc_trim(0)
        for line in Path("/proc/self/maps").read_text().splitlines():
            if (found := _CODE.match(line)) is not None:
                start, end = (int(each, 16) for each in found.groups())
                libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _DONT_NEED)


def _configure_log(level: str) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        ),
        cache_logger_on_first_use=True,
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_reachable(settings: Settings, wired: Wired) -> None:
    if _is_loopback(settings.host):
        return
    with wired.services.database.read() as db:
        safe = accounts.someone_has_password(db)
    if not safe:
        fail(
            f"{settings.host} can be reached by others, and nobody has a password yet.\n"
            "Set one first: [bold]pilothouse password[/], or the variables "
            "LANGFUSE_INIT_USER_EMAIL and LANGFUSE_INIT_USER_PASSWORD."
        )


def _base_url(settings: Settings) -> str:
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = settings.host
    if host in ("0.0.0.0", "::"):  # noqa: S104 - a name for people to open, not an address to bind
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _sign_in_link(settings: Settings, wired: Wired, provisioned: Provisioned) -> str:
    """Only while the owner has no password; then the link is the only way in."""
    if provisioned.owner.password_hash:
        return ""
    with wired.services.database.write() as db:
        token = accounts.add_link(db, provisioned.owner.id)
    return f"{_base_url(settings)}/auth/link/{token}"


def _greet(settings: Settings, provisioned: Provisioned, link: str) -> None:
    base = _base_url(settings)
    key = provisioned.key
    public = key.public_key if key else ""
    secret = provisioned.secret_key
    facts = {
        "Open": link or f"{base}  (sign in as {provisioned.owner.email})",
        "Project": f"{provisioned.project.name}  ({provisioned.project.id})",
        "Public key": public or "none; make one in the settings",
        "Secret key": secret or f"…{key.secret_hint}, shown when it was made" if key else "",
        "Data": "ClickHouse" if settings.clickhouse_url else str(settings.data_dir),
    }
    shown = secret or "sk-…"
    out.print(f"\n[bold]Pilothouse {__version__}[/] at {base}\n")
    for name, fact in facts.items():
        if fact:
            _print(f"{name:13}", fact)
    out.print("\nPoint an application at it, with nothing else changed:\n")
    _print(
        "Langfuse       ",
        f"LANGFUSE_BASE_URL={base} LANGFUSE_HOST={base} "
        f"LANGFUSE_PUBLIC_KEY={public} LANGFUSE_SECRET_KEY={shown}",
    )
    _print(
        "OpenTelemetry  ",
        f"OTEL_EXPORTER_OTLP_ENDPOINT={base} "
        f"OTEL_EXPORTER_OTLP_HEADERS='Authorization=Bearer {public}:{shown}'",
    )
    _print(
        "OpenAI         ", "from langfuse.openai import openai   # with the first line's variables"
    )
    out.print()


def _print(name: str, line: str) -> None:
    out.print(Text(f"  {name}", style="dim") + Text(line), soft_wrap=True)
