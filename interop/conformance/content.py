"""Tests of content, usage, failures and cancellation, with fixed answers of the scripted upstream
(`fronts/scripted.py`). Every response and stream also passes the checks in `client.py`."""

import hashlib
import json

from client import items, reasoning_text, text_of
from open_responses import data_url, png, user

WEATHER = {
    "type": "function",
    "name": "get_weather",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}, "city": {"type": "string"}},
    "required": ["name", "age", "city"],
    "additionalProperties": False,
}
BROKEN = "one two three four five"
THOUGHT = "The user asks for this. I answer it."


def text(target):
    if not target.front:
        response = target.both(input="Say hello.", max_output_tokens=16, temperature=0)
        assert text_of(response)
        return
    response = target.both(input="Grüße, 世界 🌍!")
    assert text_of(response) == "user: Grüße, 世界 🌍!", response["output"]
    assert response["model"] == target.model, response["model"]


def conversation(target):
    said = {"type": "message", "role": "assistant", "content": "Hello."}
    response = target.both(instructions="Be brief.", input=[user("Hi."), said, user("Bye.")])
    expected = "system: Be brief. / user: Hi. / assistant: Hello. / user: Bye."
    assert text_of(response) == expected, text_of(response)


def own_output(target):
    """The output of a response is the input of the next one."""
    question = user("Hi.")
    first = target.whole(input=[question])
    second = target.both(input=[question, *first["output"], user("Bye.")])
    expected = "user: Hi. / assistant: user: Hi. / user: Bye."
    assert text_of(second) == expected, text_of(second)


def usage(target):
    response = target.both(input="one two three")
    used = response["usage"]
    assert (used["input_tokens"], used["output_tokens"]) == (6, 4), used


def function_call(target):
    response = target.both(
        input="What is the weather in Oslo?", tools=[WEATHER],
        tool_choice={"type": "function", "name": "get_weather"}, temperature=0,
        max_output_tokens=64,
    )
    (call,) = items(response, "function_call")
    assert call["name"] == "get_weather" and call["status"] == "completed", call
    arguments = json.loads(call["arguments"])
    assert arguments == {"city": "Oslo"} if target.front else list(arguments) == ["city"], call


def parallel_calls(target):
    question = user("What is the weather in Paris and in Oslo?")
    response = target.both(input=[question], tools=[WEATHER])
    calls = items(response, "function_call")
    cities = [json.loads(call["arguments"])["city"] for call in calls]
    assert cities == ["Paris", "Oslo"], calls


def call_outputs(target):
    """The outputs of two calls come back in the other order."""
    question = user("What is the weather in Paris and in Oslo?")
    first = target.whole(input=[question], tools=[WEATHER])
    outputs = [
        {
            "type": "function_call_output",
            "call_id": call["call_id"],
            "output": json.loads(call["arguments"])["city"] + " is sunny",
        }
        for call in reversed(items(first, "function_call"))
    ]
    second = target.both(input=[question, *first["output"], *outputs], tools=[WEATHER])
    said = text_of(second)
    assert said.startswith("The tools returned "), said
    assert "Paris is sunny" in said and "Oslo is sunny" in said, said


def reasoning(target):
    response = target.both(
        input="Hi.", reasoning={"effort": "low"}, include=["reasoning.encrypted_content"],
        max_output_tokens=8000,
    )
    assert [item["type"] for item in response["output"]] == ["reasoning", "message"], response["output"]
    assert reasoning_text(response["output"][0]) == THOUGHT, response["output"][0]
    assert text_of(response) == "user: Hi."


def reasoning_returned(target):
    """Reasoning before a call goes back with its signature; the upstream refuses any other."""
    more = {
        "tools": [WEATHER], "reasoning": {"effort": "low"}, "max_output_tokens": 8000,
        "include": ["reasoning.encrypted_content"],
    }
    question = user("What is the weather in Oslo?")
    last = target.stream(input=[question], **more)[-1]["response"]
    (call,) = items(last, "function_call")
    assert items(last, "reasoning"), last["output"]
    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "sunny"}
    second = target.both(input=[question, *last["output"], output], **more)
    assert text_of(second) == "The tools returned sunny.", second["output"]


