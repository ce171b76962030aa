"""Prompts under versions: numbers, labels, composition and what is remembered, on both engines."""

import time
from typing import Any

import pytest

from pilothouse.domain.errors import BadRequest, NotFound, Unavailable
from pilothouse.domain.prompt import Draft, PromptType, PromptVersion
from pilothouse.prompts.registry import Prompts, Wanted
from pilothouse.store.relational import accounts, prompts
from pilothouse.store.relational.database import Database


@pytest.fixture
def project(database: Database) -> str:
    with database.write() as db:
        organisation = accounts.add_organisation(db, "Org")
        return accounts.add_project(db, organisation.id, "Project").id


def text(name: str, body: str, *labels: str, **more: Any) -> Draft:
    return Draft(name, PromptType.TEXT, body, labels=labels, **more)


def labels_of(made: Prompts, database: Database, project: str, name: str) -> dict[int, list[str]]:
    with database.read() as db:
        return {each.version: list(each.labels) for each in prompts.versions(db, project, name)}


def test_versions_count_up_and_the_newest_is_latest(database: Database, project: str) -> None:
    made = Prompts(database)
    first = made.create(project, text("greet", "one", "production"), "me")
    second = made.create(project, text("greet", "two", "production"), "me")
    third = made.create(project, text("greet", "three"), "me")
    assert [each.version for each in (first, second, third)] == [1, 2, 3]
    assert second.labels == ("production", "latest")
    assert labels_of(made, database, project, "greet") == {3: ["latest"], 2: ["production"], 1: []}
    assert made.get(project, Wanted("greet")).body == "two"
    assert made.get(project, Wanted("greet", version=1)).body == "one"
    assert made.get(project, Wanted("greet", label="latest")).body == "three"


def test_a_rollback_moves_the_label_and_is_remembered(database: Database, project: str) -> None:
    made = Prompts(database)
    made.create(project, text("greet", "one", "production"), "me")
    made.create(project, text("greet", "two", "production"), "me")
    back = made.set_labels(project, "greet", 1, ["production"], "ops", "two was rude")
    assert back.labels == ("production",)
    assert made.get(project, Wanted("greet")).body == "one"
    with database.read() as db:
        moves = prompts.label_moves(db, project, name="greet")
    newest = max(moves, key=lambda move: move.moved_at)
    assert (newest.label, newest.from_version, newest.to_version) == ("production", 2, 1)
    assert (newest.author_id, newest.reason) == ("ops", "two was rude")


def test_of_many_moves_those_by_hand_are_found_page_by_page(
    database: Database, project: str
) -> None:
    made = Prompts(database)
    made.create(project, text("greet", "one", "production"), "me")
    with database.write() as db:
        at = prompts.named(db, project, "greet")
        assert at is not None
        for moment in range(1, 2_203):
            label = "latest" if moment % 2 else "staging"
            to = moment // 2 % 2  # every move is one
            prompts.move_label(db, project, at, label, to, "me", "", moment)
    with database.read() as db:
        newest = prompts.label_moves(db, project, name="greet", by_hand=True)
        older = prompts.label_moves(
            db, project, name="greet", by_hand=True, end=newest[-1].moved_at
        )
    assert len(newest) == 1_000
    assert "latest" not in {each.label for each in [*newest, *older]}
    assert (len(older), older[-1].moved_at) == (102, 2)


def test_tags_belong_to_the_name_and_stay_unless_told(database: Database, project: str) -> None:
    made = Prompts(database)
    made.create(project, text("greet", "one", tags=("a", "b")), "me")
    assert made.create(project, text("greet", "two"), "me").tags == ("a", "b")
    assert made.create(project, text("greet", "three", tags=()), "me").tags == ()
    assert made.get(project, Wanted("greet", version=1)).version.tags == ()


def test_prompts_are_composed_of_others(database: Database, project: str) -> None:
    made = Prompts(database)
    made.create(project, text("tone", "Be kind.", "production"), "me")
    made.create(
        project, text("rules", "@@@langfusePrompt:name=tone|label=production@@@ Be brief."), "me"
    )
    body = [
        {"role": "system", "content": "@@@langfusePrompt:name=rules|version=1@@@ Hello {{name}}"},
        {"type": "placeholder", "name": "history"},
    ]
    made.create(project, Draft("agent", PromptType.CHAT, body, labels=("production",)), "me")
    whole = made.get(project, Wanted("agent"))
    assert whole.body == [
        {"role": "system", "content": "Be kind. Be brief. Hello {{name}}"},
        {"type": "placeholder", "name": "history"},
    ]
    assert sorted(part.name for inside in whole.composed.parts.values() for part in inside) == [
        "rules",
        "tone",
    ]
    assert made.get(project, Wanted("agent", resolve=False)).body == body
    made.create(project, text("tone", "Be blunt.", "production"), "me")
    assert "Be blunt." in str(made.get(project, Wanted("agent")).body)


