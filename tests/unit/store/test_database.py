"""What the relational store says to values that it cannot hold, on both engines."""

import pytest

from pilothouse.domain.errors import BadRequest
from pilothouse.store.relational import accounts, keys
from pilothouse.store.relational.database import Database


def test_a_number_of_more_than_64_bits_is_the_callers_mistake(database: Database) -> None:
    with database.write() as db:
        organisation = accounts.add_organisation(db, "Org")
        project = accounts.add_project(db, organisation.id, "Project")
    with pytest.raises(BadRequest), database.write() as db:
        keys.add(db, project.id, expires_at=2**70)
    with database.read() as db:
        assert keys.of_project(db, project.id) == []


def test_a_null_byte_in_text_is_kept_or_the_callers_mistake(database: Database) -> None:
    with database.write() as db:
        organisation = accounts.add_organisation(db, "Org")
    if database.is_sqlite:
        with database.write() as db:
            assert accounts.add_project(db, organisation.id, "a\0b").name == "a\0b"
    else:
        with pytest.raises(BadRequest), database.write() as db:
            accounts.add_project(db, organisation.id, "a\0b")
