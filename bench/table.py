"""A comparison as a Markdown table: one column a product, one row a figure."""

from collections.abc import Callable
from typing import Any

from bench.products.product import CHART, LATEST, ONE, RARE_WORD, USER, WRITE_READ

Figures = dict[str, Any]


def table(products: dict[str, Figures]) -> str:
    """Notes on what a product could not answer follow as footnotes."""
    columns = list(products.values())
    lines = [
        _line("", *(f"{each['title']} {each['version']}" for each in columns)),
        _line("---", *("---:" for _ in columns)),
        *(_line(name, *(show(each) for each in columns)) for name, show in _ROWS),
    ]
    notes: list[str] = []
    for name in _QUESTIONS:
        cells: list[str] = []
        for each in columns:
            answer = each["questions"][name]
            cells.append(_answer(answer))
            if "note" in answer:
                cells[-1] += f" [{len(notes) + 1}]"
                notes.append(f"{len(notes) + 1}. {each['title']}: {answer['note']}.")
        lines.append(_line(f"{name}: p50, p95", *cells))
    return "\n".join([*lines, "", *notes]).rstrip() + "\n"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _answer(answer: Figures) -> str:
    if "over_ms" in answer:
        return f"> {answer['over_ms'] / 1000:,.0f} s"
    if "p95_ms" not in answer:
        return "failed"
    return f"{answer['p50_ms']:,.0f}, {answer['p95_ms']:,.0f} ms"


_ROWS: list[tuple[str, Callable[[Figures], str]]] = [
    ("spans stored per second", lambda each: f"{each['stored_per_second']:,}"),
    ("spans acknowledged per second", lambda each: f"{each['acknowledged_per_second']:,}"),
    (
        "acknowledged but not stored when the load ended",
        lambda each: f"{each['acknowledged_but_not_stored']:,}",
    ),
    ("CPU seconds per 1,000 spans stored", lambda each: f"{each['cpu_seconds_per_1000_stored']}"),
    (
        "request p50, p99",
        lambda each: f"{each['request_p50_ms']:,}, {each['request_p99_ms']:,} ms",
    ),
    (
        "start until healthy, first and second",
        lambda each: f"{each['first_start_seconds']:.1f}, {each['second_start_seconds']:.1f} s",
    ),
    (
        "memory idle, under load (PSS)",
        lambda each: f"{each['idle_pss_mb']:,}, {each['peak_pss_mb']:,} MB",
    ),
    (
        "memory idle, under load (RSS)",
        lambda each: f"{each['idle_rss_mb']:,}, {each['peak_rss_mb']:,} MB",
    ),
    ("disk per span", lambda each: f"{each['disk_bytes_per_span'] / 1000:.2f} KB"),
    ("spans that the questions were asked of", lambda each: f"{each['stored_after_restart']:,}"),
]
_QUESTIONS = (LATEST, ONE, WRITE_READ, USER, CHART, RARE_WORD)
