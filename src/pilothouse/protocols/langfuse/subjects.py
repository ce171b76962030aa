"""What comments and queues are about, in Langfuse's words, and whether it is there."""

from pilothouse.domain.errors import NotFound
from pilothouse.domain.review import Subject
from pilothouse.edge.access import Caller
from pilothouse.edge.services import Services
from pilothouse.store.relational import prompts

SUBJECTS = {
    "TRACE": Subject.TRACE,
    "OBSERVATION": Subject.SPAN,
    "SESSION": Subject.SESSION,
    "PROMPT": Subject.PROMPT,
}
_WORDS = {subject: word for word, subject in SUBJECTS.items()}


def word(subject: Subject) -> str:
    return _WORDS[subject]


def check(caller: Caller, services: Services, subject: Subject, id: str) -> str:
    """The trace that it is of, for a span. Raises NotFound where the project has no such thing."""
    reading, scope, trace_id = services.reading, caller.scope, ""
    try:
        match subject:
            case Subject.TRACE:
                there = bool(reading.summaries(scope, [id]))
            case Subject.SPAN:
                trace_id = reading.find_span(scope, id).trace_id
                there = True
            case Subject.SESSION:
                there = bool(reading.session(scope, id, limit=1))
            case Subject.PROMPT:
                with services.database.read() as db:
                    there = prompts.has_version(db, caller.project_id, id)
    except NotFound:
        there = False
    if not there:
        raise NotFound(f"Reference object, {_WORDS[subject]}: {id} not found in project")
    return trace_id
