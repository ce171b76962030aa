from typing import Any

import pytest

from pilothouse.domain import paths
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.paths import MISSING

VALUE: dict[str, Any] = {
    "output": {
        "answer": "42",
        "items": [{"name": "a"}, {"name": "b"}, {}],
        "nothing": None,
        "a key": {"x.y": 1, "价格": 9},
    },
    "told": '{"inner": {"list": [1, 2, 3]}}',
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("output.answer", "42"),
        ("$.output.answer", "42"),
        (" output.answer ", "42"),
        ("output.items[0].name", "a"),
        ("output.items[-2].name", "b"),
        ("output.items[3]", MISSING),
        ("output.items[-4]", MISSING),
        ("output.items[*].name", ["a", "b"]),
        ("output.items[*]", [{"name": "a"}, {"name": "b"}, {}]),
        ("output.answer[*]", MISSING),
        ("output.nothing", None),
        ("output.absent", MISSING),
        ("output.answer.deeper", MISSING),
        ('output["a key"]["x.y"]', 1),
        ("output['a key'].价格", 9),
        ("told.inner.list[-1]", 3),
        ("told", '{"inner": {"list": [1, 2, 3]}}'),
    ],
)
def test_a_path_leads_to_what_it_names(path: str, found: Any) -> None:
    assert paths.find(VALUE, paths.parse(path)) == found


@pytest.mark.parametrize(
    "path", ["", " ", "$", "[0]", "a..b", "a[", "a[x]", "a b", "a[1", "a." * 300]
)
def test_what_is_no_path_is_refused_in_words(path: str) -> None:
    with pytest.raises(BadRequest, match="path"):
        paths.parse(path)
