"""Langfuse's public API, below `/api/public`."""

from pilothouse.edge.routing import Protocol
from pilothouse.protocols.langfuse import (
    absent,
    annotation_queues,
    blob_storage,
    comments,
    daily,
    dataset_runs,
    datasets,
    evaluation_rules,
    evaluators,
    experiments,
    ingestion,
    legacy,
    llm_connections,
    mcp,
    media,
    metrics,
    models,
    observations,
    organisation_projects,
    organisations,
    project,
    prompts,
    scim,
    score_configs,
    scores,
    scores_v3,
    sessions,
    traces,
)
from pilothouse.protocols.langfuse.errors import error_response

PREFIX = "/api/public"

router = Protocol(f"{PREFIX}/", tags=["Langfuse"])
for part in (
    # Asked most often: those before it are asked whether they are meant.
    *(prompts, ingestion),
    *(project, legacy, traces, observations, sessions, scores, scores_v3),
    *(metrics, daily, models, media, llm_connections),
    *(dataset_runs, datasets, experiments),
    *(score_configs, comments, annotation_queues),
    *(evaluators, evaluation_rules, organisations, organisation_projects),
    *(blob_storage, scim, mcp, absent),
):
    router.include_router(part.router)

__all__ = ["PREFIX", "error_response", "router"]
