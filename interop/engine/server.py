#!/usr/bin/env python3
"""Serves the embedded model's file with llama.cpp's own Chat Completions server, for the tests of the
router.

    server.py MODEL_FILE

Prints the server's base URL. Runs until it is killed.
"""

import signal
import sys
from pathlib import Path

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ["127.0.0.1"]
params.port = 0
params.ui = False
params.warmup = False
params.n_ctx = 4096
params.n_parallel = 1
# llama.cpp's threads wait in a loop for each other: with another busy process on the machine, two are
# many times slower than one.
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 1
# The same output in every run.
params.sampling.temp = 0.0
params.sampling.seed = 1
params.chat_template = (Path(__file__).parent / "template.jinja").read_text()

server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
signal.pause()
