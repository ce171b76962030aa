"""Annotation queues in our own API: served without two people getting one place, blind, settled."""

import json
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.access import Role
from pilothouse.domain.clock import now
from pilothouse.domain.review import (
    LEASE,
    Chosen,
    Progress,
    Queue,
    QueueItem,
    QueueStatus,
    ReviewStatus,
    Subject,
)
from pilothouse.store.relational import (
    accounts,
    annotation_queues,
    annotation_reviews,
    schema,
)
from pilothouse.store.relational.database import Database
from pilothouse.wiring import Wired
from tests.langfuse.test_brought_along import ingest
from tests.langfuse.test_native_scores import ALWAYS, Person, sent, trace


@pytest.fixture
def member(client: TestClient, wired: Wired) -> Person:
    return Person(client, wired, Role.MEMBER)


@pytest.fixture
def ann(client: TestClient, wired: Wired) -> Person:
    return Person(client, wired, Role.ANNOTATOR)


@pytest.fixture
def bob(client: TestClient, wired: Wired) -> Person:
    return Person(client, wired, Role.ANNOTATOR)


def queue(member: Person, traces: Sequence[str], **told: Any) -> tuple[str, str]:
    """A queue with these traces that asks for one yes or no; its id and the config's."""
    config = member.config(data_type="boolean")
    body = {"name": uuid.uuid4().hex, "score_config_ids": [config], **told}
    made = member.ask("POST", "/annotation-queues", json=body)
    assert made.status_code == 201, made.text
    subjects = [{"trace_id": each} for each in traces]
    if subjects:
        path = f"/annotation-queues/{made.json()['id']}/items"
        added = member.ask("POST", path, json={"subjects": subjects}).json()
        assert added == {"added": len(subjects), "known": 0}
    return made.json()["id"], config


def take(person: Person, queue_id: str, item_id: str = "") -> Any:
    path = f"/annotation-queues/{queue_id}/take"
    answer = person.ask("POST", path, json={"item_id": item_id})
    assert answer.status_code == 200, answer.text
    return answer.json()


