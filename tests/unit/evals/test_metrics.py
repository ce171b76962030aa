"""The built-in metrics, against published values where there are some."""

from typing import Any

import pytest

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.evaluation import Case, EvaluatorKind, ToolUse
from pilothouse.evals.scorers import check
from tests.unit.evals.scoring import Bench
from tests.unit.llm.provider import Standing, said_json

METRIC = EvaluatorKind.METRIC


def measure(scoring: Bench, metric: str, case: Case, **settings: Any) -> Any:
    """The value, or the error."""
    outcome = scoring.score(METRIC, {"metric": metric, **settings}, case)
    if outcome.error:
        assert outcome.judgements == ()
        return outcome.error
    [judgement] = outcome.judgements
    return judgement.value


def reason(scoring: Bench, metric: str, case: Case, **settings: Any) -> str:
    [judgement] = scoring.score(METRIC, {"metric": metric, **settings}, case).judgements
    return judgement.reason


def said(output: Any, expected: Any = None) -> Case:
    return Case(output=output, expected_output=expected)


@pytest.mark.parametrize(
    ("metric", "output", "expected", "settings", "value"),
    [
        ("exact", "Paris", "Paris", {}, True),
        ("exact", "paris ", "Paris", {}, False),
        ("exact", " paris\n city", "Paris City", {"ignore_case": True, "ignore_space": True}, True),
        ("exact", {"a": 1}, {"a": 1}, {}, True),
        ("exact", {"answer": "Paris"}, "Paris", {"output": "output.answer"}, True),
        ("exact", {"role": "assistant", "content": "Paris"}, "Paris", {}, True),
        ("exact", "", "Paris", {}, False),
        ("contains", "It is Paris.", "Paris", {}, True),
        ("contains", "It is Paris.", ["Paris", "Rome"], {}, False),
        ("contains", "It is Paris.", ["Paris", "Rome"], {"how": "any"}, True),
        ("contains", "It is Paris.", None, {"texts": ["Bonn", "Rome"], "how": "none"}, True),
        ("contains", "It is PARIS.", None, {"texts": ["paris"], "ignore_case": True}, True),
        ("starts_with", "Dear Ada", None, {"text": "Dear"}, True),
        ("ends_with", "yours, Ada", "Ada", {}, True),
        ("regex", "on 2026-11-26.", None, {"pattern": r"\d{4}-\d\d-\d\d"}, True),
        ("regex", "on 2026-11-26.", None, {"pattern": r"\d{4}-\d\d-\d\d", "whole": True}, False),
        ("json_equal", '{"b": [1, 2], "a": 1.0}', {"a": 1, "b": [1, 2]}, {}, True),
        ("json_equal", [{"x": 2}, {"x": 1}], [{"x": 1}, {"x": 2}], {}, False),
        ("json_equal", [{"x": 2}, {"x": 1}], [{"x": 1}, {"x": 2}], {"ignore_order": True}, True),
        ("json_equal", {"a": 0.10001}, {"a": 0.1}, {"tolerance": 0.001}, True),
        ("json_equal", {"a": True}, {"a": 1}, {}, False),
        ("json_equal", "no json", {"a": 1}, {}, False),
        ("json_schema", '{"a": 1}', None, {"schema": {"required": ["a"]}}, True),
        ("json_schema", {"b": 1}, None, {"schema": {"required": ["a"]}}, False),
        ("json_schema", "prose", None, {"schema": {"type": "object"}}, False),
    ],
)
def test_texts_and_structures(
    scoring: Bench, metric: str, output: Any, expected: Any, settings: Any, value: bool
) -> None:
    assert measure(scoring, metric, said(output, expected), **settings) is value


def test_reasons_say_where_it_differs(scoring: Bench) -> None:
    wrong = said({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}})
    assert reason(scoring, "json_equal", wrong) == "$.a.b[1] is 2 and not 3"
    lacking = said("It is Paris.", ["Paris", "Rome"])
    assert reason(scoring, "contains", lacking) == "it lacks 'Rome'"
    broken = said({"a": "x"})
    schema = {"properties": {"a": {"type": "number"}}}
    assert "$.a: 'x' is not of type 'number'" in reason(
        scoring, "json_schema", broken, schema=schema
    )


FOX = "The quick brown fox jumps over the lazy dog"
DOG = "The quick brown dog jumps on the log."


