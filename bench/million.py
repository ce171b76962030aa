"""A server over a copy of the million spans that `bench/questions.py` makes."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bench.products.pilothouse import Pilothouse
from bench.server import Server

_STORE = Path(__file__).resolve().parent.parent / ".cache" / "bench-1m"


@contextmanager
def served() -> Generator[tuple[Pilothouse, Server], None, None]:
    """It runs for as long as the block, and what it wrote goes with it."""
    if not _STORE.exists():
        raise SystemExit("fill the store first: python bench/questions.py")
    product = Pilothouse()
    home = Path(tempfile.mkdtemp(prefix="pilothouse-bench-"))
    shutil.copytree(_STORE, home / "data" / "clickhouse", symlinks=True)
    server = product.server(home / "data")
    try:
        server.start()
        yield product, server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
