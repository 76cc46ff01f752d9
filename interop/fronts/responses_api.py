"""The Responses API, as an upstream: reads requests, writes whole responses and events.

An upstream of this protocol gets the client's members, so that unknown members are not refused.
"""

import base64
import re

from turns import (
    Call, Image, Message, Refused, Request, Result, Thought, Tool, compact, need, pieces,
    signature_of, words,
)

ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}


def read(url, headers, body):
    if url.path != "/v1/responses":
        raise Refused(404, f"unknown path {url.path}")
    shape = (body.get("text") or {}).get("format") or {"type": "text"}
    schema = shape.get("schema", {}) if shape["type"].startswith("json") else None
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        choice = (choice["name"],) if "name" in choice else "auto"
    thinking = (body.get("reasoning") or {}).get("effort") not in (None, "none")
    return Request(
        model=body["model"], stream=bool(body.get("stream")),
        messages=conversation(body, thinking),
        tools=tools_of(body.get("tools") or ()), choice=choice, schema=schema,
        limit=body.get("max_output_tokens"), temperature=body.get("temperature"),
        top_p=body.get("top_p"),
        thinking=thinking,
    )


def tools_of(written):
    tools = []
    for tool in written:
        if tool["type"] in ("function", "custom"):
            tools.append(
                Tool(
                    tool["name"], tool.get("description"), tool.get("parameters"),
                    tool.get("strict"), tool["type"] == "custom",
                )
            )
        elif tool["type"] == "namespace":
            tools += tools_of(tool.get("tools") or ())
    return tools


def conversation(body, thinking):
    messages = []
    if body.get("instructions"):
        messages.append(Message("system", [body["instructions"]]))
    items = body["input"]
    if isinstance(items, str):
        items = [{"type": "message", "role": "user", "content": items}]
    open_calls = set()
    # With reasoning, each turn that calls a function begins with the reasoning that led to the call.
    questions = [at for at, item in enumerate(items) if item.get("role") == "user"]
    reasoned = False
    for at, item in enumerate(items):
        kind = item.get("type", "message")
        if kind == "message":
            reasoned = reasoned and item["role"] == "assistant"
            messages.append(Message(ROLES[item["role"]], parts_of(item.get("content") or "")))
            continue
        if kind in ("function_call", "custom_tool_call"):
            open_calls.add(item["call_id"])
            if thinking and at > max(questions, default=-1):
                need(reasoned, f"{item['call_id']} was provided without its reasoning item")
            given = item.get("arguments", item.get("input"))
            add(messages, "assistant", Call(item["call_id"], item["name"], given))
        elif kind in ("function_call_output", "custom_tool_call_output"):
            need(item["call_id"] in open_calls, f"No tool call found for {item['call_id']}")
            open_calls.discard(item["call_id"])
            reasoned = False
            output = item["output"]
            if not isinstance(output, str):
                output = "".join(part.get("text", "") for part in output)
            add(messages, "user", Result(item["call_id"], output))
        elif kind == "reasoning":
            encrypted = item.get("encrypted_content")
            if encrypted is not None:
                text = base64.b64decode(encrypted[40:]).decode()
                need(encrypted[:40] == signature_of(text)[:40], "invalid encrypted_content")
                reasoned = True
    need(not open_calls, f"No tool output found for {sorted(open_calls)}")
    return messages


def add(messages, role, part):
    """Calls of one turn are one message, and so are their results."""
    if messages and messages[-1].role == role and messages[-1].of(type(part)):
        messages[-1].parts.append(part)
    else:
        messages.append(Message(role, [part]))


def parts_of(content):
    if isinstance(content, str):
        return [content] if content else []
    parts = []
    for part in content:
        if part["type"] == "input_image":
            matched = re.fullmatch(r"data:([^;]+);base64,(.*)", part["image_url"])
            need(matched, "this front reads data URLs only")
            parts.append(Image(matched[1], base64.b64decode(matched[2], validate=True)))
        else:
            parts.append(part.get("text", part.get("refusal", "")))
    return parts


def failure(status, message):
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


def error_frame():
    error = {"code": "server_error", "message": "The model failed.", "param": None}
    return frame({"type": "error", **error, "sequence_number": 99})


def response(request, turn, status, output):
    done = status not in ("in_progress", "queued")
    return {
        "id": "resp_upstream", "object": "response", "created_at": 1700000000,
        "completed_at": 1700000001 if status == "completed" else None, "status": status,
        "error": None, "incomplete_details": reason_of(turn) if status == "incomplete" else None,
        "instructions": None, "max_output_tokens": request.limit, "max_tool_calls": None,
        "model": request.model, "output": output, "parallel_tool_calls": True,
        "previous_response_id": None, "prompt_cache_key": None, "safety_identifier": None,
        "reasoning": {"effort": None, "summary": None}, "service_tier": "default", "store": False,
        "background": False, "temperature": 1.0, "text": {"format": {"type": "text"}},
        "tool_choice": "auto", "tools": [], "top_logprobs": 0, "top_p": 1.0,
        "truncation": "disabled", "usage": usage_of(turn) if done else None, "metadata": {},
        "presence_penalty": 0.0, "frequency_penalty": 0.0,
    }


