"""`python -m tests.model --port 8080`: serve the small model until interrupted."""

from __future__ import annotations

import argparse
import contextlib
import subprocess

from tests.model import NAME, free_port, model_command, wait_until_ready


def main() -> None:
    """Start the model, say when it is ready, and stay until it ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    port = parser.parse_args().port or free_port()
    process = subprocess.Popen(model_command(port), stdout=subprocess.DEVNULL)
    try:
        wait_until_ready(port, process)
        print(f"MODEL_URL=http://127.0.0.1:{port}/v1 MODEL_NAME={NAME}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            process.wait()
    finally:
        process.terminate()
        process.wait(10)


main()
