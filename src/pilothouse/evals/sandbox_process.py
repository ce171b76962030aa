"""The process that runs evaluators written in Python. Started by `sandbox`; needs the standard library
alone.

It loads the standard library once and then forks for each case, so that a run costs a fork and finds
nothing that another left behind. A fork gives up everything before it reads the user's code: files,
network, processes, signals. What is left to it are memory, time, and one pipe for its answer; the kernel
holds it to that (seccomp), as do its limits.

Request:   struct HEADER (length, seconds, bytes of memory), JSON {source, case, check}
Answer:    struct LENGTH, JSON {value} | {error}
"""

import ctypes
import gc
import importlib
import inspect
import io
import json
import math
import os
import platform
import resource
import select
import signal
import struct
import sys
import time
import traceback
from functools import lru_cache
from typing import Any, NoReturn

HEADER = struct.Struct("!Idq")
LENGTH = struct.Struct("!I")
MOST_ANSWER = 1 << 20
"""Bytes of JSON that an evaluator may answer, and characters that it may print."""

FILE = "<evaluator>"
_MOST_ERROR = 1_000

_LOADED = """
    abc array ast base64 binascii bisect calendar cmath codecs collections collections.abc colorsys
    contextlib copy csv dataclasses datetime decimal difflib enum fnmatch fractions functools hashlib
    heapq hmac html html.entities html.parser inspect io ipaddress itertools json keyword linecache
    locale logging math numbers operator pathlib pprint random re reprlib statistics string stringprep struct textwrap
    threading time timeit token tokenize traceback types typing unicodedata urllib.parse uuid warnings weakref
    xml.etree.ElementTree zlib zoneinfo _strptime encodings.utf_16 encodings.utf_32 encodings.ascii
    encodings.idna encodings.latin_1 encodings.punycode
"""
"""Modules that user code may import. No file can be opened later, so they are loaded before."""


class Refused(Exception):
    """This machine cannot hold a process to what it may do."""


def main() -> None:
    """Answer until nobody asks any more."""
    for name in _LOADED.split():
        importlib.import_module(name)
    time.strptime("1", "%d")
    try:
        _try()
    except Refused as error:
        _answer({"error": str(error)})
        return
    _answer({"value": "ready"})
    gc.collect()
    gc.freeze()  # so that collecting in a fork copies no pages
    while header := _read(0, HEADER.size):
        length, seconds, memory = HEADER.unpack(header)
        _send(_forked(_read(0, length), seconds, memory))


# -- the parent ------------------------------------------------------------------------------------


def _forked(request: bytes, seconds: float, memory: int) -> bytes:
    """What a fork answers, or what became of it."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if not pid:
        _child(request, theirs, seconds, memory)
    os.close(theirs)
    try:
        told = _until(ours, time.monotonic() + seconds)
    finally:
        os.close(ours)
    if told is None or len(told) > MOST_ANSWER:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if told is None:
        return _error(f"it took longer than {seconds:g} seconds")
    if len(told) > MOST_ANSWER:
        return _error(f"it answered more than {MOST_ANSWER:,} bytes")
    return told if told and not status else _error(_end(status))


def _until(pipe: int, deadline: float) -> bytes | None:
    """All that comes until it is closed; None when that takes too long."""
    pieces: list[bytes] = []
    size = 0
    while size <= MOST_ANSWER:
        ready, _, _ = select.select([pipe], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return None
        piece = os.read(pipe, 1 << 16)
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _end(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return "it used more time of the processor than it may"
        if number == signal.SIGKILL:
            return "it was ended: it used more memory or time than it may"
        return f"it was ended by the signal {signal.Signals(number).name}"
    return "it ended without an answer"


def _read(pipe: int, length: int) -> bytes:
    """So many bytes; none when the other side is gone."""
    pieces: list[bytes] = []
    while length:
        piece = os.read(pipe, min(length, 1 << 20))
        if not piece:
            return b""
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def _send(told: bytes) -> None:
    view = memoryview(LENGTH.pack(len(told)) + told)
    while view:
        view = view[os.write(1, view) :]


def _answer(told: dict[str, Any]) -> None:
    _send(json.dumps(told).encode())


def _error(message: str) -> bytes:
    return json.dumps({"error": message}).encode()


# -- the fork --------------------------------------------------------------------------------------


def _child(request: bytes, pipe: int, seconds: float, memory: int) -> NoReturn:
    try:
        pipe = _alone(pipe)
        confine(seconds, memory)
        told = _ran(request)
        while told:
            told = told[os.write(pipe, told) :]
    except BaseException:
        os._exit(1)
    os._exit(0)


def _alone(pipe: int) -> int:
    """Lets go of every file but the pipe, which becomes the first that is no standard stream."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.dup2(pipe, 3)
    os.closerange(4, 1024)
    return 3


