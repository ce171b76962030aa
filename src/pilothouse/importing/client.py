"""Langfuse's API over HTTP: signs in, waits out what passes, and says plainly what does not."""

import email.utils
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from pilothouse.domain.errors import PilothouseError

Object = dict[str, Any]

PAGE = 100
"""Most items of a page that every generation gives."""

_TRIES = 8
_LONGEST_PAUSE = 30.0
_LONGEST_ASKED = 600.0
"""Seconds that a server may ask to be left alone for."""
_AT_ONCE = 4
_TIMEOUT = httpx.Timeout(120, connect=10)


class Unreachable(PilothouseError):
    """The server cannot be spoken to, or not with these keys: nothing more can be done."""


class Answered(PilothouseError):
    """The server refuses this one request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Client:
    """May be used from any thread."""

    def __init__(self, url: str, public_key: str, secret_key: str) -> None:
        self.url = url.rstrip("/")
        if not self.url.startswith(("http://", "https://")):
            raise Unreachable(f"{url!r} is no address; it begins with http:// or https://")
        self._http = httpx.Client(
            base_url=f"{self.url}/api/public",
            auth=(public_key, secret_key),
            headers={"x-langfuse-sdk-name": "pilothouse-import"},
            timeout=_TIMEOUT,
            follow_redirects=True,
        )
        self._bytes = httpx.Client(timeout=_TIMEOUT, follow_redirects=True)
        self._pool = ThreadPoolExecutor(_AT_ONCE, "import")

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._http.close()
        self._bytes.close()

    def project(self) -> tuple[str, str]:
        """Id and name of the project that the keys belong to. Raises Unreachable."""
        try:
            found = self.get("/projects")["data"][0]
            return found["id"], found["name"]
        except Answered as error:
            if error.status in (401, 403):
                raise Unreachable(f"{self.url} does not take these keys: {error}") from error
            raise Unreachable(f"there is no Langfuse API at {self.url}: {error}") from error
        except (LookupError, TypeError) as error:
            raise Unreachable(f"the keys for {self.url} are not those of a project") from error

    # -- single requests -------------------------------------------------------------------------

    def get(self, path: str, **params: Any) -> Any:
        return self.request("GET", path, params=params)

    def find(self, path: str, **params: Any) -> Any | None:
        """None where there is no such thing."""
        try:
            return self.get(path, **params)
        except Answered as error:
            if error.status in (404, 410):
                return None
            raise

    def post(self, path: str, body: Any) -> Any:
        return self.request("POST", path, body=body)

    def request(
        self, method: str, path: str, *, params: Object | None = None, body: Any = None
    ) -> Any:
        content = None if body is None else msgspec.json.encode(body)
        told = {key: value for key, value in (params or {}).items() if value not in (None, "")}
        headers = {"content-type": "application/json"} if content else {}
        request = self._http.build_request(
            method, path, params=told, content=content, headers=headers
        )
        answer = self._patiently(request)
        if not answer.content:
            return None
        try:
            return msgspec.json.decode(answer.content)
        except msgspec.DecodeError as error:
            raise Answered(answer.status_code, "what came back is no JSON") from error

    def _patiently(self, request: httpx.Request) -> httpx.Response:
        """The answer, after as many tries as it takes. Raises Answered and Unreachable."""
        failed = ""
        for attempt in range(_TRIES):
            asked = 0.0
            try:
                answer = self._http.send(request)
                if answer.status_code < 400:
                    return answer
                failed = f"{answer.status_code} {_message(answer)}"
                if not _passes(answer.status_code):
                    raise Answered(answer.status_code, failed)
                asked = _retry_after(answer)
            except httpx.TransportError as error:
                failed = f"{type(error).__name__} {error}".strip()
            if attempt < _TRIES - 1:
                time.sleep(max(asked, _pause(attempt)))
        raise Unreachable(
            f"{self.url} does not answer {request.method} {request.url.path}: {failed}"
        )

    # -- lists -----------------------------------------------------------------------------------

    def page(self, path: str, number: int, **params: Any) -> Object:
        return self.get(path, page=number, limit=PAGE, **params)

    def pages(self, path: str, **params: Any) -> Iterator[list[Object]]:
        """Every page of a list."""
        first = self.page(path, 1, **params)
        yield first["data"]
        yield from self.later_pages(first, path, **params)

    def later_pages(self, first: Object, path: str, **params: Any) -> Iterator[list[Object]]:
        """Those after the first, some of them asked for at once."""
        last = first["meta"]["totalPages"]
        for start in range(2, last + 1, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, last + 1))
            asked = [self._pool.submit(self.page, path, number, **params) for number in numbers]
            for each in asked:
                yield each.result()["data"]

    def all(self, path: str, **params: Any) -> Iterator[Object]:
        for page in self.pages(path, **params):
            yield from page

    def count(self, path: str, **params: Any) -> int:
        return self.get(path, page=1, limit=1, **params)["meta"]["totalItems"]

    def chain(
        self, path: str, cursor: str = "", **params: Any
    ) -> Iterator[tuple[list[Object], str]]:
        """The pages from a cursor on, each with the cursor of the one after it; the last has
        none."""
        while True:
            found = self.get(path, cursor=cursor, **params)
            cursor = found["meta"].get("cursor") or ""
            yield found["data"], cursor
            if not cursor:
                return

    # -- bytes behind links ----------------------------------------------------------------------

    def download(self, url: str) -> bytes:
        """What a link leads to, which needs no key."""
        return self._linked("GET", url, {}, None).content

    def upload(self, url: str, headers: dict[str, str], body: bytes) -> None:
        self._linked("PUT", url, headers, body)

    def _linked(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> httpx.Response:
        failed: Exception | None = None
        for attempt in range(3):
            with suppress(httpx.TransportError):
                answer = self._bytes.request(method, url, headers=headers, content=body)
                if answer.status_code < 400:
                    return answer
                failed = Answered(answer.status_code, f"{answer.status_code} {_message(answer)}")
                if not _passes(answer.status_code):
                    raise failed
            time.sleep(_pause(attempt))
        raise failed or Answered(0, f"{httpx.URL(url).host} cannot be reached")


def segment(text: str) -> str:
    """A name as one segment of a path; slashes in it too."""
    return quote(text, safe="")


def _passes(status: int) -> bool:
    """Whether a failure may be over soon."""
    return status in (408, 425, 429) or (status >= 500 and status != 501)


def _pause(attempt: int) -> float:
    return min(_LONGEST_PAUSE, 0.5 * 2**attempt) * random.uniform(0.8, 1.2)  # noqa: S311


def _retry_after(answer: httpx.Response) -> float:
    """Seconds, told as such or as a date."""
    told = answer.headers.get("retry-after", "")
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(told).timestamp() - time.time()
        except (ValueError, TypeError):
            return 0.0
    return min(max(seconds, 0.0), _LONGEST_ASKED)


def _message(answer: httpx.Response) -> str:
    try:
        told = msgspec.json.decode(answer.content)
        told = told.get("error", told) if isinstance(told, dict) else told
        message = told.get("message") if isinstance(told, dict) else ""
    except msgspec.DecodeError:
        message = ""
    return str(message or answer.text[:200] or answer.reason_phrase)[:500]
