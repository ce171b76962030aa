"""Brings the relational schema up to date: numbered Alembic revisions, never edited after."""

from importlib import resources

import sqlalchemy as sa

from pilothouse.store.relational.database import Database

# Any constant will do, as long as every replica takes the same.
_ADVISORY_LOCK = 7_041_776

_FOLDER = resources.files("pilothouse.store.relational").joinpath("migrations")


def migrate(database: Database) -> None:
    """Apply what is missing. Replicas that start together wait for one another."""
    if _current(database) == _newest():
        return
    # Loading Alembic takes longer than opening both stores, and most starts have no use for it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with database.write() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _newest() -> str:
    """The number of the last revision: files are named after theirs."""
    versions = _FOLDER.joinpath("versions").iterdir()
    return max(file.name[:4] for file in versions if file.name[:4].isdigit())


def _current(database: Database) -> str:
    with database.read() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
