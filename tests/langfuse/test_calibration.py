"""A judge's stored scores against what people said: read, counted, corrected, and what to label next."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.access import Role
from pilothouse.domain.clock import HOUR, now
from pilothouse.domain.score import DataType, Score, Source
from pilothouse.store.clickhouse.writer import Writer
from pilothouse.wiring import Wired
from tests.langfuse.conftest import PROJECT
from tests.langfuse.test_annotation import queue, say, take
from tests.langfuse.test_native_scores import Person, trace

ALWAYS = {"start": 0, "end": 2**52}
Judge = Callable[..., None]


@pytest.fixture
def member(client: TestClient, wired: Wired) -> Person:
    return Person(client, wired, Role.MEMBER)


@pytest.fixture
def bob(client: TestClient, wired: Wired) -> Person:
    return Person(client, wired, Role.MEMBER)


@pytest.fixture
def judge(wired: Wired) -> Judge:
    """Stores what an evaluator says."""

    def says(
        name: str,
        about: str,
        value: float | str,
        data_type: DataType = DataType.BOOLEAN,
        version: int = 1,
        source: Source = Source.EVALUATOR,
        **more: Any,
    ) -> None:
        metadata = {"evaluator_id": '"judge"', "evaluator_version": str(version)}
        if "probability" in more:
            metadata["probability"] = str(more.pop("probability"))
        number, text = (0.0, value) if isinstance(value, str) else (float(value), "")
        score = Score(
            project_id=PROJECT,
            score_id=uuid.uuid4().hex,
            timestamp=now(),
            name=name,
            data_type=data_type,
            source=source,
            value=number,
            text=text,
            trace_id=about,
            metadata=metadata if source is Source.EVALUATOR else {},
            revision=now(),
            **more,
        )
        assert Writer(wired.engine).write([score]) == []

    return says


def card(person: Person, name: str, **more: Any) -> Any:
    answer = person.ask("POST", "/calibration", json={"judge": name, **ALWAYS, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def people(
    judge: Judge, name: str, about: str, value: float | str, who: str = "p", **more: Any
) -> None:
    judge(name, about, value, source=Source.ANNOTATION, author_id=who, **more)


def test_a_judge_of_yes_and_no(member: Person, judge: Judge) -> None:
    name = uuid.uuid4().hex
    cells = [(1, 1)] * 18 + [(1, 0)] * 2 + [(0, 1)] * 5 + [(0, 0)] * 15
    for n, (said, judged) in enumerate(cells):
        judge(name, f"{name}-{n}", judged)
        people(judge, name, f"{name}-{n}", said)
    for n in range(60):
        judge(name, f"{name}-more-{n}", n < 30)
    # What is said of an experiment as a whole is nothing that was judged.
    judge(name, "", 1, experiment_id="nightly")
    found = card(member, name)
    assert found["confusion"] == {
        "hits": 18,
        "false_alarms": 5,
        "misses": 2,
        "rejections": 15,
    }
    rates = found["rates"]
    assert (rates["tpr"]["value"], rates["tnr"]["value"]) == pytest.approx((0.9, 0.75))
    assert found["judged"] == 100
    assert found["raw"]["value"] == pytest.approx(0.53)
    # (0.53 + 0.75 - 1) / 0.65
    assert found["corrected"]["rate"]["value"] == pytest.approx(0.28 / 0.65)
    assert found["corrected"]["rate"]["low"] < 0.28 / 0.65 < found["corrected"]["rate"]["high"]
    trust = found["powered"]["trust"]
    assert found["powered"]["mean"]["value"] == pytest.approx(0.5 - trust * 23 / 40 + trust * 0.5)
    labelled = found["labelled"]
    assert (labelled["used"], labelled["by_hand"], labelled["basis"]) == (40, 40, "all")


def test_what_was_decided_wins_and_ties_count_nothing(member: Person, judge: Judge) -> None:
    name = uuid.uuid4().hex
    for n in range(4):
        judge(name, f"{name}-{n}", 1)
    for who, value in (("a", 1), ("b", 0)):
        people(judge, name, f"{name}-0", value, who)
        people(judge, name, f"{name}-1", value, who)
    for who, value in (("a", 0), ("b", 0), ("c", 1)):
        people(judge, name, f"{name}-2", value, who)
    # The last word of a person counts, and only what an evaluator said too.
    people(judge, name, f"{name}-2", 1, "c")
    people(judge, name, "elsewhere", 1, "a")
    score = {"about": f"{name}-1", "value": 1, "who": "boss"}
    people(judge, name, score["about"], score["value"], score["who"])
    found = card(member, name)
    assert found["confusion"]["hits"] == 1
    assert found["confusion"]["false_alarms"] == 1
    assert found["labelled"]["undecided"] == 1
    assert found["corrected"] == {"rate": None, "shaky": True}


def test_versions_are_told_apart_and_weights_count(member: Person, judge: Judge) -> None:
    name = uuid.uuid4().hex
    for n in range(10):
        judge(name, f"{name}-{n}", n < 5, version=1)
        judge(name, f"{name}-{n}", n < 8, version=2, probability=0.1 if n < 5 else 0.5)
    found = card(member, name)
    assert [(each["key"], each["count"]) for each in found["versions"]] == [
        ("judge/2", 10),
        ("judge/1", 10),
    ]
    assert (found["version"], found["weighted"]) == ("judge/2", True)
    # Five of weight 10 and three of weight 2, of five and five.
    assert found["raw"]["value"] == pytest.approx(56 / 60)
    assert card(member, name, version="judge/1")["raw"]["value"] == pytest.approx(0.5)
    asked = {"judge": name, "version": "judge/3", **ALWAYS}
    assert member.ask("POST", "/calibration", json=asked).status_code == 400
    assert found["people_type"] is None
    assert found["corrected"] is None


def test_a_judge_of_numbers(member: Person, judge: Judge) -> None:
    name = uuid.uuid4().hex
    for n in range(20):
        judge(name, f"{name}-{n}", n / 20 + 0.1, DataType.NUMERIC)
        people(judge, name, f"{name}-{n}", n / 20, data_type=DataType.NUMERIC)
    found = card(member, name)
    assert found["distances"]["bias"]["value"] == pytest.approx(0.1)
    assert found["distances"]["error"]["value"] == pytest.approx(0.1)
    assert found["distances"]["pearson"]["value"] == pytest.approx(1)
    assert found["confusion"] is None
    assert found["powered"]["mean"]["value"] == pytest.approx(0.475)
    # With a threshold both are a yes or a no.
    cut = card(member, name, threshold=0.5)
    assert cut["confusion"] == {"hits": 10, "false_alarms": 2, "misses": 0, "rejections": 8}
    assert cut["distances"] == found["distances"]


def call(client: TestClient, prompt: str, version: int) -> str:
    """A model call that was made with a version of a prompt; tells its trace."""
    id, at = uuid.uuid4().hex, datetime.now(UTC).isoformat()
    body = {"id": id, "traceId": id, "promptName": prompt, "promptVersion": version}
    body |= {"startTime": at, "endTime": at, "environment": "live"}
    event = {"id": id, "timestamp": at, "type": "generation-create", "body": body}
    client.post("/api/public/ingestion", json={"batch": [event]}).raise_for_status()
    return id


def test_what_labels_make_of_a_judges_mean_stands_in_every_chart_of_it(
    client: TestClient, member: Person, judge: Judge
) -> None:
    """People say yes to three of which it found all, and no to three of which it found two; it says yes
    to four calls of six, so that (4/6 + 2/3 - 1) / (1 + 2/3 - 1) = 1/2. Of numbers it is half a point
    too mild. What people and programs gave is in the mean of all, and not in the judge's."""
    prompt, yes, number, kind, other = (uuid.uuid4().hex for _ in range(5))
    for n, (said, judged) in enumerate([(1, 1)] * 3 + [(0, 0), (0, 0), (0, 1)]):
        judge(yes, f"{yes}-{n}", judged)
        people(judge, yes, f"{yes}-{n}", said)
        judge(number, f"{yes}-{n}", n + 0.5, DataType.NUMERIC)
        people(judge, number, f"{yes}-{n}", n, data_type=DataType.NUMERIC)
        judge(kind, f"{yes}-{n}", "ab"[1 - judged], DataType.CATEGORICAL)
        people(judge, kind, f"{yes}-{n}", "ab"[1 - said], data_type=DataType.CATEGORICAL)
    for n in range(6):
        about = call(client, prompt, 1)
        judge(yes, about, n < 4)
        judge(number, about, 2.5, DataType.NUMERIC)
        judge(kind, about, "a" if n < 4 else "b", DataType.CATEGORICAL)
        judge(kind, about, "b", DataType.CATEGORICAL, source=Source.API)
        judge(number, about, 9, DataType.NUMERIC, source=Source.API)
        judge(other, about, 1)

    def freed(**asked: Any) -> list[Any]:
        answer = member.ask("POST", "/charts/freed", json={**ALWAYS, **asked})
        assert answer.status_code == 200, answer.text
        return answer.json()["rows"]

    def told(mean: Any) -> Any:
        return mean and [round(each["value"], 9) if each else None for each in mean.values()]

    calls = {"view": "spans", "filter": f"prompt:{prompt}", "dimensions": ["prompt_version"]}
    keys = [yes, number, other]
    [row] = freed(**calls, measures=[{"measure": "score", "key": each} for each in keys])
    assert row["keys"] == [1]
    assert [told(each) for each in row["means"]] == [[0.5, None], [None, 2.0], None]
    assert row["means"][0]["freed"]["labels"] == 6
    # Nothing but a mean is freed.
    assert not freed(**calls, measures=[{"measure": "score", "aggregation": "p95", "key": yes}])
    value = [{"measure": "count"}, {"measure": "value", "aggregation": "avg"}]
    by_name = freed(view="scores", measures=value, dimensions=["prompt", "name"])
    assert {
        row["keys"][1]: [told(each) for each in row["means"]]
        for row in by_name
        if row["keys"][0] == prompt
    } == {yes: [None, [0.5, None]], number: [None, [None, 2.0]]}
    # With those on which it was labelled: eight of twelve.
    [alone] = freed(view="scores", measures=value, filter=f"name:{yes}")
    assert (alone["keys"], told(alone["means"][1])) == ([], [0.5, None])
    # Of scores of several names there is no mean that labels could correct.
    assert not freed(view="scores", measures=value, filter=f"name:{yes},{number}")
    # The figures of the prompt tell it too.
    asked = {"name": prompt, "start": now() - HOUR, "end": now() + HOUR, "filter": ""}
    [version] = member.ask("GET", "/prompts/production", params=asked).json()["versions"]
    scores = {each["name"]: each for each in version["scores"] if each["category"] != "b"}
    assert told({way: scores[yes][way] for way in ("freed", "powered")}) == [0.5, None]
    assert told({way: scores[number][way] for way in ("freed", "powered")}) == [None, 2.0]
    assert scores[number]["value"]["value"] == pytest.approx(5.75)
    assert told({way: scores[kind][way] for way in ("freed", "powered")}) == [0.5, None]
    assert scores[kind]["value"]["value"] == pytest.approx(4 / 12)
    assert (scores[other]["freed"], scores[other]["powered"]) == (None, None)


