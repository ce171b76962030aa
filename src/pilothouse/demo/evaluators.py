"""Evaluators of every kind, a connection that judges would ask, and rules."""

from typing import Any

from pilothouse.demo.scores import JUDGED, RESOLVED
from pilothouse.evals import library

Object = dict[str, Any]

CORRECT, PYTHON = "correct", "names the order"
CONNECTION: Object = {
    "name": "Models of this machine",
    "provider": "ollama",
    "models": ["qwen3:8b", "llama3.1:8b"],
}
"""Needs no key. Where nothing listens there, judges say so; all that they have said stands already."""

_SOURCE = '''\
import re


def evaluate(output, expected_output):
    """Orders that the reference names have to be named, and no others."""
    wanted = set(re.findall(r"HG-\\d{5}", str(expected_output)))
    named = set(re.findall(r"HG-\\d{5}", str(output)))
    if not wanted and not named:
        return {"value": True, "reason": "no order is spoken of"}
    lacking, made_up = sorted(wanted - named), sorted(named - wanted)
    told = [f"{each} is missing" for each in lacking] + [f"{each} is made up" for each in made_up]
    return {"value": not told, "reason": "; ".join(told) or "as in the reference"}
'''
_CORRECT = """\
Judge whether the answer says what the reference says.

Question:
{{input}}

Reference:
{{expected_output}}

Answer to judge:
{{output}}
"""
_STRICTER = """
Yes only if every fact of the reference is there, what the customer has to do included, and nothing
contradicts it. Wording, order and length do not count.
"""
_RESOLVED = """\
Judge whether the customer was helped.

Conversation:
{{conversation}}

Calls of tools, with results:
{{tools}}
"""
_EVIDENCE = """
Yes only if the answer does what was asked for, or says what happens next and when. What it merely
promises without a tool's result is no help.
"""


def drafts(connection_id: str) -> list[list[Object]]:
    """Each evaluator in its versions, the first with its name."""
    asked: Object = {"connection_id": connection_id, "model": "qwen3:8b"}
    boolean = {"score": {"type": "boolean"}, **asked}

    def judge(text: str, **more: Any) -> Object:
        return {**boolean, "messages": [{"role": "user", "content": text}], **more}

    by_id = {each.id: each for each in library.judges()}
    return [
        [
            {
                "name": CORRECT,
                "description": "Does the answer say what the reference says?",
                "kind": "judge",
                "settings": judge(_CORRECT),
                "note": "The first one",
            },
            {
                "kind": "judge",
                "settings": judge(_CORRECT + _STRICTER),
                "note": "Half an answer passed as correct",
            },
        ],
        [
            {
                "name": RESOLVED,
                "description": "Was the customer helped? Calibrated against people.",
                "kind": "judge",
                "settings": judge(_RESOLVED, optional=["tools"]),
                "note": "The first one",
            },
            {
                "kind": "judge",
                "settings": judge(_RESOLVED + _EVIDENCE, optional=["tools"]),
                "note": "Promises are no help",
            },
        ],
        [_of_library(by_id["hallucination"], "en", asked)],
        [_of_library(by_id["style"], "zh", asked)],
        [
            {
                "name": "close to the reference",
                "description": "Shared runs of characters; needs no model.",
                "kind": "metric",
                "settings": {"metric": "chrf"},
            }
        ],
        [
            {
                "name": "length",
                "description": "In characters. Less is better, where all is said.",
                "kind": "metric",
                "is_lower_better": True,
                "settings": {"metric": "length", "unit": "chars"},
            }
        ],
        [
            {
                "name": "fits on a phone",
                "description": "Answers of at most 160 characters are read without scrolling.",
                "kind": "metric",
                "settings": {"metric": "length", "unit": "chars", "most": 160},
            }
        ],
        [
            {
                "name": PYTHON,
                "description": "Orders of the reference are named, and none is made up.",
                "kind": "code",
                "settings": {"source": _SOURCE},
            }
        ],
    ]


def _of_library(judge: library.LibraryJudge, language: str, asked: Object) -> Object:
    telling = judge.tellings[language]
    return {
        "name": telling.name.lower(),
        "description": telling.description,
        "kind": "judge",
        "settings": {**judge.settings(language), **asked},
        "note": "From the library" if language == "en" else "取自评估器库",
    }


EXPERIMENTS = ("close to the reference", "length", PYTHON)
"""What looks at the experiments; all of them ask nobody."""
OFFLINE = "Short answers"


def rules(ids: dict[str, str]) -> list[Object]:
    """By the ids of evaluators."""
    return [
        {
            "name": OFFLINE,
            "evaluator_id": ids["fits on a phone"],
            "target": "trace",
            "filter": "environment:production -level:error",
        },
        {
            "name": "Was the customer helped?",
            "evaluator_id": ids[RESOLVED],
            "target": "trace",
            "filter": "environment:production -level:error",
            "sampling": JUDGED,
            "delay": 120,
            "daily_budget": 2.0,
            "is_active": False,
        },
    ]
