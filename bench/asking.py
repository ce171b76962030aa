"""Times questions, and how soon what was written can be read."""

import time
from typing import Any

import httpx

from bench.payloads import Templates, trace_id_of
from bench.products.product import PATIENCE, Product, Question
from bench.sender import percentile


def timed(question: Question, rounds: int, seconds: float) -> dict[str, Any]:
    """Milliseconds of the first call, and of up to `rounds` more in at most about `seconds`."""
    figures: dict[str, Any] = {"note": question.note} if question.note else {}
    walls: list[float] = []
    failed = 0
    began = time.perf_counter()
    for _ in range(rounds + 1):
        try:
            walls.append(_once(question))
        except httpx.TimeoutException:
            return {**figures, "over_ms": round(PATIENCE * 1000)}
        except httpx.HTTPError:
            failed += 1
        if time.perf_counter() - began > seconds:
            break
    if failed:
        figures["failed"] = failed
    if walls:
        figures["first_ms"] = round(walls[0], 1)
        figures |= _spread(walls[1:] or walls)
    return figures


def write_and_read(product: Product, client: httpx.Client, rounds: int) -> dict[str, Any]:
    """From sending a trace of ten spans until all ten can be read. The first try warms up."""
    target, bodies = product.target(), Templates(10, count=1).bodies(time.time_ns, seed=5)
    headers = {"content-type": "application/x-protobuf"}
    walls: list[float] = []
    for body in (next(bodies) for _ in range(rounds + 1)):
        trace_id = trace_id_of(body)
        began = time.perf_counter()
        client.post(target.path, content=body, headers=headers).raise_for_status()
        while product.spans_of(client, trace_id) < 10:
            if time.perf_counter() - began > PATIENCE:
                return {"over_ms": round(PATIENCE * 1000)}
            time.sleep(0.005)
        walls.append((time.perf_counter() - began) * 1000)
    return _spread(walls[1:])


def _once(question: Question) -> float:
    began = time.perf_counter()
    question.ask()
    return (time.perf_counter() - began) * 1000


def _spread(walls: list[float]) -> dict[str, Any]:
    return {
        "rounds": len(walls),
        "p50_ms": round(percentile(walls, 0.5), 1),
        "p95_ms": round(percentile(walls, 0.95), 1),
    }
