"""Arize Phoenix with its own SQLite file, as `phoenix serve` starts it."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
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

_COUNT = '{ project: getProjectByName(name: "default") { id recordCount } }'
_SPANS = """
query ($filter: String!, $range: TimeRange!) {
  project: getProjectByName(name: "default") {
    spans(
      first: 50, sort: {col: startTime, dir: desc}, filterCondition: $filter, timeRange: $range
    ) {
      edges { node {
        name startTime latencyMs statusCode trace { traceId }
        cumulativeTokenCountTotal input { truncatedValue } output { truncatedValue }
      } }
    }
  }
}
"""
_CHART = """
query ($id: ID!, $range: TimeRange!, $day: TimeBinConfig!) {
  project: getProjectByName(name: "default") {
    topModelsByCost(timeRange: $range) {
      name costSummary(projectId: $id, timeRange: $range) { total { cost tokens } }
    }
    traceTokenCostTimeSeries(timeRange: $range, timeBinConfig: $day) {
      data { timestamp totalCost }
    }
    traceTokenCountTimeSeries(timeRange: $range, timeBinConfig: $day) {
      data { timestamp totalTokenCount }
    }
    traceLatencyMsPercentileTimeSeries(timeRange: $range, timeBinConfig: $day) {
      data { timestamp p95 }
    }
  }
}
"""
_ROOTS = "parent_id is None"


class Phoenix(Product):
    name, title = "phoenix", "Phoenix"
    port, ready = 3201, "/healthz"

    def version(self) -> str:
        return version(self.name, "arize-phoenix")

    def command(self, folder: Path) -> Sequence[str]:
        return [str(program(self.name, "phoenix")), "serve"]

    def environment(self, folder: Path) -> Mapping[str, str]:
        return {
            "PHOENIX_WORKING_DIR": str(folder),
            "PHOENIX_HOST": "127.0.0.1",
            "PHOENIX_PORT": str(self.port),
            "PHOENIX_GRPC_PORT": str(self.port + 1),
            "PHOENIX_TELEMETRY_ENABLED": "false",
            "PHOENIX_ALLOW_EXTERNAL_RESOURCES": "false",
        }

    def stored(self, client: httpx.Client) -> int:
        return self._ask(client, _COUNT)["recordCount"]

    def spans_of(self, client: httpx.Client, trace_id: str) -> int:
        asked: dict[str, str | int] = {"trace_id": trace_id, "limit": 1000}
        answer = client.get("/v1/projects/default/spans", params=asked)
        return len(answer.json()["data"]) if answer.status_code == 200 else 0

    def questions(self, client: httpx.Client, facts: Facts) -> list[Question]:
        project = self._ask(client, _COUNT)["id"]

        def range(days: int) -> dict[str, str]:
            return {"start": _time(facts.end - days * DAY), "end": _time(facts.end)}

        def spans(filter: str, days: int) -> list[Any]:
            found = self._ask(client, _SPANS, filter=filter, range=range(days))
            return found["spans"]["edges"]

        def chart() -> Any:
            day = {"scale": "DAY", "utcOffsetMinutes": 0}
            return self._ask(client, _CHART, id=project, range=range(30), day=day)

        ids = [edge["node"]["trace"]["traceId"] for edge in spans(_ROOTS, 30)]
        return [
            Question(LATEST, lambda: spans(_ROOTS, 30)),
            Question(ONE, lambda: self.spans_of(client, random.choice(ids))),
            Question(USER, lambda: spans(f"{_ROOTS} and user.id == '{facts.user()}'", 7)),
            Question(CHART, chart, "cost and tokens by day and by model, latency by day only"),
            Question(RARE_WORD, lambda: spans(f"'{facts.rare}' in input.value", 30)),
        ]

    def _ask(self, client: httpx.Client, query: str, **variables: Any) -> Any:
        asked = {"query": query, "variables": variables}
        answer = client.post("/graphql", json=asked).raise_for_status().json()
        if answer.get("errors"):
            raise RuntimeError(answer["errors"])
        return answer["data"]["project"]


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
