import subprocess
import sys

import pytest

_SCRIPT = """
import asyncio, sys
from pilothouse.llm import packages
from pilothouse.llm.providers import Protocol
asyncio.run(packages.loaded(Protocol({protocol!r})))
before = set(sys.modules)
{use}
print(sorted(name for name in set(sys.modules) - before if name.startswith({package!r})))
"""
_USES = {
    "openai-chat": ("openai", "import openai; openai.AsyncOpenAI(api_key='k').chat.completions"),
    "openai-responses": ("openai", "import openai; openai.AsyncOpenAI(api_key='k').responses"),
    "anthropic": ("anthropic", "import anthropic; anthropic.AsyncAnthropic(api_key='k').messages"),
    "gemini": ("google", "from google import genai; genai.Client(api_key='k').aio.models"),
}


@pytest.mark.parametrize("protocol", _USES)
def test_nothing_of_a_package_is_left_to_load_within_the_event_loop(protocol: str) -> None:
    package, use = _USES[protocol]
    script = _SCRIPT.format(protocol=protocol, use=use, package=package)
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")