def _ran(request: bytes) -> bytes:
    try:
        told = json.loads(request)
        sys.stdout = sys.stderr = _Printed()
        sys.stdin = io.StringIO()
        sys.meta_path[:] = [_NoMore()]
        told_by = _by_context if told["before"] else _by_case
        return _json({"value": told_by(told)})
    except BaseException as error:
        return _error(_told(error))


def _by_case(told: dict[str, Any]) -> Any:
    evaluate = _function(told["source"], {})
    given = _given(evaluate, told["case"])
    return None if told["check"] else evaluate(**given)


def _by_context(told: dict[str, Any]) -> Any:
    before = _run(told["before"], "<context>", {})
    types = {name: value for name, value in before.items() if name[0].isupper()}
    evaluate = _function(told["source"], types)
    context = before["given"](told["case"])
    try:
        inspect.signature(evaluate).bind(context)
    except TypeError:
        raise _Wrong("evaluate takes one argument, the context") from None
    return None if told["check"] else before["told"](evaluate(context))


def _function(source: str, names: dict[str, Any]) -> Any:
    evaluate = _run(source, FILE, names).get("evaluate")
    if not callable(evaluate):
        raise _Wrong("there is no function named evaluate")
    if inspect.iscoroutinefunction(evaluate):
        raise _Wrong("evaluate is async; write a plain function")
    return evaluate


def _run(source: str, file: str, names: dict[str, Any]) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "evaluator", "__builtins__": __builtins__, **names}
    exec(compile(source, file, "exec"), space)  # noqa: S102 - this is what it is for
    return space


def _given(evaluate: Any, case: dict[str, Any]) -> dict[str, Any]:
    """The fields that the function names, or the whole case."""
    parameters = list(inspect.signature(evaluate).parameters.values())
    if any(each.kind is each.VAR_KEYWORD for each in parameters):
        return dict(case)
    known = [each.name for each in parameters if each.name in case]
    unknown = [each for each in parameters if each.name not in case and each.default is each.empty]
    if len(unknown) == 1 and not known and unknown[0].kind is not unknown[0].VAR_POSITIONAL:
        return {unknown[0].name: _Case(case)}
    if unknown or not known:
        raise _Wrong(
            f"evaluate takes a case, or some of {', '.join(case)}; it asks for"
            f" {', '.join(each.name for each in unknown) or 'nothing'}"
        )
    return {name: case[name] for name in known}


class _Case(dict[str, Any]):
    """Fields as attributes and as keys."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"a case has no {name}; it has {', '.join(self)}") from None


class _Wrong(Exception):
    pass


class _Printed(io.StringIO):
    def write(self, text: str) -> int:
        if self.tell() + len(text) > MOST_ANSWER:
            raise _Wrong(f"it printed more than {MOST_ANSWER:,} characters")
        return super().write(text)


class _NoMore:
    """Where imports end up that nothing was loaded for."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        raise ImportError(
            f"the module {name!r} is not there: evaluators have the part of the standard library that"
            " computes (json, re, math, statistics, difflib, datetime …), and no files or network"
        )


def _json(told: dict[str, Any]) -> bytes:
    try:
        return json.dumps(told).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise _Wrong(f"what it returned cannot be read: {error}") from None


def _told(error: BaseException) -> str:
    """With the line of the user's code that raised it."""
    if isinstance(error, _Wrong):
        return str(error)
    if isinstance(error, MemoryError):
        return "it used more memory than it may"
    name = type(error).__name__
    try:
        message = str(error)[:_MOST_ERROR]
        if isinstance(error, SyntaxError):
            return f"{name}: {error.msg} (line {error.lineno})"
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == FILE]
        where = f" (line {lines[-1]})" if lines else ""
    except BaseException:  # the user's own exception may raise while it is read
        return name
    return f"{name}: {message}{where}" if message else f"{name}{where}"


