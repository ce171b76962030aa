"""Brings the relational schema up to date: numbered Alembic revisions, never edited after."""

from importlib import resources

from alembic import command
from alembic.config import Config

from pilothouse.store.relational.database import Database

# Any constant will do, as long as every replica takes the same.
_ADVISORY_LOCK = 7_041_776


def migrate(database: Database) -> None:
    """Apply what is missing. Replicas that start together wait for one another."""
    config = Config()
    config.set_main_option(
        "script_location",
        str(resources.files("pilothouse.store.relational").joinpath("migrations")),
    )
    with database.write() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