def say(person: Person, queue_id: str, item: Any, config: str, value: bool, **more: Any) -> Any:
    body = {
        "status": "completed",
        "scores": [{"config_id": config, "value": value, "comment": "so"}],
        **more,
    }
    path = f"/annotation-queues/{queue_id}/items/{item['id']}/review"
    answer = person.ask("PUT", path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_queue_is_made_changed_and_forgotten(member: Person, ann: Person) -> None:
    queue_id, config = queue(member, [], instructions="**Look** closely", overlap=3, is_blind=True)
    shown = ann.ask("GET", f"/annotation-queues/{queue_id}").json()
    assert (shown["overlap"], shown["is_blind"], shown["asked"]) == (3, True, True)
    assert [each["id"] for each in shown["configs"]] == [config]
    body = {"name": shown["name"], "score_config_ids": [config], "assigned": [member.id]}
    assert ann.ask("PUT", f"/annotation-queues/{queue_id}", json=body).status_code == 403
    changed = member.ask("PUT", f"/annotation-queues/{queue_id}", json=body).json()
    assert [each["user_id"] for each in changed["assigned"]] == [member.id]
    assert not ann.ask("GET", f"/annotation-queues/{queue_id}").json()["asked"]
    refused = ann.ask("POST", f"/annotation-queues/{queue_id}/take", json={})
    assert refused.status_code == 403
    for wrong in (
        {"score_config_ids": ["nowhere"]},
        {"score_config_ids": []},
        {"overlap": 11},
        {"assigned": ["nobody"]},
        {"name": " "},
    ):
        answer = member.ask("POST", "/annotation-queues", json=body | {"name": "new"} | wrong)
        assert answer.status_code in (400, 422), wrong
    twice = member.ask("POST", "/annotation-queues", json=body)
    assert twice.status_code == 409
    assert member.ask("DELETE", f"/annotation-queues/{queue_id}").status_code == 204
    assert member.ask("GET", f"/annotation-queues/{queue_id}").status_code == 404


def test_items_are_there_once_and_must_exist(
    client: TestClient, member: Person, ann: Person
) -> None:
    session_id = uuid.uuid4().hex
    one = trace(client, sessionId=session_id)
    queue_id, _ = queue(member, [one])
    path = f"/annotation-queues/{queue_id}/items"
    both = {"subjects": [{"trace_id": one}, {"session_id": session_id}]}
    assert ann.ask("POST", path, json=both).json() == {"added": 1, "known": 1}
    listed = ann.ask("GET", path).json()
    assert [(each["subject"], each["name"]) for each in listed["items"]] == [
        ("trace", "answer"),
        ("session", session_id),
    ]
    for wrong, status in (
        ({"trace_id": "nowhere"}, 404),
        ({"session_id": "nowhere"}, 404),
        ({"trace_id": one, "span_id": "nowhere"}, 404),
        ({"trace_id": one, "session_id": session_id}, 400),
        ({"span_id": "alone"}, 400),
    ):
        assert ann.ask("POST", path, json={"subjects": [wrong]}).status_code == status, wrong
    ids = [each["id"] for each in listed["items"]]
    gone = {"item_ids": [ids[1], "nowhere"]}
    assert ann.ask("POST", f"{path}/delete", json=gone).status_code == 403
    assert member.ask("POST", f"{path}/delete", json=gone).status_code == 204
    assert [each["id"] for each in ann.ask("GET", path).json()["items"]] == ids[:1]


def test_each_item_is_served_to_as_many_as_it_needs(
    client: TestClient, member: Person, ann: Person, bob: Person
) -> None:
    traces = [trace(client) for _ in range(2)]
    queue_id, config = queue(member, traces)
    first = take(ann, queue_id)["item"]
    assert first["trace_id"] == traces[0]
    # Asking again gives what one has; somebody else gets the next, and a third nothing.
    assert take(ann, queue_id)["item"]["id"] == first["id"]
    second = take(bob, queue_id)["item"]
    assert second["trace_id"] == traces[1]
    assert take(member, queue_id)["item"] is None
    taken = f"/annotation-queues/{queue_id}/take"
    assert member.ask("POST", taken, json={"item_id": first["id"]}).status_code == 409
    done = say(ann, queue_id, first, config, True)
    assert done["status"] == "completed"
    # What is given back is free; what is skipped is served to others alone, until one asks again.
    base = f"/annotation-queues/{queue_id}"
    assert bob.ask("POST", f"{base}/items/{second['id']}/give-back").status_code == 204
    assert bob.ask("POST", f"{base}/items/{second['id']}/renew").status_code == 409
    assert take(ann, queue_id)["item"]["id"] == second["id"]
    skip = {"status": "skipped"}
    path = f"{base}/items/{second['id']}/review"
    assert ann.ask("PUT", path, json=skip).status_code == 200
    nothing = take(ann, queue_id)
    assert (nothing["item"], nothing["progress"]["skipped"]) == (None, 1)
    assert ann.ask("POST", f"{base}/skipped").json()["item"]["id"] == second["id"]
    progress = take(ann, queue_id)["progress"]
    told = {"items": 2, "completed": 1, "waiting": 1, "mine": 1, "skipped": 0}
    assert progress == told


def test_several_people_say_their_own(
    client: TestClient, member: Person, ann: Person, bob: Person
) -> None:
    one = trace(client)
    queue_id, config = queue(member, [one], overlap=2)
    item = take(ann, queue_id)["item"]
    assert say(ann, queue_id, item, config, True, correction="Better")["status"] == "pending"
    assert take(ann, queue_id)["item"] is None
    assert take(bob, queue_id)["item"]["id"] == item["id"]
    assert say(bob, queue_id, item, config, False)["status"] == "completed"
    given = [each for each in member.listed(trace=one) if each["score"]["text"] != "Better"]
    said = {each["score"]["author_id"]: each["score"]["value"] for each in given}
    assert said == {ann.id: 1, bob.id: 0}
    assert {each["score"]["queue_id"] for each in given} == {queue_id}
    assert {each["score"]["config_id"] for each in given} == {config}
    # One's own is found again and changed, not given twice; the correction that is left out goes.
    again = take(ann, queue_id, item["id"])
    assert {each["data_type"] for each in again["scores"]} == {"boolean", "correction"}
    say(ann, queue_id, item, config, False)
    [own] = take(ann, queue_id, item["id"])["scores"]
    assert own["value"] == 0
    assert len(member.listed(trace=one)) == 2


def test_what_does_not_fit_is_refused(client: TestClient, member: Person, ann: Person) -> None:
    queue_id, config = queue(member, [trace(client)])
    base = f"/annotation-queues/{queue_id}"
    item = ann.ask("GET", f"{base}/items").json()["items"][0]
    path = f"{base}/items/{item['id']}/review"
    score = {"config_id": config, "value": True}
    assert ann.ask("PUT", path, json={"status": "completed", "scores": [score]}).status_code == 409
    take(ann, queue_id)
    for wrong in (
        {"scores": []},
        {"scores": [{"config_id": config, "value": "yes"}]},
        {"scores": [{"config_id": "other", "value": True}]},
        {"scores": [score, score]},
        {"status": "skipped", "scores": [score]},
    ):
        body = {"status": "completed", **wrong}
        assert ann.ask("PUT", path, json=body).status_code == 400, wrong
    # A key is nobody who could say something.
    asked = client.post(f"/api/pilothouse/projects/{_project(client)}{base}/take", json={})
    assert asked.status_code == 400


def _project(client: TestClient) -> str:
    return client.get("/api/public/projects").json()["data"][0]["id"]


# -- blind ---------------------------------------------------------------------------------------


def test_nobody_sees_what_others_said_before_their_own(
    client: TestClient, member: Person, ann: Person, bob: Person
) -> None:
    session_id = uuid.uuid4().hex
    one = trace(client, sessionId=session_id, timestamp="2026-11-01T00:00:00Z")
    queue_id, config = queue(member, [one], overlap=2, is_blind=True)
    item = take(ann, queue_id)["item"]
    say(ann, queue_id, item, config, True, correction="Better")

    def seen(person: Person) -> list[int]:
        page = person.ask(
            "GET", "/traces", params={"start": 0, "end": 2**52, "filter": f"trace:{one}"}
        )
        sums = [len(each["scores"]) for each in page.json()["items"]]
        session = person.ask("GET", f"/sessions/{session_id}").json()
        found = person.ask("GET", f"/traces/{one}").json()
        return [
            *sums,
            len(found["scores"]),
            len(found["trace"]["scores"]),
            len(person.listed(trace=one)),
            int(person.ask("GET", f"/traces/{one}/correction").json()["item"] is not None),
            len(session["turns"][0]["trace"]["scores"]),
            len(session["session"]["scores"]),
        ]

    assert seen(ann) == [1, 2, 1, 2, 1, 1, 1]
    assert seen(bob) == [0] * 7
    # What a judge says by the same name is not told either, and other scores are.
    named = member.ask("GET", f"/annotation-queues/{queue_id}").json()["configs"][0]["name"]
    for name in (named, "latency"):
        sent(client, one, name, 1, id=f"{one}-{name}")
    names = [each["score"]["name"] for each in bob.listed(trace=one)]
    assert names == ["latency"]
    assert [each["name"] for each in bob.ask("GET", f"/traces/{one}").json()["scores"]] == names
    assert len(ann.listed(trace=one)) == 4
    for name in (named, "latency"):
        client.delete(f"/api/public/scores/{one}-{name}").raise_for_status()
    # An owner who is not asked sees all of it, once the queue asks others by name.
    name = member.ask("GET", f"/annotation-queues/{queue_id}").json()["name"]
    body = {
        "name": name,
        "score_config_ids": [config],
        "overlap": 2,
        "is_blind": True,
        "assigned": [ann.id, bob.id],
    }
    assert seen(member) == [0] * 7
    assert member.ask("PUT", f"/annotation-queues/{queue_id}", json=body).status_code == 200
    assert seen(member) == [1, 2, 1, 2, 1, 1, 1]
    # Skipping does not open what others said.
    take(bob, queue_id)
    path = f"/annotation-queues/{queue_id}/items/{item['id']}/review"
    bob.ask("PUT", path, json={"status": "skipped"})
    assert seen(bob) == [0] * 7
    bob.ask("POST", f"/annotation-queues/{queue_id}/skipped")
    say(bob, queue_id, item, config, False)
    assert seen(bob)[1] == 3


def test_no_chart_filter_or_comment_tells_what_is_blind(
    client: TestClient, member: Person, ann: Person, bob: Person
) -> None:
    one, other = trace(client), trace(client)
    prompt = f"blind {one}"
    said = {"name": prompt, "type": "text", "prompt": "Hello"}
    client.post("/api/public/v2/prompts", json=said).raise_for_status()
    for about in (one, other):
        call = {"id": uuid.uuid4().hex, "traceId": about, "promptName": prompt, "promptVersion": 1}
        ingest(client, "generation-create", startTime="2026-11-01T00:00:00Z", **call)
    queue_id, config = queue(member, [one], overlap=2, is_blind=True)
    say(ann, queue_id, take(ann, queue_id)["item"], config, True)
    name = member.ask("GET", f"/annotation-queues/{queue_id}").json()["configs"][0]["name"]
    for about, value in ((one, 1), (other, 1)):
        score = {"traceId": about, "name": name, "value": value, "dataType": "BOOLEAN"}
        client.post("/api/public/scores", json={**score, "source": "EVAL"}).raise_for_status()
    words = f"@[Bob](user:{bob.id}) it is right"
    note = {"subject": "trace", "trace_id": one, "content": words}
    assert ann.ask("POST", "/comments", json=note).status_code == 201
    within = {"start": 0, "end": 2**52}
    kind = {"name": name, "data_type": "boolean"}
    counted = {"view": "scores", "measures": [{"measure": "count"}], "filter": f'name:"{name}"'}

    def told(person: Person) -> tuple[int, ...]:
        listed = {"filter": f'score."{name}":1'}
        traces = person.ask("GET", "/traces", params={**within, **listed}).json()["items"]
        facets = person.ask("GET", "/facets", params={**within, **listed}).json()["facets"]
        chart = person.ask("POST", "/charts", json={**counted, **within}).json()["rows"]
        analysed = person.ask("POST", "/scores/analytics", json={"first": kind, **within}).json()
        comments = person.ask("GET", "/comments", params={"trace_id": one}).json()["items"]
        production = person.ask(
            "GET", "/prompts/production", params={"name": prompt, **within}
        ).json()
        return (
            production["versions"][0]["calls"],
            production["holds_back"],
            len(traces),
            sum(each["count"] for each in facets[0]["values"]),
            chart[0][-1],
            analysed["summaries"][0]["count"],
            len(comments),
        )

    def mentioned() -> tuple[int, int]:
        found = bob.ask_of_me("GET", "/mentions").json()
        return len(found["items"]), found["unseen"]

    assert told(ann) == (2, False, 2, 2, 3, 3, 1)
    assert told(bob) == (1, True, 1, 1, 1, 1, 0)
    assert mentioned() == (0, 0)
    assert bob.ask_of_me("POST", "/mentions/seen", json={}).status_code == 204
    say(bob, queue_id, take(bob, queue_id)["item"], config, False)
    assert told(bob) == (2, False, 2, 2, 4, 4, 1)
    assert mentioned() == (1, 1)


def test_a_link_does_not_tell_what_is_blind(
    client: TestClient, member: Person, ann: Person
) -> None:
    one = trace(client)
    queue_id, config = queue(member, [one], overlap=2, is_blind=True)
    say(ann, queue_id, take(ann, queue_id)["item"], config, True)
    member.ask("PUT", f"/sharing/traces/{one}", json={"shared": True})
    token = member.ask("GET", f"/sharing/traces/{one}").json()["token"]
    shared = client.get(f"/api/pilothouse/shared/{token}/traces/{one}").json()
    assert (shared["scores"], shared["trace"]["scores"]) == ([], {})


# -- decisions -----------------------------------------------------------------------------------


def test_a_decision_stands_beside_what_people_said(
    client: TestClient, member: Person, ann: Person, bob: Person
) -> None:
    one = trace(client)
    queue_id, config = queue(member, [one], overlap=2)
    item = take(ann, queue_id)["item"]
    say(ann, queue_id, item, config, True)
    take(bob, queue_id)
    say(bob, queue_id, item, config, False)
    path = f"/annotation-queues/{queue_id}/items/{item['id']}/decision"
    body = {"scores": [{"config_id": config, "value": True, "comment": "the manual says so"}]}
    assert ann.ask("PUT", path, json=body).status_code == 403
    settled = member.ask("PUT", path, json=body).json()
    assert settled["adjudicator_id"] == member.id
    given = [each["score"] for each in member.listed(trace=one)]
    assert sorted(
        (each["author_id"], each["adjudicated"], each["value"]) for each in given
    ) == sorted([(ann.id, False, 1), (bob.id, False, 0), (member.id, True, 1)])
    # Deciding again changes the decision, whoever does.
    other = body | {"scores": [{"config_id": config, "value": False}]}
    assert member.ask("PUT", path, json=other).status_code == 200
    final = [each["score"] for each in member.listed(trace=one) if each["score"]["adjudicated"]]
    assert [each["value"] for each in final] == [0]


# -- on both stores ------------------------------------------------------------------------------


@pytest.fixture
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('annotation') / 'db.sqlite'}"


