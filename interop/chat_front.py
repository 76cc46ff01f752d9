#!/usr/bin/env python3
"""A Chat Completions server for the tests of the router: a second implementation of the protocol,
in front of the embedded model.

    chat_front.py RESPONSES_URL MODEL

Translates each request for the Responses API at RESPONSES_URL, waits for the whole response, and
sends it as a body or in chunks. Refuses members that a Chat Completions server does not know. Prints
its base URL.
"""

import json
import re
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

UPSTREAM, MODEL = sys.argv[1:]

# The members of a request that this server reads. A router must not send others.
KNOWN = {
    "model", "messages", "stream", "stream_options", "tools", "tool_choice", "parallel_tool_calls",
    "response_format", "max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "seed",
    "frequency_penalty", "presence_penalty", "user", "reasoning_effort", "verbosity", "store",
    "prompt_cache_key", "safety_identifier", "service_tier", "top_logprobs", "logprobs",
}
# Members with the same meaning and name in the Responses API.
SAME = ("temperature", "top_p", "parallel_tool_calls", "frequency_penalty", "presence_penalty")


def text_of(content):
    if content is None or isinstance(content, str):
        return content or ""
    return "".join(part["text"] for part in content)


def items_of(message):
    """Returns the items of a message."""
    role = message["role"]
    if role == "tool":
        call, output = message["tool_call_id"], text_of(message["content"])
        return [{"type": "function_call_output", "call_id": call, "output": output}]
    items = []
    text = text_of(message.get("content"))
    if text or role != "assistant":
        items.append({"role": role, "content": text})
    for call in message.get("tool_calls") or ():
        function = call["function"]
        items.append({
            "type": "function_call",
            "call_id": call["id"],
            "name": function["name"],
            "arguments": function["arguments"],
        })
    return items


def to_responses(chat):
    request = {"model": MODEL, "input": []}
    for message in chat["messages"]:
        request["input"] += items_of(message)
    for name in SAME:
        if chat.get(name) is not None:
            request[name] = chat[name]
    limit = chat.get("max_completion_tokens") or chat.get("max_tokens")
    if limit:
        request["max_output_tokens"] = limit
    if chat.get("tools"):
        request["tools"] = [{"type": "function", **tool["function"]} for tool in chat["tools"]]
    choice = chat.get("tool_choice")
    if isinstance(choice, dict):
        choice = {"type": "function", "name": choice["function"]["name"]}
    if choice:
        request["tool_choice"] = choice
    shape = chat.get("response_format") or {}
    if shape.get("type") == "json_schema":
        request["text"] = {"format": {"type": "json_schema", **shape["json_schema"]}}
    elif shape:
        request["text"] = {"format": shape}
    return request


def message_of(response):
    """Returns the message and the finish reason of a response."""
    text, calls = "", []
    for item in response["output"]:
        if item["type"] == "message":
            text += "".join(part.get("text", "") for part in item["content"])
        elif item["type"] == "function_call":
            function = {"name": item["name"], "arguments": item["arguments"]}
            calls.append({"id": item["call_id"], "type": "function", "function": function})
    message = {"role": "assistant", "content": text or None, "refusal": None}
    if calls:
        message["tool_calls"] = calls
    if response["status"] == "incomplete":
        return message, "length"
    return message, "tool_calls" if calls else "stop"


def usage_of(response):
    usage = response["usage"]
    return {
        "prompt_tokens": usage["input_tokens"],
        "completion_tokens": usage["output_tokens"],
        "total_tokens": usage["total_tokens"],
    }


def deltas_of(message):
    """Returns the deltas of a message: the text in words, the arguments of calls in pieces."""
    yield {"role": "assistant", "content": ""}
    for word in re.findall(r"\s*\S+|\s+", message["content"] or ""):
        yield {"content": word}
    for index, call in enumerate(message.get("tool_calls") or ()):
        function = call["function"]
        head = {"index": index, "id": call["id"], "type": "function"}
        yield {"tool_calls": [{**head, "function": {"name": function["name"], "arguments": ""}}]}
        arguments = function["arguments"]
        for start in range(0, len(arguments), 7):
            piece = {"arguments": arguments[start : start + 7]}
            yield {"tool_calls": [{"index": index, "function": piece}]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        chat = json.loads(self.rfile.read(int(self.headers["content-length"])))
        unknown = sorted(chat.keys() - KNOWN)
        if self.path != "/v1/chat/completions":
            return self.fail(404, f"unknown path {self.path}")
        if unknown:
            return self.fail(400, f"unknown members {unknown}")
        body = json.dumps(to_responses(chat)).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{UPSTREAM}/responses", body, headers)
        try:
            with urllib.request.urlopen(request) as answer:
                response = json.load(answer)
        except urllib.error.HTTPError as error:
            return self.fail(error.code, json.load(error)["error"]["message"])
        if chat.get("stream"):
            self.stream(chat, response)
        else:
            self.whole(chat, response)

    def fail(self, status, message):
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
        self.send(status, {"error": error})

    def whole(self, chat, response):
        message, reason = message_of(response)
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
        body = self.head(chat, "chat.completion", [choice])
        self.send(200, {**body, "usage": usage_of(response)})

    def stream(self, chat, response):
        message, reason = message_of(response)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

        def chunk(delta, reason=None):
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
            self.frame(json.dumps(self.head(chat, "chat.completion.chunk", [choice])))

        for delta in deltas_of(message):
            chunk(delta)
        chunk({}, reason)
        if (chat.get("stream_options") or {}).get("include_usage"):
            last = self.head(chat, "chat.completion.chunk", [])
            self.frame(json.dumps({**last, "usage": usage_of(response)}))
        self.frame("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def head(self, chat, kind, choices):
        return {
            "id": "chatcmpl-1", "object": kind, "created": 1700000000, "model": chat["model"],
            "choices": choices,
        }

    def frame(self, data):
        frame = f"data: {data}\n\n".encode()
        self.wfile.write(f"{len(frame):x}\r\n".encode() + frame + b"\r\n")

    def send(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        """Writes no log."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