# -- giving up everything --------------------------------------------------------------------------

# Number of each system call that computing needs, by machine.
_ARCHITECTURES: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (
        0xC000003E,
        # read write close fstat lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask
        # rt_sigreturn mremap madvise nanosleep getpid exit gettimeofday getrusage times sigaltstack
        # gettid time futex sched_yield restart_syscall clock_gettime clock_getres clock_nanosleep
        # exit_group getrandom membarrier rseq
        (
            *(0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 25, 28, 35, 39, 60, 96, 98, 100, 131),
            *(186, 201, 202, 24, 219, 228, 229, 230, 231, 318, 324, 334),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            *(63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 216, 233, 101, 172, 93, 169),
            *(165, 153, 132, 178, 98, 124, 128, 113, 114, 115, 94, 278, 283, 293),
        ),
    ),
}
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_MODE_FILTER = 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE = 0, 4
"""Offsets into what a filter looks at."""
_KILL, _ALLOW, _NOT_PERMITTED = 0x80000000, 0x7FFF0000, 0x00050000 | 1
_X32 = 0x40000000


def confine(seconds: float, memory: int) -> None:
    """From here on this process computes, and nothing else. Raises Refused."""
    _limit(seconds, memory)
    libc, program = _libc(), _program()
    # The parent's death is the fork's, and no program that is started later has more rights.
    for call in (
        (_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0),
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
    ):
        if libc.prctl(*call):
            raise Refused(f"prctl: {os.strerror(ctypes.get_errno())}")

    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0):
        raise Refused(f"this kernel filters no system calls: {os.strerror(ctypes.get_errno())}")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


# Both are made before the first fork, for all of them.
@lru_cache(maxsize=1)
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


@lru_cache(maxsize=1)
def _program() -> _Program:
    """For the kernel: the calls that are listed, and EPERM for all others."""
    found = _ARCHITECTURES.get(platform.machine())
    if found is None:
        raise Refused(f"evaluators in Python run on x86_64 and aarch64, not {platform.machine()}")
    architecture, allowed = found
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, len(allowed), 0, _X32),
    ]
    steps += [(_EQUAL, len(allowed) - at, 0, number) for at, number in enumerate(allowed)]
    steps += [(_RETURN, 0, 0, _NOT_PERMITTED), (_RETURN, 0, 0, _ALLOW)]
    return _Program(len(steps), b"".join(struct.pack("HBBI", *step) for step in steps))


def _limit(seconds: float, memory: int) -> None:
    try:
        with open("/proc/self/oom_score_adj", "w") as file:  # first to go when memory is short
            file.write("1000")
        with open("/proc/self/statm") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
    except (OSError, ValueError) as error:
        raise Refused(f"/proc cannot be read: {error}") from error
    time_ = math.ceil(seconds) + 1
    for kind, most in (
        (resource.RLIMIT_AS, used + memory),
        (resource.RLIMIT_CPU, time_),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _try() -> None:
    """That the walls stand is tried, not believed. Raises Refused."""
    if sys.platform != "linux":
        raise Refused(
            f"evaluators in Python need Linux, which can hold a process to computing; this is"
            f" {sys.platform}"
        )
    _libc()
    _program()
    ours, theirs = os.pipe()
    pid = os.fork()
    if not pid:
        os.write(theirs, _tried().encode())
        os._exit(0)
    os.close(theirs)
    os.waitpid(pid, 0)
    told = os.read(ours, 10_000).decode()
    os.close(ours)
    if told != "closed":
        raise Refused(f"evaluators in Python cannot run here: {told or 'the kernel ended them'}")


def _tried() -> str:
    try:
        confine(5, 1 << 28)
    except (Refused, OSError, ValueError) as error:
        return str(error)
    for forbidden in (lambda: os.open("/", os.O_RDONLY), os.fork, os.pipe, lambda: os.kill(1, 0)):
        try:
            forbidden()
        except PermissionError:
            continue
        except OSError as error:
            return f"a forbidden call failed otherwise: {error}"
        return "a forbidden call went through"
    return "closed"


if __name__ == "__main__":
    main()
