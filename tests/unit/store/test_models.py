"""Connections, budgets and saved playgrounds, in both relational stores."""

import pytest
import sqlalchemy as sa

from pilothouse.domain.errors import BadRequest, Conflict, NotFound
from pilothouse.llm.failures import KeyUnreadable
from pilothouse.llm.registry import Connections, Draft
from pilothouse.store.relational import accounts, connections, model_spend
from pilothouse.store.relational.database import Database
from pilothouse.store.sealing import Sealing

KEY = "sk-secret-abcdefghijklmnop"


def sealing(byte: int = 1) -> Sealing:
    return Sealing(lambda: bytes([byte]) * 32)


@pytest.fixture
def project_id(database: Database) -> str:
    with database.write() as db:
        organisation = accounts.add_organisation(db, "o")
        return accounts.add_project(db, organisation.id, "p").id


def test_a_connection_is_kept_sealed(database: Database, project_id: str) -> None:
    registry = Connections(database, sealing())
    made = registry.add(project_id, Draft("mine", "openai", key=KEY, models=("a", "a", "b")), "me")
    assert made.models == ["a", "b"]
    with database.read() as db:
        row = db.execute(sa.text("SELECT * FROM model_connections")).one()
    assert KEY not in str(tuple(row))
    ready = registry.ready(project_id, made.id)
    assert ready.secret.key == KEY
    assert KEY not in repr(ready) + repr(made) + repr(Draft("x", "openai", key=KEY))


def test_names_are_taken_once_in_a_project(database: Database, project_id: str) -> None:
    registry = Connections(database, sealing())
    first = registry.add(project_id, Draft("mine", "openai", key=KEY), "me")
    with pytest.raises(Conflict, match="'mine'"):
        registry.add(project_id, Draft("mine", "anthropic", key=KEY), "me")
    second = registry.add(project_id, Draft("other", "anthropic", key=KEY), "me")
    with pytest.raises(Conflict):
        registry.change(project_id, second.id, Draft("mine", "anthropic"))
    stored, new = registry.put(project_id, Draft("mine", "openai", key="sk-another-key-1"), "you")
    assert (stored.id, stored.author_id, new) == (first.id, "me", False)


def test_a_key_belongs_to_its_project_and_its_servers_key(
    database: Database, project_id: str
) -> None:
    registry = Connections(database, sealing())
    made = registry.add(project_id, Draft("mine", "openai", key=KEY), "me")
    with pytest.raises(KeyUnreadable, match="encrypted with another key"):
        Connections(database, sealing(2)).ready(project_id, made.id)
    with database.write() as db:
        organisation = accounts.add_organisation(db, "o2")
        other = accounts.add_project(db, organisation.id, "p2").id
        # Whoever can write into the table still cannot make a key theirs.
        copied = connections.find(db, project_id, made.id)
        assert copied is not None
        db.execute(sa.text("UPDATE model_connections SET project_id = :other"), {"other": other})
    with pytest.raises(KeyUnreadable):
        registry.ready(other, made.id)
    with pytest.raises(NotFound):
        registry.ready(project_id, made.id)


def test_a_key_does_not_follow_to_another_address(database: Database, project_id: str) -> None:
    registry = Connections(database, sealing())
    made = registry.add(
        project_id, Draft("mine", "openai", key=KEY, headers={"x-team": "secret"}), "me"
    )
    for draft in (
        Draft("mine", "openai", "https://evil.example/v1"),
        Draft("mine", "deepseek"),
        Draft("mine", "openai", "https://evil.example/v1", headers={}),
    ):
        with pytest.raises(BadRequest, match="enter it again"):
            registry.tried(project_id, made.id, draft)
    # A new key for a new address takes no secret header along.
    moved = registry.tried(
        project_id, made.id, Draft("mine", "openai", "https://evil.example/v1", key="sk-new-key")
    )
    assert (moved.secret.key, dict(moved.secret.headers)) == ("sk-new-key", {})
    # The provider's own address spelled out is the same address.
    same = registry.tried(
        project_id, made.id, Draft("mine", "openai", "https://api.openai.com/v1/")
    )
    assert (same.secret.key, dict(same.secret.headers)) == (KEY, {"x-team": "secret"})


def test_what_is_spent_is_summed_by_day(database: Database, project_id: str) -> None:
    with database.write() as db:
        for day, cost in ((10, 0.25), (10, 0.5), (11, 4)):
            model_spend.add(db, project_id, day, cost)
        assert model_spend.of_day(db, project_id, 10) == model_spend.Spend(0.75, 2)
        assert model_spend.of_day(db, project_id, 12) == model_spend.Spend(0, 0)
        assert model_spend.budget(db, project_id) is None
        model_spend.set_budget(db, project_id, 0)
        model_spend.set_budget(db, project_id, 2.5)
        assert model_spend.budget(db, project_id) == 2.5
        model_spend.set_budget(db, project_id, None)
        assert model_spend.budget(db, project_id) is None
