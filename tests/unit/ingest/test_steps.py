"""Steps that look at one span by itself."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.domain.span import Span
from pilothouse.ingest.steps import spell_out


def spelled(text: str) -> str:
    span = Span(project_id="p", trace_id="t", span_id="s", start_time=1, input=text)
    spell_out([span])
    return span.input


@pytest.mark.parametrize(
    ("told", "stored"),
    [
        (r'{"content":"\u4f60\u597d"}', '{"content":"你好"}'),
        (r'["\ud83d\ude00"]', '["😀"]'),
        (r'["\\u4f60"]', r'["\\u4f60"]'),
        (r'["\\\u4f60"]', r'["\\你"]'),
        (r'["\u0000\u000a\u0022\u0085"]', r'["\u0000\u000a\u0022\u0085"]'),
        (r'["\ud83d alone, \ude00 alone"]', r'["\ud83d alone, \ude00 alone"]'),
        (r'"\u4f60"', '"你"'),
        (r"C:\u4f60 is a path", r"C:\u4f60 is a path"),
    ],
)
def test_letters_are_stored_as_letters(told: str, stored: str) -> None:
    assert spelled(told) == stored


@given(st.recursive(st.text() | st.integers(), st.lists, max_leaves=5))
def test_json_means_the_same_afterwards(value: object) -> None:
    assert json.loads(spelled(json.dumps([value]))) == [value]
