"""Prompts, served from memory.

What was asked for once is remembered until the project's revision counts up: at once for changes of
this process, within half a second for those of another. While the relational store is away, what is
remembered is still answered, and said to be stale.
"""

import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec
import sqlalchemy as sa
import structlog

from pilothouse.domain.errors import BadRequest, Conflict, Forbidden, NotFound, Unavailable
from pilothouse.domain.messages import Message, Part
from pilothouse.domain.prompt import (
    LATEST,
    PRODUCTION,
    Body,
    Composed,
    Draft,
    PromptVersion,
    Reference,
    check_label,
    checked,
    composed,
    composed_text,
    references,
)
from pilothouse.domain.prompt_release import (
    STICKY,
    Arm,
    LabelRule,
    Request,
    RequestStatus,
    Split,
    check_arms,
)
from pilothouse.domain.review import Subject
from pilothouse.prompts.checking import Checked, check
from pilothouse.store.relational import comments, experiments, prompts
from pilothouse.store.relational import prompt_releases as releases
from pilothouse.store.relational.database import Database

log = structlog.get_logger(__name__)

T = TypeVar("T")

_LOOK_EVERY = 0.5
_FRESH = 2.0
"""Seconds after which what could not be compared with the store is stale."""
_MOST_REMEMBERED = 10_000
"""Answers of all projects."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which version of a name: by number, else by label."""

    name: str
    version: int = 0
    label: str = ""
    resolve: bool = True
    """Whether references to other prompts are replaced by their texts."""
    key: str = ""
    """By which an arm is chosen where the label is split."""

    def __str__(self) -> str:
        which = f"version {self.version}" if self.version else f"label '{self.label}'"
        return f"'{self.name}' with {which}"


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """A version ready to use: its body has its parts in it. One object as long as it is remembered,
    so that what is made of it can be kept too."""

    version: PromptVersion
    composed: Composed

    @property
    def body(self) -> Body:
        return self.composed.body


@dataclass
class _Shelf:
    """What is remembered of a project."""

    revision: int
    confirmed: float
    splits: dict[tuple[str, str], Split] | None = None
    """None: not known yet."""
    answers: dict[Wanted, Served] = field(default_factory=dict[Wanted, Served])