def structured_output(target):
    shape = {"type": "json_schema", "name": "person", "schema": PERSON, "strict": True}
    response = target.both(
        input="Extract: Maria Lopez is 34 and lives in Lisbon.", text={"format": shape},
        temperature=0, max_output_tokens=128,
    )
    person = json.loads(text_of(response))
    assert sorted(person) == ["age", "city", "name"], person
    if target.front:
        assert person == {"name": "Maria Lopez", "age": 34, "city": "Lisbon"}, person


def image(target):
    response = target.both(input=[user([{"type": "input_image", "image_url": data_url()}])])
    digest = hashlib.sha256(png()).hexdigest()[:16]
    assert text_of(response) == f"image/png {digest}", text_of(response)


def refusal(target):
    """A refusal never looks like an answer."""
    response = target.both(input="script: refuse")
    parts = [part for item in items(response, "message") for part in item["content"]]
    refused = any(part["type"] == "refusal" for part in parts)
    filtered = (response["incomplete_details"] or {}).get("reason") == "content_filter"
    assert refused or (response["status"] == "incomplete" and filtered), response


def output_limit(target):
    if target.front:
        response = target.both(input="script: length")
        assert text_of(response) == BROKEN, response["output"]
    else:
        response = target.both(
            input="Count from one to one thousand.", max_output_tokens=16, temperature=0
        )
    assert response["status"] == "incomplete", response["status"]
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}


def error_statuses(target):
    """A status of the upstream before the answer is the server's status, in a body and in a stream."""
    expected = {
        400: (400, "invalid_request"), 429: (429, "rate_limit_exceeded"),
        401: (502, "provider_unavailable"), 503: (503, "provider_overloaded"),
    }
    for sent, (status, kind) in expected.items():
        for stream in ({}, {"stream": True}):
            seen, headers, body = target.answer(input=f"script: status {sent}", **stream)
            assert seen == status, (sent, seen, body)
            assert body["error"]["type"] == kind, (sent, body)
            if sent == 429:
                assert headers["retry-after"] == "7", headers.items()


def failed(target, script):
    last = target.stream(input=f"script: {script}")[-1]
    assert last["type"] == "response.failed", last
    assert last["response"]["error"]["message"], last
    said = text_of(last["response"])
    assert BROKEN.startswith(said) and said, last["response"]["output"]


def failure_event(target):
    """An upstream that fails during its stream: the text so far, then `response.failed`."""
    failed(target, "error")


def cut_stream(target):
    """The connection closes, or the stream ends without its end."""
    failed(target, "cut")
    failed(target, "end")


def cut_body(target):
    status, _, body = target.answer(input="script: cut")
    assert status == 502, (status, body)
    assert body["error"]["type"] == "provider_unavailable", body


def disconnect(target):
    """A client that disconnects stops the upstream, streaming or not."""
    request = {"input": "script: hang" if target.front else "Count from one to one thousand."}
    target.wait_for_active(0)
    for stream in (True, False):
        connection = target.open(request, stream)
        if stream:
            response = connection.getresponse()
            while not response.readline().startswith(b"data: {\"type\":\"response.output_text.delta"):
                pass
            response.close()
        else:
            target.wait_for_active(1)
        connection.close()
        target.wait_for_active(0)


# Label, test, and the condition under which the embedded model runs it too.
TESTS = {
    "text, whole and streamed": (text, True),
    "a conversation with instructions": (conversation, False),
    "a response sent back as input": (own_output, False),
    "usage": (usage, False),
    "a function call": (function_call, True),
    "two parallel calls": (parallel_calls, False),
    "the outputs of two calls": (call_outputs, False),
    "reasoning": (reasoning, False),
    "reasoning sent back with its signature": (reasoning_returned, False),
    "structured output": (structured_output, True),
    "an image": (image, False),
    "a refusal": (refusal, False),
    "the output limit": (output_limit, True),
    "errors of the upstream: status, type, `Retry-After`": (error_statuses, False),
    "an error event in a stream": (failure_event, False),
    "a stream that is cut": (cut_stream, False),
    "a body that is cut": (cut_body, False),
    "disconnecting stops the upstream": (disconnect, True),
}
