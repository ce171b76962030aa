"""Fills a project with the month, as a client and some people who are signed in. What is there already
is left as it is, so that it can be told again."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx
import sqlalchemy as sa

from pilothouse.demo import boards, evaluators, experiments, prompts, reviews, scores
from pilothouse.demo.traces import Month, Told
from pilothouse.domain.access import Role
from pilothouse.domain.clock import now
from pilothouse.domain.errors import PilothouseError
from pilothouse.domain.review import ReviewStatus
from pilothouse.edge.access import COOKIE, OWN_REQUEST
from pilothouse.store.relational import accounts, annotation_queues, annotation_reviews
from pilothouse.store.relational.database import Database

Object = dict[str, Any]
Step = Callable[[str], None]
"""Is told what is being done."""

_TOGETHER = 500
_AT_ONCE = 3
_JUDGING = 60.0
"""Seconds that evaluators are waited for; what they have not done by then they do later."""


class Server:
    """The server as this project sees it."""

    def __init__(self, url: str, project_id: str, authorization: str) -> None:
        self.url, self.project_id = url, project_id
        self._http = httpx.Client(base_url=url, timeout=60)
        self._headers = {"authorization": authorization}

    def close(self) -> None:
        self._http.close()

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """A route of the project, as the key's owner or as who signed in. Raises PilothouseError."""
        own = {"cookie": f"{COOKIE}={token}", OWN_REQUEST: "1"} if token else self._headers
        address = f"/api/pilothouse/projects/{self.project_id}{path}"
        return self._told(self._http.request(method, address, json=body, headers=own))

    def send(self, path: str, content: bytes, type: str) -> None:
        """As any client does. Raises PilothouseError."""
        headers = {**self._headers, "content-type": type}
        self._told(self._http.post(path, content=content, headers=headers))

    def scores(self, events: Sequence[Object]) -> None:
        parts = (events[start : start + _TOGETHER] for start in range(0, len(events), _TOGETHER))
        self._send(
            ("/api/public/ingestion", json.dumps({"batch": part}).encode(), "application/json")
            for part in parts
        )

    def traces(self, requests: Iterable[bytes]) -> None:
        self._send(("/v1/traces", request, "application/x-protobuf") for request in requests)

    def _send(self, bodies: Iterable[tuple[str, bytes, str]]) -> None:
        """Some at once, while the next are written."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for done in [pool.submit(self.send, *each) for each in bodies]:
                done.result()

    def known(self, path: str) -> dict[str, str]:
        """Ids by name."""
        return {each["name"]: each["id"] for each in self.ask("GET", path)["items"]}

    def _told(self, answer: httpx.Response) -> Any:
        if answer.status_code >= 400:
            raise PilothouseError(
                f"{answer.url} answered {answer.status_code}: {answer.text[:300]}"
            )
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return answer.json() if is_json and answer.content else None


def people(database: Database, project_id: str) -> list[str]:
    """Ids of who works on the project."""
    ids: list[str] = []
    with database.write() as db:
        for person in reviews.PEOPLE:
            user = accounts.user_by_email(db, person.email)
            user = user or accounts.add_user(db, person.email, person.name)
            if accounts.role_in(db, user.id, project_id) is None:
                accounts.add_project_member(db, user.id, project_id, Role.MEMBER)
            ids.append(user.id)
    return ids


def fill(server: Server, database: Database, month: Month, step: Step) -> None:
    """Raises PilothouseError."""
    authors = people(database, server.project_id)
    with database.write() as db:
        start, end = month.start // 1_000, month.end // 1_000
        prompts.keep(db, server.project_id, authors, start, end)
    step("Sending traces")
    server.traces(month.requests())
    step("Sending scores")
    server.scores(list(scores.events(month.told)))
    ids = _evaluators(server)
    server.scores(list(scores.judged(month.told, ids[scores.RESOLVED])))
    _dashboards(server)
    step("Running experiments")
    runs = _experiments(server, month, ids)
    step("Asking people")
    among = {each.trace_id for each in scores.late(month.told)}
    judged = [each for each in scores.looked_at(month.told) if each.trace_id in among]
    _reviews(server, database, authors, judged)
    step("Judging")
    _judge(server, month, ids, runs)


def _dashboards(server: Server) -> None:
    known = {each["id"] for each in server.ask("GET", "/dashboards")["items"]}
    for id, board in boards.dashboards():
        if id not in known:
            server.ask("PUT", f"/dashboards/{id}", board)


def _evaluators(server: Server) -> dict[str, str]:
    """By name, those that this machine can run."""
    connections = server.known("/connections")
    wanted = evaluators.CONNECTION
    if wanted["name"] not in connections:
        connections[wanted["name"]] = server.ask("POST", "/connections", wanted)["id"]
    known = server.known("/evaluators")
    for first, *others in evaluators.drafts(connections[wanted["name"]]):
        if first["name"] in known or not _can_be(server, first):
            continue
        known[first["name"]] = id = server.ask("POST", "/evaluators", first)["id"]
        for version in others:
            server.ask("POST", f"/evaluators/{id}/versions", version)
    return known


def _can_be(server: Server, draft: Object) -> bool:
    """Python is walled in by the kernel of Linux alone."""
    settings = {"kind": draft["kind"], "settings": draft["settings"]}
    return not server.ask("POST", "/evaluators/check", settings)["problem"]


def _experiments(server: Server, month: Month, ids: dict[str, str]) -> list[str]:
    known = {each["name"]: each["id"] for each in server.ask("GET", "/datasets")["items"]}
    for dataset in experiments.DATASETS:
        if dataset["name"] not in known:
            known[dataset["name"]] = server.ask("POST", "/datasets", dataset)["id"]
    for name, items in (
        (experiments.REGRESSION, experiments.items()),
        (experiments.CHINESE, experiments.chinese_items()),
    ):
        server.ask("POST", f"/datasets/{known[name]}/items", {"items": items})
    complaints = {
        "view": "traces",
        "filter": "environment:production score.helpfulness:<0.5",
        "start": month.start // 1_000,
        "end": month.end // 1_000 + 1,
        "limit": 60,
        "tags": ["unanswered"],
    }
    path = f"/datasets/{known[experiments.COMPLAINTS]}/items/from-list"
    server.ask("POST", path, complaints)
    judges = experiments.Judges(ids[evaluators.CORRECT], ids[scores.RESOLVED])
    for version in experiments.VERSIONS:
        run = experiments.run(version, known[experiments.REGRESSION], judges, month.end)
        server.traces([run.request])
        server.scores(run.events)
    return [version.id for version in experiments.VERSIONS]


def _reviews(server: Server, database: Database, people: Sequence[str], judged: list[Told]) -> None:
    """Both look at the same traces; some are left for whoever opens the queue."""
    if reviews.QUEUE in server.known("/annotation-queues") or not judged:
        return
    configs = server.known("/score-configs")
    for config in reviews.CONFIGS:
        if config["name"] not in configs:
            configs[config["name"]] = server.ask("POST", "/score-configs", config)["id"]
    asked = [configs[each["name"]] for each in reviews.CONFIGS]
    queue_id = server.ask("POST", "/annotation-queues", reviews.queue(asked))["id"]
    path = f"/annotation-queues/{queue_id}"
    chosen = {each.trace_id: each for each in reviews.chosen(judged)}
    subjects = [{"trace_id": id} for id in chosen]
    server.ask("POST", f"{path}/items", {"subjects": subjects, "chosen": "random"})
    with database.write() as db:
        said = _reviewed(db, server.project_id, queue_id, people, chosen)
    server.scores(said)
    _decide(server, database, path, asked[0], people[0])


def _reviewed(
    db: sa.Connection,
    project_id: str,
    queue_id: str,
    people: Sequence[str],
    chosen: dict[str, Told],
) -> list[Object]:
    """Notes that both are done with all items but the last, and gives what they say of them."""
    queue = annotation_queues.one(db, project_id, queue_id)
    assert queue is not None  # noqa: S101 - made just now
    items = annotation_queues.items(db, queue_id, None, len(chosen), 0)
    items = items[: len(items) - min(reviews.LEFT, len(items) // 3)]
    said: list[Object] = []
    for item in items:
        for person, id in zip(reviews.PEOPLE, people, strict=True):
            annotation_reviews.take(db, queue, item, id, now())
            item = annotation_reviews.finish(db, queue, item, id, ReviewStatus.COMPLETED, now())
            moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            said += reviews.said(person, id, chosen[item.trace_id], queue, item.id, moment)
    return said


def _decide(server: Server, database: Database, path: str, config_id: str, who: str) -> None:
    """One of two disagreements is settled."""
    with database.write() as db:
        token = accounts.sign_in(db, who)
    disputed = server.ask("GET", f"{path}/disagreements?limit=50")["items"]
    open_yet = [
        each["item"]["id"]
        for each in disputed
        if any(one["config_id"] == config_id and one["distance"] > 0 for one in each["configs"])
    ]
    for item in open_yet[::2]:
        decision = {"scores": [{"config_id": config_id, "value": False, "comment": ""}]}
        server.ask("PUT", f"{path}/items/{item}/decision", decision, token)
    with database.write() as db:
        accounts.sign_out(db, token)


def _judge(server: Server, month: Month, ids: dict[str, str], runs: Iterable[str]) -> None:
    """By evaluators that ask nobody: the answers of experiments, and a week by a rule."""
    rules = server.known("/rules")
    for rule in evaluators.rules(ids):
        if rule["name"] not in rules:
            rules[rule["name"]] = server.ask("POST", "/rules", rule)["id"]
    chosen = [{"evaluator_id": ids[name]} for name in evaluators.EXPERIMENTS if name in ids]
    for run in runs:
        server.ask("POST", f"/experiments/{run}/evaluate", {"evaluators": chosen})
    rule = f"/rules/{rules[evaluators.OFFLINE]}"
    history = {"start": month.at(0.8) // 1_000, "end": month.end // 1_000 + 1}
    server.ask("POST", f"{rule}/backfill", history)
    end = time.monotonic() + _JUDGING
    while time.monotonic() < end and any(_waiting(server, rule, runs)):
        time.sleep(0.1)


def _waiting(server: Server, rule: str, runs: Iterable[str]) -> Iterator[bool]:
    told = server.ask("GET", rule)
    yield bool(told["waiting"] or not told["backfill"]["finished_at"])
    for run in runs:
        found = server.ask("GET", f"/experiments/{run}/run")
        yield any(each["waiting"] for each in found["evaluators"])