def test_no_move_of_a_label_breaks_what_is_served(database: Database, project: str) -> None:
    made = Prompts(database)
    part = "@@@langfusePrompt:name={}|label=production@@@".format
    made.create(project, text("tone", "kind", "production"), "me")
    made.create(project, text("whole", part("tone"), "production"), "me")
    made.create(project, text("tone", part("whole")), "me")

    def move(version: int) -> None:
        made.move_label(project, "tone", "production", version, "me", "")

    with pytest.raises(BadRequest, match="whole v1 takes in 'tone': Circular"):
        move(2)
    with pytest.raises(BadRequest, match="Circular"):
        made.set_labels(project, "tone", 2, ["production"], "me")
    with pytest.raises(BadRequest, match="whole v1 takes in 'tone': Prompt dependency not found"):
        move(0)
    assert made.get(project, Wanted("whole")).body == "kind"
    # Also through others, and by a new version.
    for place in range(4):
        inner = f"deep{place - 1}" if place else "whole"
        made.create(project, text(f"deep{place}", part(inner), "production"), "me")
    made.create(project, text("leaf", "leaf", "production"), "me")
    with pytest.raises(BadRequest, match=r"deep3 v1 takes in 'tone': .* 5 levels"):
        made.create(project, text("tone", part("leaf"), "production"), "me")
    assert made.get(project, Wanted("deep3")).body == "kind"
    # What nobody is served does not stand in the way.
    made.create(project, text("whole", "alone", "production"), "me")
    move(2)
    assert made.get(project, Wanted("tone")).body == "alone"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("@@@langfusePrompt:name=gone|label=production@@@", "not found"),
        ("@@@langfusePrompt:name=self|label=latest@@@", "Circular"),
        ("@@@langfusePrompt:name=chat|label=latest@@@", "chat prompt"),
        ("@@@langfusePrompt:name=d5|label=latest@@@", "levels deep"),
    ],
)
def test_what_cannot_be_composed_is_refused_when_it_is_made(
    database: Database, project: str, body: str, says: str
) -> None:
    made = Prompts(database)
    made.create(project, Draft("chat", PromptType.CHAT, [{"role": "user", "content": "hi"}]), "me")
    made.create(project, text("d0", "deep"), "me")
    for level in range(1, 6):
        inner = f"@@@langfusePrompt:name=d{level - 1}|label=latest@@@"
        made.create(project, text(f"d{level}", inner), "me")
    with pytest.raises(BadRequest, match=says):
        made.create(project, text("self", body), "me")
    with pytest.raises(NotFound):
        made.get(project, Wanted("self", version=1))


def test_deleting_gives_latest_back_and_keeps_what_others_need(
    database: Database, project: str
) -> None:
    made = Prompts(database)
    made.create(project, text("tone", "one"), "me")
    made.create(project, text("tone", "two"), "me")
    made.create(project, text("user", "@@@langfusePrompt:name=tone|version=1@@@"), "me")
    made.remove(project, "tone", "me", version=2)
    assert labels_of(made, database, project, "tone") == {1: ["latest"]}
    with pytest.raises(BadRequest, match="depending"):
        made.remove(project, "tone", "me")
    made.remove(project, "user", "me")
    made.remove(project, "tone", "me", label="latest")
    with pytest.raises(NotFound):
        made.remove(project, "tone", "me")


