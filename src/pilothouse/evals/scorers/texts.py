"""Likeness of two texts, from 0 to 1. Pure; the libraries behind it are loaded when first needed."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import regex

from pilothouse.evals.scorers.tools import Failed

_MOST = 100_000
"""Characters that are compared with each other one by one."""

# Scripts that put no blanks between words count by the character.
_TOKEN = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}]"
    r"|[[\p{L}\p{N}\p{M}]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}]]+",
    regex.V1,
)
_CHINESE = regex.compile(r"\p{Han}")
_LETTER = regex.compile(r"\p{L}")


def words(text: str) -> list[str]:
    """Without signs. A Chinese character is a word of its own."""
    return _TOKEN.findall(text)


def is_chinese(text: str) -> bool:
    """Whether a third of its letters are."""
    return 3 * len(_CHINESE.findall(text)) > len(_LETTER.findall(text))


def levenshtein(output: str, expected: str) -> float:
    from rapidfuzz.distance import Levenshtein

    _check_length(output, expected)
    return Levenshtein.normalized_similarity(output, expected)


def bleu(output: str, expected: Sequence[str], tokenizer: str) -> float:
    if tokenizer == "auto":
        tokenizer = "zh" if is_chinese("".join(expected)) else "13a"
    return float(_bleu(tokenizer).sentence_score(output, list(expected)).score) / 100


def chrf(output: str, expected: Sequence[str], word_order: int) -> float:
    return float(_chrf(word_order).sentence_score(output, list(expected)).score) / 100


@lru_cache(maxsize=8)
def _bleu(tokenizer: str) -> Any:
    from sacrebleu.metrics.bleu import BLEU

    # As sacrebleu's own sentence_bleu: a single sentence often has no match of four words.
    return BLEU(tokenize=tokenizer, smooth_method="exp", effective_order=True)


@lru_cache(maxsize=3)
def _chrf(word_order: int) -> Any:
    from sacrebleu.metrics.chrf import CHRF

    return CHRF(word_order=word_order)


Measure = Literal["f", "precision", "recall"]


def rouge(output: str, expected: str, variant: str, measure: Measure) -> float:
    ours, theirs = words(output.lower()), words(expected.lower())
    if variant == "L":
        return _share(_longest_common(ours, theirs), len(ours), len(theirs), measure)
    size = int(variant)
    a, b = _grams(ours, size), _grams(theirs, size)
    return _share((a & b).total(), a.total(), b.total(), measure)


def _longest_common(ours: list[str], theirs: list[str]) -> int:
    from rapidfuzz.distance import LCSseq

    _check_length(ours, theirs)
    return LCSseq.similarity(ours, theirs)


def _grams(words: list[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + size]) for at in range(len(words) - size + 1))


def _share(common: int, ours: int, theirs: int, measure: Measure) -> float:
    precision = common / ours if ours else 0.0
    recall = common / theirs if theirs else 0.0
    if measure == "precision":
        return precision
    if measure == "recall":
        return recall
    return 2 * precision * recall / (precision + recall) if common else 0.0


def _check_length(*compared: Sequence[str]) -> None:
    if max(map(len, compared)) > _MOST:
        raise Failed(f"a text is longer than {_MOST:,} characters, which this metric does not take")