def test_numbers_are_a_yes_from_a_half_on_where_people_say_yes_or_no(
    member: Person, judge: Judge
) -> None:
    name = uuid.uuid4().hex
    for n in range(10):
        judge(name, f"{name}-{n}", n / 10, DataType.NUMERIC)
        people(judge, name, f"{name}-{n}", n >= 4)
    found = card(member, name)
    assert found["confusion"] == {"hits": 5, "false_alarms": 0, "misses": 1, "rejections": 4}
    assert found["raw"]["value"] == 0.5
    assert card(member, name, threshold=0.35)["confusion"]["misses"] == 0
    assert found["distances"] is None


def test_a_judge_of_categories(member: Person, judge: Judge) -> None:
    name = uuid.uuid4().hex
    kind = DataType.CATEGORICAL
    for n, (said, judged) in enumerate([("a", "a")] * 6 + [("b", "a")] * 2 + [("c", "c")] * 2):
        judge(name, f"{name}-{n}", judged, kind)
        people(judge, name, f"{name}-{n}", said, data_type=kind)
    found = card(member, name)
    assert found["same"]["value"] == pytest.approx(0.8)
    cells = {(each["people"], each["judge"]): each["count"] for each in found["cells"]}
    assert (cells["a", "a"], cells["b", "a"], cells["b", "b"]) == (6, 2, 0)
    of = {each["label"]: each for each in found["of_labels"]}
    assert of["a"]["recall"]["value"] == 1
    assert of["a"]["precision"]["value"] == pytest.approx(0.75)
    assert of["b"]["precision"] is None
    # It says a of eight; wrongly of two of the four that are none: (8/10 + 2/4 - 1) / (1 + 2/4 - 1).
    assert of["a"]["raw"]["value"] == 0.8
    assert of["a"]["corrected"]["value"] == pytest.approx(0.6)
    # Everything was labelled, so that the labels say all.
    assert of["a"]["powered"]["value"] == pytest.approx(0.6)
    assert of["b"]["corrected"] is None
    assert of["c"]["corrected"]["value"] == pytest.approx(0.2)
    assert (found["confusion"], found["raw"]) == (None, None)
    one = card(member, name, positive="a")
    assert one["confusion"] == {"hits": 6, "false_alarms": 2, "misses": 0, "rejections": 2}


