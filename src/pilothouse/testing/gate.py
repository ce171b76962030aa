"""A test that fails where a change is worse than what there was."""

from collections.abc import Sequence
from typing import Any

from pilothouse.evals import report
from pilothouse.importing.client import Client
from pilothouse.testing.runs import Run, client


class Worse(AssertionError):
    """The report says what is worse, by how much, and how sure that is."""


def compared(connected: Client, body: dict[str, Any]) -> dict[str, Any]:
    """The answer of the API to a comparison."""
    project_id, _ = connected.project()
    path = f"{connected.url}/api/pilothouse/projects/{project_id}/experiments/compare"
    return connected.post(path, body)


def assert_not_worse(
    candidate: Run | str,
    baseline: Run | str,
    *,
    metric: str | Sequence[str] = (),
    margin: float = 0.0,
    dataset: str = "",
    lower_is_better: Sequence[str] = (),
    cluster_by: str = "",
    strict: bool = False,
    server: str = "",
    public_key: str = "",
    secret_key: str = "",
) -> dict[str, Any]:
    """Raises Worse where the candidate is worse than the baseline in a metric, and, where it is
    `strict`, also where these items cannot tell.

    Both are runs, or experiments by name or id. Without a metric every score counts. `margin` is the loss
    that does not matter, in the unit of the metric. Gives the whole comparison.
    """
    metrics = [metric] if isinstance(metric, str) else list(metric)
    both = (candidate, baseline)
    body = {
        "baseline": _id(baseline),
        "candidates": [_id(candidate)],
        "dataset": dataset or next((each.dataset for each in both if isinstance(each, Run)), ""),
        "metrics": metrics,
        "margin": margin,
        "margins": dict.fromkeys(metrics, margin),
        "lower_is_better": list(lower_is_better),
        "cluster_by": cluster_by,
    }
    with client(server, public_key, secret_key) as connected:
        told = compared(connected, body)
    outcome = told["candidates"][0]["outcome"]
    if outcome == "fail" or (strict and outcome == "cannot tell"):
        raise Worse("\n" + report.markdown(told))
    return told


def _id(run: Run | str) -> str:
    return run if isinstance(run, str) else run.id
