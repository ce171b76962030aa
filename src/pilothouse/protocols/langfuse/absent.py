"""Routes that Langfuse's API has and Pilothouse does not: each answers 501 and says so."""

from collections.abc import Callable

from pilothouse.domain.errors import NotServed
from pilothouse.edge.access import CallerOf
from pilothouse.edge.not_served import ABSENT
from pilothouse.edge.routing import Router

router = Router()


def _refusing(why: str) -> Callable[[CallerOf], None]:
    def refuse(caller: CallerOf) -> None:
        raise NotServed(why)

    return refuse


for _absent in ABSENT:
    for _route in _absent.routes:
        _method, _path = _route.split(" ")
        router.add_api_route(_path, _refusing(_absent.why), methods=[_method])