class Prompts:
    """Reads and changes prompts. May be used from any thread; all but `remembered` block."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shelves: dict[str, _Shelf] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="prompts", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    # -- serving ---------------------------------------------------------------------------------

    def remembered(self, project_id: str, wanted: Wanted) -> Served | None:
        """What is in memory; None where the store has to be asked. Never blocks."""
        shelf = self._shelves.get(project_id)
        if shelf is None or shelf.splits is None:
            return None
        return shelf.answers.get(_dealt(wanted, shelf.splits))

    def is_stale(self, project_id: str) -> bool:
        """Whether what is remembered could not be compared with the store for a while."""
        shelf = self._shelves.get(project_id)
        return shelf is not None and time.monotonic() - shelf.confirmed > _FRESH

    def get(self, project_id: str, wanted: Wanted) -> Served:
        """Raises NotFound, and BadRequest where its parts cannot be put together."""
        with self._database.read() as db:
            revision = prompts.revision(db, project_id)
            splits = releases.splits(db, project_id)
            asked, wanted = wanted, _dealt(wanted, splits)
            found = _found(db, project_id, wanted)
            if found is None and wanted.label != asked.label:
                # The arm was taken away: the label itself is still served.
                wanted = _plain(asked)
                found = _found(db, project_id, wanted)
            if found is None:
                raise NotFound(f"Prompt not found: {wanted}")
            whole = (
                composed(found, lambda reference: _referred(db, project_id, reference))
                if wanted.resolve
                else Composed(found.body, {})
            )
        served = Served(found, whole)
        self._remember(project_id, revision, splits, wanted, served)
        return served

    def with_parts(self, project_id: str, messages: Sequence[Message]) -> list[Message]:
        """Templates with the texts of the prompts that they take in. Raises BadRequest where one
        cannot be taken in."""
        if not any(_refers(part) for message in messages for part in message.parts):
            return list(messages)
        with self._database.read() as db:

            def whole(part: Part) -> Part:
                if not _refers(part):
                    return part
                text = composed_text(part.text, lambda each: _referred(db, project_id, each))
                return msgspec.structs.replace(part, text=text)

            return [
                msgspec.structs.replace(message, parts=[whole(part) for part in message.parts])
                for message in messages
            ]

    def _remember(
        self,
        project_id: str,
        revision: int,
        splits: dict[tuple[str, str], Split],
        wanted: Wanted,
        served: Served,
    ) -> None:
        with self._lock:
            shelf = self._shelves.get(project_id)
            if shelf is not None and shelf.revision > revision:
                return
            if shelf is None or shelf.revision < revision:
                shelf = self._shelves[project_id] = _Shelf(revision, time.monotonic())
            shelf.splits = splits
            if sum(len(each.answers) for each in self._shelves.values()) >= _MOST_REMEMBERED:
                self._shelves = {project_id: shelf}
                shelf.answers.clear()
            shelf.answers[wanted] = served

    def _watch(self) -> None:
        while not self._stopped.wait(_LOOK_EVERY):
            held = list(self._shelves)
            if not held:
                continue
            try:
                with self._database.read() as db:
                    revisions = prompts.revisions(db, held)
            except Unavailable:
                continue
            except Exception as error:
                log.error("prompts cannot be compared", error=repr(error)[:300])
                continue
            self._compare(held, revisions)

    def _compare(self, held: list[str], revisions: dict[str, int]) -> None:
        with self._lock:
            for project_id in held:
                shelf = self._shelves.get(project_id)
                if shelf is None:
                    continue
                revision = revisions.get(project_id, 0)
                if shelf.revision < revision:
                    self._shelves[project_id] = _Shelf(revision, time.monotonic())
                else:
                    shelf.confirmed = time.monotonic()

    # -- changing --------------------------------------------------------------------------------

    def create(
        self, project_id: str, draft: Draft, author: str, *, may_release: bool = False
    ) -> PromptVersion:
        """A new version of the name, which takes `latest` and the draft's labels.

        What it takes in must be there, but for a version brought along from elsewhere: the parts of
        an old one may be gone. Raises BadRequest and Conflict."""
        draft = checked(draft)

        def change(db: sa.Connection) -> PromptVersion:
            for label in draft.labels:
                _refuse_protected(db, project_id, draft.name, label, None, may_release)
            with _nothing_breaks(db, project_id, draft.name):
                return _create(db, project_id, draft, author)

        return self._changed(project_id, change)

    def bring(
        self, project_id: str, drafts: list[Draft], author: str
    ) -> list[tuple[PromptVersion, bool]]:
        """New versions of what a file holds, in its order; what says the same as the newest version
        makes none. Each comes with whether it is new. Raises BadRequest, and then none is made."""

        def change(db: sa.Connection) -> list[tuple[PromptVersion, bool]]:
            made: list[tuple[PromptVersion, bool]] = []
            for draft in map(checked, drafts):
                newest = prompts.by_label(db, project_id, draft.name, LATEST)
                if newest is not None and _says_the_same(draft, newest):
                    made.append((newest, False))
                else:
                    made.append((_create(db, project_id, draft, author), True))
            return made

        return self._changed(project_id, change)

    def set_labels(
        self,
        project_id: str,
        name: str,
        version: int,
        labels: list[str],
        author: str,
        reason: str = "",
        *,
        may_release: bool = False,
    ) -> PromptVersion:
        """Give a version labels beside those it has. Raises NotFound, BadRequest and Forbidden."""
        for label in labels:
            check_label(label)
            if label == LATEST:
                raise BadRequest(f"{LATEST!r} always stands at the newest version")

        def change(db: sa.Connection) -> PromptVersion:
            made = _there(db, project_id, name, version)
            at = prompts.lock(db, project_id, Draft(name, made.type, made.body))
            with _nothing_breaks(db, project_id, name):
                for label in labels:
                    if label not in made.labels:
                        _refuse_protected(db, project_id, name, label, made, may_release)
                    prompts.move_label(db, project_id, at, label, version, author, reason)
            _refuse_incomplete(db, project_id, made)
            return _there(db, project_id, name, version)

        return self._changed(project_id, change)

    def move_label(
        self,
        project_id: str,
        name: str,
        label: str,
        version: int,
        author: str,
        reason: str,
        seen: int | None = None,
        *,
        may_release: bool = False,
    ) -> None:
        """Put a label on a version, off the one that has it; 0 takes it away.

        `seen` is where the caller believes it to stand. Raises NotFound, BadRequest, Conflict where
        it stands elsewhere, and Forbidden where it is protected."""
        check_label(label)
        if label == LATEST:
            raise BadRequest(f"{LATEST!r} always stands at the newest version")

        def change(db: sa.Connection) -> None:
            made = _there(db, project_id, name, version) if version else None
            at = _locked(db, project_id, name)
            _refuse_protected(db, project_id, name, label, made, may_release, taken=not version)
            stands = prompts.label_at(db, at, label)
            if seen is not None and stands != seen:
                where = f"at version {stands}" if stands else "at no version"
                raise Conflict(f"{label!r} was moved meanwhile: it stands {where}")
            with _nothing_breaks(db, project_id, name):
                prompts.move_label(db, project_id, at, label, version, author, reason)
            if made is not None:
                _refuse_incomplete(db, project_id, made)

        self._changed(project_id, change)

    def set_tags(self, project_id: str, name: str, tags: list[str]) -> None:
        """Raises NotFound."""
        told = list(dict.fromkeys(tags))
        self._changed(
            project_id,
            lambda db: prompts.set_tags(db, project_id, _locked(db, project_id, name), told),
        )

    def duplicate(
        self, project_id: str, name: str, to: str, version: int, author: str
    ) -> PromptVersion:
        """Begin another name with a version of this one, or, where it is 0, with all of them and
        their numbers. Labels stay behind. Raises NotFound, BadRequest and Conflict."""

        def change(db: sa.Connection) -> PromptVersion:
            found = prompts.versions(db, project_id, name)
            copied = [each for each in found if version in (0, each.version)]
            if not copied:
                raise NotFound("Prompt not found")
            if prompts.named(db, project_id, to) is not None:
                raise Conflict(f"there is a prompt named {to!r} already")
            made = copied[0]
            for each in reversed(copied):
                draft = _copy(each, to, keep_number=not version)
                at = prompts.lock(db, project_id, draft)
                number = prompts.add_version(db, project_id, at, draft, author)
                made = _there(db, project_id, to, number)
            return made

        return self._changed(project_id, change)

    def check(self, project_id: str, draft: Draft) -> Checked:
        """What there is to say of a draft. Nothing is kept."""
        with self._database.read() as db:
            known = prompts.by_label(db, project_id, draft.name, PRODUCTION) or prompts.by_label(
                db, project_id, draft.name, LATEST
            )
            return check(draft, lambda reference: _referred(db, project_id, reference), known)

    def remove(
        self,
        project_id: str,
        name: str,
        author: str,
        *,
        version: int = 0,
        label: str = "",
        may_release: bool = False,
    ) -> None:
        """Forget a version, those of a label, or every version of the name.

        Raises NotFound, BadRequest while another prompt is composed of what would go, and Forbidden
        where it has a protected label."""

        def change(db: sa.Connection) -> None:
            every = prompts.versions(db, project_id, name)
            gone = [
                each
                for each in every
                if (not version or each.version == version) and (not label or label in each.labels)
            ]
            at = prompts.named(db, project_id, name)
            if not gone or at is None:
                raise NotFound("Prompt not found")
            _refuse_needed(db, project_id, gone, left=len(every) > len(gone))
            for going in {going for each in gone for going in each.labels}:
                _refuse_protected(db, project_id, name, going, None, may_release, taken=True)
            prompts.remove_versions(db, project_id, at, [each.version for each in gone], author)
            comments.forget(db, project_id, Subject.PROMPT, [each.id for each in gone])

        self._changed(project_id, change)

    # -- releases --------------------------------------------------------------------------------

    def set_split(
        self,
        project_id: str,
        name: str,
        label: str,
        arms: tuple[Arm, ...],
        author: str,
        *,
        may_release: bool = False,
    ) -> None:
        """Split a label among others, or end that where there are no arms. Raises NotFound,
        BadRequest and Forbidden."""
        if arms:
            check_arms(label, arms)

        def change(db: sa.Connection) -> None:
            at = _locked(db, project_id, name)
            for arm in arms:
                found = prompts.by_label(db, project_id, name, arm.label)
                if found is None:
                    raise BadRequest(f"no version has the label {arm.label!r}")
                _refuse_protected(db, project_id, name, label, found, may_release)
            if not arms:
                _refuse_protected(db, project_id, name, label, None, may_release, taken=True)
            if (name, label) in {
                (each.name, arm.label) for each, arm in _arms(db, project_id, name)
            }:
                raise BadRequest(f"{label!r} is an arm of another split")
            if any((name, arm.label) in releases.splits(db, project_id, name) for arm in arms):
                raise BadRequest("a label that is split is no arm of another")
            releases.set_split(db, project_id, at, label, arms, author)

        self._changed(project_id, change)

    def ask(self, request: Request) -> Request:
        """File a request to move a protected label, with the names of what justifies it. Raises
        NotFound and BadRequest."""
        if request.baseline_id and not request.experiment_id:
            raise BadRequest("a baseline is attached to an experiment")
        if request.baseline_id and request.baseline_id == request.experiment_id:
            raise BadRequest("an experiment is compared with another, not with itself")
        with self._database.write() as db:
            _there(db, request.project_id, request.prompt_name, request.version)
            if request.label not in releases.rules(db, request.project_id):
                raise BadRequest(f"{request.label!r} is not protected: move it")
            request = replace(
                request,
                experiment_name=_name_of(db, request.project_id, request.experiment_id),
                baseline_name=_name_of(db, request.project_id, request.baseline_id),
            )
            releases.add_request(db, request)
        return request

    def decide(
        self,
        project_id: str,
        id: str,
        status: RequestStatus,
        person: str,
        note: str,
        *,
        may_release: bool,
    ) -> Request:
        """Grant or refuse a request as a second person, or withdraw one's own. What is granted is
        done. Raises NotFound, Forbidden and Conflict."""

        def change(db: sa.Connection) -> Request:
            request = releases.request(db, project_id, id)
            if request is None:
                raise NotFound("no such request")
            _check_decision(request, status, person, may_release=may_release)
            if status is RequestStatus.GRANTED:
                name, label = request.prompt_name, request.label
                made = _there(db, project_id, name, request.version)
                at = _locked(db, project_id, name)
                told = request.reason or note
                with _nothing_breaks(db, project_id, name):
                    prompts.move_label(db, project_id, at, label, request.version, person, told)
                _refuse_incomplete(db, project_id, made)
            releases.decide(db, id, status, person, note)
            return releases.request(db, project_id, id) or request

        return self._changed(project_id, change)

    def protect(self, project_id: str, rule: LabelRule, author: str) -> None:
        """Raises BadRequest."""
        check_label(rule.label)
        if rule.label == LATEST:
            raise BadRequest(f"{LATEST!r} moves by itself; it cannot be protected")
        with self._database.write() as db:
            releases.set_rule(db, project_id, rule, author)

    def unprotect(self, project_id: str, label: str) -> None:
        with self._database.write() as db:
            releases.remove_rule(db, project_id, label)

    def _changed(self, project_id: str, change: Callable[[sa.Connection], T]) -> T:
        with self._database.write() as db:
            done = change(db)
            revision = prompts.revision(db, project_id)
        with self._lock:
            self._shelves[project_id] = _Shelf(revision, time.monotonic())
        return done


def _refers(part: Part) -> bool:
    return part.type == "text" and bool(references(part.text))


def _plain(wanted: Wanted) -> Wanted:
    """Without what chooses an arm, so that every key finds the same answer."""
    label, _, _ = wanted.label.partition(STICKY)
    return replace(wanted, label=label, key="")


def _dealt(wanted: Wanted, splits: dict[tuple[str, str], Split]) -> Wanted:
    """What is wanted, with the label of an arm where its label is split."""
    if not wanted.key and STICKY not in wanted.label and not splits:
        return wanted
    plain = _plain(wanted)
    split = None if wanted.version else splits.get((wanted.name, plain.label or PRODUCTION))
    if split is None:
        return plain
    return replace(plain, label=split.arm(wanted.key or wanted.label.partition(STICKY)[2]))


def _arms(db: sa.Connection, project_id: str, name: str) -> list[tuple[Split, Arm]]:
    found = releases.splits(db, project_id, name).values()
    return [(split, arm) for split in found for arm in split.arms]


def _refuse_protected(
    db: sa.Connection,
    project_id: str,
    name: str,
    label: str,
    version: PromptVersion | None,
    may_release: bool,
    *,
    taken: bool = False,
) -> None:
    """A label is protected by a rule of its own, or by that of a label that is split with it as an
    arm. A version that had it before needs nobody's approval again: a rollback does not wait."""
    rules = releases.rules(db, project_id)
    if not rules:
        return
    meant = {
        label,
        *(split.label for split, arm in _arms(db, project_id, name) if arm.label == label),
    }
    for rule in (rules[each] for each in sorted(meant) if each in rules):
        if not may_release:
            raise Forbidden(
                f"{rule.label!r} is a protected label: an administrator moves it; ask for it by a"
                " request"
            )
        if not rule.needs_approval or taken:
            continue
        if version is None or not releases.had(
            db, project_id, name, {rule.label, label}, version.version, version.created_at
        ):
            raise Forbidden(
                f"moving {rule.label!r} needs the approval of a second person: file a request"
            )


