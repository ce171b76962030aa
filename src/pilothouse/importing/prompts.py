"""Prompts with all their versions, under their numbers, and with their labels."""

from typing import Any

from pilothouse.importing.client import Answered, Object, segment
from pilothouse.importing.job import Job

KIND = "prompts"
_REFERENCE = "@@@langfusePrompt:"


def copy_prompts(job: Job) -> None:
    """Those that take in others come last, so that their parts are there."""
    names: list[Object] = list(job.source.client.all("/v2/prompts"))
    job.report.expect(KIND, sum(len(each["versions"]) for each in names))
    composed: list[list[Object]] = []
    for each in names:
        versions = _versions(job, each)
        if any(_REFERENCE in str(version["prompt"]) for version in versions):
            composed.append(versions)
        else:
            _copy(job, versions)
    for versions in composed:
        _copy(job, versions)
    job.progress.save()


def _versions(job: Job, listed: Object) -> list[Object]:
    """By number. What they take in stays a reference."""
    found: list[Object] = []
    for number in sorted(listed["versions"]):
        try:
            found.append(_version(job.source.client.get, listed["name"], number))
        except Answered as error:
            job.report.missed(KIND, f"{listed['name']} {number}", str(error))
    return found


def _version(get: Any, name: str, number: int) -> Object:
    return get(f"/v2/prompts/{segment(name)}", version=number, resolve="false")


def _copy(job: Job, versions: list[Object]) -> None:
    """A label moves only to a version that is new here: what was moved here since stays so."""
    for version in versions:
        name, number = version["name"], version["version"]
        try:
            kept = _there(job, name, number)
            if kept is None:
                kept = job.target.client.post("/v2/prompts", _body(version))
                job.report.copied(KIND)
            elif kept["prompt"] == version["prompt"]:
                job.report.there(KIND)
            else:
                raise Answered(409, "there is another version of that number")
        except Answered as error:
            job.report.missed(KIND, f"{name} {number}", str(error))
            continue
        if id := version.get("id"):
            job.progress.state.prompts[id] = kept["id"]


def _there(job: Job, name: str, number: int) -> Object | None:
    try:
        return _version(job.target.client.get, name, number)
    except Answered as error:
        if error.status == 404:
            return None
        raise


def _body(version: Object) -> Object:
    return {
        "name": version["name"],
        "version": version["version"],
        "type": version.get("type") or ("text" if isinstance(version["prompt"], str) else "chat"),
        "prompt": version["prompt"],
        "config": version.get("config") or {},
        "labels": [label for label in version["labels"] if label != "latest"],
        "tags": version.get("tags") or [],
        "commitMessage": version.get("commitMessage"),
    }
