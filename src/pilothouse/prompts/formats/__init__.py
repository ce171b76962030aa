"""Prompts as files: our own JSON, Prompty, LangChain's hub manifest, and YAML for a folder under Git.

Each format is a module with `write` and `read`; what it cannot hold it refuses, so that nothing is lost
in silence.
"""

from enum import StrEnum
from pathlib import PurePosixPath

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.prompt import Draft, PromptVersion
from pilothouse.prompts.formats import langchain, own, prompty


class Format(StrEnum):
    JSON = "json"
    PROMPTY = "prompty"
    LANGCHAIN = "langchain"


MOST_BYTES = 2_000_000
_SUFFIX = {Format.JSON: ".json", Format.PROMPTY: ".prompty", Format.LANGCHAIN: ".langchain.json"}


def written(format: Format, versions: list[PromptVersion]) -> tuple[str, str]:
    """A file's name and its text. JSON holds every version that is given, the others the first of
    them. Raises BadRequest where the format cannot hold it."""
    newest = versions[0]
    stem = PurePosixPath(newest.name).name
    match format:
        case Format.JSON:
            text = own.write(versions)
        case Format.PROMPTY:
            text = prompty.write(newest)
        case Format.LANGCHAIN:
            text = langchain.write(newest)
    return stem + _SUFFIX[format], text


def read(text: str, filename: str, name: str = "") -> list[Draft]:
    """The versions of a file in the order in which they were made, under another name when one is
    told. Raises BadRequest."""
    if len(text) > MOST_BYTES:
        raise BadRequest(f"a file of a prompt has at most {MOST_BYTES} characters")
    known = name or _name_of(filename)
    if filename.endswith(".prompty") or text.lstrip().startswith(("---", "+++")):
        return [prompty.read(text, name, known)]
    value = own.parsed(text)
    if langchain.is_manifest(value):
        return [langchain.read(value, name, known)]
    return own.read(value, name, known)


def _name_of(filename: str) -> str:
    stem = PurePosixPath(filename.replace("\\", "/")).name
    for suffix in (".langchain.json", ".json", ".prompty", ".yaml", ".yml"):
        stem = stem.removesuffix(suffix)
    return stem or "imported"
