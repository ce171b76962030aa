"""Which inputs are the same, or nearly."""

import json
import random
from typing import Any

import pytest

from pilothouse.datasets.duplicates import groups

WORDS = [f"word{n}" for n in range(2_000)]


def found(inputs: list[Any], near: float | None = None) -> list[list[int]]:
    items = ((str(n), json.dumps(value)) for n, value in enumerate(inputs))
    return [[int(id) for id in group.ids] for group in groups(items, near)]


def test_the_same_whatever_the_order_of_members() -> None:
    inputs = [{"a": 1, "b": [1, 2]}, "x", {"b": [1, 2], "a": 1}, {"b": [2, 1], "a": 1}, "x", "x"]
    assert found(inputs) == [[1, 4, 5], [0, 2]]
    assert found([]) == found([], 0.8) == []


def test_nearly_the_same_in_english_and_chinese() -> None:
    inputs = [
        "How long does a refund take, if I paid by card and sent the parcel back on Monday?",
        "how long does a refund take if I paid by card, and sent the parcel back on Tuesday",
        "请问一下我上周一寄回的包裹什么时候可以收到退款，我是用信用卡付款的",
        "请问一下我上周一寄回的包裹什么时候可以收到退款，我是用信用卡付的款",
        "Where is my parcel?",
        "我的包裹在哪里？",
        "",
        None,
        {},
    ]
    assert sorted(found(inputs, 0.7)) == [[0, 1], [2, 3]]


@pytest.mark.parametrize("near", [0.6, 0.8, 0.95])
def test_as_many_as_comparing_all_with_all_finds(near: float) -> None:
    dice = random.Random(5)
    inputs: list[str] = []
    for _ in range(150):
        words = dice.choices(WORDS, k=40)
        inputs.append(" ".join(words))
        for at in dice.sample(range(40), dice.randrange(9)):
            words[at] = dice.choice(WORDS)
        inputs.append(" ".join(words))

    def runs(text: str) -> set[tuple[str, ...]]:
        words = text.split()
        return {tuple(words[at : at + 3]) for at in range(len(words) - 2)}

    def share(one: str, other: str) -> float:
        return len(runs(one) & runs(other)) / len(runs(one) | runs(other))

    pairs = [[n, n + 1] for n in range(0, 300, 2) if share(inputs[n], inputs[n + 1]) >= near]
    assert 0 < len(pairs) < 150
    # Only at the lowest share may one in eighty be missed.
    assert [pair for pair in sorted(found(inputs, near)) if pair not in pairs] == []
    missed = len(pairs) - len(found(inputs, near))
    assert missed <= (2 if near < 0.7 else 0)
