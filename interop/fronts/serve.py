#!/usr/bin/env python3
"""Serves one vendor's API in front of a model, for the tests of the router.

    serve.py PROTOCOL embedded RESPONSES_URL MODEL
    serve.py PROTOCOL scripted

PROTOCOL is anthropic, gemini, chat or responses. The fronts are second implementations of these APIs:
they refuse what the vendor's server refuses. `scripted` answers without a model (`scripted.py`). Prints
the base URL. `GET /active` returns the number of requests that are being answered, and the number of
all requests so far.
"""

import importlib
import json
import select
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from embedded import Embedded
from scripted import Scripted
from turns import Refused

# Text deltas before a stream fails.
DELTAS_BEFORE_FAULT = 2


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Each frame leaves at once.
    disable_nagle_algorithm = True
    lock = threading.Lock()
    active = 0
    total = 0

    def do_GET(self):
        if self.path == "/active":
            return self.send(200, {"active": Handler.active, "total": Handler.total})
        self.send(404, front.failure(404, f"unknown path {self.path}"))

    def do_POST(self):
        self.count(1)
        try:
            self.answer()
        except Refused as refused:
            body = front.failure(refused.status, refused.message)
            self.send(refused.status, body, refused.headers)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self.count(-1)

    def count(self, change):
        with Handler.lock:
            Handler.active += change
            Handler.total += max(change, 0)

    def answer(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        request = front.read(urlsplit(self.path), self.headers, body)
        turn = model.ask(request)
        if request.stream:
            return self.stream(request, turn)
        if turn.fault == "hang":
            return self.wait_for_disconnect()
        if turn.fault == "error":
            raise Refused(500, "the model failed")
        self.send(200, front.whole(request, turn), cut=turn.fault)

    def stream(self, request, turn):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        deltas = 0
        for frame, is_delta in front.frames(request, turn):
            self.chunk(frame)
            deltas += is_delta
            if turn.fault and deltas == DELTAS_BEFORE_FAULT:
                return self.break_off(turn.fault)
        self.wfile.write(b"0\r\n\r\n")

    def break_off(self, fault):
        if fault == "hang":
            return self.wait_for_disconnect()
        if fault == "cut":
            return self.disconnect()
        if fault == "error":
            self.chunk(front.error_frame())
        self.wfile.write(b"0\r\n\r\n")

    def chunk(self, frame):
        data = frame.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def disconnect(self):
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def wait_for_disconnect(self):
        self.close_connection = True
        select.select([self.connection], [], [], 60)

    def send(self, status, body, headers=None, cut=None):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if cut:
            self.wfile.write(text[: len(text) // 2])
            return self.disconnect()
        self.wfile.write(text)

    def log_message(self, *_):
        """Writes no log."""


front = importlib.import_module(f"{sys.argv[1]}_api")
model = Scripted() if sys.argv[2] == "scripted" else Embedded(*sys.argv[3:])
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
