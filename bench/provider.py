"""A provider of models that answers at once: OpenAI's chat completions, streamed, the last message in
capitals.

    python -m bench.provider PORT

A process of its own, so that what it costs is not counted as the server's.
"""

import asyncio
import json
import sys
from typing import Any

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def _event(body: dict[str, Any]) -> bytes:
    told = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-x", **body}
    return b"data: " + json.dumps(told).encode() + b"\n\n"


def _said(delta: dict[str, str], reason: str | None) -> bytes:
    return _event({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})


def _answer(text: str) -> bytes:
    events = b"".join(
        [
            _said({"role": "assistant", "content": text.upper()}, None),
            _said({}, "stop"),
            _event({"choices": [], "usage": _USAGE}),
            b"data: [DONE]\n\n",
        ]
    )
    return _HEAD + f"{len(events):x}\r\n".encode() + events + b"\r\n0\r\n\r\n"


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            body = json.loads(await reader.readexactly(length))
            writer.write(_answer(str(body["messages"][-1]["content"])))
    except asyncio.IncompleteReadError:
        writer.close()


async def _main(port: int) -> None:
    async with await asyncio.start_server(_serve, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
