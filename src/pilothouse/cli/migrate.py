"""`pilothouse migrate`: bring both stores up to date without starting the server."""

from pilothouse import wiring
from pilothouse.cli.options import DataDir, fail, load, out
from pilothouse.domain.errors import PilothouseError


def migrate(data_dir: DataDir = None) -> None:
    """Apply what is missing of both schemas. `up` does the same when it starts."""
    settings = load(data_dir=data_dir)
    try:
        analytic = wiring.engine(settings)
        applied = wiring.migrate(settings, wiring.database(settings), analytic)
        analytic.close()
    except PilothouseError as error:
        fail(str(error))
    out.print("applied: " + ", ".join(applied) if applied else "both stores are up to date")
