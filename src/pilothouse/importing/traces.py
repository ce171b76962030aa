"""Traces, observations and scores: many, so they are walked by time, and what is done is noted."""

from collections.abc import Callable, Iterable

from pilothouse.importing import translate
from pilothouse.importing.client import Object
from pilothouse.importing.job import Job
from pilothouse.importing.progress import Range
from pilothouse.importing.source import Generation

TRACES, OBSERVATIONS, SCORES = "traces", "observations", "scores"

_MOST_ASKED = 50
"""Ids of scores in one address."""


def copy_traces(job: Job) -> None:
    if job.source.generation is Generation.V4:
        _by_cursor(job, OBSERVATIONS, _send_observations_v2)
        return
    _by_time(job, TRACES, "/traces", ("fromTimestamp", "toTimestamp"), _send_traces)
    _by_time(
        job, OBSERVATIONS, "/observations", ("fromStartTime", "toStartTime"), _send_observations
    )


def copy_scores(job: Job) -> None:
    if job.source.generation is Generation.V4:
        _by_cursor(job, SCORES, _send_scores)
    else:
        path = job.source.scores_path
        _by_time(job, SCORES, path, ("fromTimestamp", "toTimestamp"), _send_scores)


Send = Callable[[Job, list[Object]], None]


def _by_time(job: Job, kind: str, path: str, bounds: tuple[str, str], send: Send) -> None:
    start = job.progress.start_of(kind, job.since)
    order = {"orderBy": "timestamp.asc"} if kind == TRACES else {}
    for stretch in job.source.stretches(path, bounds, start, job.until, **order):
        job.report.expect(kind, stretch.total)
        for page in stretch.pages:
            send(job, page)
        job.progress.done(kind, stretch.end)


def _by_cursor(job: Job, kind: str, send: Send) -> None:
    """What was begun before is brought to its end first."""
    while (at := _range(job, kind)) is not None:
        read = job.source.observations if kind == OBSERVATIONS else job.source.scores
        for items, cursor in read(at.start, at.end, at.cursor):
            job.report.expect(kind, len(items))
            send(job, items)
            job.progress.at(kind, Range(at.start, at.end, cursor))
        job.progress.done(kind, at.end)


def _range(job: Job, kind: str) -> Range | None:
    if begun := job.progress.state.open.get(kind):
        return begun
    start = job.progress.start_of(kind, job.since)
    return Range(start, job.until) if start < job.until else None


# -- a page of each ------------------------------------------------------------------------------


def _send_traces(job: Job, page: list[Object]) -> None:
    _send(job, TRACES, page, (translate.trace(each) for each in page))
    for each in page:
        job.media.copy(each, traceId=each["id"])


def _send_observations(job: Job, page: list[Object]) -> None:
    _send(job, OBSERVATIONS, page, (translate.observation(each) for each in page))
    _copy_media(job, page)


def _send_observations_v2(job: Job, page: list[Object]) -> None:
    heads = translate.traces_of(page)
    for event, why in job.target.ingest(heads):
        job.report.missed(TRACES, event["body"]["id"], why)
    _send(job, OBSERVATIONS, page, (translate.observation_v2(each) for each in page))
    _copy_media(job, page)


def _copy_media(job: Job, page: list[Object]) -> None:
    for each in page:
        if each.get("traceId"):
            job.media.copy(each, traceId=each["traceId"], observationId=each["id"])


def _send(job: Job, kind: str, page: list[Object], events: Iterable[Object]) -> None:
    refused = job.target.ingest(events)
    for event, why in refused:
        job.report.missed(kind, event["body"]["id"], why)
    job.report.copied(kind, len(page) - len(refused))


def _send_scores(job: Job, page: list[Object]) -> None:
    """Those that are there already stay as they are: people may have changed them."""
    known = _known_scores(job, [each["id"] for each in page])
    job.report.there(SCORES, len(known))
    state = job.progress.state
    events: list[Object] = []
    for each in page:
        if each["id"] in known:
            continue
        try:
            events.append(translate.score(each, state.configs, state.runs))
        except LookupError:
            job.report.missed(SCORES, each["id"], "its run was not copied")
    refused = job.target.ingest(events)
    # A config may have been made stricter after the score was given.
    again = [translate.without_config(each) for each, _ in refused if "configId" in each["body"]]
    lost = [each for each in refused if "configId" not in each[0]["body"]]
    lost += job.target.ingest(again)
    for event, why in lost:
        job.report.missed(SCORES, event["body"]["id"], why)
    job.report.copied(SCORES, len(events) - len(lost))


def _known_scores(job: Job, ids: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(ids), _MOST_ASKED):
        asked = ",".join(ids[start : start + _MOST_ASKED])
        page = job.target.client.page("/v2/scores", 1, scoreIds=asked)
        found.update(each["id"] for each in page["data"])
    return found & set(ids)
