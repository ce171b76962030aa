"""JSON: every version with its number, labels, config and message. One object as Langfuse's API gives
it is read too, and a list of them."""

import json
from typing import Any, cast

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.prompt import LATEST, Body, Draft, PromptType, PromptVersion

Object = dict[str, Any]
FORMAT = "pilothouse.prompt/1"


def write(versions: list[PromptVersion]) -> str:
    newest = versions[0]
    told = {
        "format": FORMAT,
        "name": newest.name,
        "type": newest.type.value,
        "tags": list(newest.tags),
        "versions": [
            {
                "version": each.version,
                "prompt": each.body,
                "config": each.config,
                "labels": [label for label in each.labels if label != LATEST],
                "commitMessage": each.commit_message,
            }
            for each in reversed(versions)
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def parsed(text: str) -> Any:
    """Raises BadRequest."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"this is no JSON: {error}") from error


def read(value: Any, name: str, known: str) -> list[Draft]:
    """Raises BadRequest."""
    if isinstance(value, list):
        found = [_draft(each, name, known) for each in _objects(cast(list[Any], value))]
        if len({each.name for each in found}) > 1:
            raise BadRequest("the file holds prompts of several names; import them one by one")
        return found
    (whole,) = _objects([value])
    if "versions" not in whole:
        return [_draft(whole, name, known)]
    if not isinstance(whole["versions"], list) or not whole["versions"]:
        raise BadRequest("versions is a list with at least one version")
    shared = {key: whole[key] for key in ("name", "type", "tags") if key in whole}
    return [
        _draft({**shared, **each}, name, known)
        for each in _objects(cast(list[Any], whole["versions"]))
    ]


def _objects(values: list[Any]) -> list[Object]:
    if not values or not all(isinstance(each, dict) for each in values):
        raise BadRequest("a prompt is an object with name, type and prompt")
    return values


def _draft(told: Object, name: str, known: str) -> Draft:
    body = told.get("prompt")
    if not isinstance(body, str | list) or not all(isinstance(each, dict) for each in _items(body)):
        raise BadRequest("the prompt is a text, or a list of messages")
    kind = told.get("type") or ("text" if isinstance(body, str) else "chat")
    if kind not in tuple(PromptType):
        raise BadRequest("the type of a prompt is text or chat")
    tags, message = told.get("tags"), told.get("commitMessage") or told.get("commit_message") or ""
    return Draft(
        name=name or str(told.get("name") or known),
        type=PromptType(kind),
        body=cast(Body, body),
        config=told.get("config") or {},
        tags=tuple(map(str, cast(list[Any], tags))) if isinstance(tags, list) else None,
        commit_message=str(message)[:500],
    )


def _items(body: Any) -> list[Any]:
    return cast(list[Any], body) if isinstance(body, list) else []