def test_what_to_label_next_comes_into_a_queue(
    client: TestClient, member: Person, judge: Judge
) -> None:
    name = uuid.uuid4().hex
    traces = [trace(client) for _ in range(12)]
    for n, each in enumerate(traces):
        judge(name, each, n / 12, DataType.NUMERIC)
    queue_id, _ = queue(member, [])
    asked = {"judge": name, **ALWAYS, "count": 6, "threshold": 0.5}
    shown = member.ask("POST", "/calibration/next", json=asked).json()["items"]
    assert member.ask("POST", "/calibration/next", json=asked).json()["items"] == shown
    assert [each["chosen"] for each in shown].count("random") == 3
    path = f"/annotation-queues/{queue_id}/items"
    added = member.ask("POST", f"{path}/from-judge", json=asked).json()
    assert added == {"added": 6, "known": 0}
    listed = member.ask("GET", path).json()["items"]
    assert [(each["trace_id"], each["chosen"]) for each in listed] == [
        (each["trace_id"], each["chosen"]) for each in shown
    ]
    unsure = {each["trace_id"] for each in shown if each["chosen"] == "unsure"}
    assert unsure <= set(traces[3:10])
    # What is in the queue is not proposed again, unless chance draws it now.
    again = member.ask("POST", "/calibration/next", json=asked).json()["items"]
    known = {each["trace_id"] for each in shown}
    assert all(each["chosen"] == "random" for each in again if each["trace_id"] in known)
    random = {each["trace_id"] for each in shown if each["chosen"] == "random"}
    assert not random & {each["trace_id"] for each in again}
    waiting = card(member, name)["labelled"]
    assert (waiting["waiting"], waiting["random"], waiting["used"]) == (3, 0, 0)


