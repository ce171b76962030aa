"""How a model is shown what it judges: as a person would read it, clearly marked off, and cut where it
is too long."""

import re
from collections.abc import Iterable
from typing import Any

from pilothouse.domain import messages
from pilothouse.domain.evaluation import Case
from pilothouse.domain.messages import Message, Part
from pilothouse.evals.scorers import fields
from pilothouse.llm.attachments import refers
from pilothouse.llm.parts import text_of

_NOTHING = {"en": "(none)", "zh": "（无）"}
_LEFT_OUT = {
    "en": "\n[… {count} characters left out …]\n",
    "zh": "\n[……此处省略 {count} 个字符……]\n",
}


def readable(case: Case, path: str) -> str:
    """Raises Failed where there is nothing."""
    found = fields.value(case, path)
    if isinstance(found, str):
        return found
    match path:
        case "conversation":
            return "\n\n".join(f"{role}: {text}" for role, text in case.conversation)
        case "documents":
            return "\n\n".join(f"[{at}] {each}" for at, each in enumerate(case.documents, start=1))
        case "tools":
            return "\n".join(_call(at, each) for at, each in enumerate(found, start=1))
        case _:
            said = messages.from_value(found)
            return _conversation(said) if said else fields.as_json(found)


def _call(place: int, use: dict[str, Any]) -> str:
    arguments = "" if use["arguments"] is None else text_of(use["arguments"])
    line = f"{place}. {use['name']}({arguments})"
    if use["error"]:
        return f"{line} failed: {use['error']}"
    return line if use["result"] is None else f"{line} → {text_of(use['result'])}"


def _conversation(said: Iterable[Message]) -> str:
    turns = [(each.role, "\n".join(filter(None, map(_part, each.parts)))) for each in said]
    if len(turns) == 1 and turns[0][0] in ("user", "assistant"):
        return turns[0][1]
    return "\n\n".join(f"{role}: {text}" for role, text in turns)


def _part(part: Part) -> str:
    match part.type:
        case "text":
            return part.text
        case "tool_call":
            return f"→ {part.name}({text_of(part.arguments or {})})"
        case "tool_result":
            return f"← {text_of(part.result)}"
        case "json":
            return text_of(part.value)
        case "media":
            return part.url if refers(part) else f"[{part.mime_type or 'media'}]"
        case _:
            return ""


def cut(text: str, most: int, language: str) -> tuple[str, bool]:
    """Its beginning and end, where it is too long, and whether it was."""
    if len(text) <= most:
        return text, False
    mark = _LEFT_OUT[language].format(count=len(text) - most)
    return text[: most - most // 2] + mark + text[len(text) - most // 2 :], True


def marked(name: str, text: str, every: Iterable[str]) -> str:
    """Between tags that bear the variable's name. Tags of any variable inside lose their meaning, so
    that no text can end its own part or pretend to be another."""
    names = "|".join(map(re.escape, every))
    harmless = re.sub(rf"<(?=\s*/?\s*(?:{names})\s*>)", r"<\\", text, flags=re.IGNORECASE)
    return f"<{name}>\n{harmless}\n</{name}>"


def nothing(language: str) -> str:
    return _NOTHING[language]