def _check_decision(
    request: Request, status: RequestStatus, person: str, *, may_release: bool
) -> None:
    if request.status is not RequestStatus.OPEN:
        raise Conflict(f"the request was {request.status.value} meanwhile")
    if status is RequestStatus.WITHDRAWN:
        if person != request.author_id:
            raise Forbidden("a request is withdrawn by who made it")
        return
    if not may_release:
        raise Forbidden("an administrator decides about requests")
    if person == request.author_id:
        raise Forbidden("a second person decides: not the one who asks")


def _create(db: sa.Connection, project_id: str, draft: Draft, author: str) -> PromptVersion:
    at = prompts.lock(db, project_id, draft)
    if at.type is not draft.type:
        raise BadRequest(
            f"Previous versions have different prompt type. {draft.name!r} is a"
            f" {at.type.value} prompt; create one with another name."
        )
    version = prompts.add_version(db, project_id, at, draft, author)
    made = _there(db, project_id, draft.name, version)
    if not draft.version:
        composed(made, lambda reference: _referred(db, project_id, reference))
    return made


@contextmanager
def _nothing_breaks(db: sa.Connection, project_id: str, name: str) -> Generator[None]:
    """What takes in a prompt and is served by a label can be put together after a change as it could
    before. Raises BadRequest."""
    whole = [each for each in _users(db, project_id, name) if not _incomplete(db, project_id, each)]
    yield
    for each in whole:
        if told := _incomplete(db, project_id, each):
            raise BadRequest(f"{each.name} v{each.version} takes in {name!r}: {told}")


