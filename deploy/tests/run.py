"""Runs the cases with a proxy: `tests/run.py PATH_OF_OROUTER nginx|caddy [CASE..]`. `deploy/check` calls it."""
import pathlib
import subprocess
import sys
import tempfile
import time
import traceback

import cases
from model import Model
from programs import HOST, Caddy, Nginx, Orouter


def self_signed(folder):
    """Writes cert.pem and key.pem for the host of the examples."""
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
        "-keyout", folder / "key.pem", "-out", folder / "cert.pem",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)


def main(binary, name, *chosen):
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        # The worker of nginx is another user.
        scratch.chmod(0o755)
        self_signed(scratch)
        model = Model()
        server = Orouter(pathlib.Path(binary).resolve(), scratch, model)
        proxy = {"nginx": Nginx, "caddy": Caddy}[name](scratch, server.port, scratch)
        try:
            proxy.begin()
            for case in cases.CASES:
                if chosen and case.__name__ not in chosen:
                    continue
                started = time.monotonic()
                try:
                    case(cases.Setup(model, server, proxy))
                    outcome = "ok"
                except Exception:
                    outcome, failed = "FAILED", failed + 1
                    traceback.print_exc(file=sys.stdout)
                duration = time.monotonic() - started
                print(f"{name} {case.__name__:26} {outcome} ({duration:.1f} s): {case.__doc__}", flush=True)
            if failed:
                print(f"--- log of {name}:\n{proxy.text()[-40000:]}\n--- log of the server:\n{server.text()[-4000:]}")
        finally:
            proxy.stop()
            server.stop()
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:]) else 0)
