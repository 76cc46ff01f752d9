"""Chat Completions: reads requests strictly, writes bodies and chunks."""

import base64
import re

from turns import (
    Call, Image, Message, Refused, Request, Result, Thought, Tool, compact, need, only, pieces,
    words,
)

KNOWN = {
    "model", "messages", "stream", "stream_options", "tools", "tool_choice", "parallel_tool_calls",
    "response_format", "max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "seed",
    "frequency_penalty", "presence_penalty", "user", "reasoning_effort", "verbosity", "store",
    "prompt_cache_key", "safety_identifier", "service_tier", "top_logprobs", "logprobs",
}
ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}


def read(url, headers, body):
    if url.path != "/v1/chat/completions":
        raise Refused(404, f"unknown path {url.path}")
    only(body, KNOWN)
    shape = body.get("response_format") or {"type": "text"}
    schema = None
    if shape["type"] == "json_schema":
        schema = shape["json_schema"]["schema"]
    elif shape["type"] == "json_object":
        schema = {"type": "object"}
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        choice = (choice["function"]["name"],)
    tools = [
        Tool(
            tool["function"]["name"], tool["function"].get("description"),
            tool["function"].get("parameters"), tool["function"].get("strict"),
        )
        for tool in body.get("tools") or ()
    ]
    return Request(
        model=body["model"], stream=bool(body.get("stream")),
        messages=conversation(body["messages"]), tools=tools, choice=choice, schema=schema,
        limit=body.get("max_completion_tokens") or body.get("max_tokens"),
        temperature=body.get("temperature"), top_p=body.get("top_p"),
        thinking=body.get("reasoning_effort") not in (None, "none"),
        stream_usage=bool((body.get("stream_options") or {}).get("include_usage")),
    )


def conversation(written):
    messages = []
    open_calls = []
    for message in written:
        if message["role"] == "tool":
            need(message["tool_call_id"] in open_calls, "a tool message must follow its tool_calls")
            open_calls.remove(message["tool_call_id"])
            result = Result(message["tool_call_id"], text_of(message["content"]))
            # Results of one turn are one message.
            if messages[-1].role == "user" and messages[-1].of(Result):
                messages[-1].parts.append(result)
            else:
                messages.append(Message("user", [result]))
            continue
        need(not open_calls, f"tool_calls without tool messages: {open_calls}")
        parts = parts_of(message.get("content"))
        for call in message.get("tool_calls") or ():
            function = call["function"]
            parts.append(Call(call["id"], function["name"], function["arguments"]))
            open_calls.append(call["id"])
        messages.append(Message(ROLES[message["role"]], parts))
    need(not open_calls, f"tool_calls without tool messages: {open_calls}")
    return messages


def text_of(content):
    return "".join(part for part in parts_of(content) if isinstance(part, str))


def parts_of(content):
    if content is None or isinstance(content, str):
        return [content] if content else []
    return [part_of(part) for part in content]


def part_of(part):
    if part["type"] in ("text", "refusal"):
        return part[part["type"]]
    if part["type"] == "image_url":
        matched = re.fullmatch(r"data:([^;]+);base64,(.*)", part["image_url"]["url"])
        need(matched, "this front reads data URLs only")
        return Image(matched[1], base64.b64decode(matched[2], validate=True))
    raise Refused(400, f"this front reads no parts of type {part['type']}")


def failure(status, message):
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


def error_frame():
    return frame(failure(503, "The server is overloaded."))


def calls_of(turn):
    return [
        {
            "id": call.id, "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for call in turn.of(Call)
    ]


def finish_reason(turn):
    if turn.reason == "length":
        return "length"
    return "tool_calls" if turn.of(Call) else "stop"


def usage_of(turn):
    return {
        "prompt_tokens": turn.input_tokens,
        "completion_tokens": turn.output_tokens,
        "total_tokens": turn.input_tokens + turn.output_tokens,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": turn.thought_tokens},
    }


def head(request, kind, choices):
    return {
        "id": "chatcmpl-1", "object": kind, "created": 1700000000, "model": request.model,
        "choices": choices,
    }


def whole(request, turn):
    refused = turn.reason == "refusal"
    text = turn.text() or None
    message = {
        "role": "assistant", "content": None if refused else text, "refusal": text if refused else None,
    }
    if turn.of(Thought):
        message["reasoning_content"] = "".join(thought.text for thought in turn.of(Thought))
    if turn.of(Call):
        message["tool_calls"] = calls_of(turn)
    choice = {
        "index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason(turn),
    }
    return {**head(request, "chat.completion", [choice]), "usage": usage_of(turn)}


def frame(event):
    return f"data: {event if isinstance(event, str) else compact(event)}\n\n"


def deltas_of(turn):
    """Yields the deltas of a turn: texts in words, the arguments of calls in pieces."""
    yield {"role": "assistant", "content": ""}
    for thought in turn.of(Thought):
        for word in words(thought.text):
            yield {"reasoning_content": word}
    for word in words(turn.text()):
        yield {"refusal" if turn.reason == "refusal" else "content": word}
    for index, call in enumerate(calls_of(turn)):
        function = call["function"]
        first = {**call, "index": index, "function": {"name": function["name"], "arguments": ""}}
        yield {"tool_calls": [first]}
        for piece in pieces(function["arguments"]):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def frames(request, turn):
    """Yields each frame, and whether it is a delta of text."""

    def chunk(delta, reason=None):
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        return frame(head(request, "chat.completion.chunk", [choice]))

    for delta in deltas_of(turn):
        yield chunk(delta), bool(delta.get("content"))
    yield chunk({}, finish_reason(turn)), False
    if request.stream_usage:
        last = head(request, "chat.completion.chunk", [])
        yield frame({**last, "usage": usage_of(turn)}), False
    yield frame("[DONE]"), False
