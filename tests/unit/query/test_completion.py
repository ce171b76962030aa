"""Where the cursor stands, whatever the text is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.query.completion import at, fields_like, fixed

_pieces = st.sampled_from(
    ["level:", "model:", "metadata.", "(", ")", '"', "-", "or", ">", ",", " ", ":", "x", "\\"]
)


@given(st.lists(_pieces, max_size=15).map("".join), st.integers(-3, 40))
@settings(max_examples=800, deadline=None)
def test_a_place_lies_in_the_text(text: str, position: int) -> None:
    place = at(text, position)
    assert 0 <= place.start <= place.end <= len(text)
    fixed(place)
    fields_like(place.prefix)


def test_places() -> None:
    assert at("level:err", 9).wanted == "value"
    assert at("level:err", 3).wanted == "field"
    assert at("a metadata.te", 13).wanted == "key"
    place = at("a model:gpt,cl b", 14)
    assert (place.wanted, place.prefix, place.start, place.end) == ("value", "cl", 12, 14)
    assert [each.text for each in fixed(at("level:w", 7))] == ["warning"]
