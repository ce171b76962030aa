"""Deliveries of webhooks and dealt labels, on both stores."""

from collections import Counter

import pytest

from pilothouse.domain.clock import SECOND
from pilothouse.domain.errors import BadRequest, Forbidden
from pilothouse.domain.prompt import Draft, PromptType
from pilothouse.domain.prompt_release import Arm, LabelRule, Split, check_arms
from pilothouse.prompts.registry import Prompts, Wanted
from pilothouse.prompts.webhooks import signature
from pilothouse.store.relational import accounts
from pilothouse.store.relational import prompt_webhooks as hooks
from pilothouse.store.relational.database import Database
from pilothouse.store.relational.prompt_webhooks import Webhook


def project(database: Database) -> str:
    with database.write() as db:
        organisation = accounts.add_organisation(db, "Org")
        return accounts.add_project(db, organisation.id, "Project").id


def draft(text: str, *labels: str) -> Draft:
    return Draft("greet", PromptType.TEXT, text, labels=labels)


def split(*weights: int, started_at: int = 1) -> Split:
    arms = tuple(Arm(f"arm-{place}", weight) for place, weight in enumerate(weights))
    return Split("greet", "production", arms, "", started_at)


def test_keys_are_dealt_by_weight_and_always_alike() -> None:
    dealt = [split(1, 3).arm(f"user-{n}") for n in range(4_000)]
    assert Counter(dealt)["arm-1"] == pytest.approx(3_000, abs=150)
    assert dealt == [split(1, 3).arm(f"user-{n}") for n in range(4_000)]
    # Another split deals them anew, so that the same users do not always get the new version.
    again = [split(1, 3, started_at=2).arm(f"user-{n}") for n in range(4_000)]
    same = sum(one == other for one, other in zip(dealt, again, strict=True))
    assert same == pytest.approx(2_500, abs=200)


@pytest.mark.parametrize(
    "arms",
    [
        (Arm("a", 1),),
        (Arm("a", 1), Arm("a", 1)),
        (Arm("a", 1), Arm("production", 1)),
        (Arm("a", 1), Arm("latest", 1)),
        (Arm("a", 0), Arm("b", 1)),
        (Arm("a", 1), Arm("B!", 1)),
    ],
)
def test_arms_that_make_no_sense_are_refused(arms: tuple[Arm, ...]) -> None:
    with pytest.raises(BadRequest):
        check_arms("production", arms)


def test_a_split_is_served_and_remembered(database: Database) -> None:
    prompts, id = Prompts(database), project(database)
    prompts.create(id, draft("First", "production", "a"), "")
    prompts.create(id, draft("Second", "b"), "")
    prompts.set_split(id, "greet", "production", (Arm("a", 1), Arm("b", 1)), "")
    wanted = [Wanted("greet", label="production", key=str(n)) for n in range(40)]
    assert prompts.remembered(id, wanted[0]) is None
    served = [prompts.get(id, each).body for each in wanted]
    assert set(served) == {"First", "Second"}
    remembered = [prompts.remembered(id, each) for each in wanted]
    assert [each.body if each else "" for each in remembered] == served
    by_label = [prompts.get(id, Wanted("greet", label=f"production@{n}")).body for n in range(40)]
    assert by_label == served
    prompts.set_split(id, "greet", "production", (), "")
    assert {prompts.get(id, each).body for each in wanted} == {"First"}


def test_a_version_that_is_made_again_has_had_no_label(database: Database) -> None:
    """Under the number of one that was deleted: what was approved was another text."""
    prompts, id = Prompts(database), project(database)
    prompts.create(id, draft("Good", "production"), "")
    prompts.remove(id, "greet", "")
    prompts.create(id, draft("Bad"), "")
    prompts.protect(id, LabelRule("production", needs_approval=True), "")
    with pytest.raises(Forbidden, match="second person"):
        prompts.move_label(id, "greet", "production", 1, "", "", may_release=True)


def test_a_delivery_is_claimed_once_and_tried_again_later(database: Database) -> None:
    prompts, id = Prompts(database), project(database)
    with database.write() as db:
        hooks.add(db, Webhook("w", id, "http://example.com", "", True, "", 0))
        hooks.add(db, Webhook("silent", id, "http://example.com", "", False, "", 0))
    prompts.create(id, draft("First"), "")
    with database.write() as db:
        assert hooks.is_due(db)
        claimed = hooks.claim(db)
        assert claimed is not None
        delivery, webhook = claimed
        assert (delivery.event, webhook.id) == ("prompt.version_created", "w")
        assert hooks.claim(db) is None
        hooks.note(db, delivery, 500, "no")
    with database.read() as db:
        (found,) = hooks.deliveries(db, "w")
        assert (found.status, found.attempts, found.response_status) == ("waiting", 1, 500)
        assert found.next_at >= delivery.created_at + 10 * SECOND
        assert not hooks.is_due(db)
    with database.write() as db:
        for attempts in range(1, 7):
            last = hooks.Delivery(**{**_fields(found), "attempts": attempts})
            hooks.note(db, last, 0, "still no")
        (found,) = hooks.deliveries(db, "w")
        assert (found.status, found.finished_at > 0) == ("failed", True)
        assert hooks.again(db, "w", found.id)
        claimed = hooks.claim(db)
        assert claimed is not None
        hooks.note(db, claimed[0], 204, "")
        (found,) = hooks.deliveries(db, "w")
        assert (found.status, found.response_status, found.error) == ("delivered", 204, "")


def _fields(delivery: hooks.Delivery) -> dict[str, object]:
    return {name: getattr(delivery, name) for name in hooks.Delivery.__slots__}


def test_the_signature_is_of_time_and_body() -> None:
    told = signature("secret", '{"a":1}', 1_700_000_000)
    # As `openssl dgst -sha256 -hmac` has it.
    assert told == (
        "t=1700000000,v1=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686"
    )
    assert told != signature("secret", '{"a":2}', 1_700_000_000)
    assert told != signature("secret", '{"a":1}', 1_700_000_001)
    assert told != signature("other", '{"a":1}', 1_700_000_000)
