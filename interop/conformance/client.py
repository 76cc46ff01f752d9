"""Sends requests to the server and reads whole responses and streams."""

import http.client
import json
import subprocess
import time
import urllib.request
from urllib.parse import urlsplit

import spec


class Target:
    """One model of the server, with what is behind it.

    `front` is the URL of the scripted front, or `None` for the embedded model. `audit` is the program
    that checks streams.
    """

    def __init__(self, server, name, model, front, audit):
        self.address, self.server = urlsplit(server), server
        self.name, self.model, self.front, self.audit_program = name, model, front, audit

    def open(self, request, stream=False):
        body = json.dumps({"model": self.model, **request, **({"stream": True} if stream else {})})
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=120)
        connection.request(
            "POST", "/v1/responses", body, {"content-type": "application/json"}
        )
        return connection

    def whole(self, **request):
        """Returns the body of a success, after it was validated."""
        status, _, body = self.answer(**request)
        assert status == 200, (status, body)
        spec.check_response(body)
        check_response(body)
        return body

    def answer(self, **request):
        """Returns status, headers and decoded body."""
        connection = self.open(request)
        try:
            response = connection.getresponse()
            return response.status, response.headers, json.loads(response.read())
        finally:
            connection.close()

    def stream(self, **request):
        """Returns the events of a stream, after they were validated and audited."""
        connection = self.open(request, stream=True)
        try:
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        assert response.status == 200, (response.status, body)
        assert response.headers["content-type"].startswith("text/event-stream")
        audited = subprocess.run([self.audit_program], input=body, stdout=subprocess.PIPE, check=False)
        assert audited.returncode == 0, audited.stdout.decode()
        events = events_of(body.decode())
        spec.check_events(events)
        check_events(events)
        return events

    def both(self, **request):
        """Returns the body, which must have the same content as the response of a stream."""
        body = self.whole(**request)
        last = self.stream(**request)[-1]["response"]
        assert content(last) == content(body), (content(last), content(body))
        assert last["usage"] == body["usage"], (last["usage"], body["usage"])
        assert last["incomplete_details"] == body["incomplete_details"]
        return body

    def active(self):
        """Returns the number of requests that run behind the server."""
        if self.front:
            with urllib.request.urlopen(f"{self.front}/active") as answer:
                return json.load(answer)["active"]
        with urllib.request.urlopen(f"{self.server}/health") as answer:
            return json.load(answer)["active_generations"]

    def wait_for_active(self, wanted):
        deadline = time.monotonic() + 10
        while self.active() != wanted:
            assert time.monotonic() < deadline, f"{self.active()} requests run, not {wanted}"
            time.sleep(0.02)


def events_of(text):
    """Returns the events of a stream. Each has a line with its type; the last line is [DONE] or absent."""
    events = []
    for frame in text.split("\n\n"):
        data = [line[6:] for line in frame.split("\n") if line.startswith("data: ")]
        if not data or data == ["[DONE]"]:
            continue
        events.append(json.loads("\n".join(data)))
    return events


def text_of(response):
    return "".join(
        part["text"]
        for item in response["output"] if item["type"] == "message"
        for part in item["content"] if part["type"] == "output_text"
    )


def items(response, kind):
    return [item for item in response["output"] if item["type"] == kind]


def reasoning_text(item):
    parts = [*item.get("summary", ()), *(item.get("content") or ())]
    return "".join(part["text"] for part in parts)


def content(response):
    """Returns the content of a response without ids, which differ between two requests."""
    return [
        {name: value for name, value in item.items() if name not in ("id", "call_id")}
        for item in response["output"]
    ]


def check_response(response):
    """Checks what every response has: usage that adds up, and distinct ids."""
    usage = response["usage"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"], usage
    assert usage["output_tokens_details"]["reasoning_tokens"] <= usage["output_tokens"], usage
    assert usage["input_tokens_details"]["cached_tokens"] <= usage["input_tokens"], usage
    ids = [item["id"] for item in response["output"]]
    assert len(set(ids)) == len(ids) and all(ids), ids
    calls = [item["call_id"] for item in response["output"] if "call_id" in item]
    assert len(set(calls)) == len(calls), calls


def check_events(events):
    """Checks numbers, ids, order, and that deltas add up to the final content."""
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    kinds = [event["type"] for event in events]
    assert kinds[:2] == ["response.created", "response.in_progress"], kinds
    last = events[-1]["response"]
    assert len({event["response"]["id"] for event in events if "response" in event}) == 1
    added = {e["output_index"]: e["item"] for e in events if e["type"].endswith("item.added")}
    done = {e["output_index"]: e["item"] for e in events if e["type"].endswith("item.done")}
    ended = [done[index] for index in sorted(done)]
    if last["status"] != "failed":
        assert ended == last["output"], "items differ from the response"
    # The item that a failure interrupts is in the response only.
    assert ended == last["output"][: len(ended)], "items differ from the response"
    for index, item in done.items():
        assert item["id"] == added[index]["id"], "ids of an item differ"
        deltas = [e for e in events if e.get("item_id") == item["id"] and e["type"].endswith(".delta")]
        assert all(event["output_index"] == index for event in deltas)
        pieces = "".join(event["delta"] for event in deltas)
        assert pieces == whole_text(item), (pieces, item)
    if last["status"] != "failed":
        check_response(last)


def whole_text(item):
    """Returns the text of an item that deltas carry."""
    if item["type"] == "message":
        return "".join(part.get("text", part.get("refusal", "")) for part in item["content"])
    if item["type"] == "reasoning":
        return reasoning_text(item)
    return item.get("arguments", item.get("input", ""))
