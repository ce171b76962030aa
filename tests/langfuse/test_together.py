"""What people do together with traces: comments, bookmarks, corrections, and what they share with
anybody who has a link."""

import base64
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.access import Role
from pilothouse.domain.clock import MINUTE
from pilothouse.domain.media import digest, media_id
from pilothouse.ingest import joining
from pilothouse.store.relational import members
from pilothouse.wiring import Wired
from tests.langfuse.conftest import PROJECT
from tests.langfuse.test_datasets import export, span
from tests.langfuse.test_ingestion import LATER, event, let_go, send
from tests.langfuse.test_media import PNG
from tests.langfuse.test_native_scores import Person

ANCHOR = {"side": "output", "quote": "Paris", "before": "in ", "after": ".", "hash": "1f"}


def _nobody(request: Any) -> Any:
    return request


@pytest.fixture
def ann(client: TestClient, wired: Wired) -> Person:
    return Person(client, wired, Role.MEMBER)


@pytest.fixture
def ben(client: TestClient, wired: Wired) -> Person:
    return Person(client, wired, Role.ANNOTATOR)


@pytest.fixture
def viewer(client: TestClient, wired: Wired) -> Person:
    return Person(client, wired, Role.VIEWER)


def sent(client: TestClient, **attributes: str) -> tuple[str, str]:
    """A trace of one root span with a span inside, by OTLP: its id and that of the span inside."""
    trace, root, inside = uuid.uuid4().hex, uuid.uuid4().hex[:16], uuid.uuid4().hex[:16]
    told = {"input.value": "Where?", "output.value": "It is in Paris.", **attributes}
    export(client, span(trace, root, **told), {**span(trace, inside), "parentSpanId": root})
    return trace, inside


