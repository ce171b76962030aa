"""Score configs and comments. Models stand here too, as they are copied in the same way."""

from pilothouse.importing.client import Answered, Object, segment
from pilothouse.importing.job import Job

CONFIGS, MODELS, COMMENTS = "score configs", "models", "comments"

_CONFIG = ("name", "dataType", "minValue", "maxValue", "categories", "description")
_MODEL = (
    *("modelName", "matchPattern", "startDate", "unit", "inputPrice", "outputPrice", "totalPrice"),
    "pricingTiers",
)
_COMMENT = ("objectType", "content", "authorUserId", "createdAt")


def copy_configs(job: Job) -> None:
    """All of them open: an archived one takes no scores, and theirs are still to come."""
    configs = _oldest_first(job, "/score-configs")
    job.report.expect(CONFIGS, len(configs))
    for config in configs:
        body = _told(config, _CONFIG)
        if config["dataType"] == "BOOLEAN":
            body.pop("categories", None)
        kept = _kept(job, CONFIGS, "/score-configs", config["id"], body)
        if kept:
            job.progress.state.configs[config["id"]] = kept["id"]
    job.progress.save()


def archive_configs(job: Job) -> None:
    """Those that are archived at the source, and were made by this import."""
    for config in job.source.client.all("/score-configs"):
        id = job.progress.state.configs.get(config["id"])
        if id and config.get("isArchived"):
            path = f"/score-configs/{segment(id)}"
            job.target.client.request("PATCH", path, body={"isArchived": True})


def copy_models(job: Job) -> None:
    own = own_models(job)
    job.report.expect(MODELS, len(own))
    for model in own:
        if model.get("unit") not in (None, "TOKENS"):
            reason = f"it is priced by {str(model['unit']).lower()}, and Pilothouse prices tokens"
            job.report.missed(MODELS, model["modelName"], reason)
            continue
        _kept(job, MODELS, "/models", model["id"], _told(model, _MODEL))


def own_models(job: Job) -> list[Object]:
    """The project's own; the rest came with Langfuse."""
    every = _oldest_first(job, "/models")
    return [each for each in every if not each.get("isLangfuseManaged", False)]


def copy_comments(job: Job) -> None:
    known = {each["id"] for each in job.target.client.all("/comments")}
    comments = _oldest_first(job, "/comments")
    job.report.expect(COMMENTS, len(comments))
    for comment in comments:
        if not known.isdisjoint((comment["id"], job.target.own_id(comment["id"]))):
            job.report.there(COMMENTS)
            continue
        subject = comment["objectId"]
        if comment["objectType"] == "PROMPT":
            subject = job.progress.state.prompts.get(subject, subject)
        body = {
            "projectId": job.target.project_id,
            "objectId": subject,
            **_told(comment, _COMMENT),
        }
        _kept(job, COMMENTS, "/comments", comment["id"], body)


def _kept(job: Job, kind: str, path: str, id: str, body: Object) -> Object | None:
    try:
        kept, is_new = job.target.keep(path, id, body)
    except Answered as error:
        job.report.missed(kind, id, str(error))
        return None
    (job.report.copied if is_new else job.report.there)(kind)
    return kept


def _oldest_first(job: Job, path: str) -> list[Object]:
    """The lists begin with the newest, which is to be made last."""
    return list(job.source.client.all(path))[::-1]


def _told(found: Object, names: tuple[str, ...]) -> Object:
    return {name: found[name] for name in names if found.get(name) is not None}
