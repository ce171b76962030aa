"""The filter language: pairs of text and meaning, errors with their place, and properties."""

import contextlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pilothouse.domain.errors import BadFilter
from pilothouse.query import fields
from pilothouse.query.fields import FIELDS, ORDERED, Type
from pilothouse.query.filters import (
    And,
    AnyOf,
    Between,
    Compare,
    Exists,
    Filter,
    Like,
    Match,
    Not,
    Or,
    equal,
    show,
)
from pilothouse.query.parser import DEEPEST, parse


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", None),
        ("   ", None),
        ("refund", Match("text", equal("refund"))),
        ('"refund policy"', Match("text", equal("refund policy"))),
        ("退款", Match("text", equal("退款"))),
        ("level:error", Match("level", equal("error"))),
        ("LEVEL:Error", Match("level", equal("error"))),
        ("env:prod", Match("environment", equal("prod"))),
        ("model:gpt*", Match("model", AnyOf((Like(("gpt", "")),)))),
        ("model:*mini*", Match("model", AnyOf((Like(("", "mini", "")),)))),
        ('name:"a * b"', Match("name", equal("a * b"))),
        ("model:a,b", Match("model", equal("a", "b"))),
        ("model:(a or b, c)", Match("model", equal("a", "b", "c"))),
        ("user:*", Match("user", Exists())),
        ("-session:*", Not(Match("session", Exists()))),
        ("not level:error", Not(Match("level", equal("error")))),
        ("latency:>2", Match("latency", Compare(">", 2_000_000))),
        ("latency:>=300ms", Match("latency", Compare(">=", 300_000))),
        ("latency:<1m30s", Match("latency", Compare("<", 90_000_000))),
        ("duration:1s..2s", Match("latency", Between(1_000_000, 2_000_000))),
        ("latency:..2s", Match("latency", Compare("<=", 2_000_000))),
        ("cost:>$0.25", Match("cost", Compare(">", 0.25))),
        ("tokens:>4k", Match("tokens", Compare(">", 4000))),
        ("errors:2", Match("errors", equal(2))),
        ("time:>=2026-11-25", Match("time", Compare(">=", 1_795_564_800_000_000))),
        (
            'time:"2026-11-25 10:00".."2026-11-25 11:00"',
            Match("time", Between(1_795_600_800_000_000, 1_795_604_400_000_000)),
        ),
        ("bookmarked:true", Match("bookmarked", equal(True))),
        ("metadata.tenant:acme", Match("metadata", equal("acme"), "tenant")),
        ("metadata.a.b:>3", Match("metadata", Compare(">", 3), "a.b")),
        ('attributes."odd key":x', Match("attributes", equal("x"), "odd key")),
        ("score.quality:>0.5", Match("score", Compare(">", 0.5), "quality")),
        ("score:*", Match("score", Exists())),
        ("input:hello", Match("input", equal("hello"))),
        (
            "a b or c",
            Or(
                (
                    And((Match("text", equal("a")), Match("text", equal("b")))),
                    Match("text", equal("c")),
                )
            ),
        ),
        (
            "a AND (b OR c)",
            And(
                (
                    Match("text", equal("a")),
                    Or((Match("text", equal("b")), Match("text", equal("c")))),
                )
            ),
        ),
        ('"or"', Match("text", equal("or"))),
        ("order", Match("text", equal("order"))),
    ],
)
def test_meaning(text: str, meaning: Filter | None) -> None:
    assert parse(text) == meaning


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("colour:red", 0),
        ("a colour:red", 2),
        ("level:bad", 6),
        ("name:>3", 5),
        ("latency:>soon", 9),
        ("latency:", 8),
        ("cost:..", 5),
        ("(a", 0),
        ("a)", 1),
        ('"open', 0),
        ("a or", 4),
        ("or a", 0),
        ("name.key:x", 0),
        ("metadata:x", 0),
        ("tokens:4*", 7),
        ('name:""', 5),
        ("*", 0),
        ("model:()", 6),
        ("model:(a", 6),
    ],
)
def test_errors_say_where(text: str, position: int) -> None:
    with pytest.raises(BadFilter) as caught:
        parse(text)
    assert caught.value.position == position


def test_nesting_is_bounded() -> None:
    assert parse("(" * DEEPEST + "a" + ")" * DEEPEST) is not None
    for deep in ("(" * 5000, "-" * 5000 + "a", "(" * 2000 + "a" + ")" * 2000, "not " * 1500 + "a"):
        with pytest.raises(BadFilter):
            parse(deep)


def test_terms_are_bounded() -> None:
    with pytest.raises(BadFilter):
        parse("a " * 3000)


def test_every_field_is_found_by_its_names() -> None:
    for field in FIELDS:
        for name in (field.name, *field.aliases):
            assert fields.find(name.upper()) is field


_words = st.text(min_size=1, max_size=12)
_numbers = st.integers(-(10**9), 10**12) | st.floats(-1e9, 1e12, allow_nan=False)
_by_type = {
    Type.NUMBER: _numbers,
    Type.MAP: _numbers,
    Type.MONEY: st.floats(0, 1e6, allow_nan=False),
    Type.DURATION: st.integers(0, 10**12),
    Type.TIME: st.integers(0, 4 * 10**15),
}


def _tests(field: fields.Field) -> st.SearchStrategy[object]:
    if field.type in ORDERED:
        value = _by_type[field.type]
        ordered = st.builds(Compare, st.sampled_from([">", ">=", "<", "<="]), value)
        ordered |= st.builds(Between, value, value)
        if field.type is Type.MAP:
            return ordered | st.builds(equal, _words) | st.just(Exists())
        return ordered | st.builds(equal, value) | st.just(Exists())
    if field.type is Type.BOOLEAN:
        return st.builds(equal, st.booleans())
    if field.type is Type.ENUM:
        return st.builds(equal, st.sampled_from(field.values)) | st.just(Exists())
    patterns = st.lists(_words, min_size=2, max_size=3).map(lambda parts: Like(tuple(parts)))
    listed = st.lists(_words | patterns, min_size=1, max_size=3)
    return listed.map(lambda words: AnyOf(tuple(words))) | st.just(Exists())


@st.composite
def _matches(draw: st.DrawFn) -> Match:
    field = draw(st.sampled_from(FIELDS))
    key = draw(_words) if field.type is Type.MAP else ""
    return Match(field.name, draw(_tests(field)), key)  # type: ignore[arg-type]


_filters = st.recursive(
    _matches(),
    lambda inner: (
        st.builds(Not, inner)
        | st.lists(inner, min_size=2, max_size=3).map(lambda items: And(tuple(items)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda items: Or(tuple(items)))
    ),
    max_leaves=8,
)


@given(_filters)
@settings(max_examples=400, deadline=None)
def test_what_is_shown_is_read_back(filter: Filter) -> None:
    assert parse(show(filter)) == filter


_PIECES = "level: model: latency:> metadata. ( ) - or and not * , .. : > 2s x 退款 score.a: time: 1e999 now-"
_pieces = st.sampled_from([*_PIECES.split(), " ", "or ", "and ", '"', "\\"])


@given(st.text(max_size=60) | st.lists(_pieces, max_size=25).map("".join))
@example('model:*""*0')
@settings(max_examples=1500, deadline=None)
def test_nothing_but_bad_filter_is_raised(text: str) -> None:
    with contextlib.suppress(BadFilter):
        filter = parse(text)
        assert parse(show(filter)) == filter


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_errors_lie_in_the_text(text: str) -> None:
    position = 0
    try:
        parse(text)
    except BadFilter as error:
        position = error.position
    assert 0 <= position <= len(text)