@pytest.mark.postgres
def test_two_replicas_do_not_serve_one_place_twice_on_postgres(postgres_database: str) -> None:
    _race(postgres_database)


def test_two_replicas_do_not_serve_one_place_twice(sqlite: str) -> None:
    _race(sqlite)


def _race(url: str) -> None:
    """Eight people ask at two replicas at once for twelve places: none is given away twice."""
    replicas = [Database(url), Database(url)]
    schema.migrate(replicas[0])
    made, people = _made(replicas[0], items=6, people=8, overlap=2)
    taken: list[tuple[str, str]] = []
    begin = threading.Barrier(len(people))

    def work(place: int, user_id: str) -> None:
        begin.wait(20)
        for _ in range(3):
            with replicas[place % 2].write() as db:
                item = annotation_reviews.take_next(db, made, user_id, now())
                if item is None:
                    return
                # Held, as nobody has finished yet.
                taken.append((item.id, user_id))
            with replicas[place % 2].write() as db:
                annotation_reviews.finish(db, made, item, user_id, ReviewStatus.COMPLETED, now())

    threads = [threading.Thread(target=work, args=each) for each in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(set(taken)) == len(taken) == 12
    by_item = [item for item, _ in taken]
    assert {by_item.count(item) for item in by_item} == {2}
    with replicas[0].read() as db:
        assert annotation_queues.count_items(db, made.id, QueueStatus.COMPLETED) == 6
    for each in replicas:
        each.close()


@pytest.mark.postgres
def test_a_lease_ends_and_late_work_is_kept_on_postgres(postgres_database: str) -> None:
    _leases(postgres_database)


def test_a_lease_ends_and_late_work_is_kept(sqlite: str) -> None:
    _leases(sqlite)


def _leases(url: str) -> None:
    database = Database(url)
    schema.migrate(database)
    made, (ann, bob, *_) = _made(database, items=1, people=2, overlap=1)
    moment = now()
    with database.write() as db:
        item = annotation_reviews.take_next(db, made, ann, moment)
        assert item is not None
        assert annotation_reviews.take_next(db, made, bob, moment + LEASE - 1) is None
        assert annotation_reviews.renew(db, item.id, ann, moment + LEASE - 1)
        assert annotation_reviews.take_next(db, made, bob, moment + LEASE + 1) is None
        late = moment + 3 * LEASE
        assert annotation_reviews.take_next(db, made, bob, late) == item
        done = annotation_reviews.finish(db, made, item, bob, ReviewStatus.COMPLETED, late)
        assert done.status is QueueStatus.COMPLETED
        annotation_reviews.finish(db, made, done, ann, ReviewStatus.COMPLETED, late)
        assert annotation_reviews.completed_by(db, made.id) == {ann: 1, bob: 1}
        told = annotation_reviews.progress(db, [made.id, "none"], ann, late)
        assert told == {made.id: Progress(1, 1, 0, 1, 0), "none": Progress(0, 0, 0, 0, 0)}
        # More people are asked later: the item is open again; fewer: it is complete.
        more = replace(made, overlap=3, is_blind=True)
        annotation_queues.replace(db, more)
        annotation_reviews.count_again(db, more, late)
        assert annotation_queues.count_items(db, made.id, QueueStatus.PENDING) == 1
        assert annotation_reviews.blind_for(db, made.project_id, ann) == [more]
        open_yet = annotation_reviews.unsaid(db, [made.id], "", [item.subject_id])
        assert open_yet == {(made.id, item.subject_id)}
        assert annotation_reviews.with_unsaid_traces(db, [made.id], "") == {made.id}
        assert annotation_reviews.unsaid(db, [made.id], ann, [item.subject_id]) == set()
        annotation_queues.assign_all(db, made.id, [bob])
        assert annotation_reviews.blind_for(db, made.project_id, ann) == []
        annotation_queues.choose_by_chance(db, made.id, Subject.TRACE, [item.subject_id])
        assert annotation_queues.chosen(db, made.project_id) == [
            (Subject.TRACE, item.subject_id, item.subject_id, Chosen.RANDOM)
        ]
        annotation_queues.replace(db, made)
        annotation_reviews.count_again(db, made, late)
        assert annotation_queues.count_items(db, made.id, QueueStatus.PENDING) == 0
    database.close()


def _made(database: Database, *, items: int, people: int, overlap: int) -> tuple[Queue, list[str]]:
    moment = now()
    with database.write() as db:
        organisation = accounts.add_organisation(db, "Org")
        project = accounts.add_project(db, organisation.id, "Project")
        users = [accounts.add_user(db, f"{n}@example.com", "").id for n in range(people)]
        made = Queue(
            *(accounts.new_id(), project.id, "queue", "", (), "", overlap, False), moment, moment
        )
        annotation_queues.add(db, made)
        subjects = [f"trace-{n}" for n in range(items)]
        annotation_queues.add_items(
            db,
            [
                QueueItem(
                    id=accounts.new_id(),
                    queue_id=made.id,
                    subject=Subject.TRACE,
                    subject_id=each,
                    trace_id=each,
                    status=QueueStatus.PENDING,
                    annotator_id="",
                    completed_at=0,
                    created_at=moment,
                    updated_at=moment,
                )
                for each in subjects
            ],
        )
    return made, users


# -- agreement -----------------------------------------------------------------------------------


def test_agreement_and_what_is_disputed(
    client: TestClient, member: Person, ann: Person, bob: Person
) -> None:
    traces = [trace(client) for _ in range(8)]
    queue_id, config = queue(member, traces, overlap=2)
    told = {traces[n]: (n % 2 == 0, n % 2 == 0 or n == 3) for n in range(8)}
    for person, place in ((ann, 0), (bob, 1)):
        while item := take(person, queue_id)["item"]:
            say(person, queue_id, item, config, told[item["trace_id"]][place])
    path = f"/annotation-queues/{queue_id}"
    [found] = ann.ask("GET", f"{path}/agreement").json()["configs"]
    assert (found["items"], found["ratings"], found["level"]) == (8, 16, "nominal")
    assert found["same"]["value"] == pytest.approx(7 / 8)
    # By hand: 1 - (15 * 1) / (9 * 7).
    assert found["alpha"]["value"] == pytest.approx(1 - 15 / 63)
    [pair] = found["pairs"]
    # Observed 7/8, by chance (4*5 + 4*3)/64.
    assert pair["kappa"]["value"] == pytest.approx((7 / 8 - 0.5) / 0.5)
    assert {pair["first"], pair["second"]} == {ann.id, bob.id}

    disputed = bob.ask("GET", f"{path}/disagreements").json()
    assert disputed["total"] == 1
    [row] = disputed["items"]
    assert (row["item"]["trace_id"], row["distance"]) == (traces[3], 1)
    assert {each["user_id"]: each["value"] for each in row["configs"][0]["said"]} == {
        ann.id: 0,
        bob.id: 1,
    }
    body = {"scores": [{"config_id": config, "value": True}]}
    member.ask("PUT", f"{path}/items/{row['item']['id']}/decision", json=body)
    settled = ann.ask("GET", f"{path}/disagreements").json()["items"][0]
    assert settled["configs"][0]["decision"]["user_id"] == member.id
    left = ann.ask("GET", f"{path}/disagreements", params={"open_only": True}).json()
    assert left["total"] == 0
    # A decision is no third opinion.
    assert ann.ask("GET", f"{path}/agreement").json()["configs"][0]["ratings"] == 16
    kind = {"name": found["config"]["name"], "data_type": "boolean"}
    for only, count in ((None, 17), (True, 1), (False, 16)):
        asked = {"first": kind | {"adjudicated": only}, "start": 0, "end": 2**52}
        told_of = member.ask("POST", "/scores/analytics", json=asked).json()
        assert told_of["summaries"][0]["count"] == count


def test_agreement_of_nothing(client: TestClient, member: Person) -> None:
    queue_id, _ = queue(member, [trace(client)])
    [found] = member.ask("GET", f"/annotation-queues/{queue_id}/agreement").json()["configs"]
    assert (found["items"], found["alpha"], found["same"], found["pairs"]) == (0, None, None, [])
    assert member.ask("GET", f"/annotation-queues/{queue_id}/disagreements").json()["total"] == 0


def test_a_file_does_not_tell_what_is_blind(
    client: TestClient, member: Person, ann: Person, bob: Person
) -> None:
    one = trace(client)
    queue_id, config = queue(member, [one], overlap=2, is_blind=True)
    say(ann, queue_id, take(ann, queue_id)["item"], config, True)

    def exported(person: Person) -> dict[str, Any]:
        asked = {"list": "traces", "format": "jsonl", "filter": f"trace:{one}", **ALWAYS}
        made = person.ask("POST", "/exports", json=asked)
        assert made.status_code < 300, made.text
        path = f"/exports/{made.json()['id']}/file"
        deadline = time.monotonic() + 20
        while (answer := person.ask("GET", path)).status_code != 200:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.1)
        return json.loads(answer.text.splitlines()[0])["scores"]

    assert len(exported(ann)) == 1
    assert exported(bob) == {}
