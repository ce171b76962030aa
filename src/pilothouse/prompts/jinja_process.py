"""Renders one template and ends: what the sandbox may have missed finds an empty process here, without
environment, files or time. Reads and writes JSON; started by `templates`."""

import encodings.unicode_escape
import html.entities
import json
import pprint
import resource
import sys
import textwrap

from jinja2 import StrictUndefined, TemplateError, constants, debug
from jinja2.sandbox import ImmutableSandboxedEnvironment

# What Jinja loads at the first text between quotes, the first filter that wants it, and the first
# error: then no file can be opened any more.
_ = (encodings.unicode_escape, html.entities, pprint, textwrap, constants, debug)
_CPU_SECONDS = 2
_MEMORY = 512 << 20


def main() -> None:
    question = json.load(sys.stdin)
    _confine()
    json.dump(_answer(question["text"], question["values"], question["most"]), sys.stdout)


def _confine() -> None:
    limits = (
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
    )
    for kind, most in limits:
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # not every system knows each of them
            continue


def _answer(text: str, values: dict[str, object], most: int) -> dict[str, str]:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    pieces: list[str] = []
    size = 0
    try:
        for piece in environment.from_string(text).generate(values):
            size += len(piece)
            if size > most:
                return {"error": f"the rendered text has more than {most} characters"}
            pieces.append(piece)
    except TemplateError as error:
        return {"error": error.message or type(error).__name__}
    except MemoryError:
        return {"error": "rendering took too much memory"}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:500]}
    return {"text": "".join(pieces)}


if __name__ == "__main__":
    main()
