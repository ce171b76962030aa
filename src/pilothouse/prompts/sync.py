"""A folder of prompts and a project, each brought up to the other.

A file knows the version that it was pulled at. Where both sides went on from there it is a conflict,
which is told and left alone. The server is spoken to by Langfuse's API, so that a Langfuse will do too.
"""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.prompt import PromptType
from pilothouse.importing.client import Client, segment
from pilothouse.prompts.formats import folder
from pilothouse.prompts.formats.folder import Kept

Object = dict[str, Any]


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    AHEAD = "ahead"
    """The other side has something that this direction does not bring."""
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done about one prompt, or why nothing is."""

    outcome: Outcome
    name: str
    path: str
    kept: Kept | None = None
    """What is written or pushed."""
    detail: str = ""


class Server:
    """The prompts of the project that the client's keys belong to."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def names(self, prefix: str) -> Iterator[str]:
        for each in self._client.all("/v2/prompts"):
            if str(each["name"]).startswith(prefix):
                yield str(each["name"])

    def find(self, name: str, *, version: int = 0, label: str = "") -> Kept | None:
        """A version as it was written, the newest where nothing else is asked for."""
        which = {"version": version} if version else {"label": label or "latest"}
        found = self._client.find(f"/v2/prompts/{segment(name)}", resolve="false", **which)
        return _kept(found) if found else None

    def create(self, kept: Kept, labels: Sequence[str], message: str) -> Kept:
        body: Object = {
            "name": kept.name,
            "type": kept.type.value,
            "prompt": kept.body,
            "config": kept.config,
            "labels": list(labels),
            "tags": list(kept.tags),
            "commitMessage": message or None,
        }
        return replace(kept, version=self._client.post("/v2/prompts", body)["version"])


def _kept(found: Object) -> Kept:
    body = found["prompt"]
    if isinstance(body, list):
        # Langfuse tells a chat message as one; in a file, what has a role and a content says it.
        body = [_message(each) for each in body]
    config = found.get("config")
    return Kept(
        name=found["name"],
        type=PromptType(found["type"]),
        body=body,
        config={} if config is None else config,
        tags=tuple(found.get("tags") or ()),
        version=found["version"],
    )


def _message(told: Object) -> Object:
    return {key: value for key, value in told.items() if (key, value) != ("type", "chatmessage")}


# -- the folder ----------------------------------------------------------------------------------


def read(root: Path) -> dict[str, tuple[str, Kept]]:
    """Path and prompt by name. Raises BadRequest."""
    found: dict[str, tuple[str, Kept]] = {}
    for path, file in folder.files(root).items():
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadRequest(f"{path}: cannot be read: {error}") from error
        kept = folder.read(text, path)
        if kept.name in found:
            raise BadRequest(f"{path} and {found[kept.name][0]} are both the prompt {kept.name!r}")
        found[kept.name] = (path, kept)
    return found


def write(root: Path, path: str, kept: Kept) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_text(folder.write(kept), "utf-8", newline="\n")
    fresh.replace(file)


# -- both ways -----------------------------------------------------------------------------------


def pulling(
    server: Server,
    local: dict[str, tuple[str, Kept]],
    names: Iterable[str],
    *,
    label: str = "",
    force: bool = False,
) -> Iterator[Step]:
    """What each file would become."""
    for name in names:
        remote = server.find(name, label=label)
        path, kept = local.get(name, (folder.path_of(name).as_posix(), None))
        if remote is None:
            continue
        if kept is None:
            yield Step(Outcome.NEW, name, path, remote)
        elif kept.same(remote):
            fresh = None if kept == remote else remote
            yield Step(Outcome.SAME, name, path, fresh)
        elif force or _is_untouched(server, kept):
            yield Step(
                Outcome.CHANGED, name, path, remote, f"version {kept.version} → {remote.version}"
            )
        elif kept.version == remote.version:
            yield Step(Outcome.AHEAD, name, path, detail="changed here; push it")
        else:
            yield Step(Outcome.CONFLICT, name, path, detail=_both(kept, remote))


def _is_untouched(server: Server, kept: Kept) -> bool:
    """Does the file still say what its version says?"""
    before = server.find(kept.name, version=kept.version) if kept.version else None
    return before is not None and kept.same(before)


def pushing(
    server: Server, local: dict[str, tuple[str, Kept]], *, force: bool = False
) -> Iterator[Step]:
    """What would be made of each file."""
    for name, (path, kept) in local.items():
        remote = server.find(name)
        if remote is None:
            yield Step(Outcome.NEW, name, path, kept)
        elif kept.same(remote):
            fresh = None if kept.version == remote.version else remote
            yield Step(Outcome.SAME, name, path, fresh)
        elif force or kept.version == remote.version:
            yield Step(
                Outcome.CHANGED,
                name,
                path,
                kept,
                f"version {remote.version} → {remote.version + 1}",
            )
        elif _is_untouched(server, kept):
            yield Step(
                Outcome.AHEAD, name, path, detail=f"version {remote.version} is newer; pull it"
            )
        else:
            yield Step(Outcome.CONFLICT, name, path, detail=_both(kept, remote))


def _both(kept: Kept, remote: Kept) -> str:
    begun = f"from version {kept.version}" if kept.version else "from nothing"
    return f"changed here {begun}, and on the server, which is at version {remote.version}"


def difference(old: Kept | None, new: Kept | None, path: str) -> str:
    """As `diff -u` tells it; the numbers of the versions are no difference."""
    before, after = (folder.write(replace(each, version=0)) if each else "" for each in (old, new))
    return "".join(
        difflib.unified_diff(
            before.splitlines(keepends=True),
            after.splitlines(keepends=True),
            f"server/{path}" if old else "/dev/null",
            f"here/{path}" if new else "/dev/null",
        )
    )
