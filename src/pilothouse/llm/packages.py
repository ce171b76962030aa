"""The providers' official packages, loaded at the first call: some take seconds, in which an event loop
must not stand still."""

import asyncio
import importlib
from contextlib import suppress

from pilothouse.llm.providers import Protocol

_MODULES = {
    Protocol.OPENAI_CHAT: ("openai.resources.chat", "openai.resources.embeddings"),
    Protocol.OPENAI_RESPONSES: ("openai.resources.responses",),
    Protocol.ANTHROPIC: ("anthropic.resources.messages",),
    Protocol.GEMINI: ("google.genai", "google.auth.aio.credentials"),
    Protocol.BEDROCK: ("boto3",),
}
_loaded: set[Protocol] = set()


async def loaded(protocol: Protocol) -> None:
    """Returns when it is. One that is not installed is told by whoever uses it."""
    if protocol not in _loaded:
        await asyncio.to_thread(_load, protocol)


def _load(protocol: Protocol) -> None:
    with suppress(ImportError):
        for module in _MODULES[protocol]:
            importlib.import_module(module)
    _loaded.add(protocol)
