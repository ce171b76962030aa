"""What an agent does with the tools of the server: it reads, writes, reads what it wrote, and errs."""

import json
import os
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any

URL = os.environ["PILOTHOUSE_URL"] + "/api/public/mcp"
_KEYS = f"{os.environ['PILOTHOUSE_PUBLIC_KEY']}:{os.environ['PILOTHOUSE_SECRET_KEY']}"
HEADERS = {"Authorization": "Basic " + b64encode(_KEYS.encode()).decode()}

Call = Callable[[str, dict[str, Any]], Awaitable[tuple[bool, Any, str]]]
"""A tool and its arguments; whether it failed, its structured answer, and its text."""


async def work(call: Call) -> dict[str, Any]:
    async def done(tool: str, **arguments: Any) -> Any:
        failed, answer, text = await call(tool, arguments)
        assert not failed, text
        assert answer == json.loads(text)
        return answer

    health = await done("getHealth")
    first = await done(
        "createTextPrompt", name="agents/你好", prompt="Hi {{who}}", labels=["production"]
    )
    second = await done("createTextPrompt", name="agents/你好", prompt="Yo", labels=["production"])
    await done("updatePromptLabels", name="agents/你好", version=1, newLabels=["production"])
    read = await done("getPrompt", name="agents/你好")
    await done("createDataset", name="kept")
    item = await done("upsertDatasetItem", datasetName="kept", input={"q": 1}, expectedOutput="a")
    items = await done("listDatasetItems", datasetName="kept")
    score = await done("createScore", traceId="a trace", name="good", value=0.5)
    scores = await done("listScores", traceId="a trace")
    refused = await call("getPrompt", {"name": "nowhere"})
    wrong = await call("createScore", {"name": "good"})
    return {
        "health": health["status"],
        "versions": [first["version"], second["version"]],
        "read": [read["version"], read["prompt"]],
        "items": [each["id"] == item["id"] for each in items["data"]],
        "scores": [each["id"] == score["id"] for each in scores["data"]],
        "refused": [refused[0], refused[2]],
        "wrong": [wrong[0], wrong[2]],
    }