def _users(db: sa.Connection, project_id: str, name: str) -> list[PromptVersion]:
    """Versions with a label that take in a prompt, themselves or through others."""
    found: dict[str, PromptVersion] = {}
    waiting = [name]
    while waiting:
        part = f"@@@langfusePrompt:name={waiting.pop()}|"
        for each in prompts.texts_with(db, project_id, part):
            if each.labels and each.id not in found:
                found[each.id] = each
                waiting.append(each.name)
    return list(found.values())


def _incomplete(db: sa.Connection, project_id: str, version: PromptVersion) -> str:
    """Why it cannot be put together, or nothing."""
    try:
        composed(version, lambda reference: _referred(db, project_id, reference))
    except BadRequest as error:
        return str(error)
    return ""


def _refuse_incomplete(db: sa.Connection, project_id: str, version: PromptVersion) -> None:
    """A version that gets a label is served."""
    if told := _incomplete(db, project_id, version):
        raise BadRequest(told)


def _says_the_same(draft: Draft, version: PromptVersion) -> bool:
    told = (draft.type, draft.body, draft.config)
    return told == (version.type, version.body, version.config)


def _found(db: sa.Connection, project_id: str, wanted: Wanted) -> PromptVersion | None:
    if wanted.version:
        return prompts.by_version(db, project_id, wanted.name, wanted.version)
    return prompts.by_label(db, project_id, wanted.name, wanted.label or PRODUCTION)


