"""MLflow with its own SQLite file, as `mlflow server` starts it."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from bench.products.environment import program, version
from bench.products.product import (
    CHART,
    DAY,
    LATEST,
    ONE,
    RARE_WORD,
    USER,
    Facts,
    Product,
    Question,
)

_EXPERIMENT = "0"
_API = "/api/3.0/mlflow/traces"


class Mlflow(Product):
    name, title = "mlflow", "MLflow"
    port, ready = 3203, "/health"
    headers: Mapping[str, str] = {"x-mlflow-experiment-id": _EXPERIMENT}

    def version(self) -> str:
        return version(self.name, "mlflow")

    def command(self, folder: Path) -> Sequence[str]:
        serve = [str(program(self.name, "mlflow")), "server"]
        return [*serve, "--host", "127.0.0.1", "--port", str(self.port)]

    def environment(self, folder: Path) -> Mapping[str, str]:
        return {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}

    def stored(self, client: httpx.Client) -> int:
        points = self._metric(client, "SPANS", "span_count", {"aggregation_type": "COUNT"})
        return int(points[0]["values"]["COUNT"]) if points else 0

    def spans_of(self, client: httpx.Client, trace_id: str) -> int:
        answer = client.get(f"{_API}/get", params={"trace_id": f"tr-{trace_id}"})
        return len(answer.json()["trace"]["spans"]) if answer.status_code == 200 else 0

    def questions(self, client: httpx.Client, facts: Facts) -> list[Question]:
        def search(days: int, filter: str = "") -> list[Any]:
            since = f"timestamp_ms > {round((facts.end - days * DAY) * 1000)}"
            asked = {
                "locations": [
                    {
                        "type": "MLFLOW_EXPERIMENT",
                        "mlflow_experiment": {"experiment_id": _EXPERIMENT},
                    }
                ],
                "filter": f"{filter} AND {since}" if filter else since,
                "order_by": ["timestamp_ms DESC"],
                "max_results": 50,
            }
            answer = client.post(f"{_API}/search", json=asked).raise_for_status()
            return answer.json().get("traces", [])

        def chart() -> Any:
            month: dict[str, Any] = {
                "time_interval_seconds": DAY,
                "start_time_ms": round((facts.end - 30 * DAY) * 1000),
                "end_time_ms": round(facts.end * 1000),
            }
            total = {"aggregation_type": "SUM"}
            late = {"aggregation_type": "PERCENTILE", "percentile_value": 95}
            by_model = {**month, "dimensions": ["span_model_name"]}
            by_name = {**month, "dimensions": ["span_name"]}
            return (
                self._metric(client, "SPANS", "total_cost", total, **by_model),
                self._metric(client, "TRACES", "total_tokens", total, **month),
                self._metric(client, "SPANS", "latency", late, **by_name),
            )

        def of_user() -> list[Any]:
            return search(7, f"metadata.`mlflow.trace.user` = '{facts.user()}'")

        ids = [row["trace_id"].removeprefix("tr-") for row in search(30)]
        return [
            Question(LATEST, lambda: search(30)),
            Question(ONE, lambda: self.spans_of(client, random.choice(ids))),
            Question(USER, of_user),
            Question(
                CHART,
                chart,
                "cost by model and day, tokens by day only, latency by span name and day",
            ),
            Question(RARE_WORD, lambda: search(30, f"trace.text LIKE '%{facts.rare}%'")),
        ]

    def _metric(
        self, client: httpx.Client, view: str, name: str, aggregation: dict[str, Any], **more: Any
    ) -> list[Any]:
        asked = {
            "experiment_ids": [_EXPERIMENT],
            "view_type": view,
            "metric_name": name,
            "aggregations": [aggregation],
            **more,
        }
        answer = client.post(f"{_API}/metrics", json=asked).raise_for_status()
        return answer.json().get("data_points", [])