@pytest.mark.parametrize(
    ("metric", "output", "expected", "settings", "value"),
    [
        # The example of Google's rouge-score, and what that package says of it.
        ("rouge", DOG, FOX, {"variant": "1", "measure": "precision"}, 0.75),
        ("rouge", DOG, FOX, {"variant": "1", "measure": "recall"}, 0.666667),
        ("rouge", DOG, FOX, {"variant": "1"}, 0.705882),
        ("rouge", DOG, FOX, {"variant": "2"}, 0.266667),
        ("rouge", DOG, FOX, {"variant": "L", "measure": "precision"}, 0.625),
        ("rouge", DOG, FOX, {"variant": "L", "measure": "recall"}, 0.555556),
        ("rouge", DOG, FOX, {}, 0.588235),
        # The example of Lin's paper of 2004: ROUGE-L of two candidates against one reference.
        ("rouge", "police kill the gunman", "police killed the gunman", {}, 0.75),
        ("rouge", "the gunman kill police", "police killed the gunman", {}, 0.5),
        ("rouge", "我今天去公园", "我明天去公园", {"variant": "1"}, 5 / 6),
        ("rouge", "", "x", {}, 0.0),
        ("rouge", "a b", ["c d", "a b"], {}, 1.0),
        ("levenshtein", "kitten", "sitting", {}, 1 - 3 / 7),
        ("levenshtein", "KITTEN", "kitten", {"ignore_case": True}, 1.0),
        # What the command `sacrebleu --sentence-level` says of them.
        ("bleu", DOG, FOX + ".", {}, 0.196279),
        ("bleu", "今天天气很好，我们去公园玩吧", "今天天气不错，我们去公园玩吧", {}, 0.699752),
        ("bleu", FOX, FOX, {}, 1.0),
        ("chrf", "a cat sat", "the cat sat", {}, 0.536098),
        ("chrf", FOX, FOX, {"word_order": 2}, 1.0),
    ],
)
def test_likeness_of_texts(
    scoring: Bench, metric: str, output: Any, expected: Any, settings: Any, value: float
) -> None:
    found = measure(scoring, metric, said(output, expected), **settings)
    assert found == pytest.approx(value, abs=1e-6)


def test_what_is_missing_is_said_and_never_zero(scoring: Bench) -> None:
    for metric in ("exact", "contains", "levenshtein", "bleu", "rouge", "json_equal", "trajectory"):
        assert measure(scoring, metric, said("x")) == "there is no expected_output to look at"
    assert measure(scoring, "exact", Case(expected_output="x")) == "there is no output to look at"
    assert "no output.answer" in measure(
        scoring, "exact", said({"text": "x"}, "x"), output="output.answer"
    )
    for metric in ("contains", "starts_with", "ends_with"):
        assert "which every output has" in measure(scoring, metric, said("x", ""))
    assert measure(scoring, "contains", said("x", [])) == "expected_output is an empty list"
    assert "how long it took" in measure(scoring, "latency", Case())
    assert "cost is not known" in measure(scoring, "cost", Case())
    assert "counted the tokens" in measure(scoring, "length", said("x"), unit="tokens")


def test_a_pattern_that_never_ends_is_stopped(scoring: Bench) -> None:
    assert "longer than 2 seconds" in measure(
        scoring, "regex", said("a" * 40 + "!"), pattern=r"(a|aa)+(a|aa)+(a|aa)+(a|aa)+$"
    )


def test_texts_too_long_to_compare_are_said_to_be(scoring: Bench) -> None:
    assert "longer than 100,000" in measure(scoring, "levenshtein", said("x" * 100_001, "y"))


def test_what_it_took(scoring: Bench) -> None:
    case = Case(output="两个词 two words", latency=1.5, cost=0.02, output_tokens=7)
    assert measure(scoring, "latency", case) == 1.5
    assert measure(scoring, "latency", case, most=1) is False
    assert measure(scoring, "cost", case, most=0.02) is True
    assert measure(scoring, "length", case) == 5
    assert measure(scoring, "length", case, unit="chars") == 13
    assert measure(scoring, "length", case, unit="tokens", least=8) is False


def use(name: str, **arguments: Any) -> ToolUse:
    return ToolUse(name, arguments)


@pytest.mark.parametrize(
    ("how", "made", "wanted", "value"),
    [
        ("strict", "a b", "a b", True),
        ("strict", "b a", "a b", False),
        ("strict", "a", "a b", False),
        ("unordered", "b a", "a b", True),
        ("unordered", "a a", "a b", False),
        ("unordered", "a a b", "a b", False),
        ("subset", "a", "a b", True),
        ("subset", "a c", "a b", False),
        ("superset", "c a b", "a b", True),
        ("superset", "c a", "a b", False),
        ("strict", "", "", True),
    ],
)
def test_trajectories(scoring: Bench, how: str, made: str, wanted: str, value: bool) -> None:
    case = Case(tools=tuple(map(use, made.split())), expected_output={"calls": wanted.split()})
    found = measure(scoring, "trajectory", case, how=how, expected="expected_output.calls")
    assert found is value


