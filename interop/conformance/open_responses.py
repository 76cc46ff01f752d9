"""The tests of the Open Responses project that use neither compaction nor a WebSocket, with the same
ids. Every answer is validated with the specification; the content is checked in `content.py`."""

import base64
import struct
import zlib

import spec
from client import items, text_of

WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "Get the current weather for a location",
    "parameters": {
        "type": "object",
        "properties": {"location": {"type": "string", "description": "City and country"}},
        "required": ["location"],
    },
}


def user(content):
    return {"type": "message", "role": "user", "content": content}


def png(width=8, height=8):
    """Returns a PNG of one colour."""

    def chunk(kind, data):
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\xd0\x20\x20" * width) * height
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def data_url():
    return "data:image/png;base64," + base64.b64encode(png()).decode()


def completed(response):
    assert response["status"] == "completed", response["status"]
    assert response["output"], "there is no output"
    return response


def basic_response(target):
    completed(target.whole(input=[user("Say hello in exactly 3 words.")], temperature=0))


def assistant_phase(target):
    completed(
        target.whole(
            input=[
                user("What is two and two?"),
                {
                    "type": "message", "role": "assistant", "phase": "commentary",
                    "content": "I am adding the numbers.",
                },
                {
                    "type": "message", "role": "assistant", "phase": "final_answer",
                    "content": "Four.",
                },
                user("Say thanks."),
            ],
            temperature=0,
        )
    )


def response_output_phase_schema(_target):
    """Sends no request: the schema must accept messages with a phase."""
    if not spec.loaded():
        return
    for phase in ("commentary", "final_answer"):
        text = {"type": "output_text", "text": "Four.", "annotations": [], "logprobs": []}
        message = {
            "type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
            "phase": phase, "content": [text],
        }
        spec.check("Message", message)


def streaming_response(target):
    events = target.stream(input=[user("Say hello.")], temperature=0)
    completed(events[-1]["response"])


def system_prompt(target):
    system = {"type": "message", "role": "system", "content": "You are a pirate."}
    completed(target.whole(input=[system, user("Say hello.")], temperature=0))


def tool_calling(target):
    """The embedded model is too small to decide for the call: it must make one."""
    more = {} if target.front else {"tool_choice": "required", "temperature": 0}
    question = user("What's the weather like in San Francisco?")
    response = target.whole(input=[question], tools=[WEATHER], **more)
    assert items(response, "function_call"), response["output"]


def image_input(target):
    """A model that reads only text refuses the image."""
    parts = [
        {"type": "input_text", "text": "What do you see in this image?"},
        {"type": "input_image", "image_url": data_url()},
    ]
    if target.front:
        completed(target.whole(input=[user(parts)]))
        return
    status, _, body = target.answer(input=[user(parts)])
    assert status == 400, (status, body)
    assert "image" in body["error"]["message"], body
    return "400"


def multi_turn(target):
    said = {"type": "message", "role": "assistant", "content": "Hello Alice! Nice to meet you."}
    response = target.whole(
        input=[user("My name is Alice."), said, user("What is my name?")], temperature=0
    )
    assert text_of(completed(response)), response["output"]


TESTS = {
    "basic-response": basic_response,
    "assistant-phase": assistant_phase,
    "response-output-phase-schema": response_output_phase_schema,
    "streaming-response": streaming_response,
    "system-prompt": system_prompt,
    "tool-calling": tool_calling,
    "image-input": image_input,
    "multi-turn": multi_turn,
}
# These run once, not for each upstream.
ONCE = ("response-output-phase-schema",)
