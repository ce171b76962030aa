"""Items that ask the same, or nearly the same.

The same: their inputs are one JSON value, whatever the order of its members. Nearly: of the runs of
three words in their inputs, at least a given share is in both (Jaccard), found without comparing all
with all by MinHash (Broder 1997): signatures of 128 least hashes, of which 32 bands of 4 are looked up,
so that pairs that share 0.8 are missed less than once in a million times; what is looked up is then
counted exactly.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

_RUN = 3
_BANDS, _ROWS = 32, 4
_LARGEST = (1 << 64) - 1
# Words; of scripts that put no spaces between them, each sign.
_WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_]+")

_ordered = msgspec.json.Encoder(order="deterministic").encode
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Group:
    ids: tuple[str, ...]
    """In the order in which they came."""
    similarity: float
    """Least share that neighbours in the group have in common; 1 for the same."""
    is_exact: bool


def groups(items: Iterable[tuple[str, str]], near: float | None = None) -> list[Group]:
    """Of (id, input as JSON), those that have doubles, the largest group first. With `near`, a share
    of 0.6 or more, nearly the same too: what is the same counts once in looking for more."""
    same: dict[bytes, list[str]] = {}
    shingles: list[Hashes] = []
    for id, text in items:
        value = msgspec.json.decode(text)
        ids = same.setdefault(blake2b(_ordered(value), digest_size=16).digest(), [])
        ids.append(id)
        if near is not None and len(ids) == 1:
            shingles.append(_shingles(value))
    exact = list(same.values())
    joined = _near(shingles, near) if near is not None else [([n], 1.0) for n in range(len(exact))]
    found = [
        Group(tuple(id for n in members for id in exact[n]), similarity, len(members) == 1)
        for members, similarity in joined
    ]
    doubled = [group for group in found if len(group.ids) > 1]
    return sorted(doubled, key=lambda group: -len(group.ids))


def _shingles(value: Any) -> Hashes:
    """Hashes of the runs of words, each once, in order."""
    words = _WORD.findall(" ".join(_texts(value)).lower())
    runs = [" ".join(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))]
    return np.unique(np.array([crc32(run.encode()) for run in runs if run], dtype=np.uint64))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name in sorted(value):
            yield from _texts(value[name])
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif value is not None:
        yield str(value)


def _near(shingles: Sequence[Hashes], share: float) -> list[tuple[list[int], float]]:
    """Groups by number, and the least similarity that joined each."""
    parents = list(range(len(shingles)))
    least = [1.0] * len(shingles)

    def root(n: int) -> int:
        while parents[n] != n:
            parents[n] = parents[parents[n]]
            n = parents[n]
        return n

    tried: set[tuple[int, int]] = set()
    for bucket in _buckets(shingles):
        # With the first alone: two that are alike meet in many bands, mostly with nobody else.
        for other in bucket[1:]:
            pair = (bucket[0], other)
            a, b = root(pair[0]), root(other)
            if a == b or pair in tried:
                continue
            tried.add(pair)
            similarity = _jaccard(shingles[pair[0]], shingles[other])
            if similarity >= share:
                parents[max(a, b)] = min(a, b)
                least[min(a, b)] = min(least[a], least[b], similarity)
    members: dict[int, list[int]] = {}
    for n in range(len(shingles)):
        members.setdefault(root(n), []).append(n)
    return [(each, least[first]) for first, each in members.items()]


def _buckets(shingles: Sequence[Hashes]) -> Iterable[list[int]]:
    """Those that agree in a band of their signatures."""
    random = np.random.default_rng(1997)
    factors = random.integers(0, _LARGEST, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
    offsets = random.integers(0, _LARGEST, _BANDS * _ROWS, dtype=np.uint64)
    signatures = np.empty((len(shingles), _BANDS * _ROWS), dtype=np.uint32)
    for n, hashes in enumerate(shingles):
        signatures[n] = _signature(hashes, factors, offsets) if len(hashes) else n
    for band in range(_BANDS):
        part = np.ascontiguousarray(signatures[:, band * _ROWS : (band + 1) * _ROWS])
        buckets: dict[bytes, list[int]] = {}
        for n, row in enumerate(part):
            buckets.setdefault(row.tobytes(), []).append(n)
        yield from (bucket for bucket in buckets.values() if len(bucket) > 1)


def _signature(hashes: Hashes, factors: Hashes, offsets: Hashes) -> Hashes:
    """The least of the hashes under each permutation: multiply and add modulo 2^64, and take the
    upper half (Dietzfelbinger)."""
    permuted = hashes[:, None] * factors[None, :] + offsets[None, :]
    return (permuted >> np.uint64(32)).min(axis=0)


def _jaccard(one: Hashes, other: Hashes) -> float:
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)
