"""The kinds that are copied, in the order in which one needs another."""

from collections.abc import Callable, Collection, Iterator

from pilothouse.importing import datasets, moments, prompts, reviews, traces
from pilothouse.importing.client import Answered, Object
from pilothouse.importing.job import Job
from pilothouse.importing.source import Generation

KINDS: dict[str, Callable[[Job], None]] = {
    "score-configs": reviews.copy_configs,
    "models": reviews.copy_models,
    "prompts": prompts.copy_prompts,
    "datasets": datasets.copy_datasets,
    "traces": traces.copy_traces,
    "scores": traces.copy_scores,
    "comments": reviews.copy_comments,
}
"""By the words that a person chooses among. Media come with what refers to them."""


def run(job: Job, kinds: Collection[str]) -> None:
    """Copy these kinds; one that the source does not give keeps none of the others. Raises
    Unreachable when one of the two servers stays away."""
    steps = [(kind, copy) for kind, copy in KINDS.items() if kind in kinds]
    if "score-configs" in kinds:
        steps.append(("score-configs", reviews.archive_configs))
    for kind, copy in steps:
        try:
            copy(job)
        except Answered as error:
            job.report.missed(kind, "the list of them", str(error))
    job.progress.finish()


def counts(job: Job, kinds: Collection[str]) -> Iterator[tuple[str, int]]:
    """How many of each would be looked at; nothing is copied."""
    client = job.source.client
    if "score-configs" in kinds:
        yield reviews.CONFIGS, client.count("/score-configs")
    if "models" in kinds:
        yield reviews.MODELS, len(reviews.own_models(job))
    if "prompts" in kinds:
        yield prompts.KIND, sum(len(each["versions"]) for each in client.all("/v2/prompts"))
    if "datasets" in kinds:
        yield datasets.DATASETS, client.count("/v2/datasets")
        yield datasets.ITEMS, client.count("/dataset-items")
    if "traces" in kinds:
        yield from _count_traces(job)
    if "scores" in kinds:
        yield traces.SCORES, _count_scores(job)
    if "comments" in kinds:
        yield reviews.COMMENTS, client.count("/comments")


def _count_traces(job: Job) -> Iterator[tuple[str, int]]:
    client, end = job.source.client, moments.text(job.until)
    start = moments.text(job.progress.start_of(traces.OBSERVATIONS, job.since))
    if job.source.generation is Generation.V4:
        asked: Object = {"fields": "core", "limit": 1000}
        asked |= {"fromStartTime": start, "toStartTime": end}
        pages = client.chain("/v2/observations", **asked)
        yield traces.OBSERVATIONS, sum(len(page) for page, _ in pages)
        return
    since = moments.text(job.progress.start_of(traces.TRACES, job.since))
    yield traces.TRACES, client.count("/traces", fromTimestamp=since, toTimestamp=end)
    yield (
        traces.OBSERVATIONS,
        client.count("/observations", fromStartTime=start, toStartTime=end),
    )


def _count_scores(job: Job) -> int:
    client, start = job.source.client, job.progress.start_of(traces.SCORES, job.since)
    if job.source.generation is Generation.V4:
        return sum(len(page) for page, _ in job.source.scores(start, job.until, ""))
    bounds = {"fromTimestamp": moments.text(start), "toTimestamp": moments.text(job.until)}
    return client.count(job.source.scores_path, **bounds)
