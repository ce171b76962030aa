"""A comparison in words, for a terminal and a pull request. Pure: from the answer of the API."""

from math import floor, log10
from typing import Any

Object = dict[str, Any]

_SIGNS = {"better": "✅ better", "worse": "❌ worse", "equivalent": "✅ equivalent"}
_OUTCOMES = {
    "pass": "passes",
    "fail": "fails",
    "cannot tell": "cannot be told",
}
_FREED = {
    "freed": "by the judge's errors, which {n} labels tell (Rogan–Gladen)",
    "powered": "by labels of {n} of its items (prediction-powered)",
}
"""What labels of people make of a judge's mean."""


def markdown(told: Object) -> str:
    """Of a comparison with one candidate or several."""
    return "\n".join(line for each in told["candidates"] for line in _against(told, each))


def _against(told: Object, against: Object) -> list[str]:
    baseline, candidate = told["baseline"], against["experiment"]
    left = against["only_baseline"] + against["only_candidate"]
    lines = [
        f"### `{_plain(candidate['name'])}` against `{_plain(baseline['name'])}`:"
        f" {_OUTCOMES[against['outcome']]}",
        "",
        f"{against['items']} items in both"
        + (f", {left} in one of them alone" if left else "")
        + f"; {told['family']} questions asked at once (Holm).",
        "",
        "| Metric | Baseline | Candidate | Difference (95 %) | p | Verdict |",
        "|---|---:|---:|---:|---:|---|",
        *(_row(each) for each in against["metrics"]),
        "",
    ]
    lines += [note for each in against["metrics"] for note in _notes(each)]
    return lines


def _row(metric: Object) -> str:
    found = metric["difference"]
    name = _plain(metric["metric"])
    if found is None:
        return f"| {name} | | | | | no item has it in both |"
    digits = _digits(found)
    between = (
        f" [{found['low']:+.{digits}f}, {found['high']:+.{digits}f}]"
        if found["low"] is not None
        else ""
    )
    return (
        f"| {name} | {found['baseline']:.{digits}f} | {found['candidate']:.{digits}f}"
        f" | {found['value']:+.{digits}f}{between} | {_p(metric['p_together'])}"
        f" | {_verdict(metric)} |"
    )


def _verdict(metric: Object) -> str:
    if metric["verdict"] != "cannot tell":
        return _SIGNS[metric["verdict"]]
    if metric["not_worse"]:
        return f"✅ loses less than {metric['margin']:g}"
    return "❔ cannot tell"


def _notes(metric: Object) -> list[str]:
    found = metric["difference"]
    name = _plain(metric["metric"])
    notes: list[str] = []
    if found is None:
        return notes
    flips = f"{found['up']} up, {found['down']} down"
    notes.append(f"- **{name}**: {found['pairs']} pairs, {flips}; {found['method']}.")
    if not found["enough"]:
        notes.append("  - So few differ that no test could call it real.")
    elif metric["verdict"] == "cannot tell" and found["smallest"]:
        digits = _digits(found)
        notes.append(
            f"  - As many items would show a difference of {found['smallest']:.{digits}f}"
            " four times in five."
        )
    notes += [
        f"  - The {side} is {_freed(freed)} {by.format(n=freed['labels'])}."
        for kind, by in _FREED.items()
        for side in ("baseline", "candidate")
        if (freed := metric.get(f"{kind}_{side}"))
    ]
    missing = metric["baseline_missing"], metric["candidate_missing"]
    if any(missing):
        notes.append(
            f"  - {missing[0]} values of the baseline and {missing[1]} of the candidate are missing"
            " and were left out."
        )
    return notes


def _freed(rate: Object) -> str:
    digits = _digits(rate)
    value = f"{rate['value']:.{digits}f}"
    if rate["low"] is None:
        return value
    return f"{value} [{rate['low']:.{digits}f}, {rate['high']:.{digits}f}]"


def _digits(found: Object) -> int:
    """As many as the interval supports: two that count in its width."""
    if found["low"] is None or found["high"] == found["low"]:
        return 3
    width = found["high"] - found["low"]
    return max(0, min(8, 1 - floor(log10(width))))


def _p(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _plain(text: str) -> str:
    """A name that cannot break out of a table or a code span."""
    return text.replace("|", "\\|").replace("`", "'").replace("\n", " ").replace("<", "&lt;")