def test_labels_that_were_looked_for_do_not_count(
    client: TestClient, member: Person, judge: Judge
) -> None:
    traces = [trace(client) for _ in range(6)]
    queue_id, config = queue(member, [])
    named = member.ask("GET", f"/annotation-queues/{queue_id}").json()["configs"][0]["name"]
    for each in traces:
        judge(named, each, 1)
    for chosen, some in (("random", traces[:2]), ("unsure", traces[2:4]), ("", traces[4:])):
        subjects = [{"trace_id": each} for each in some]
        body = {"subjects": subjects, "chosen": chosen}
        member.ask("POST", f"/annotation-queues/{queue_id}/items", json=body)
    while item := take(member, queue_id)["item"]:
        say(member, queue_id, item, config, True)
    found = card(member, named)["labelled"]
    assert (found["random"], found["telling"], found["by_hand"]) == (2, 2, 2)
    assert (found["used"], found["basis"]) == (4, "all")
    assert card(member, named, basis="random")["labelled"]["used"] == 2
    # Drawn by chance later, one that was looked for counts.
    asked = {"judge": named, **ALWAYS, "count": 4, "random_share": 1}
    added = member.ask("POST", f"/annotation-queues/{queue_id}/items/from-judge", json=asked).json()
    assert added == {"added": 0, "known": 4}
    assert card(member, named, basis="random")["labelled"]["used"] == 6
