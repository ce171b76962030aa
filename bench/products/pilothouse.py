"""Pilothouse with its embedded stores, as `pilothouse up` starts it."""

import base64
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

import pilothouse
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
from bench.server import size
from pilothouse.store.clickhouse.engine import Embedded

PROJECT, PUBLIC, SECRET = "bench", "pk-lf-bench", "sk-lf-bench"
_PROJECT = f"/api/pilothouse/projects/{PROJECT}"
_MICROSECONDS = 1_000_000


class Pilothouse(Product):
    name, title = "pilothouse", "Pilothouse"
    port, ready = 3299, "/readyz"
    headers: Mapping[str, str] = {
        "authorization": "Basic " + base64.b64encode(f"{PUBLIC}:{SECRET}".encode()).decode()
    }

    def version(self) -> str:
        return pilothouse.__version__

    def command(self, folder: Path) -> Sequence[str]:
        up = [sys.executable, "-m", "pilothouse", "up"]
        return [*up, "--port", str(self.port), "--data-dir", str(folder)]

    def environment(self, folder: Path) -> Mapping[str, str]:
        return {
            "LANGFUSE_INIT_ORG_ID": "bench",
            "LANGFUSE_INIT_PROJECT_ID": PROJECT,
            "LANGFUSE_INIT_PROJECT_PUBLIC_KEY": PUBLIC,
            "LANGFUSE_INIT_PROJECT_SECRET_KEY": SECRET,
        }

    def stored(self, client: httpx.Client) -> int:
        answer = self._chart(client, [{"measure": "count"}], 0, 2**52)
        return answer["rows"][0][0] if answer["rows"] else 0

    def spans_of(self, client: httpx.Client, trace_id: str) -> int:
        answer = client.get(f"{_PROJECT}/traces/{trace_id}")
        return len(answer.json()["spans"]) if answer.status_code == 200 else 0

    def questions(self, client: httpx.Client, facts: Facts) -> list[Question]:
        end = int(facts.end * _MICROSECONDS)

        def page(view: str, days: int, filter: str = "") -> list[dict[str, Any]]:
            start = end - days * DAY * _MICROSECONDS
            asked = {"start": start, "end": end, "limit": 50, "filter": filter}
            answer = client.get(f"{_PROJECT}/{view}", params=asked)
            return answer.raise_for_status().json()["items"]

        def chart() -> Any:
            measures = [{"measure": name} for name in ("cost", "total_tokens", "latency")]
            start = end - 30 * DAY * _MICROSECONDS
            return self._chart(
                client, measures, start, end, dimensions=["model"], bucket="day", filter="model:*"
            )

        ids = [row["trace_id"] for row in page("traces", 30)]
        return [
            Question(LATEST, lambda: page("traces", 30)),
            Question(ONE, lambda: self.spans_of(client, random.choice(ids))),
            Question(USER, lambda: page("traces", 7, f"user:{facts.user()}")),
            Question(CHART, chart),
            Question(RARE_WORD, lambda: page("spans", 30, f"input:{facts.rare}")),
        ]

    def newest(self, client: httpx.Client) -> float:
        """When the newest trace began, in seconds."""
        asked = {"start": 0, "end": 2**52, "limit": 1}
        items = client.get(f"{_PROJECT}/traces", params=asked).raise_for_status().json()["items"]
        return items[0]["start_time"] / _MICROSECONDS

    def disk(self, folder: Path) -> int:
        """Parts that a merge has replaced lie there for minutes more and are not counted."""
        engine = Embedded(folder / "clickhouse")
        active = "SELECT sum(bytes_on_disk) FROM system.parts WHERE active"
        parts: int = engine.select(active)[0][0]
        engine.close()
        return parts + size(folder) - size(folder / "clickhouse")

    def _chart(
        self,
        client: httpx.Client,
        measures: list[dict[str, str]],
        start: int,
        end: int,
        **more: Any,
    ) -> Any:
        asked = {"measures": measures, "start": start, "end": end, **more}
        return client.post(f"{_PROJECT}/charts", json=asked).raise_for_status().json()
