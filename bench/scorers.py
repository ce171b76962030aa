"""What evaluators cost beside the models they ask: milliseconds of each case.

    python -m bench.scorers [--cases 2000]

Metrics and code over believable cases, one after the other and sixteen at once. Writes
`results/scorers.json`.
"""

import argparse
import asyncio
import time
from typing import Any

from bench.record import record
from pilothouse.domain.evaluation import Case, EvaluatorKind, EvaluatorVersion, ToolUse
from pilothouse.evals.sandbox import Sandbox
from pilothouse.evals.scorers import Scorer, Tools, scorer

_SENTENCE = "The harbour pilot boards the ship, checks her draught and takes her up the river. "
_AT_ONCE = 16
_CODE = "def evaluate(case):\n    return case.output == case.expected_output"

_SETTINGS: dict[str, tuple[EvaluatorKind, dict[str, Any]]] = {
    "exact": (EvaluatorKind.METRIC, {"metric": "exact"}),
    "json_equal": (EvaluatorKind.METRIC, {"metric": "json_equal", "expected": "metadata"}),
    "levenshtein": (EvaluatorKind.METRIC, {"metric": "levenshtein"}),
    "bleu": (EvaluatorKind.METRIC, {"metric": "bleu"}),
    "chrf": (EvaluatorKind.METRIC, {"metric": "chrf"}),
    "rouge_l": (EvaluatorKind.METRIC, {"metric": "rouge"}),
    "trajectory": (EvaluatorKind.METRIC, {"metric": "trajectory", "expected": "metadata.calls"}),
    "code": (EvaluatorKind.CODE, {"source": _CODE}),
}


def _case(number: int) -> Case:
    """Texts of some 800 characters that differ here and there."""
    words = (_SENTENCE * 10).split()
    words[number % len(words)] = "steers"
    return Case(
        input={"question": _SENTENCE},
        output=" ".join(words),
        expected_output=_SENTENCE * 10,
        metadata={"calls": ["look", "answer"], "topic": "pilotage"},
        tools=(ToolUse("look", {"q": "tide"}, "low"), ToolUse("answer", {})),
    )


async def _measured(made: Scorer, cases: list[Case], at_once: int) -> float:
    """Milliseconds a case."""
    turns = asyncio.Semaphore(at_once)

    async def one(case: Case) -> None:
        async with turns:
            outcome = await made.score(case)
        if outcome.error:
            raise SystemExit(outcome.error)

    began = time.perf_counter()
    await asyncio.gather(*map(one, cases))
    return round((time.perf_counter() - began) * 1000 / len(cases), 3)


async def _all(count: int) -> dict[str, dict[str, float]]:
    sandbox = Sandbox()
    nobody: Any = None
    tools = Tools("p", nobody, nobody, nobody, sandbox, nobody)
    cases = list(map(_case, range(count)))
    found: dict[str, dict[str, float]] = {}
    for name, (kind, settings) in _SETTINGS.items():
        made = scorer(EvaluatorVersion("e", 1, kind, settings, "", "", 0), name, tools)
        begins = time.perf_counter()
        await made.score(cases[0])
        found[name] = {
            "first_ms": round((time.perf_counter() - begins) * 1000, 1),
            "one_by_one_ms": await _measured(made, cases, 1),
            f"{_AT_ONCE}_at_once_ms": await _measured(made, cases, _AT_ONCE),
        }
        print(f"{name:12} {found[name]}")
    sandbox.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2_000)
    cases = parser.parse_args().cases
    record("scorers", {"cases": cases, "milliseconds_a_case": asyncio.run(_all(cases))})


if __name__ == "__main__":
    main()
