"""Starts `orouter serve` and the proxies with the files of this folder, on free ports.

Ports, paths of certificates and timeouts are replaced. A replacement that does not match the file fails.
"""
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

from curl import Client
from model import LIMIT

FOLDER = pathlib.Path(__file__).resolve().parent.parent
HOST = "api.example.com"
KEY = "sk-check"


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_until(condition, what):
    """Waits until the condition is true."""
    for _ in range(LIMIT * 20):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"did not happen: {what}")


def replace(text, *replacements):
    for pattern, by in replacements:
        text, count = re.subn(pattern, lambda _: by, text, flags=re.MULTILINE)
        if count == 0:
            raise AssertionError(f"the file has no {pattern}")
    return text


class Program:
    """A process whose output goes to a file."""

    def start(self, command, log, **options):
        self.log = log
        with open(log, "ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output, **options)

    def text(self):
        return self.log.read_text()

    def is_running(self):
        return self.process.poll() is None

    def stop(self):
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(LIMIT)


class Orouter(Program):
    """The server, with the scripted model as `scripted/m` and the embedded model."""

    def __init__(self, binary, scratch, model):
        self.port = free_port()
        config = scratch / "orouter.toml"
        config.write_text(
            f"""
            [server]
            listen = "127.0.0.1:{self.port}"
            allow_hosts = ["{HOST}"]
            drain = "2s"
            [[keys]]
            name = "check"
            key = {{ env = "CHECK_KEY" }}
            [providers.scripted]
            protocol = "chat"
            base_url = "{model.url}"
            models = ["*"]
            [[models]]
            id = "local/smollm2-135m-instruct"
            [[models.endpoints]]
            provider = "local"
            """
        )
        self.command = [binary, "serve", "--config", config, "--comment-interval", "250ms", "--shutdown-delay", "0s"]
        self.serve_log = scratch / "orouter.log"
        self.url = f"http://127.0.0.1:{self.port}"
        self.begin()

    def begin(self):
        """Starts the server, and waits until the embedded model is loaded."""
        environment = {**os.environ, "CHECK_KEY": KEY, "RUST_LOG": "info", "NO_COLOR": "1"}
        self.start(self.command, self.serve_log, env=environment)
        client = Client(self.url)

        def is_ready():
            if not self.is_running():
                raise AssertionError(f"the server ended: {self.text()}")
            try:
                return client.send("/ready").status == 200
            except AssertionError:
                return False

        wait_until(is_ready, "the server is ready")


class Proxy(Program):
    """A proxy in front of the server, with a self-signed certificate."""

    def __init__(self, scratch, upstream, certificate):
        self.scratch, self.upstream, self.certificate = scratch / self.name, upstream, certificate
        self.scratch.mkdir()
        self.port = free_port()
        self.revision = 0
        self.read_timeout = "1h"  # that of nginx; the Caddyfile has none

    def begin(self):
        self.write()
        self.start(self.command(), self.scratch / "log", **self.options)
        wait_until(lambda: self.shows(0), f"{self.name} serves: {self.text()}")

    def client(self, version="--http1.1"):
        resolve = f"{HOST}:{self.port}:127.0.0.1"
        return Client(f"https://{HOST}:{self.port}", version, self.certificate / "cert.pem", resolve)

    def shows(self, revision):
        """Returns true if this revision of the configuration serves requests."""
        try:
            reply = self.client().send("/")
        except AssertionError:
            if not self.is_running():
                raise AssertionError(f"{self.name} ended: {self.text()}") from None
            return False
        return reply.headers.get("x-revision") == str(revision)

    def reload(self):
        """Applies a changed configuration, and waits until it is in effect."""
        self.revision += 1
        self.write()
        self.apply()
        wait_until(lambda: self.shows(self.revision), f"{self.name} reloaded: {self.text()}")


class Nginx(Proxy):
    name = "nginx"
    options = {}

    def write(self):
        site = replace(
            (FOLDER / "nginx.conf").read_text(),
            (r"server 127\.0\.0\.1:8080;", f"server 127.0.0.1:{self.upstream};"),
            (r"^    listen 443 ssl", f"    listen 127.0.0.1:{self.port} ssl"),
            (r"^    listen \[::\]:443 ssl.*\n", ""),
            (r"/etc/ssl/api\.example\.com/fullchain\.pem", str(self.certificate / "cert.pem")),
            (r"/etc/ssl/api\.example\.com/privkey\.pem", str(self.certificate / "key.pem")),
            (r"proxy_read_timeout 1h;", f"proxy_read_timeout {self.read_timeout};"),
            (
                r"^    server_tokens off;",
                f"    server_tokens off;\n    add_header x-revision {self.revision} always;",
            ),
        )
        (self.scratch / "site.conf").write_text(site)
        paths = "".join(
            f"{name}_temp_path temp-{name};" for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        )
        (self.scratch / "nginx.conf").write_text(
            f"daemon off; master_process on; worker_processes 1; pid nginx.pid; error_log stderr info;"
            f"events {{}} http {{ access_log off; {paths} include site.conf; }}"
        )

    def command(self):
        return ["nginx", "-p", self.scratch, "-c", "nginx.conf", "-e", "stderr"]

    def apply(self):
        subprocess.run([*self.command(), "-s", "reload"], check=True, capture_output=True)
        # Until then, the worker with the old configuration accepts connections too.
        wait_until(lambda: self.text().count("gracefully shutting down") >= self.revision, "the old worker stops")


class Caddy(Proxy):
    name = "caddy"

    def __init__(self, scratch, upstream, certificate):
        super().__init__(scratch, upstream, certificate)
        self.admin = free_port()
        home = str(self.scratch)
        self.options = {"env": {**os.environ, "HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home}}

    def write(self):
        certificate = f"{self.certificate / 'cert.pem'} {self.certificate / 'key.pem'}"
        site = replace(
            (FOLDER / "Caddyfile").read_text(),
            (r"^\{\n", f"{{\n\tadmin 127.0.0.1:{self.admin}\n"),
            (
                r"^api\.example\.com \{\n",
                f"https://api.example.com:{self.port} {{\n\tbind 127.0.0.1\n\ttls {certificate}\n"
                f"\theader x-revision {self.revision}\n",
            ),
            (r"127\.0\.0\.1:8080", f"127.0.0.1:{self.upstream}"),
        )
        (self.scratch / "Caddyfile").write_text(site)

    def command(self):
        return ["caddy", "run", "--config", self.scratch / "Caddyfile", "--adapter", "caddyfile"]

    def apply(self):
        command = ["caddy", "reload", "--config", self.scratch / "Caddyfile", "--adapter", "caddyfile"]
        subprocess.run(command, check=True, capture_output=True, **self.options)