def test_arguments_of_a_trajectory(scoring: Bench) -> None:
    wanted = [{"name": "weather", "arguments": {"city": "Bonn"}}, "close"]
    case = Case(tools=(use("weather", city="Rome"), use("close", x=1)), expected_output=wanted)
    assert measure(scoring, "trajectory", case) is True
    assert measure(scoring, "trajectory", case, arguments=True) is False
    assert reason(scoring, "trajectory", case, arguments=True) == (
        'call 1, weather: $.city is "Rome" and not "Bonn"'
    )
    as_openai = {"function": {"name": "weather", "arguments": '{"city": "Rome"}'}}
    messages = [{"role": "assistant", "content": None, "tool_calls": [as_openai]}]
    case = Case(tools=(use("weather", city="Rome"),), expected_output=messages)
    assert measure(scoring, "trajectory", case, arguments=True) is True
    assert "names, objects" in measure(scoring, "trajectory", Case(expected_output=[3]))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"metric": "nonsense"}, "nonsense"),
        ({}, "metric"),
        ({"metric": "exact", "surprise": 1}, "surprise"),
        ({"metric": "exact", "output": "answer"}, "begins with one of input, output"),
        ({"metric": "exact", "output": "output.."}, "not understood"),
        ({"metric": "regex", "pattern": "("}, "pattern is not understood"),
        ({"metric": "json_schema", "schema": {"type": "nonsense"}}, "schema itself is wrong"),
        ({"metric": "latency", "least": 3, "most": 2}, "least is more than most"),
        ({"metric": "length", "most": -1}, "most"),
        ({"metric": "bleu", "tokenizer": "zz"}, "tokenizer"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_words(settings: Any, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        check(METRIC, settings)


def test_settings_are_given_back_whole() -> None:
    once = check(METRIC, {"metric": "exact"})
    assert once["expected"] == "expected_output"
    assert check(METRIC, once) == once


# -- embeddings ----------------------------------------------------------------------------------


def vectors(*given: list[float], tokens: int = 4) -> Any:
    data = [
        {"object": "embedding", "index": at, "embedding": each} for at, each in enumerate(given)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return said_json(200, {"object": "list", "model": "e", "data": data[::-1], "usage": usage})


def embedding(scoring: Bench, url: str) -> dict[str, Any]:
    return {"metric": "embedding", "connection_id": scoring.connect(url), "model": "e-1"}


def test_embedding_similarity_is_asked_for_and_leaves_a_trace(
    scoring: Bench, provider: Standing
) -> None:
    provider.answers = [vectors([1.0, 0.0], [1.0, 1.0])]
    scoring.traces.clear()
    outcome = scoring.score(
        METRIC,
        embedding(scoring, provider.url),
        Case(output="hi", expected_output="hello", trace_id="t1"),
    )
    [judgement] = outcome.judgements
    assert judgement.value == pytest.approx(0.7071, abs=1e-4)
    [asked] = provider.asked
    assert asked.path == "/embeddings"
    assert asked.body["input"] == ["hi", "hello"]
    [[root, call]] = scoring.traces
    assert outcome.run_trace_id == root.trace_id == call.trace_id
    assert (root.kind, root.environment, call.kind) == ("evaluator", "evaluator", "embedding")
    assert root.metadata["judged_trace_id"] == '"t1"'
    assert call.usage == {"input": 4}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (vectors([1.0, 0.0]), "answered 1 vectors to 2 texts"),
        (vectors([0.0, 0.0], [1.0, 0.0]), "cannot be compared"),
        (vectors([1.0], [1.0, 0.0]), "cannot be compared"),
        (said_json(401, {"error": {"message": "bad key"}}), "Enter a valid key"),
        (said_json(200, {"nothing": 1}), ""),
    ],
)
def test_embeddings_that_fail_are_errors(
    scoring: Bench, provider: Standing, answer: Any, says: str
) -> None:
    provider.answers = [answer]
    outcome = scoring.score(METRIC, embedding(scoring, provider.url), said("a", "b"))
    assert outcome.judgements == ()
    assert outcome.error
    assert says in outcome.error


def test_a_provider_without_embeddings_says_so(scoring: Bench) -> None:
    connection = scoring.connect("http://127.0.0.1:1", "anthropic")
    settings = {"metric": "embedding", "connection_id": connection, "model": "e"}
    assert "for no embeddings" in scoring.score(METRIC, settings, said("a", "b")).error
