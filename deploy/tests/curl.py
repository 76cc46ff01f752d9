"""Requests with curl, which speaks HTTP/1.1 and HTTP/2, and streams whose events are read one by one."""
import json
import queue
import subprocess
import threading

from model import LIMIT


class Reply:
    """Status, headers (lower-case names) and body of a complete response."""

    def __init__(self, output):
        head, _, body = output.partition(b"\r\n\r\n")
        while head.split(b" ")[1:2] == [b"100"]:
            head, _, body = body.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.version, self.status = lines[0].split(" ")[0], int(lines[0].split(" ")[1])
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        self.body = body

    def json(self):
        return json.loads(self.body)


class Client:
    """Sends requests to one address, with one version of HTTP."""

    def __init__(self, url, version="--http1.1", certificate=None, resolve=None):
        self.url = url
        self.options = ["curl", "--silent", "--show-error", "--no-buffer", "--path-as-is", version]
        if certificate:
            self.options += ["--cacert", certificate, "--resolve", resolve]

    def command(self, path, body=None, options=()):
        command = [*self.options, *options, self.url + path]
        if body is not None:
            command += ["--header", "content-type: application/json", "--data-binary", "@-"]
        return command

    def send(self, path, body=None, *options):
        """Returns the complete response."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        command = self.command(path, data, ["--include", "--max-time", str(2 * LIMIT), *options])
        done = subprocess.run(command, input=data, capture_output=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{path}: curl ended with {done.returncode}: {done.stderr.decode()}")
        return Reply(done.stdout)

    def stream(self, path, body):
        """Begins a streamed response."""
        return Stream(self.command(path, True), json.dumps(body).encode())


class Stream:
    """A response that is read while it arrives."""

    def __init__(self, command, body):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.lines = queue.Queue()
        self.process.stdin.write(body)
        self.process.stdin.close()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.decode().rstrip("\n"))
        self.lines.put(None)

    def until(self, found, limit=LIMIT):
        """Reads lines up to the first one for which `found` is true, and returns it."""
        while True:
            try:
                line = self.lines.get(timeout=limit)
            except queue.Empty:
                raise AssertionError("the next part of the stream did not arrive") from None
            if line is None:
                raise AssertionError("the stream ended too early")
            if found(line):
                return line

    def until_text(self, text):
        """Reads up to the event that adds this text."""
        return self.until(lambda line: line.startswith("data: ") and f'"delta":"{text}"' in line)

    def until_comment(self):
        return self.until(lambda line: line.startswith(":"))

    def until_end(self):
        """Reads up to the end of a complete stream."""
        self.until(lambda line: line == "data: [DONE]")
        if self.process.wait(LIMIT) != 0:
            raise AssertionError("the stream was not ended correctly")

    def disconnect(self):
        self.process.kill()
        self.process.wait()
