"""Evaluators in Python: what they may return, and what they cannot do to anybody."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.evaluation import Case, EvaluatorKind, Judgement, Outcome, ToolUse
from pilothouse.evals import sandbox_process
from pilothouse.evals.sandbox import CodeFailed, Sandbox
from pilothouse.evals.scorers import check
from tests.unit.evals.scoring import Bench

CODE = EvaluatorKind.CODE
CASE = Case(
    input={"q": "1 + 1?"},
    output="2",
    expected_output="2",
    metadata={"level": "easy"},
    tools=(ToolUse("add", {"a": 1}, 2),),
    latency=0.5,
)


def ran(scoring: Bench, source: str, seconds: float = 3) -> Outcome:
    return scoring.score(CODE, {"source": source, "seconds": seconds}, CASE)


def body(lines: str) -> str:
    """`evaluate` with this body."""
    return "def evaluate(case):\n" + "\n".join(f"    {line}" for line in lines.splitlines())


# -- what it returns -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "judgements"),
    [
        (body("return case.output == case.expected_output"), [Judgement("", True)]),
        (body("return case['latency']"), [Judgement("", 0.5)]),
        (body("return 7"), [Judgement("", 7.0)]),
        (body("return 'easy'"), [Judgement("", "easy")]),
        (body("return {'value': 1, 'reason': 'so'}"), [Judgement("", 1.0, "so")]),
        (
            body("return {'short': True, 'tone': {'value': 'kind', 'reason': '你好'}}"),
            [Judgement("short", True), Judgement("tone", "kind", "你好")],
        ),
        (body("return case.tools[0]['arguments']['a']"), [Judgement("", 1.0)]),
        (
            "def evaluate(output, expected_output):\n    return output == expected_output",
            [Judgement("", True)],
        ),
        (
            "def evaluate(input, output, expected_output, metadata):\n    return metadata['level']",
            [Judgement("", "easy")],
        ),
        (
            "def evaluate(output, *, weight=2):\n    return len(output) * weight",
            [Judgement("", 2.0)],
        ),
        ("def evaluate(**case):\n    return case['output']", [Judgement("", "2")]),
        (
            "import json, re, statistics\nfrom datetime import datetime\n"
            + body("return statistics.mean([json.loads('1'), len(re.findall('a', 'aaa'))])"),
            [Judgement("", 2.0)],
        ),
        ("def evaluate(case):\n    print('noise')\n    return True", [Judgement("", True)]),
    ],
)
def test_what_it_returns_is_judged(
    scoring: Bench, source: str, judgements: list[Judgement]
) -> None:
    assert ran(scoring, source) == Outcome(tuple(judgements))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (body("return float('nan')"), "no finite number: nan"),
        (body("return float('inf')"), "no finite number"),
        (body("return 10 ** 400"), "no finite number"),
        (body("return 10 ** 5000"), "cannot be read"),
        (body("return None"), "returned nothing"),
        (body("return ''"), "a label of 1 to"),
        (body("return [1, 2]"), "is a list"),
        (body("return {1, 2}"), "cannot be read"),
        (body("return {}"), "0 judgements"),
        (body("return {'a': {'reason': 'x'}}"), "'a' has no value"),
        (body("return {'a': 1, 'b': float('nan')}"), "the value of 'b'"),
        (body("raise ValueError('it is odd')"), "ValueError: it is odd (line 2)"),
        (body("return case.answer"), "a case has no answer"),
        (body("return 1 +"), "SyntaxError: invalid syntax (line 2)"),
        ("x = 1", "no function named evaluate"),
        ("async def evaluate(case): return 1", "async"),
        ("def evaluate(a, b): return 1", "it asks for a, b"),
        ("def evaluate(): return 1", "it asks for nothing"),
        ("import numpy\n" + body("return 1"), "the module 'numpy' is not there"),
        ("raise KeyError('at once')\n" + body("return 1"), "KeyError"),
    ],
)
def test_what_is_no_judgement_is_an_error_in_words(scoring: Bench, source: str, words: str) -> None:
    outcome = ran(scoring, source)
    assert outcome.judgements == ()
    assert words in outcome.error


# -- what it cannot do ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (body("while True: pass"), "longer than 1 seconds"),
        ("import time\n" + body("time.sleep(60)"), "longer than 1 seconds"),
        (body("import re\nreturn bool(re.match('(a|aa)+$', 'a' * 60 + '!'))"), "longer than 1"),
        (body("while True: print('x' * 1_000_000)"), "printed more than"),
        (body("return 'x' * 5_000_000"), "answered more than"),
        (body("import os\nwhile True: os.write(3, b'x' * 100_000)"), "answered more than"),
        (body("import os\nos.write(3, b'{\"value\": true}')\nreturn False"), "cannot be read"),
        (body("return len(bytearray(10 ** 10))"), "more memory"),
        (body("kept = []\nwhile True: kept.append('x' * 1_000_000 + str(len(kept)))"), "memory"),
        (body("return evaluate(case)"), "RecursionError"),
        (body("import sys\nsys.exit(0)"), "SystemExit"),
        (body("import os\nos._exit(0)"), "without an answer"),
        (body("import ctypes\nctypes.string_at(0)"), "SIGSEGV"),
        (body("class E(Exception):\n    def __str__(self): raise self\nraise E()"), "E"),
    ],
)
def test_it_cannot_last_fill_or_fall(scoring: Bench, source: str, words: str) -> None:
    outcome = ran(scoring, source, seconds=1)
    assert outcome.judgements == ()
    assert words in outcome.error
    assert ran(scoring, body("return True")).judgements == (Judgement("", True),)


def test_endless_depth_ends(scoring: Bench) -> None:
    outcome = ran(
        scoring, body("import sys\nsys.setrecursionlimit(10 ** 9)\nreturn evaluate(case)"), 1
    )
    assert outcome.error
    assert ran(scoring, body("return True")).error == ""


NOT_PERMITTED = [
    "os.fork()",
    "os.open('/etc/passwd', os.O_RDONLY)",
    "open('/etc/passwd').read()",
    "open('/tmp/pilothouse-was-here', 'w')",
    "os.listdir('/')",
    "os.listdir('/proc')",
    "os.execv('/bin/sh', ['sh', '-c', 'true'])",
    "os.kill(os.getppid(), 9)",
    "os.kill(1, 0)",
    "os.killpg(0, 9)",
    "os.pipe()",
    "os.chmod('/tmp', 0o777)",
    "os.unlink('/tmp/nothing')",
    "os.setuid(0)",
    "os.sched_setaffinity(0, {0})",
    "os.memfd_create('x')",
    "os.eventfd(0)",
]


@pytest.mark.parametrize("forbidden", NOT_PERMITTED)
def test_the_kernel_says_no(scoring: Bench, forbidden: str) -> None:
    outcome = ran(scoring, body(f"import os\n{forbidden}\nreturn True"))
    assert outcome.judgements == ()
    assert "PermissionError" in outcome.error


# By the number of the system call, past all of Python.
CALLS = {
    "x86_64": {"socket": 41, "clone": 56, "ptrace": 101, "openat": 257, "prctl": 157},
    "aarch64": {"socket": 198, "clone": 220, "ptrace": 117, "openat": 56, "prctl": 167},
}


@pytest.mark.parametrize("name", ["socket", "clone", "ptrace", "openat", "prctl"])
def test_the_kernel_says_no_to_what_does_not_ask_python(scoring: Bench, name: str) -> None:
    number = CALLS[os.uname().machine][name]
    source = f"""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        found = libc.syscall({number}, 2, 1, 0, 0, 0)
        return {{"value": found, "reason": str(ctypes.get_errno())}}
    """
    [judgement] = ran(scoring, body(source.strip().replace("\n        ", "\n"))).judgements
    assert (judgement.value, judgement.reason) == (-1, "1")


def test_nobody_is_called(scoring: Bench) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.3)
        port = listening.getsockname()[1]
        for way in (
            f"import socket\nsocket.create_connection(('127.0.0.1', {port}))",
            f"import _socket\n_socket.socket().connect(('127.0.0.1', {port}))",
            f"import urllib.request\nurllib.request.urlopen('http://127.0.0.1:{port}')",
        ):
            assert ran(scoring, body(way)).error
        with pytest.raises(TimeoutError):
            listening.accept()


def test_nothing_of_the_server_is_seen(
    scoring: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PILOTHOUSE_ENCRYPTION_KEY", "secret")
    secret = tmp_path / "encryption.key"
    secret.write_text("secret")
    sandbox = Sandbox(1)  # begun with that environment
    try:
        found = asyncio.run(
            sandbox.run(
                "def evaluate(case):\n    import os\n    return str(dict(os.environ))", {"x": 1}, 3
            )
        )
        assert "secret" not in str(found)
        source = f"def evaluate(case):\n    return open({str(secret)!r}).read()"
        with pytest.raises(CodeFailed, match="PermissionError"):
            asyncio.run(sandbox.run(source, {"x": 1}, 3))
    finally:
        sandbox.close()


def test_one_run_leaves_nothing_to_the_next(scoring: Bench) -> None:
    spoil = body("import builtins, json\nbuiltins.len = None\njson.kept = 1\nreturn True")
    assert ran(scoring, spoil).error == ""
    look = body("import json\nreturn len('abc') == 3 and not hasattr(json, 'kept')")
    assert ran(scoring, look).judgements == (Judgement("", True),)


def test_no_process_is_left(scoring: Bench) -> None:
    ran(scoring, body("while True: pass"), seconds=0.5)
    ran(scoring, body("return True"))
    ours = [
        each for each in psutil.Process().children() if "sandbox_process" in str(each.cmdline())
    ]
    assert ours
    assert all(each.children() == [] for each in ours)


def test_a_process_that_was_killed_is_replaced(scoring: Bench) -> None:
    ran(scoring, body("return True"))
    for each in psutil.Process().children():
        if "sandbox_process" in str(each.cmdline()):
            each.kill()
            each.wait()
    outcomes = [ran(scoring, body("return True")) for _ in range(2)]
    assert outcomes[0].again or not outcomes[0].error
    assert outcomes[1].judgements == (Judgement("", True),)


def test_processes_end_with_their_server() -> None:
    script = (
        "import asyncio, os\n"
        "from pilothouse.evals.sandbox import Sandbox\n"
        "sandbox = Sandbox(1)\n"
        "asyncio.run(sandbox.run('def evaluate(case): return 1', {'x': 1}, 3))\n"
        "print(sandbox._idle[0]._process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30
    )
    pid = int(told.stdout)
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.05)
    raise AssertionError("the process is still there")


def test_closing_waits_for_nobody() -> None:
    sandbox = Sandbox(1)

    async def run() -> float:
        endless = asyncio.create_task(
            sandbox.run("def evaluate(x):\n    while True: pass", {"x": 1}, 60)
        )
        await asyncio.sleep(1)
        began = time.monotonic()
        await asyncio.to_thread(sandbox.close)
        with pytest.raises(CodeFailed, match="ended"):
            await endless
        return time.monotonic() - began

    assert asyncio.run(run()) < 5


def test_where_it_cannot_be_walled_in_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_process.platform, "machine", lambda: "sparc")
    with pytest.raises(sandbox_process.Refused, match="not sparc"):
        sandbox_process._try()
    monkeypatch.setattr(sandbox_process.sys, "platform", "darwin")
    with pytest.raises(sandbox_process.Refused, match="need Linux"):
        sandbox_process._try()


# -- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings", [{}, {"source": ""}, {"source": "x", "seconds": 0}, {"source": "x", "seconds": 1e9}]
)
def test_settings_that_cannot_be_are_refused(settings: Any) -> None:
    with pytest.raises(BadRequest):
        check(CODE, settings)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(1)
    yield made
    made.close()


def test_code_is_read_before_it_is_kept(sandbox: Sandbox) -> None:
    case = {"output": None, "input": None}
    asyncio.run(sandbox.check("def evaluate(output):\n    return output.nothing", case))
    for source, words in (
        ("def evaluate(output:", "SyntaxError"),
        ("def judge(output): ...", "no function named evaluate"),
        ("def evaluate(answer, b): ...", "it asks for answer, b"),
        ("(" * 100_000, "SyntaxError"),
        ("-" * 100_000 + "1", "memory|Recursion|ended|Memory"),
    ):
        with pytest.raises(CodeFailed, match=words):
            asyncio.run(sandbox.check(source, case))
