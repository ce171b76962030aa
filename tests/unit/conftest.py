from tests.databases import database, postgres_database, postgres_server

__all__ = ["database", "postgres_database", "postgres_server"]