def said(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


# -- comments ----------------------------------------------------------------------------------


def test_people_comment_on_traces_spans_and_sessions(
    client: TestClient, ann: Person, ben: Person
) -> None:
    session = f"s/{uuid.uuid4().hex}"
    trace, inside = sent(client, **{"session.id": session})
    first = said(
        ann.ask("POST", "/comments", json={"subject": "trace", "trace_id": trace, "content": "A"}),
        201,
    )
    about = {"subject": "span", "trace_id": trace, "span_id": inside, "anchor": ANCHOR}
    second = said(ben.ask("POST", "/comments", json={**about, "content": "**Why** Paris?"}), 201)
    said(
        ben.ask(
            "POST",
            "/comments",
            json={"subject": "session", "session_id": session, "content": "All well"},
        ),
        201,
    )
    found = said(ann.ask("GET", "/comments", params={"trace_id": trace}))["items"]
    assert [(each["id"], each["subject"], each["span_id"]) for each in found] == [
        (first["id"], "trace", ""),
        (second["id"], "span", inside),
    ]
    assert (found[1]["anchor"], found[1]["author_id"]) == (ANCHOR, ben.id)
    assert found[1]["author_name"] == "annotator"
    (of_session,) = said(ann.ask("GET", "/comments", params={"session_id": session}))["items"]
    assert of_session["content"] == "All well"
    told = said(
        client.get("/api/public/comments", params={"objectType": "TRACE", "objectId": trace})
    )
    assert [each["content"] for each in told["data"]] == ["A"]


def test_comments_of_programs_stand_with_their_trace(client: TestClient, ann: Person) -> None:
    trace, inside = sent(client)
    body = {"projectId": PROJECT, "objectType": "OBSERVATION", "objectId": inside, "content": "x"}
    said(client.post("/api/public/comments", json=body))
    (found,) = said(ann.ask("GET", "/comments", params={"trace_id": trace}))["items"]
    assert (found["span_id"], found["author_id"], found["author_name"]) == (inside, "", "")


def test_a_comment_belongs_to_who_wrote_it(client: TestClient, ann: Person, ben: Person) -> None:
    trace, _ = sent(client)
    body = {"subject": "trace", "trace_id": trace, "content": "mine"}
    path = f"/comments/{said(ann.ask('POST', '/comments', json=body), 201)['id']}"
    assert ben.ask("PATCH", path, json={"content": "yours"}).status_code == 403
    assert ben.ask("DELETE", path).status_code == 403
    changed = said(ann.ask("PATCH", path, json={"content": "mine still"}))
    assert (changed["content"], changed["updated_at"] > changed["created_at"]) == (
        "mine still",
        True,
    )
    said(ann.ask("DELETE", path), 204)
    assert ann.ask("DELETE", path).status_code == 404
    assert said(ann.ask("GET", "/comments", params={"trace_id": trace}))["items"] == []


def mention(*people: Person) -> str:
    return " ".join(f"@[{person.id[:4]}](user:{person.id})" for person in people)


def mentions(person: Person) -> tuple[list[tuple[str, bool]], int]:
    """Id of the comment and whether it was seen, of each; and how many were not."""
    told = said(person.ask_of_me("GET", "/mentions"))
    return [(each["comment"]["id"], each["seen"]) for each in told["items"]], told["unseen"]


def test_who_is_mentioned_sees_it(client: TestClient, ann: Person, ben: Person) -> None:
    trace, inside = sent(client)
    about = {"subject": "span", "trace_id": trace, "span_id": inside}
    words = f"{mention(ben, ann)} look, and {mention(ben)}; @[Nobody](user:nobody)"
    first = said(ann.ask("POST", "/comments", json={**about, "content": words}), 201)["id"]
    body = {
        "projectId": PROJECT,
        "objectType": "TRACE",
        "objectId": trace,
        "content": f"{mention(ben)} from a program",
    }
    second = said(client.post("/api/public/comments", json=body))["id"]
    assert mentions(ann) == ([], 0), "who writes has no news of it"
    assert mentions(ben) == ([(second, False), (first, False)], 2)
    (_, one) = said(ben.ask_of_me("GET", "/mentions"))["items"]
    assert (one["comment"]["span_id"], one["comment"]["author_id"]) == (inside, ann.id)
    assert (one["project_id"], one["project_name"]) == (PROJECT, "Project")
    said(ben.ask_of_me("POST", "/mentions/seen", json={"comment_ids": [first]}), 204)
    assert mentions(ben) == ([(second, False), (first, True)], 1)
    said(ann.ask("PATCH", f"/comments/{first}", json={"content": f"{mention(ben)} again"}))
    assert mentions(ben)[0][1] == (first, True), "a change of words is no news"
    said(ann.ask("PATCH", f"/comments/{first}", json={"content": "never mind"}))
    assert mentions(ben) == ([(second, False)], 1)
    said(ben.ask_of_me("POST", "/mentions/seen", json={}), 204)
    assert mentions(ben) == ([(second, True)], 0)


def test_mentions_go_with_what_they_are_in(
    client: TestClient, wired: Wired, ann: Person, ben: Person
) -> None:
    prompt = client.post("/api/public/v2/prompts", json={"name": "asked/of", "prompt": "p"}).json()
    about = {"subject": "prompt", "prompt_version_id": prompt["id"]}
    kept = said(ann.ask("POST", "/comments", json={**about, "content": mention(ben)}), 201)["id"]
    (one,) = said(ben.ask_of_me("GET", "/mentions"))["items"]
    assert (one["prompt_name"], one["prompt_version"]) == ("asked/of", prompt["version"])
    trace, _ = sent(client)
    body = {"subject": "trace", "trace_id": trace, "content": mention(ben)}
    said(ann.ask("POST", "/comments", json=body), 201)
    said(client.delete(f"/api/public/traces/{trace}"))
    assert mentions(ben) == ([(kept, False)], 1)
    with wired.services.database.write() as db:
        members.place_in_project(db, ben.id, PROJECT, None)
    assert mentions(ben) == ([], 0), "of a project that is no longer open to them"


def test_who_may_comment(client: TestClient, ann: Person, viewer: Person) -> None:
    trace, _ = sent(client)
    body = {"subject": "trace", "trace_id": trace, "content": "x"}
    assert viewer.ask("POST", "/comments", json=body).status_code == 403
    said(viewer.ask("GET", "/comments", params={"trace_id": trace}))
    by_key = client.post(f"/api/pilothouse/projects/{PROJECT}/comments", json=body)
    assert by_key.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"subject": "trace", "trace_id": "none", "content": "x"},
        {"subject": "span", "trace_id": "none", "span_id": "none", "content": "x"},
        {"subject": "session", "session_id": "none", "content": "x"},
        {"subject": "span", "trace_id": "none", "content": "x"},
        {"subject": "trace", "content": "x"},
        {"subject": "trace", "trace_id": "t", "session_id": "s", "content": "x"},
        {"subject": "trace", "trace_id": "t", "content": ""},
        {"subject": "trace", "trace_id": "t", "content": "x" * 5_001},
        {"subject": "trace", "trace_id": "t", "content": "x", "anchor": {"side": "left"}},
        {"subject": "prompt", "trace_id": "t", "content": "x"},
    ],
)
def test_bad_comments_are_told(ann: Person, body: dict[str, Any]) -> None:
    assert ann.ask("POST", "/comments", json=body).status_code in (400, 404)