def _referred(db: sa.Connection, project_id: str, reference: Reference) -> PromptVersion | None:
    return _found(
        db, project_id, Wanted(reference.name, version=reference.version, label=reference.label)
    )


def _there(db: sa.Connection, project_id: str, name: str, version: int) -> PromptVersion:
    found = prompts.by_version(db, project_id, name, version)
    if found is None:
        raise NotFound("Prompt not found")
    return found


def _name_of(db: sa.Connection, project_id: str, experiment_id: str) -> str:
    """Of an experiment, if one is told. Raises NotFound."""
    if not experiment_id:
        return ""
    found = experiments.names_of(db, project_id, [experiment_id])
    if experiment_id not in found:
        raise NotFound("no such experiment")
    return found[experiment_id]


def _locked(db: sa.Connection, project_id: str, name: str) -> prompts.Named:
    """The record of a name that is there. Raises NotFound."""
    found = prompts.named(db, project_id, name)
    if found is None:
        raise NotFound("Prompt not found")
    return prompts.lock(db, project_id, Draft(name, found.type, ""))


def _copy(version: PromptVersion, to: str, *, keep_number: bool) -> Draft:
    return checked(
        Draft(
            name=to,
            type=version.type,
            body=version.body,
            config=version.config,
            tags=version.tags,
            commit_message=version.commit_message,
            version=version.version if keep_number else 0,
        )
    )


def _refuse_needed(
    db: sa.Connection, project_id: str, gone: list[PromptVersion], *, left: bool
) -> None:
    """A label that goes to another version still leads somewhere; `latest` alone does that."""
    name = gone[0].name
    versions = {each.version for each in gone}
    labels = {label for each in gone for label in each.labels} - ({LATEST} if left else set())
    for user in prompts.texts_with(db, project_id, f"@@@langfusePrompt:name={name}|"):
        if user.name == name and user.version in versions:
            continue
        for reference in references(user.body):
            if reference.name == name and (
                reference.version in versions or reference.label in labels
            ):
                raise BadRequest(
                    "Other prompts are depending on prompt versions you are trying to delete:"
                    f" {user.name} v{user.version} takes in {reference}"
                )
