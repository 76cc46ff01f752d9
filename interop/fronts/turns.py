"""The data that every front shares: a request as all protocols express it, and a model's turn."""

import dataclasses
import hashlib
import json
import re


class Refused(Exception):
    """A request that the front refuses, as the vendor's server would."""

    def __init__(self, status, message, headers=None):
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}


@dataclasses.dataclass
class Thought:
    text: str
    signature: str | None = None


@dataclasses.dataclass
class Call:
    id: str
    name: str
    arguments: str
    signature: str | None = None
    # A custom tool's input is text, not JSON.
    custom: bool = False


@dataclasses.dataclass
class Result:
    id: str
    output: str


@dataclasses.dataclass
class Image:
    media_type: str
    data: bytes


@dataclasses.dataclass
class Message:
    """`role` is system, user or assistant. A part is a text, or one of the classes above."""

    role: str
    parts: list

    def text(self):
        return "".join(part for part in self.parts if isinstance(part, str))

    def of(self, kind):
        return [part for part in self.parts if isinstance(part, kind)]


@dataclasses.dataclass
class Tool:
    name: str
    description: str | None
    parameters: dict | None
    strict: bool | None = None
    custom: bool = False


@dataclasses.dataclass
class Request:
    model: str
    stream: bool
    messages: list[Message]
    tools: list[Tool] = dataclasses.field(default_factory=list)
    # None, "auto", "none", "required", or the name of a tool in a tuple of one.
    choice: object = None
    schema: dict | None = None
    limit: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    thinking: bool = False
    # For chat: usage is wanted at the end of a stream.
    stream_usage: bool = True


@dataclasses.dataclass
class Turn:
    """A model's turn. `reason` is stop, length or refusal; calls make it a turn with calls."""

    parts: list
    reason: str = "stop"
    input_tokens: int = 0
    output_tokens: int = 0
    thought_tokens: int = 0
    # The stream or the body breaks: error (the vendor's own event), cut (the connection closes), end
    # (the body ends early) or hang (nothing more is sent).
    fault: str | None = None

    def text(self):
        return "".join(part for part in self.parts if isinstance(part, str))

    def of(self, kind):
        return [part for part in self.parts if isinstance(part, kind)]


def signature_of(text):
    """Returns the signature of a thought or of a call: a turn that comes back must carry the same."""
    return "c2ln" + hashlib.sha256(text.encode()).hexdigest()[:40]


def words(text):
    """Splits a text into the deltas of a stream."""
    return re.findall(r"\s*\S+|\s+$", text)


def pieces(text, size=7):
    return [text[start : start + size] for start in range(0, len(text), size)]


def only(body, known, place="the request"):
    """Refuses members that the vendor does not know: a router must not send them."""
    unknown = sorted(body.keys() - known)
    if unknown:
        raise Refused(400, f"{place} has unknown members {unknown}")


def need(condition, message):
    if not condition:
        raise Refused(400, message)


def compact(value):
    return json.dumps(value, separators=(",", ":"))
