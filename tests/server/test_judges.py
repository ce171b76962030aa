"""Judges, pairs and panels with a real small model. Its verdicts are poor; that they are verdicts, and
what becomes of them, is what counts here."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pilothouse.domain.evaluation import Case, EvaluatorKind, Outcome
from pilothouse.evals.library import judges
from tests.model import Model, running_model
from tests.unit.evals.scoring import Bench, bench

pytestmark = pytest.mark.model

CASE = Case(
    input="What is the capital of France?",
    output="The capital of France is Paris.",
    expected_output="Paris",
    other_output="I do not know.",
    trace_id="t1",
)
PARAMETERS = {"temperature": 0, "max_tokens": 300, "seed": 1}


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with running_model() as running:
        yield running


@pytest.fixture(scope="module")
def scoring() -> Iterator[Bench]:
    with bench() as made:
        yield made


def asked(scoring: Bench, model: Model, **more: Any) -> dict[str, Any]:
    connection = scoring.connect(model.url, "llama.cpp")
    return {
        "connection_id": connection,
        "model": model.name,
        "parameters": PARAMETERS,
        **more,
    }


def from_library(id: str, language: str) -> dict[str, Any]:
    [found] = [each for each in judges() if each.id == id]
    return found.settings(language)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("id", "type"), [("correctness", float), ("refusal", bool)])
def test_a_judge_of_the_library(
    scoring: Bench, model: Model, id: str, type: type, language: str
) -> None:
    scoring.traces.clear()
    settings = asked(scoring, model, **from_library(id, language))
    outcome = scoring.score(EvaluatorKind.JUDGE, settings, CASE)
    if rambled(outcome):
        return
    [judgement] = outcome.judgements
    assert isinstance(judgement.value, type)
    assert 0 <= float(judgement.value) <= 1
    [[root, call, *_]] = scoring.traces
    assert root.trace_id == outcome.run_trace_id
    assert call.usage["output"] > 0
    assert "The capital of France is Paris." in call.input
    assert json.loads(root.output)[0]["value"] == judgement.value


def rambled(outcome: Outcome) -> bool:
    """So small a model may talk until it has no tokens left. That is told, and is no score."""
    if not outcome.error:
        return False
    assert "without the JSON it was asked for, twice" in outcome.error
    assert outcome.judgements == ()
    return True


PAIR = "Which answer to the question is better?\n{{input}}\n{{first}}\n{{second}}"


def test_a_pair(scoring: Bench, model: Model) -> None:
    scoring.traces.clear()
    messages = [{"role": "user", "content": PAIR}]
    settings = asked(scoring, model, messages=messages)
    outcome = scoring.score(EvaluatorKind.PAIRWISE, settings, CASE)
    if rambled(outcome):
        return
    [judgement] = outcome.judgements
    assert judgement.value in (0.0, 0.5, 1.0)
    assert judgement.reason.startswith(("Both orders", "A tie"))
    calls = [span for span in scoring.traces[0] if span.kind == "llm"]
    assert len(calls) >= 2
    first, second = calls[0].input, calls[-1].input
    assert first.index("is Paris.") < first.index("I do not know.")
    assert second.index("I do not know.") < second.index("is Paris.")


def test_a_panel(scoring: Bench, model: Model) -> None:
    prompts = (
        "Is this right?\n{{output}}",
        "这句话对吗？\n{{output}}",
        "True?\n{{input}} {{output}}",
    )
    members = [
        asked(
            scoring,
            model,
            messages=[{"role": "user", "content": prompt}],
            score={"type": "boolean"},
            name=f"member {at}",
        )
        for at, prompt in enumerate(prompts)
    ]
    members[2]["connection_id"] = "gone"
    outcome = scoring.score(EvaluatorKind.PANEL, {"members": members, "combine": "all"}, CASE)
    told = outcome.error or outcome.judgements[0].reason
    assert all(f"member {at}: " in told for at in range(3))
    assert "member 2: ✗ no such connection" in told
    if outcome.error:
        assert "of 3 members answered, and 2 have to" in told
        assert not outcome.judgements
    else:
        assert isinstance(outcome.judgements[0].value, bool)


def test_meaning_by_embeddings(scoring: Bench, model: Model) -> None:
    settings = {
        "metric": "embedding",
        "connection_id": scoring.connect(model.url, "llama.cpp"),
        "model": model.name,
    }
    same = Case(output="Paris is large.", expected_output="Paris is large.")
    outcome = scoring.score(EvaluatorKind.METRIC, settings, same)
    assert outcome.error == ""
    assert outcome.judgements[0].value == pytest.approx(1, abs=0.01)
    other = Case(output="Paris is large.", expected_output="def f(x): return x ** 2")
    outcome = scoring.score(EvaluatorKind.METRIC, settings, other)
    assert float(outcome.judgements[0].value) < 0.99
