"""A mocked model behind LiteLLM's proxy: responses, and streams that complete, fail or do not end.

Prints its port. `/gone` returns the number of requests whose client disconnected.
"""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

gone = 0


def response(status, text=None):
    content = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": content}
    return {
        "id": "resp_1", "object": "response", "created_at": 1700000000, "status": status, "model": "mock",
        "output": [] if text is None else [message], "error": None, "incomplete_details": None,
        "instructions": None, "metadata": {}, "parallel_tool_calls": True, "temperature": 1.0,
        "tool_choice": "auto", "tools": [], "top_p": 1.0,
        "usage": {
            "input_tokens": 3, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 5,
            "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 8,
        },
    }


def events(words):
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    yield {"type": "response.created", "response": response("in_progress")}
    item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "in_progress", "content": []}
    yield {"type": "response.output_item.added", "output_index": 0, "item": item}
    part = {"type": "output_text", "text": "", "annotations": []}
    yield {"type": "response.content_part.added", **place, "part": part}
    for word in words:
        yield {"type": "response.output_text.delta", **place, "delta": word}
    yield {"type": "response.completed", "response": response("completed", "".join(words))}


def failing(words, cut):
    """Fails after the words: truncated if `cut`, otherwise with an error event."""
    *start, _ = events(words)
    yield from start
    if not cut:
        error = {"code": "server_error", "message": "the model broke"}
        yield {"type": "response.failed", "response": {**response("failed"), "error": error}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200, "text/plain", str(gone).encode())

    def do_POST(self):
        global gone
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        asked = json.dumps(request.get("input"))
        if "rate limit" in asked:
            error = {"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}}
            return self.answer(429, "application/json", json.dumps(error).encode())
        if not request.get("stream"):
            body = json.dumps(response("completed", "Hello from a mock")).encode()
            return self.answer(200, "application/json", body)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        words = ["Hello", " from", " a", " mock"]
        endless = "endless" in asked
        cut = "cut off" in asked
        stream = failing(words, cut) if cut or "fail" in asked else events(words * 400 if endless else words)
        try:
            for number, event in enumerate(stream):
                event["sequence_number"] = number
                self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
                self.wfile.flush()
                if endless:
                    time.sleep(0.05)
        except OSError:
            gone += 1
        self.close_connection = True


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
