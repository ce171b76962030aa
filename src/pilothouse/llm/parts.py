"""Reading parts of messages for providers' requests."""

import base64
import binascii
from typing import Any

import msgspec

from pilothouse.domain.messages import Message, Part
from pilothouse.llm.failures import RequestRefused


def given(**values: Any) -> dict[str, Any]:
    """Those that were told."""
    return {name: value for name, value in values.items() if value is not None}


def text_of(value: Any) -> str:
    """A result or a value as the text that a model reads."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def arguments_of(part: Part) -> dict[str, Any]:
    """Of a tool call that is shown to the model again. Broken ones cannot be."""
    if isinstance(part.arguments, dict):
        return part.arguments
    if part.arguments in (None, ""):
        return {}
    raise RequestRefused(
        f"The arguments of the call of {part.name} are no JSON object",
        "Mend or remove that call in the messages, then go on.",
    )


def inline(part: Part) -> tuple[str, str] | None:
    """Media type and base64 of media that is carried along; None where it is an address. Raises
    RequestRefused where it is neither."""
    url = part.url
    if url.startswith(("http://", "https://")):
        return None
    head, comma, data = url.partition(",")
    if not comma or not head.startswith("data:") or not head.endswith(";base64"):
        raise RequestRefused(
            f"The media {url[:60] or part.id or part.name!r} is neither an address nor carried along",
            "Attach the file again.",
        )
    return head.removeprefix("data:").removesuffix(";base64").split(";")[0], data


def inline_bytes(part: Part) -> tuple[str, bytes] | None:
    found = inline(part)
    if found is None:
        return None
    try:
        return found[0], base64.b64decode(found[1], validate=True)
    except (binascii.Error, ValueError) as error:
        raise RequestRefused("An attached file is no valid base64", "Attach it again.") from error


def kind_of(part: Part) -> str:
    """`image`, `audio`, `video` or `application` …"""
    mime = part.mime_type
    if part.url.startswith("data:"):
        mime = part.url.removeprefix("data:").split(";")[0].split(",")[0]
    return mime.partition("/")[0] or "image"


def split_system(messages: list[Message]) -> tuple[str, list[Message]]:
    """What the system says, for providers that put it beside the messages, and the rest."""
    system = "\n\n".join(plain(each) for each in messages if each.role == "system")
    return system, [each for each in messages if each.role != "system"]


def plain(message: Message) -> str:
    return "".join(
        part.text if part.type == "text" else text_of(part.value)
        for part in message.parts
        if part.type in ("text", "json")
    )


def kept_by(part: Part, maker: str) -> list[Any]:
    """What that maker's model wants to see again; what another's said is of no use to it."""
    told = part.value if isinstance(part.value, list) else [part.value]
    return [each[maker] for each in told if isinstance(each, dict) and maker in each]
