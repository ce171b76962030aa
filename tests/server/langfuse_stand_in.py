"""A stand-in for a running Langfuse: it answers from files, one generation of the API at a time.

The answers in `langfuse_answers/` follow the types that the SDKs of each generation publish (Python
2.60.10, 3.15.0, and 4.18.0 with 5.0.4); they were written by hand and are no recording of a running
Langfuse. What a generation does not have is answered with 404.
"""

import base64
import json
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_ANSWERS = Path(__file__).parent / "langfuse_answers"
_PAIR = "Basic " + base64.b64encode(b"pk-lf-1:sk-lf-1").decode()
_CURSORS = ("v2/observations", "v3/scores", "experiments", "experiment-items")
_STARTS, _ENDS = ("fromTimestamp", "fromStartTime"), ("toTimestamp", "toStartTime")
_GONE = "This endpoint is not available on deployments running in Langfuse v4 events_only mode."

Object = dict[str, Any]


class StandIn:
    """Serves while it is entered."""

    def __init__(self, generation: str, *, falters: bool = False, lost: str = "") -> None:
        self.generation = generation
        self.refused = 0
        self._falters = falters
        self._lost = lost
        self._asked: Counter[str] = Counter()
        route = Route("/api/public/{path:path}", self._answer)
        config = uvicorn.Config(
            Starlette(routes=[route]), host="127.0.0.1", port=0, log_level="error"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> "StandIn":
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    @property
    def url(self) -> str:
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    async def _answer(self, request: Request) -> JSONResponse:
        path, query = request.path_params["path"], request.query_params
        if request.headers.get("authorization") != _PAIR:
            return JSONResponse({"message": "Invalid credentials."}, 401)
        if refusal := self._faltering(path):
            return refusal
        name = path.replace("/", "_") + (f"_{query['version']}" if "version" in query else "")
        file = _ANSWERS / self.generation / f"{name}.json"
        if not file.exists() or (self._lost and path.startswith(f"{self._lost}/")):
            return JSONResponse({"message": _GONE, "error": "LangfuseNotFoundError"}, 404)
        found = json.loads(file.read_text("utf-8"))
        if "meta" in found:
            found = _page(path, found, dict(query), is_lost=path == self._lost)
        return JSONResponse(found)

    def _faltering(self, path: str) -> JSONResponse | None:
        """The first request for anything is too much, the second fails."""
        self._asked[path] += 1
        if not self._falters or self._asked[path] > 2:
            return None
        self.refused += 1
        if self._asked[path] == 1:
            return JSONResponse({"message": "Too many"}, 429, {"Retry-After": "1"})
        return JSONResponse({"message": "Internal Server Error"}, 500)


def _page(path: str, found: Object, query: dict[str, str], *, is_lost: bool) -> Object:
    items = [] if is_lost else [each for each in found["data"] if _is_within(each, query)]
    if path in _CURSORS:
        return _one_by_one(path, items, query)
    page, limit = int(query.get("page", 1)), int(query["limit"])
    assert limit <= 100
    meta = {
        "page": page,
        "limit": limit,
        "totalItems": len(items),
        "totalPages": -(-len(items) // limit),
    }
    return {"data": items[(page - 1) * limit : page * limit], "meta": meta}


def _one_by_one(path: str, items: list[Object], query: dict[str, str]) -> Object:
    """One item a page, so that every list has several."""
    if path == "experiments" and "datasetId" in query:
        items = [each for each in items if each["datasetId"] == query["datasetId"]]
    if "experimentId" in query:
        items = [each for each in items if each["experimentId"] == query["experimentId"]]
    at = int(query.get("cursor", "0"))
    items, after = items[at : at + 1], items[at + 1 :]
    whole = query.get("expandMetadata", "").split(",")
    for each in items:
        if path == "v2/observations":
            each["metadata"] = {
                key: value if key in whole else value[:200]
                for key, value in each.get("metadata", {}).items()
            }
    return {"data": items, "meta": {"cursor": str(at + 1)} if after else {}}


def _is_within(each: Object, query: dict[str, str]) -> bool:
    at = each.get("timestamp") or each.get("startTime") or ""
    start = next((query[name] for name in _STARTS if name in query), "")
    end = next((query[name] for name in _ENDS if name in query), "9")
    return not at or start <= at < end