def reason_of(turn):
    return {"reason": "max_output_tokens" if turn.reason == "length" else "content_filter"}


def usage_of(turn):
    return {
        "input_tokens": turn.input_tokens, "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": turn.output_tokens,
        "output_tokens_details": {"reasoning_tokens": turn.thought_tokens},
        "total_tokens": turn.input_tokens + turn.output_tokens,
    }


def items_of(turn):
    """Returns the complete items of a turn."""
    items = []
    for index, part in enumerate(turn.parts):
        if isinstance(part, Thought):
            encrypted = part.signature[:40] + base64.b64encode(part.text.encode()).decode()
            summary = [{"type": "summary_text", "text": part.text}]
            items.append({
                "type": "reasoning", "id": f"rs_{index}", "summary": summary,
                "encrypted_content": encrypted,
            })
        elif isinstance(part, Call):
            kind, given = ("custom_tool_call", "input") if part.custom else ("function_call", "arguments")
            items.append({
                "type": kind, "id": f"fc_{index}", "call_id": part.id, "name": part.name,
                given: part.arguments, "status": "completed",
            })
        else:
            content = {"type": "output_text", "text": part, "annotations": [], "logprobs": []}
            if turn.reason == "refusal":
                content = {"type": "refusal", "refusal": part}
            items.append({
                "type": "message", "id": f"msg_{index}", "role": "assistant",
                "status": "incomplete" if turn.reason == "length" else "completed",
                "content": [content],
            })
    return items


def status_of(turn):
    return "incomplete" if turn.reason == "length" else "completed"


def whole(request, turn):
    return response(request, turn, status_of(turn), items_of(turn))


def frame(event):
    return f"event: {event['type']}\ndata: {compact(event)}\n\n"


def frames(request, turn):
    """Yields each frame, and whether it is a delta of text."""
    for number, event in enumerate(events(request, turn)):
        kind = event["type"]
        yield frame({**event, "sequence_number": number}), kind == "response.output_text.delta"


def events(request, turn):
    for kind in ("response.created", "response.in_progress"):
        yield {"type": kind, "response": response(request, turn, "in_progress", [])}
    items = items_of(turn)
    for index, item in enumerate(items):
        yield from item_events(index, item)
    status = status_of(turn)
    yield {"type": f"response.{status}", "response": response(request, turn, status, items)}


def item_events(index, item):
    at = {"item_id": item["id"], "output_index": index}
    started = {**item, "status": "in_progress"}
    for member in ("content", "summary"):
        if member in started:
            started[member] = []
    for member in ("arguments", "input"):
        if member in started:
            started[member] = ""
    if item["type"] == "reasoning":
        del started["status"]
        del started["encrypted_content"]
    yield {"type": "response.output_item.added", "output_index": index, "item": started}
    if item["type"] == "message":
        yield from message_events({**at, "content_index": 0}, item["content"][0])
    elif item["type"] == "reasoning":
        yield from summary_events({**at, "summary_index": 0}, item["summary"][0])
    else:
        kind = "function_call_arguments" if "arguments" in item else "custom_tool_call_input"
        member = "arguments" if "arguments" in item else "input"
        for piece in pieces(item[member]):
            yield {"type": f"response.{kind}.delta", **at, "delta": piece}
        done = {"type": f"response.{kind}.done", **at, member: item[member]}
        yield {**done, "name": item["name"]} if member == "arguments" else done
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def message_events(at, part):
    member = "refusal" if part["type"] == "refusal" else "text"
    kind = "refusal" if member == "refusal" else "output_text"
    more = {"logprobs": []} if member == "text" else {}
    yield {"type": "response.content_part.added", **at, "part": {**part, member: ""}}
    for word in words(part[member]):
        yield {"type": f"response.{kind}.delta", **at, "delta": word, **more}
    yield {"type": f"response.{kind}.done", **at, member: part[member], **more}
    yield {"type": "response.content_part.done", **at, "part": part}


def summary_events(at, part):
    kind = "response.reasoning_summary"
    yield {"type": f"{kind}_part.added", **at, "part": {**part, "text": ""}}
    for word in words(part["text"]):
        yield {"type": f"{kind}_text.delta", **at, "delta": word}
    yield {"type": f"{kind}_text.done", **at, "text": part["text"]}
    yield {"type": f"{kind}_part.done", **at, "part": part}
