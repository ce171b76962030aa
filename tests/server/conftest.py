from tests.databases import postgres_server
from tests.serving import project, server

__all__ = ["postgres_server", "project", "server"]
