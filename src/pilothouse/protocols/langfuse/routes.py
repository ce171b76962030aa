"""Langfuse's public API, below `/api/public`."""

from fastapi import APIRouter

from pilothouse.protocols.langfuse import ingestion
from pilothouse.protocols.langfuse.errors import error_response

router = APIRouter(tags=["Langfuse"])
router.include_router(ingestion.router)

__all__ = ["error_response", "router"]
