"""What is measured without asking anybody: one function for each metric's settings."""

from collections.abc import Callable
from typing import Any, cast

import regex

from pilothouse.domain.evaluation import Case, Judgement
from pilothouse.evals.scorers import fields, structures, texts, trajectories
from pilothouse.evals.scorers import metric_settings as kinds
from pilothouse.evals.scorers.tools import Failed
from pilothouse.schemas import problems

_REGEX_SECONDS = 2
_NO_JSON = "the output is no JSON"


def measured(settings: kinds.Metric, case: Case) -> Judgement:
    """Raises Failed where the case lacks what is measured."""
    return _MEASURES[type(settings)](settings, case)


# -- one text against another ------------------------------------------------------------------


def _exact(settings: kinds.Exact, case: Case) -> Judgement:
    output = _folded(fields.text(case, settings.output), settings)
    return Judgement("", output == _folded(fields.text(case, settings.expected), settings))


def _contains(settings: kinds.Contains, case: Case) -> Judgement:
    output = _folded(fields.text(case, settings.output), settings)
    wanted = settings.texts or _every(case, settings.expected)
    if not all(wanted):
        raise Failed("the text to look for is empty, which every output has")
    found = [each for each in wanted if _folded(each, settings) in output]
    if settings.how == "any":
        return Judgement("", bool(found), _listed("it has", found) or "it has none of them")
    if settings.how == "none":
        return Judgement("", not found, _listed("it has", found))
    missing = [each for each in wanted if each not in found]
    return Judgement("", not missing, _listed("it lacks", missing))


def _starts_with(settings: kinds.StartsWith, case: Case) -> Judgement:
    output = _folded(fields.text(case, settings.output), settings)
    return Judgement("", output.startswith(_affix(settings, case)))


def _ends_with(settings: kinds.EndsWith, case: Case) -> Judgement:
    output = _folded(fields.text(case, settings.output), settings)
    return Judgement("", output.endswith(_affix(settings, case)))


def _affix(settings: kinds.StartsWith | kinds.EndsWith, case: Case) -> str:
    affix = settings.text or fields.text(case, settings.expected)
    if not affix:
        raise Failed("the text to look for is empty, which every output has")
    return _folded(affix, settings)


def _regex(settings: kinds.Regex, case: Case) -> Judgement:
    text = fields.text(case, settings.output)
    pattern = regex.compile(settings.pattern, regex.IGNORECASE if settings.ignore_case else 0)
    look = pattern.fullmatch if settings.whole else pattern.search
    try:
        found = look(text, timeout=_REGEX_SECONDS, concurrent=True)
    except TimeoutError as error:
        raise Failed(
            f"the pattern took longer than {_REGEX_SECONDS} seconds; it goes back and forth too much"
        ) from error
    return Judgement("", found is not None, f"found {_cut(found[0])}" if found else "")


def _levenshtein(settings: kinds.Levenshtein, case: Case) -> Judgement:
    output = _folded(fields.text(case, settings.output), settings)
    expected = _folded(fields.text(case, settings.expected), settings)
    return Judgement("", texts.levenshtein(output, expected))


def _bleu(settings: kinds.Bleu, case: Case) -> Judgement:
    output, expected = fields.text(case, settings.output), _every(case, settings.expected)
    return Judgement("", texts.bleu(output, expected, settings.tokenizer))


def _chrf(settings: kinds.Chrf, case: Case) -> Judgement:
    output, expected = fields.text(case, settings.output), _every(case, settings.expected)
    return Judgement("", texts.chrf(output, expected, settings.word_order))


def _rouge(settings: kinds.Rouge, case: Case) -> Judgement:
    output = fields.text(case, settings.output)
    every = _every(case, settings.expected)
    return Judgement(
        "", max(texts.rouge(output, each, settings.variant, settings.measure) for each in every)
    )


def _every(case: Case, path: str) -> list[str]:
    """Texts of which there may be several."""
    found = fields.value(case, path)
    if found == []:
        raise Failed(f"{path} is an empty list")
    if isinstance(found, list) and all(isinstance(each, str) for each in found):
        return cast(list[str], found)
    return [fields.as_text(found)]


def _folded(text: str, settings: Any) -> str:
    if settings.ignore_space:
        text = " ".join(text.split())
    return text.casefold() if settings.ignore_case else text


# -- structure -----------------------------------------------------------------------------------


def _json_equal(settings: kinds.JsonEqual, case: Case) -> Judgement:
    output = structures.read(fields.value(case, settings.output))
    expected = structures.read(fields.value(case, settings.expected))
    if isinstance(output, str) and not isinstance(expected, str):
        return Judgement("", False, _NO_JSON)
    because = structures.difference(output, expected, settings.ignore_order, settings.tolerance)
    return Judgement("", not because, because)


def _json_schema(settings: kinds.JsonSchema, case: Case) -> Judgement:
    found = fields.value(case, settings.output)
    because = problems(found if isinstance(found, str) else fields.as_json(found), settings.schema)
    return Judgement("", not because, "; ".join(because))


def _trajectory(settings: kinds.Trajectory, case: Case) -> Judgement:
    wanted = trajectories.expected(fields.value(case, settings.expected))
    because = trajectories.problem(case.tools, wanted, settings.how, settings.arguments)
    return Judgement("", not because, because)


# -- what it took ----------------------------------------------------------------------------------


def _latency(settings: kinds.Latency, case: Case) -> Judgement:
    if case.latency is None:
        raise Failed("it is not known how long it took: it has no end, or was not traced")
    return _within(case.latency, settings, "s")


def _cost(settings: kinds.Cost, case: Case) -> Judgement:
    if case.cost is None:
        raise Failed("its cost is not known: no model was called, or one that has no price")
    return _within(case.cost, settings, "US dollars")


def _length(settings: kinds.Length, case: Case) -> Judgement:
    if settings.unit == "tokens":
        if case.output_tokens is None:
            raise Failed("nobody counted the tokens of this output")
        return _within(case.output_tokens, settings, "tokens")
    text = fields.text(case, settings.output)
    length = len(text) if settings.unit == "chars" else len(texts.words(text))
    return _within(length, settings, settings.unit)


def _within(
    number: float, settings: kinds.Latency | kinds.Cost | kinds.Length, unit: str
) -> Judgement:
    if settings.least is None and settings.most is None:
        return Judgement("", float(number))
    least = 0 if settings.least is None else settings.least
    kept = number >= least and (settings.most is None or number <= settings.most)
    return Judgement("", kept, f"{number:g} {unit}")


# --------------------------------------------------------------------------------------------------


def _listed(says: str, found: list[str]) -> str:
    return f"{says} {', '.join(_cut(each) for each in found[:10])}" if found else ""


def _cut(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:79] + "…")


_MEASURES: dict[type[Any], Callable[[Any, Case], Judgement]] = {
    kinds.Exact: _exact,
    kinds.Contains: _contains,
    kinds.StartsWith: _starts_with,
    kinds.EndsWith: _ends_with,
    kinds.Regex: _regex,
    kinds.JsonEqual: _json_equal,
    kinds.JsonSchema: _json_schema,
    kinds.Levenshtein: _levenshtein,
    kinds.Bleu: _bleu,
    kinds.Chrf: _chrf,
    kinds.Rouge: _rouge,
    kinds.Latency: _latency,
    kinds.Cost: _cost,
    kinds.Length: _length,
    kinds.Trajectory: _trajectory,
}
