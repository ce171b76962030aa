"""A peer's packages, in an environment of their own below the cache, made once by `uv`."""

import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_CACHE = _HERE.parents[1] / ".cache" / "bench-envs"


def program(name: str, command: str) -> Path:
    """A command of the environment that holds exactly what `<name>.txt` says."""
    requirements = _HERE / f"{name}.txt"
    home = _CACHE / name
    made = home / requirements.name
    if not made.exists() or made.read_bytes() != requirements.read_bytes():
        _uv("venv", "--clear", "--python", sys.executable, home)
        _uv("pip", "install", "--python", home / "bin" / "python", "-r", requirements)
        made.write_bytes(requirements.read_bytes())
    return home / "bin" / command


def version(name: str, package: str) -> str:
    lines = (_HERE / f"{name}.txt").read_text("utf-8").splitlines()
    return next(line.split("==")[1] for line in lines if line.startswith(f"{package}=="))


def _uv(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "uv", "--quiet", *arguments], check=True)
