from tests.unit.llm.provider import provider

__all__ = ["provider"]
