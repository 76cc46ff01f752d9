"""A model behind Chat Completions that a test plays step by step.

Each request becomes a `Generation`. The test sends its parts, so that the order of events can be checked
without timings: a part that the test has not sent cannot arrive.
"""
import http.server
import json
import queue
import select
import threading

# Limit of every wait, in seconds. It only ends tests that fail.
LIMIT = 60


class Generation:
    """One request to the model, and the parts of the reply that the test sends."""

    def __init__(self, body):
        self.body = body
        self.parts = queue.Queue()
        self.gone = threading.Event()  # the server closed the connection

    def send(self, text):
        """Sends a part of the text."""
        self.parts.put(text)

    def finish(self):
        """Ends the reply."""
        self.parts.put(None)


class Model:
    """The model's server, on a free port."""

    def __init__(self):
        self.generations = queue.Queue()
        model = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                generation = Generation(body)
                model.generations.put(generation)
                play(self, generation)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def generation(self):
        """Returns the next request that arrived, and waits for it."""
        return self.generations.get(timeout=LIMIT)

    def forget(self):
        """Drops the requests of an earlier case that failed."""
        while not self.generations.empty():
            self.generations.get()


def play(handler, generation):
    """Replies with the parts of the generation, until it is finished or the server disconnects."""
    streamed = generation.body.get("stream", False)
    if streamed:
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("connection", "close")
        handler.end_headers()
        handler.close_connection = True
    text = ""
    while (part := next_part(handler, generation)) is not None:
        if part is False:
            handler.close_connection = True
            return
        text += part
        if streamed:
            event(handler, chunk({"role": "assistant", "content": part}, None))
    if streamed:
        event(handler, chunk({}, "stop"))
        handler.wfile.write(b"data: [DONE]\n\n")
        return
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    reply = json.dumps({"id": "1", "object": "chat.completion", "model": "m", "choices": [choice]}).encode()
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(reply)))
    handler.end_headers()
    handler.wfile.write(reply)


def next_part(handler, generation):
    """Returns the next part, None at the end, and False if the server disconnected."""
    while True:
        try:
            return generation.parts.get(timeout=0.05)
        except queue.Empty:
            readable, _, _ = select.select([handler.connection], [], [], 0)
            if readable and not peek(handler.connection):
                generation.gone.set()
                return False


def peek(connection):
    try:
        return connection.recv(1, 2)  # MSG_PEEK
    except ConnectionError:
        return b""


def chunk(delta, finish_reason):
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}


def event(handler, data):
    try:
        handler.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
        handler.wfile.flush()
    except ConnectionError:
        pass
