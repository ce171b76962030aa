"""Media that Pilothouse keeps goes along with the messages that refer to it; a provider cannot fetch
it."""

import base64
from collections.abc import Iterator, Sequence

import msgspec

from pilothouse.domain import media as rules
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.media import Reference
from pilothouse.domain.messages import Message, Part
from pilothouse.media.library import Library

_GONE = "an attached file is not there any more; attach it again or remove it"


def carried(library: Library, project_id: str, messages: Sequence[Message]) -> list[Message]:
    """References in texts become parts of their own. Blocks. Raises BadRequest for media that is
    gone."""
    return [
        msgspec.structs.replace(each, parts=list(_parts(library, project_id, each)))
        if any(map(refers, each.parts))
        else each
        for each in messages
    ]


def refers(part: Part) -> bool:
    return next(rules.references(part.text or part.url), None) is not None


def _parts(library: Library, project_id: str, message: Message) -> Iterator[Part]:
    for part in message.parts:
        match part.type:
            case "text":
                for piece in rules.split(part.text):
                    if isinstance(piece, Reference):
                        yield _whole(library, project_id, Part("media"), piece)
                    else:
                        yield Part("text", text=piece)
            case "media" if (found := next(rules.references(part.url), None)) is not None:
                yield _whole(library, project_id, part, found[1])
            case _:
                yield part


def _whole(library: Library, project_id: str, part: Part, reference: Reference) -> Part:
    try:
        kept = library.there(project_id, reference.media_id)
        data = base64.b64encode(b"".join(library.pieces(kept))).decode()
    except NotFound as error:
        raise BadRequest(_GONE) from error
    url = f"data:{kept.content_type};base64,{data}"
    return msgspec.structs.replace(part, url=url, mime_type=kept.content_type)