def test_a_deleted_trace_takes_its_comments_along(client: TestClient, ann: Person) -> None:
    trace, inside = sent(client)
    about = {"subject": "span", "trace_id": trace, "span_id": inside, "content": "x"}
    said(ann.ask("POST", "/comments", json=about), 201)
    said(ann.ask("DELETE", f"/traces/{trace}"), 204)
    assert said(ann.ask("GET", "/comments", params={"trace_id": trace}))["items"] == []


# -- bookmarks ---------------------------------------------------------------------------------


def whole(client: TestClient, trace: str) -> dict[str, Any]:
    """All that is known of a trace but when it was written."""
    found = said(client.get(f"/api/public/traces/{trace}"))
    for each in (found, *found["observations"]):
        each.pop("updatedAt", None)
        each.pop("bookmarked", None)
    return found


def is_starred(client: TestClient, trace: str) -> bool:
    return said(client.get(f"/api/public/traces/{trace}"))["bookmarked"]


def test_a_bookmark_changes_nothing_else(client: TestClient, ann: Person) -> None:
    trace, _ = sent(client, **{"session.id": "s", "user.id": "u", "langfuse.trace.tags": "[]"})
    before = whole(client, trace)
    said(ann.ask("PUT", f"/bookmarks/traces/{trace}"), 204)
    assert (is_starred(client, trace), whole(client, trace)) == (True, before)
    within = {"start": 0, "end": 2**52, "filter": f"bookmarked:true trace:{trace}"}
    (row,) = said(ann.ask("GET", "/traces", params=within))["items"]
    assert row["bookmarked"] is True
    said(ann.ask("DELETE", f"/bookmarks/traces/{trace}"), 204)
    assert (is_starred(client, trace), whole(client, trace)) == (False, before)


