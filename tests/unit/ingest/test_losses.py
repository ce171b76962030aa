"""What was lost of accepted items, and what came late."""

import json

from pilothouse.domain.clock import DAY, HOUR, MINUTE
from pilothouse.domain.outcome import LATE, Reason
from pilothouse.domain.span import Span
from pilothouse.ingest.halves import Half
from pilothouse.ingest.intake import Revisions
from pilothouse.ingest.joining import Joining
from pilothouse.ingest.limits import ItemLimits
from pilothouse.ingest.losses import dropped, late
from pilothouse.ingest.steps import clamp
from pilothouse.store.relational.database import Database
from tests.unit.ingest.memory import AtOnce, Memory

NOW = 1_795_600_000_000_000
SMALL = ItemLimits(value=10, entries=3, name=20, tags=2)


def span(span_id: str = "s", **fields: object) -> Span:
    return Span(project_id="p", trace_id="t", span_id=span_id, start_time=NOW, **fields)  # pyright: ignore[reportArgumentType]


def test_what_is_whole_is_not_told() -> None:
    spans = [span(attributes={"a": "1"}, input="long" * 100)]
    clamp(SMALL)(spans)
    assert dropped(spans, []) == []


def test_a_cut_value_is_told_with_its_beginning() -> None:
    spans = [span("whole"), span("cut", name="answer", metadata={"note": '"0123456789abc"'})]
    clamp(SMALL)(spans)
    (found,) = dropped(spans, [])
    assert (found.reason, found.item_id) == (Reason.VALUE_CUT, "cut")
    assert "'answer'" in found.message
    assert "note" in found.message
    assert "0123" in found.head


def test_too_many_entries_are_another_reason() -> None:
    spans = [span(attributes={str(n): "1" for n in range(9)}), span(tags=["a", "b", "c"])]
    clamp(SMALL)(spans)
    assert [each.reason for each in dropped(spans, [])] == [Reason.TOO_MANY, Reason.TOO_MANY]


def test_a_cut_name_is_told() -> None:
    spans = [span(name="n" * 30)]
    clamp(SMALL)(spans)
    assert json.loads(spans[0].attributes["pilothouse.cut"]) == ["name"]
    (found,) = dropped(spans, [])
    assert found.reason is Reason.VALUE_CUT


def test_halves_know_what_was_cut_of_their_span(database: Database) -> None:
    store = Memory()
    joining = Joining(database, store, store, clamp(SMALL), Revisions().next, AtOnce())
    long, short = (
        Half(id=f"e{name}", project_id="p", trace_id="t", span_id=name, time=NOW, metadata=metadata)
        for name, metadata in (("long", {"note": '"0123456789abc"'}), ("short", {}))
    )
    joining.write([long, short])
    (found,) = dropped([], [long, short])
    assert (found.item_id, found.reason) == ("long", Reason.VALUE_CUT)
    assert long.cut == ["note"]


def test_late_is_told_by_steps() -> None:
    ends = [NOW, NOW - LATE + 1, NOW - 6 * MINUTE, NOW - 2 * HOUR, NOW - 3 * DAY, NOW - 40 * DAY, 0]
    found = late([span(f"s{n}", end_time=end) for n, end in enumerate(ends)], [], NOW)
    assert found is not None
    assert found.items == {"over_5m": 1, "over_1h": 1, "over_1d": 1, "over_7d": 1}
    assert (found.worst, found.item_id) == (40 * DAY, "s5")


def test_what_is_open_or_in_time_is_not_late() -> None:
    assert late([], [], NOW) is None
    assert late([span(end_time=0), span(end_time=NOW - MINUTE)], [], NOW) is None


def test_events_are_late_by_when_they_were_said() -> None:
    said = [
        Half(id=name, project_id="p", trace_id="t", span_id=name, time=NOW - delay)
        for name, delay in (("quick", 0), ("slow", 2 * HOUR))
    ]
    found = late([], said, NOW)
    assert found is not None
    assert (found.items, found.item_id) == ({"over_1h": 1}, "slow")
