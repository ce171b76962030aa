"""Serve a GGUF file over HTTP. Runs in the model's own environment: FILE PORT NAME."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from threading import Event

import xllamacpp  # type: ignore[import-not-found]


def main(file: str, port: str, name: str) -> None:
    """Serve until told to stop."""
    settings = xllamacpp.CommonParams()
    settings.model.path = file
    settings.model_alias = {name}
    settings.hostnames = ["127.0.0.1"]
    settings.port = int(port)
    settings.cpuparams.n_threads = 1  # more would wait for one another whenever a core is taken
    settings.n_parallel = 4
    settings.n_ctx = 4 * 8192
    settings.n_predict = 128  # it rambles; a client may still ask for less
    settings.sampling.temp = 0.0
    settings.sampling.seed = 7
    settings.verbosity = 1
    settings.use_jinja = True
    settings.chat_template = (Path(__file__).parent / "chat.jinja").read_text(encoding="utf-8")
    settings.embedding = True
    settings.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = xllamacpp.Server(settings)
    stop = Event()
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, lambda *_: stop.set())
    print(server.listening_address, flush=True)
    while not stop.wait(0.5):
        pass
    os._exit(0)


main(*sys.argv[1:])
