"""Every judge of the library, in both languages."""

import json

import pytest

from pilothouse.domain.evaluation import Case, EvaluatorKind, ToolUse
from pilothouse.evals.library import LANGUAGES, LibraryJudge, judges
from pilothouse.evals.scorers import check
from pilothouse.prompts.templates import Syntax, variables
from tests.unit.evals.scoring import Bench
from tests.unit.llm.provider import Answer, Standing, chat

PROMISED = {
    "correctness",
    "faithfulness",
    "context_relevance",
    "context_recall",
    "answer_relevance",
    "hallucination",
    "helpfulness",
    "conciseness",
    "toxicity",
    "bias",
    "refusal",
    "pii_leakage",
    "prompt_injection",
    "tool_choice",
    "tool_arguments",
    "plan_adherence",
    "task_completion",
    "conversation_completeness",
    "user_frustration",
    "style",
    "translation_quality",
    "sql_equivalence",
}
EACH = pytest.mark.parametrize("judge", judges(), ids=lambda judge: judge.id)
WHOLE = Case(
    input="a question",
    output="an answer",
    expected_output="a reference",
    metadata={"schema": "t(a)"},
    conversation=(("user", "hello"), ("assistant", "hi")),
    documents=("a document",),
    tools=(ToolUse("look", {"q": 1}, "found"),),
    available_tools=({"type": "function", "function": {"name": "look"}},),
)
BEST = {"numeric": lambda score: score["max"], "boolean": lambda _: True}


def test_all_that_were_promised_are_there() -> None:
    assert {judge.id for judge in judges()} == PROMISED


@EACH
def test_both_languages_ask_for_the_same(judge: LibraryJudge) -> None:
    english, chinese = (judge.tellings[language] for language in LANGUAGES)
    assert variables(english.prompt, Syntax.MUSTACHE) == variables(chinese.prompt, Syntax.MUSTACHE)
    for telling in (english, chinese):
        assert telling.name
        assert telling.description
    assert english.prompt.isascii()
    assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese.name)
    levels = (
        ("true", "false") if judge.score["type"] == "boolean" else judge.score.get("labels", ())
    )
    for level in levels:
        assert f"{level} =" in english.prompt
        assert f"{level} =" in chinese.prompt
    assert judge.better in ("high", "low", "none")
    assert judge.targets


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_judges_a_case_that_has_what_it_needs(
    judge: LibraryJudge, language: str, scoring: Bench, provider: Standing
) -> None:
    kind = judge.score["type"]
    score = judge.score["labels"][0] if kind == "categorical" else BEST[kind](judge.score)
    said = json.dumps({"reason": "r", "score": score})
    provider.answers = [Answer(chat({"content": said}))]
    chosen = {"connection_id": scoring.connect(provider.url), "model": "m"}
    settings = check(EvaluatorKind.JUDGE, judge.settings(language) | chosen)
    outcome = scoring.score(EvaluatorKind.JUDGE, settings, WHOLE)
    assert outcome.error == ""
    assert outcome.judgements[0].value == score
    [text] = [message["content"] for message in provider.asked[0].body["messages"]]
    assert "{{" not in text
    assert ("只回答一个 JSON" in text) is (language == "zh")
    nothing = scoring.score(EvaluatorKind.JUDGE, settings, Case())
    assert nothing.judgements == ()
    assert nothing.error == f"there is no {', '.join(judge.needs())} to look at"