@pytest.mark.parametrize(
    "draft",
    [
        text("", "x"),
        text("a|b", "x"),
        text("<b>", "x"),
        text("new", "x"),
        text("/a", "x"),
        text("a" * 256, "x"),
        text("a", "x", "Bad Label"),
        text("a", "x", "l" * 37),
        Draft("a", PromptType.TEXT, [{"role": "user", "content": "x"}]),
        Draft("a", PromptType.CHAT, "x"),
        Draft("a", PromptType.CHAT, [{"role": "user"}]),
        Draft("a", PromptType.CHAT, [{"type": "placeholder"}]),
        Draft(
            "a",
            PromptType.CHAT,
            [{"role": "user", "content": "{{x}}"}, {"type": "placeholder", "name": "x"}],
        ),
    ],
)
def test_bad_drafts_are_refused(database: Database, project: str, draft: Draft) -> None:
    with pytest.raises(BadRequest):
        Prompts(database).create(project, draft, "me")


def test_a_name_keeps_its_type(database: Database, project: str) -> None:
    made = Prompts(database)
    made.create(project, text("a", "x"), "me")
    with pytest.raises(BadRequest, match="different prompt type"):
        made.create(project, Draft("a", PromptType.CHAT, []), "me")


def test_one_projects_prompts_are_not_anothers(database: Database, project: str) -> None:
    made = Prompts(database)
    made.create(project, text("a", "x", "production"), "me")
    with database.write() as db:
        organisation = accounts.add_organisation(db, "Other")
        other = accounts.add_project(db, organisation.id, "Other").id
    with pytest.raises(NotFound):
        made.get(other, Wanted("a"))
    with pytest.raises(NotFound):
        made.set_labels(other, "a", 1, ["production"], "me", "")


def within(seconds: float, seen: Any) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if seen():
            return True
        time.sleep(0.02)
    return False


def test_another_replica_sees_a_change_within_a_second(database: Database, project: str) -> None:
    one, other = Prompts(database), Prompts(database)
    other.start()
    try:
        one.create(project, text("a", "old", "production"), "me")
        other.get(project, Wanted("a"))
        assert other.remembered(project, Wanted("a", label="production")) is None
        assert other.remembered(project, Wanted("a")) is not None
        one.create(project, text("a", "new", "production"), "me")
        assert within(1.0, lambda: other.remembered(project, Wanted("a")) is None)
        assert other.get(project, Wanted("a")).body == "new"
    finally:
        other.close()


def test_what_is_remembered_is_answered_while_the_store_is_away(
    database: Database, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Prompts(database)
    made.create(project, text("a", "x", "production"), "me")
    made.get(project, Wanted("a"))

    def away(*_: Any) -> Any:
        raise Unavailable("gone")

    monkeypatch.setattr(database, "read", away)
    found = made.remembered(project, Wanted("a"))
    assert found is not None
    assert not made.is_stale(project)
    monkeypatch.setattr("pilothouse.prompts.registry._FRESH", 0.0)
    time.sleep(0.01)
    stale = made.remembered(project, Wanted("a"))
    assert stale is not None
    assert (made.is_stale(project), stale.body) == (True, "x")
    assert stale is found
    with pytest.raises(Unavailable):
        made.get(project, Wanted("b"))


def test_everything_asked_of_a_list(database: Database, project: str) -> None:
    made = Prompts(database)
    for name in ("b", "a/one", "a/two"):
        made.create(project, text(name, "x", tags=("t" if name == "b" else "tt",)), "me")
    made.set_labels(project, "a/two", 1, ["staging"], "me", "")

    def names(asked: prompts.Asked, limit: int = 10, offset: int = 0) -> list[str]:
        with database.read() as db:
            found = prompts.page(db, project, asked, limit, offset)
            assert prompts.count(db, project, asked) >= len(found)
        return [each.name for each in found]

    assert names(prompts.Asked()) == ["a/one", "a/two", "b"]
    assert names(prompts.Asked(), 1, 1) == ["a/two"]
    assert names(prompts.Asked(tag="t")) == ["b"]
    assert names(prompts.Asked(label="staging")) == ["a/two"]
    assert names(prompts.Asked(name="b")) == ["b"]
    assert names(prompts.Asked(updated_from=2**60)) == []


def test_versions_are_whole(database: Database, project: str) -> None:
    made = Prompts(database)
    config = {"model": "gpt-5", "temperature": 0.5, "tools": [{"name": "搜索"}]}
    draft = text("a", "你好 {{name}}", config=config, commit_message="第一版")
    made.create(project, draft, "me")
    found = made.get(project, Wanted("a", version=1)).version
    assert isinstance(found, PromptVersion)
    assert (found.body, found.config) == ("你好 {{name}}", config)
    assert (found.commit_message, found.author_id) == ("第一版", "me")
