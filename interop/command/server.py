"""A scripted model behind POST /responses and POST /chat/completions, on a loopback port.

The name of the model selects the reply, see `TEXTS` and `Handler.do_POST`. `requests` of the server has
the body of every request; it is also appended to the file `log`, if there is one.
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TEXTS = {
    "ok": ["Hello ", "from the ", "model."],
    "flood": ["line of text\n"] * 20000,
    "slow": ["word "] * 40,
    "cut": ["The first half", " is all"],
    "end": ["The first half", " is all"],
    "error": ["The first half", " is all"],
    "length": ["The first half", " is all"],
    "control": ["\x1b]0;owned\x07", "\x1b[31mred\x1b[2J", "\x9b1mbold"],
    "markdown": ["# Title\n\n", "**bold** and `code`\n"],
    "object": ['{"name": "Maria", ', '"age": 34}'],
    "misfit": ['{"name": "Maria", ', '"age": "34"}'],
    "fenced": ["```json\n", '{"name": "Maria", "age": 34}', "\n```"],
}
CALL = {"id": "call_1", "name": "get_weather", "arguments": '{"city":"Paris"}'}
ERRORS = {400: "no such parameter", 401: "bad key", 404: "no such model", 429: "slow down", 503: "overloaded"}


def responses_body(model, pieces, status="completed"):
    if model == "tools":
        output = [{"type": "function_call", "id": "fc_1", "call_id": CALL["id"], "status": "completed",
                   "name": CALL["name"], "arguments": CALL["arguments"]}]
    else:
        part = {"type": "output_text", "text": "".join(pieces), "annotations": []}
        output = [{"type": "message", "id": "msg_1", "role": "assistant", "status": status, "content": [part]}]
    details = {"reason": "max_output_tokens"} if status == "incomplete" else None
    usage = {"input_tokens": 12, "output_tokens": 5, "total_tokens": 17, "cost": 0.00042}
    return {"id": "resp_1", "object": "response", "created_at": 1, "model": model, "status": status, "error": None,
            "incomplete_details": details, "output": output, "usage": usage}


def responses_events(model, pieces):
    started = {**responses_body(model, []), "status": "in_progress", "output": [], "usage": None}
    yield {"type": "response.created", "response": started}
    if model == "reasoning":
        summary = {"item_id": "rs_1", "output_index": 0, "summary_index": 0}
        thought = {"type": "reasoning", "id": "rs_1", "summary": []}
        part = {"type": "summary_text", "text": "A greeting is due."}
        yield {"type": "response.output_item.added", "output_index": 0, "item": thought}
        yield {"type": "response.reasoning_summary_part.added", **summary, "part": {**part, "text": ""}}
        yield {"type": "response.reasoning_summary_text.delta", **summary, "delta": part["text"]}
        yield {"type": "response.output_item.done", "output_index": 0, "item": {**thought, "summary": [part]}}
    at = {"item_id": "msg_1", "output_index": 1 if model == "reasoning" else 0, "content_index": 0}
    status = "incomplete" if model == "length" else "completed"
    whole = responses_body(model, pieces, status)
    item = whole["output"][0]
    if model == "tools":
        yield {"type": "response.output_item.added", "output_index": 0, "item": {**item, "arguments": ""}}
        yield {"type": "response.function_call_arguments.done", "item_id": "fc_1", "output_index": 0,
               "name": CALL["name"], "arguments": CALL["arguments"]}
    else:
        started = {**item, "content": []}
        yield {"type": "response.output_item.added", "output_index": at["output_index"], "item": started}
        empty = {"type": "output_text", "text": "", "annotations": []}
        yield {"type": "response.content_part.added", **at, "part": empty}
        for piece in pieces:
            yield {"type": "response.output_text.delta", **at, "delta": piece, "logprobs": []}
        if model == "error":
            yield {"type": "error", "code": "server_error", "message": "the model crashed", "param": None}
            return
        yield {"type": "response.output_text.done", **at, "text": "".join(pieces), "logprobs": []}
        yield {"type": "response.content_part.done", **at, "part": item["content"][0]}
    yield {"type": "response.output_item.done", "output_index": at["output_index"], "item": item}
    yield {"type": f"response.{status}", "response": whole}


def chat_call():
    function = {"name": CALL["name"], "arguments": CALL["arguments"]}
    return [{"index": 0, "id": CALL["id"], "type": "function", "function": function}]


def chat_finish(model):
    return {"length": "length", "tools": "tool_calls"}.get(model, "stop")


CHAT_USAGE = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17, "cost": 0.00042}


def chat_body(model, pieces):
    message = {"role": "assistant", "content": "".join(pieces)}
    if model == "tools":
        message = {"role": "assistant", "content": None, "tool_calls": chat_call()}
    choice = {"index": 0, "message": message, "finish_reason": chat_finish(model)}
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": model, "choices": [choice],
            "usage": CHAT_USAGE}


def chat_events(model, pieces):
    head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": model}

    def chunk(delta, finish=None):
        return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    yield chunk({"role": "assistant", "content": ""})
    if model == "reasoning":
        yield chunk({"reasoning_content": "A greeting is due. "})
    if model == "tools":
        yield chunk({"tool_calls": chat_call()})
    for piece in pieces:
        yield chunk({"content": piece})
    if model == "error":
        yield {"error": {"message": "the model crashed", "type": "server_error", "code": 500}}
        return
    yield chunk({}, chat_finish(model))
    yield {**head, "choices": [], "usage": CHAT_USAGE}


def ends_text(event):
    finished = any(choice["finish_reason"] for choice in event.get("choices", []))
    return finished or event.get("type") == "response.output_text.done"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def whole(self, status, content_type, body, **headers):
        data = body.encode()
        self.send_response(status)
        for name, value in {"content-type": content_type, "content-length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        models = [{"id": name, "object": "model", "created": 1, "owned_by": "script"} for name in TEXTS]
        self.whole(200, "application/json", json.dumps({"object": "list", "data": models}))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path.endswith("/embeddings"):
            texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
            data = [{"object": "embedding", "index": i, "embedding": [0.1, 0.2]} for i in range(len(texts))]
            usage = {"prompt_tokens": 1, "total_tokens": 1}
            whole = {"object": "list", "model": body["model"], "data": data, "usage": usage}
            self.whole(200, "application/json", json.dumps(whole))
            return
        self.server.requests.append(body)
        if self.server.log:
            with open(self.server.log, "a") as log:
                log.write(json.dumps(body) + "\n")
        model = body["model"]
        chat = self.path.endswith("/chat/completions")
        try:
            self.reply(model, body, chat)
        except OSError:
            self.close_connection = True

    def reply(self, model, body, chat):
        tries = sum(1 for request in self.server.requests if request["model"] == model)
        if model == "hang":
            time.sleep(60)
            self.close_connection = True
            return
        if model == "html":
            self.whole(200, "text/html", "<html><body>A captive portal.</body></html>")
            return
        status = int(model[1:4]) if model[:1] == "s" and model[1:4].isdigit() else None
        if status and not (model.endswith("once") and tries > 1):
            error = {"message": ERRORS[status], "code": status, "type": "script", "param": None}
            headers = {"retry-after": "1"} if status == 429 else {}
            self.whole(status, "application/json", json.dumps({"error": error}), **headers)
            return
        if model == "tools" and "sunny" in json.dumps(body):
            model = "ok"  # the call was run
        pieces = [] if model == "tools" else TEXTS.get(model, TEXTS["ok"])
        if not body.get("stream"):
            whole = chat_body(model, pieces) if chat else responses_body(model, pieces)
            self.whole(200, "application/json", json.dumps(whole))
            return
        self.stream(model, (chat_events if chat else responses_events)(model, pieces), chat)

    def stream(self, model, events, chat):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self.close_connection = True
        for index, event in enumerate(events):
            # `cut` breaks the connection after the text, `end` completes the body without the last event.
            if model in ("cut", "end") and ends_text(event):
                break
            prefix = "" if chat else f"event: {event['type']}\n"
            event = event if chat else {**event, "sequence_number": index}
            self.chunk(f"{prefix}data: {json.dumps(event)}\n\n")
            if model == "slow":
                time.sleep(0.2)
        else:
            if chat and model != "error":
                self.chunk("data: [DONE]\n\n")
        if model != "cut":
            self.wfile.write(b"0\r\n\r\n")

    def chunk(self, text):
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # clients that are killed reset their connections


def start(log=None):
    server = Server(("127.0.0.1", 0), Handler)
    server.requests = []
    server.log = log
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
