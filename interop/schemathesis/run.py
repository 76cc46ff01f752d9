#!/usr/bin/env python3
"""Runs Schemathesis against `orouter serve` with accounts: no key, a key, and a management key.

    run.py [--examples N]

Needs the hosted API's specification in ../shared/spec, and is skipped without it. OROUTER is the path of
the command (default: target/debug/orouter), SCHEMATHESIS that of `schemathesis`; without it, the version
of requirements.txt is installed into .venv once. The server runs in a temporary folder, in front of the
scripted model of `fronts/serve.py`. Exit status 1 if a check failed.
"""

import argparse
import hashlib
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import document

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SPEC = ROOT.parent / "shared" / "spec" / "openrouter.openapi.json"
CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance",
]
# Maximum time of one of the three runs, in seconds.
RUN_TIME = 40
# Number of keys that the runs may change and delete.
VICTIMS = 30


def schemathesis():
    """Returns the path of the program, which is installed if necessary."""
    if given := os.environ.get("SCHEMATHESIS"):
        return given
    venv = HERE / ".venv"
    requirements = (HERE / "requirements.txt").read_text()
    installed = venv / "installed"
    if not installed.exists() or installed.read_text() != requirements:
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        subprocess.run(
            [venv / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check",
             "--no-deps", "--requirement", HERE / "requirements.txt"],
            check=True,
        )
        installed.write_text(requirements)
    return str(venv / "bin" / "schemathesis")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """`orouter serve` with accounts in a temporary folder."""

    def __init__(self, folder, orouter):
        self.folder, self.processes = folder, []
        front = self.start([sys.executable, "serve.py", "responses", "scripted"], cwd=ROOT / "interop" / "fronts")
        upstream = front.stdout.readline().decode().strip()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/api/v1"
        config = folder / "orouter.toml"
        config.write_text(f"""
[server]
listen = "127.0.0.1:{port}"
[store]
url = "sqlite:{folder}/orouter.db"
journal = "{folder}/journal"
[providers.scripted]
protocol = "responses"
base_url = "{upstream}/v1"
[[models]]
id = "test/model"
context_length = 8192
[[models.endpoints]]
provider = "scripted"
price = {{ prompt = 1.0, completion = 2.0 }}
""")
        self.log = folder / "log"
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
        command = [orouter, "serve", "--config", config, "--log-format", "json"]
        with self.log.open("wb") as log:
            self.start(command, stderr=log, env=environment)
        for _ in range(200):
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{port}/ready").close()
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        raise SystemExit(f"the server does not start:\n{self.log.read_text()}")

    def start(self, command, **options):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, **options)
        self.processes.append(process)
        return process

    def stop(self):
        for process in self.processes:
            process.terminate()
            process.wait()

    def create_manager(self):
        """Writes a management key into the database, as its operator does with the command, and the
        activity of yesterday."""
        key = f"sk-or-v1-{secrets.token_hex(32)}"
        digest = hashlib.sha256(key.encode()).hexdigest()
        label = f"{key[:12]}...{key[-4:]}"
        row = (digest, "default", "operator", label, int(time.time() * 1000))
        yesterday = int(time.time()) // 86_400 - 1
        with sqlite3.connect(self.folder / "orouter.db") as database:
            database.execute(
                "INSERT INTO keys (hash, account, name, label, disabled, management, created_at)"
                " VALUES (?, ?, ?, ?, 0, 1, ?)", row,
            )
            database.execute(
                "INSERT INTO activity VALUES ('default', ?, '', 'test/model', 'test/model', 'scripted',"
                " 'scripted', 3, 1500000, 10, 20, 5, 4)", (yesterday,),
            )
        return key

    def post(self, path, key, body):
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as response:
            return json.load(response)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=25, help="maximum number of cases per operation")
    arguments = parser.parse_args()
    if not SPEC.exists():
        print("skipped: ../shared/spec/openrouter.openapi.json does not exist")
        return 0
    orouter = Path(os.environ.get("OROUTER", ROOT / "target" / "debug" / "orouter"))
    if not orouter.exists():
        raise SystemExit(f"{orouter} does not exist; `cargo build` makes it, or set OROUTER")
    program = schemathesis()
    with tempfile.TemporaryDirectory() as name:
        server = Server(Path(name), orouter)
        try:
            return run(server, program, arguments.examples)
        finally:
            server.stop()


def run(server, program, examples):
    manager = server.create_manager()
    created = server.post("/keys", manager, {"name": "reader", "limit": 1000})
    key, readable = created["key"], [created["data"]["hash"]]
    victims = [
        server.post("/keys", manager, {"name": f"victim {n}"})["data"]["hash"] for n in range(VICTIMS)
    ]
    ask = {"model": "test/model", "input": "hi", "max_output_tokens": 16}
    generation = server.post("/responses", key, ask)["id"]
    built = document.build(SPEC, generation, readable, victims)
    path = server.folder / "document.json"
    path.write_text(json.dumps(built))
    failed = 0
    for label, header in [("no key", None), ("a key", key), ("a management key", manager)]:
        print(f"== {label}", flush=True)
        command = [
            program, "run", str(path), "--url", server.url, "--checks", ",".join(CHECKS),
            "--max-examples", str(examples), "--max-time", str(RUN_TIME), "--seed", "1",
            "--phases", "examples,coverage,fuzzing", "--request-timeout", "10",
            "--continue-on-failure", "--warnings", "off",
        ]
        if header:
            command += ["--header", f"Authorization: Bearer {header}"]
        failed += subprocess.run(command, cwd=server.folder).returncode != 0
    log = server.log.read_text()
    for secret in (key, manager):
        if secret[9:] in log:
            print("a key is in the log", file=sys.stderr)
            failed += 1
    if '"level":"ERROR"' in log:
        print(*[line for line in log.splitlines() if '"level":"ERROR"' in line], sep="\n", file=sys.stderr)
        failed += 1
    print(f"schemathesis: {failed} of 3 runs failed" if failed else "schemathesis: passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
