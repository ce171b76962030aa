"""What Pilothouse's own API shows of a project, as values that tests can ask."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import httpx

from tests.serving import TestProject

HOUR = 3_600_000_000


@dataclass
class Span:
    """One span: what lists show of it, and its details, which are fetched when they are asked for."""

    row: dict[str, Any]
    fetch: Callable[[], dict[str, Any]]
    children: list[Span] = field(default_factory=list["Span"])

    @cached_property
    def detail(self) -> dict[str, Any]:
        return self.fetch()

    def __getitem__(self, key: str) -> Any:
        """A field of the span, from its row or its details."""
        return self.row[key] if key in self.row else self.detail[key]

    @property
    def duration(self) -> int:
        return self["end_time"] - self["start_time"]

    @property
    def roles(self) -> tuple[list[str], list[str]]:
        """Who speaks in the input and in the output."""
        return (
            [message["role"] for message in self["input_messages"] or ()],
            [message["role"] for message in self["output_messages"] or ()],
        )

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Every part of every message, input first."""
        messages = [*(self["input_messages"] or ()), *(self["output_messages"] or ())]
        return [part for message in messages for part in message["parts"]]

    def said(self, role: str) -> list[str]:
        """The texts of the input's messages of a role."""
        return [text(each) for each in self["input_messages"] or () if each["role"] == role]

    @property
    def answer(self) -> str:
        """The text of the output's messages."""
        return "".join(text(message) for message in self["output_messages"] or ())

    def walk(self) -> Iterator[Span]:
        """The span and everything below it, in order of start."""
        yield self
        for child in self.children:
            yield from child.walk()

    def outline(self, depth: int = 0) -> list[str]:
        lines = [f"{'  ' * depth}{self['kind']} {self['name']}"]
        for child in self.children:
            lines += child.outline(depth + 1)
        return lines


@dataclass
class Trace:
    """One trace: its row, its metadata and scores, and its spans as a tree."""

    row: dict[str, Any]
    metadata: dict[str, Any]
    scores: list[dict[str, Any]]
    roots: list[Span]

    def __getitem__(self, key: str) -> Any:
        return self.row[key]

    @property
    def spans(self) -> list[Span]:
        return [span for root in self.roots for span in root.walk()]

    @property
    def outline(self) -> list[str]:
        """The tree, a line for each span, indented by its depth: kind and name."""
        return [line for root in self.roots for line in root.outline()]

    def span(self, name: str) -> Span:
        """The only span of that name."""
        (found,) = self.named(name)
        return found

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span["name"] == name]

    def of_kind(self, kind: str) -> list[Span]:
        return [span for span in self.spans if span["kind"] == kind]

    def score(self, name: str) -> dict[str, Any]:
        (found,) = [score for score in self.scores if score["name"] == name]
        return found


@dataclass
class Seen:
    """A project after an application has run."""

    application: str
    project: TestProject
    printed: str
    """By the application."""

    @cached_property
    def traces(self) -> list[Trace]:
        """Every trace of the project, oldest first, with the tree of its spans."""
        now = time.time_ns() // 1000
        page = self.get("traces", start=now - HOUR, end=now + HOUR, limit=200, order="start_time")
        assert page["next_cursor"] is None
        return [self._trace(row["trace_id"]) for row in page["items"]]

    def trace(self, name: str) -> Trace:
        """The only trace of that name."""
        (found,) = self.named(name)
        return found

    def named(self, name: str) -> list[Trace]:
        return [trace for trace in self.traces if trace["name"] == name]

    @property
    def names(self) -> list[str]:
        return [trace["name"] for trace in self.traces]

    @property
    def spans(self) -> list[Span]:
        return [span for trace in self.traces for span in trace.spans]

    def session(self, session_id: str) -> dict[str, Any]:
        """The session as a conversation."""
        return self.get(f"sessions/{session_id}")

    def sessions(self) -> list[dict[str, Any]]:
        now = time.time_ns() // 1000
        return self.get("sessions", start=now - HOUR, end=now + HOUR)["items"]

    def users(self) -> list[dict[str, Any]]:
        now = time.time_ns() // 1000
        return self.get("users", start=now - HOUR, end=now + HOUR)["items"]

    def health(self) -> dict[str, Any]:
        """What came in and what was refused."""
        now = time.time_ns() // 1000
        return self.get("ingest-health", start=now - HOUR, end=now + HOUR)

    @cached_property
    def first_chunks(self) -> list[int]:
        """When the application saw the first chunks of its streams."""
        told = re.findall(r"^first chunk ([\d.]+)$", self.printed, re.MULTILINE)
        return [round(float(seconds) * 1_000_000) for seconds in told]

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        answer = self._http.get(
            f"/api/pilothouse/projects/{self.project.id}/{path}", params=parameters
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    @cached_property
    def _http(self) -> httpx.Client:
        return self.project.http()

    def _trace(self, trace_id: str) -> Trace:
        found = self.get(f"traces/{trace_id}")
        assert found["next_cursor"] is None
        by_id = {
            row["span_id"]: Span(
                row, partial(self.get, f"traces/{trace_id}/spans/{row['span_id'] or '-'}")
            )
            # JavaScript's clocks tell milliseconds: what began in the same one is told by name.
            for row in sorted(found["spans"], key=lambda row: (row["start_time"], row["name"]))
        }
        roots: list[Span] = []
        for span in by_id.values():
            parent = by_id.get(span["parent_id"]) if span["span_id"] else None
            if parent is None:
                roots.append(span)
            else:
                parent.children.append(span)
        return Trace(found["trace"], found["metadata"], found["scores"], roots)


def text(message: dict[str, Any]) -> str:
    """What a message says in words."""
    return "".join(part["text"] for part in message["parts"] if part["type"] == "text")