def test_what_comes_later_keeps_the_bookmark(
    client: TestClient, wired: Wired, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = str(uuid.uuid4())
    send(
        client,
        event("trace-create", {"id": trace, "name": "chat", "input": "hi", "metadata": {"a": 1}}),
        event("span-create", {"id": f"{trace}-s", "traceId": trace, "name": "step"}),
    )
    before = whole(client, trace)
    said(ann.ask("PUT", f"/bookmarks/traces/{trace}"), 204)
    assert (is_starred(client, trace), whole(client, trace)) == (True, before)
    send(client, event("trace-create", {"id": trace, "output": "ho"}, LATER))
    assert is_starred(client, trace)
    monkeypatch.setattr(joining, "KEEP_QUIET", -MINUTE)
    let_go(wired)
    send(client, event("trace-create", {"id": trace, "userId": "u"}, LATER))
    assert is_starred(client, trace)
    let_go(wired)
    said(ann.ask("DELETE", f"/bookmarks/traces/{trace}"), 204)
    after = said(client.get(f"/api/public/traces/{trace}"))
    assert (after["bookmarked"], after["output"], after["userId"]) == (False, "ho", "u")
    assert (after["input"], len(after["observations"])) == ("hi", 1)


def test_a_trace_without_a_head_of_its_own_is_bookmarked(client: TestClient, ann: Person) -> None:
    trace = str(uuid.uuid4())
    send(client, event("span-create", {"id": f"{trace}-s", "traceId": trace, "name": "lone"}))
    said(ann.ask("PUT", f"/bookmarks/traces/{trace}"), 204)
    send(client, event("span-update", {"id": f"{trace}-s", "traceId": trace, "output": "done"}))
    found = said(client.get(f"/api/public/traces/{trace}"))
    (observation,) = found["observations"]
    assert (found["bookmarked"], observation["name"], observation["output"]) == (
        True,
        "lone",
        "done",
    )


def test_spans_that_come_before_their_root_keep_what_it_tells(
    client: TestClient, ann: Person
) -> None:
    trace, root, inside = uuid.uuid4().hex, uuid.uuid4().hex[:16], uuid.uuid4().hex[:16]
    export(client, {**span(trace, inside), "parentSpanId": root})
    said(ann.ask("PUT", f"/bookmarks/traces/{trace}"), 204)
    export(client, span(trace, root, **{"user.id": "u"}))
    detail = said(ann.ask("GET", f"/traces/{trace}"))
    assert [each["user_id"] for each in detail["spans"]] == ["u", "u"]


def test_sessions_are_bookmarked_each_for_itself(client: TestClient, ann: Person) -> None:
    one, other = f"a/{uuid.uuid4().hex}", f"b {uuid.uuid4().hex}"
    for session in (one, other):
        sent(client, **{"session.id": session})
    for _ in range(2):
        said(ann.ask("PUT", f"/bookmarks/sessions/{one}"), 204)
    listed = said(ann.ask("GET", "/sessions", params={"start": 0, "end": 2**52, "limit": 500}))
    starred = {each["session_id"]: each["bookmarked"] for each in listed["items"]}
    assert (starred[one], starred[other]) == (True, False)
    assert said(ann.ask("GET", f"/sessions/{one}"))["session"]["bookmarked"] is True
    said(ann.ask("DELETE", f"/bookmarks/sessions/{one}"), 204)
    assert said(ann.ask("GET", f"/sessions/{one}"))["session"]["bookmarked"] is False


def test_who_may_bookmark_and_what(client: TestClient, ben: Person, viewer: Person) -> None:
    trace, _ = sent(client)
    assert viewer.ask("PUT", f"/bookmarks/traces/{trace}").status_code == 403
    said(ben.ask("PUT", f"/bookmarks/traces/{trace}"), 204)
    assert ben.ask("PUT", "/bookmarks/traces/none").status_code == 404
    assert ben.ask("PUT", "/bookmarks/sessions/none").status_code == 404


# -- corrections -------------------------------------------------------------------------------


def test_one_correction_at_a_time(client: TestClient, ann: Person, ben: Person) -> None:
    trace, inside = sent(client)
    path, of_span = f"/traces/{trace}/correction", {"span_id": inside}
    assert said(ann.ask("GET", path))["item"] is None
    said(ann.ask("PUT", path, json={"text": "It is in Rome."}))
    second = said(ben.ask("PUT", path, json={"text": "It is in Bern.", "comment": "asked"}))
    found = said(ann.ask("GET", path))["item"]
    assert found == second["item"]
    assert (found["text"], found["comment"], found["author_id"]) == (
        "It is in Bern.",
        "asked",
        ben.id,
    )
    said(ann.ask("PUT", path, json={"text": "Inside"}, params=of_span))
    asked = {"traceId": trace, "dataType": "CORRECTION"}
    scores = said(client.get("/api/public/v2/scores", params=asked))["data"]
    assert sorted((each["name"], each["observationId"] or "") for each in scores) == [
        ("output", ""),
        ("output", inside),
    ]
    said(ann.ask("DELETE", path), 204)
    assert said(ann.ask("GET", path))["item"] is None
    assert said(ann.ask("GET", path, params=of_span))["item"]["text"] == "Inside"


def test_corrections_of_programs_are_shown(client: TestClient, ann: Person) -> None:
    trace, _ = sent(client)
    body = {"traceId": trace, "name": "any", "value": "Better", "dataType": "CORRECTION"}
    said(client.post("/api/public/scores", json=body))
    found = said(ann.ask("GET", f"/traces/{trace}/correction"))["item"]
    assert (found["text"], found["author_name"]) == ("Better", "")


def test_bad_corrections_are_told(client: TestClient, ann: Person, viewer: Person) -> None:
    trace, _ = sent(client)
    path, body = f"/traces/{trace}/correction", {"text": "x"}
    assert ann.ask("PUT", "/traces/none/correction", json=body).status_code == 404
    assert ann.ask("PUT", path, json=body, params={"span_id": "no"}).status_code == 404
    assert ann.ask("PUT", path, json={"text": ""}).status_code == 400
    assert viewer.ask("PUT", path, json=body).status_code == 403


# -- shared by link ----------------------------------------------------------------------------


class Stranger:
    """Anybody at all."""

    def __init__(self, client: TestClient, token: str) -> None:
        self._client = client
        self._base = f"/api/pilothouse/shared/{token}"

    def gets(self, path: str, **params: Any) -> int:
        return self._ask(path, **params).status_code

    def reads(self, path: str, **params: Any) -> Any:
        return said(self._ask(path, **params))

    def _ask(self, path: str, **params: Any) -> Any:
        return self._client.get(self._base + path, params=params, auth=_nobody)


def shared(ann: Person, what: str, *, on: bool = True) -> str:
    return said(ann.ask("PUT", f"/sharing/{what}", json={"shared": on}))["token"]


def test_a_shared_trace_is_read_by_anybody_and_nothing_else(
    client: TestClient, ann: Person
) -> None:
    body, foreign = PNG + uuid.uuid4().bytes, PNG + uuid.uuid4().bytes
    images = [
        f"data:image/png;base64,{base64.b64encode(each).decode()}" for each in (body, foreign)
    ]
    session = uuid.uuid4().hex
    trace, inside = sent(client, **{"session.id": session, "output.value": images[0]})
    other, other_span = sent(client, **{"session.id": session, "output.value": images[1]})
    token = shared(ann, f"traces/{trace}")
    stranger = Stranger(client, token)
    assert stranger.reads("") == {"kind": "trace", "id": trace}
    assert len(stranger.reads(f"/traces/{trace}")["spans"]) == 2
    assert stranger.reads(f"/traces/{trace}/spans/{inside}")["span"]["span_id"] == inside
    stranger.reads(f"/traces/{trace}/transcript")
    mine, theirs = media_id(digest(body)), media_id(digest(foreign))
    assert stranger.gets(f"/media/{mine}") == 200
    assert stranger.reads(f"/media/{mine}/facts")["content_length"] == len(body)
    for path in (
        f"/traces/{other}",
        f"/traces/{other}/spans/{other_span}",
        f"/traces/{trace}/spans/{other_span}",
        f"/traces/{other}/transcript",
        f"/sessions/{session}",
        f"/media/{theirs}",
        f"/media/{theirs}/facts",
        "/comments",
        "/spans",
        "/users",
        "/facets",
        "/scores",
    ):
        assert stranger.gets(path) == 404, path
    assert stranger.gets("/traces", start=0, end=2**52) == 404
    assert stranger.gets("/traces", start=0, end=2**52, filter=f"trace:{other}") == 404
    project = f"/api/pilothouse/projects/{PROJECT}/traces/{trace}"
    assert client.get(project, auth=_nobody).status_code == 401


def test_sharing_ends_at_once_and_agrees_with_public(client: TestClient, ann: Person) -> None:
    trace, _ = sent(client)
    before = said(ann.ask("GET", f"/sharing/traces/{trace}"))
    assert before["shared"] is False
    stranger = Stranger(client, before["token"])
    assert stranger.gets("") == 404
    shared(ann, f"traces/{trace}")
    assert said(client.get(f"/api/public/traces/{trace}"))["public"] is True
    assert said(ann.ask("GET", f"/traces/{trace}"))["trace"]["public"] is True
    assert stranger.gets(f"/traces/{trace}") == 200
    shared(ann, f"traces/{trace}", on=False)
    assert stranger.gets("") == stranger.gets(f"/traces/{trace}") == 404
    assert said(client.get(f"/api/public/traces/{trace}"))["public"] is False


def test_what_an_application_calls_public_is_found_by_its_plain_address(
    client: TestClient,
) -> None:
    told, quiet = str(uuid.uuid4()), str(uuid.uuid4())
    send(
        client,
        event("trace-create", {"id": told, "public": True}),
        event("trace-create", {"id": quiet}),
    )
    by_otlp, _ = sent(client, **{"langfuse.trace.public": "true"})
    for trace, status in ((told, 200), (by_otlp, 200), (quiet, 404), ("none", 404)):
        asked = {"project_id": PROJECT, "trace_id": trace}
        answer = client.get("/api/pilothouse/shared", params=asked, auth=_nobody)
        assert answer.status_code == status
        where = client.get(f"/trace/{trace}", auth=_nobody, follow_redirects=False)
        wanted = f"/share/{answer.json()['token']}" if status == 200 else "/sign-in"
        assert where.headers["location"].startswith(wanted)
        if status == 200:
            assert Stranger(client, answer.json()["token"]).gets(f"/traces/{trace}") == 200


def test_a_shared_session_opens_its_turns(client: TestClient, ann: Person) -> None:
    session, body = f"s/{uuid.uuid4().hex}", PNG + uuid.uuid4().bytes
    image = f"data:image/png;base64,{base64.b64encode(body).decode()}"
    trace, inside = sent(client, **{"session.id": session, "input.value": image})
    other, _ = sent(client, **{"session.id": f"{session}x"})
    stranger = Stranger(client, shared(ann, f"sessions/{session}"))
    assert stranger.reads("") == {"kind": "session", "id": session}
    assert [
        turn["trace"]["trace_id"] for turn in stranger.reads(f"/sessions/{session}")["turns"]
    ] == [trace]
    asked = {"start": 0, "end": 2**52, "filter": f"trace:{other}"}
    assert [each["trace_id"] for each in stranger.reads("/traces", **asked)["items"]] == [trace]
    stranger.reads(f"/traces/{trace}/spans/{inside}")
    assert stranger.gets(f"/media/{media_id(digest(body))}") == 200
    for path in (f"/traces/{other}", f"/sessions/{session}x", f"/traces/{other}/transcript"):
        assert stranger.gets(path) == 404, path
    shared(ann, f"sessions/{session}", on=False)
    assert stranger.gets(f"/traces/{trace}") == stranger.gets(f"/sessions/{session}") == 404


def test_a_link_cannot_be_made_up(client: TestClient, ann: Person) -> None:
    trace, _ = sent(client)
    other, _ = sent(client)
    token = shared(ann, f"traces/{trace}")
    body, signature = token.rsplit(".", 1)
    shared(ann, f"traces/{other}")
    theirs = shared(ann, f"traces/{other}").rsplit(".", 1)[0]
    for made_up in (f"{theirs}.{signature}", f"{body}.", body, "x", token[:-2], "a.b.c"):
        assert Stranger(client, made_up).gets("") == 404, made_up
    with_write = client.put(f"/api/pilothouse/shared/{token}/traces/{trace}", json={}, auth=_nobody)
    assert with_write.status_code in (404, 405)


def test_a_link_tells_not_who_scored(client: TestClient, ann: Person) -> None:
    trace, _ = sent(client)
    said(ann.ask("PUT", f"/traces/{trace}/correction", json={"text": "Better"}))
    found = Stranger(client, shared(ann, f"traces/{trace}")).reads(f"/traces/{trace}")
    assert [(each["text"], each["author_id"]) for each in found["scores"]] == [("Better", "")]


def test_who_may_share(client: TestClient, ann: Person, ben: Person, viewer: Person) -> None:
    trace, _ = sent(client)
    for person in (ben, viewer):
        said(person.ask("GET", f"/sharing/traces/{trace}"))
        answer = person.ask("PUT", f"/sharing/traces/{trace}", json={"shared": True})
        assert answer.status_code == 403
    assert ann.ask("PUT", "/sharing/traces/none", json={"shared": True}).status_code == 404
    assert ann.ask("PUT", "/sharing/sessions/none", json={"shared": True}).status_code == 404


def test_a_deleted_trace_is_shared_no_longer(client: TestClient, ann: Person) -> None:
    trace, _ = sent(client)
    stranger = Stranger(client, shared(ann, f"traces/{trace}"))
    said(ann.ask("DELETE", f"/traces/{trace}"), 204)
    assert stranger.gets("") == stranger.gets(f"/traces/{trace}") == 404
