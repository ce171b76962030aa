"""Routers that are passed over at a glance where none of their routes can be meant."""

import re
from functools import cached_property

from fastapi import APIRouter
from starlette.routing import Match, Route
from starlette.types import Scope

_PARAMETER = re.compile(r"{[^}]*}")


class Router(APIRouter):
    """An APIRouter for routes alone, not for other routers.

    FastAPI asks every route of every router, several times a request, with a regular expression
    each: a millisecond where there are two hundred. Most routers are out of the question by the
    words of their paths.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path: str = scope["path"]
        if any(all(word in path for word in words) for words in self._words):
            return super().matches(scope)
        return Match.NONE, {}

    @cached_property
    def _words(self) -> list[list[str]]:
        """Of each route the parts of its path that are no parameters."""
        paths = [route.path for route in self.routes if isinstance(route, Route)]
        return [[part for part in _PARAMETER.split(path) if part] for path in paths]
