#!/usr/bin/env python3
"""Checks streams of llama.cpp through the router.

    streams.py SERVER ENGINE MODEL AUDIT

Streams of a text, a forced function call, an answer to a function's output and structured output must
follow every rule of the protocol, which the program AUDIT checks. When the client disconnects, whether
it streams or not, the engine must stop. Exit status 1 if a check fails.
"""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.parse import urlsplit

SERVER, ENGINE, MODEL, AUDIT = sys.argv[1:]

WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather in a city, right now.",
    "strict": True,
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"enum": ["celsius", "fahrenheit"]}},
        "required": ["city", "unit"],
        "additionalProperties": False,
    },
}
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}, "city": {"type": "string"}},
    "required": ["name", "age", "city"],
    "additionalProperties": False,
}
QUESTION = {"role": "user", "content": "What is the weather in Paris, in celsius?"}
CALL = {
    "type": "function_call",
    "call_id": "call_1",
    "name": "get_weather",
    "arguments": '{"city": "Paris", "unit": "celsius"}',
}
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": '{"temperature": 21}'}

STREAMS = {
    "a text": {"input": "Tell me a joke."},
    "a forced function call": {
        "input": [QUESTION],
        "tools": [WEATHER],
        "tool_choice": {"type": "function", "name": "get_weather"},
    },
    "an answer to a function's output": {"input": [QUESTION, CALL, OUTPUT], "tools": [WEATHER]},
    "structured output": {
        "input": "Extract: Maria Lopez is 34 and lives in Lisbon.",
        "text": {"format": {"type": "json_schema", "name": "person", "schema": PERSON}},
    },
}


def request_of(members, stream):
    return json.dumps({"model": MODEL, "stream": stream, "max_output_tokens": 128, **members}).encode()


def audit(members):
    """Returns what AUDIT prints about the stream, and its exit status."""
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{SERVER}/api/v1/responses", request_of(members, True), headers)
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
    done = subprocess.run([AUDIT], input=body, stdout=subprocess.PIPE, check=False)
    return done.stdout.decode().strip(), done.returncode


def wait_for(running):
    """Waits until the engine's only slot runs, or does not run; fails after 10 seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"{ENGINE}/slots") as answer:
            if json.load(answer)[0]["is_processing"] == running:
                return True
        time.sleep(0.02)
    return False


def disconnect(stream):
    """Disconnects while the engine generates. Returns an error, or `None`."""
    members = {"input": "Count from one to one thousand.", "max_output_tokens": 3000}
    body = request_of(members, stream)
    address = urlsplit(SERVER)
    with socket.create_connection((address.hostname, address.port)) as connection:
        head = (
            "POST /api/v1/responses HTTP/1.1\r\nhost: localhost\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body)
        if not wait_for(running=True):
            return "the engine did not start"
        time.sleep(0.3)
    return None if wait_for(running=False) else "the engine did not stop"


failed = False
for name, members in STREAMS.items():
    text, status = audit(members)
    failed |= status != 0
    print(f"engine: {name}: {text}")
for stream in (True, False):
    error = disconnect(stream)
    failed |= error is not None
    print(f"engine: disconnected, {'streamed' if stream else 'whole'}: {error or 'stopped'}")
sys.exit(failed)
