"""What a caller sees of scores."""

from pilothouse.edge.access import Caller
from pilothouse.edge.services import Services
from pilothouse.reading.blinding import Sight


def sight(caller: Caller, services: Services) -> Sight:
    """Programs see all."""
    return Sight(services.database, caller.project_id, caller.user_id, sees_all=not caller.user_id)
