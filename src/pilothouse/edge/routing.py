"""Routers that are passed over at a glance where none of their routes can be meant.

FastAPI asks every route of every router, several times a request, with a regular expression each: a
millisecond where there are four hundred routes.
"""

import re
from functools import cached_property
from typing import Any

from fastapi import APIRouter
from starlette.routing import Match, Route
from starlette.types import Scope

_PARAMETER = re.compile(r"{[^}:]*(:[^}]*)?}")


class Router(APIRouter):
    """For routes alone, not for other routers."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if self._ends.search(scope["path"]):
            return super().matches(scope)
        return Match.NONE, {}

    def _get_routes_version(self, seen: set[int] | None = None) -> int:
        # FastAPI looks through all routes for routers among them, several times a request.
        return self._routes_version

    @cached_property
    def _ends(self) -> re.Pattern[str]:
        """What a path of one of the routes ends with; its beginning is another router's prefix."""
        paths = {route.path for route in self.routes if isinstance(route, Route)}
        return re.compile(f"(?:{'|'.join(_pattern(path) for path in sorted(paths))})$")


class Protocol(APIRouter):
    """For all routers of one protocol, whose paths begin alike."""

    def __init__(self, begins: str, **told: Any) -> None:
        super().__init__(**told)
        self._begins = begins

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["path"].startswith(self._begins):
            return super().matches(scope)
        return Match.NONE, {}


def _pattern(path: str) -> str:
    pattern, end = "", 0
    for parameter in _PARAMETER.finditer(path):
        pattern += re.escape(path[end : parameter.start()])
        pattern += ".*" if parameter[1] == ":path" else "[^/]+"
        end = parameter.end()
    return pattern + re.escape(path[end:])
