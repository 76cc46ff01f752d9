"""Anthropic's Messages API: reads its requests strictly, writes its bodies and events."""

import base64
import json
import re

from turns import (
    Call, Image, Message, Refused, Request, Result, Thought, Tool, compact, need, only, pieces,
    signature_of, words,
)

KNOWN = {
    "model", "messages", "max_tokens", "system", "stream", "temperature", "top_p", "top_k",
    "stop_sequences", "tools", "tool_choice", "thinking", "output_config", "metadata",
    "service_tier", "cache_control", "container", "inference_geo",
}
BLOCK = {
    "text": {"text", "citations"},
    "image": {"source"},
    "document": {"source", "title", "context", "citations"},
    "thinking": {"thinking", "signature"},
    "redacted_thinking": {"data"},
    "tool_use": {"id", "name", "input", "caller"},
    "tool_result": {"tool_use_id", "content", "is_error"},
}
NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
ERRORS = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error",
    404: "not_found_error", 413: "request_too_large", 429: "rate_limit_error", 500: "api_error",
    504: "timeout_error", 529: "overloaded_error",
}


def read(url, headers, body):
    if url.path != "/v1/messages":
        raise Refused(404, f"unknown path {url.path}")
    # The vendor's SDK sends the key as a bearer token since version 2, other clients as x-api-key.
    if not headers.get("x-api-key") and not headers.get("authorization"):
        raise Refused(401, "x-api-key header is required")
    version = headers.get("anthropic-version")
    need(version in ("2023-06-01", "2026-10-21"), f"anthropic-version: {version} is not a version")
    # The newer version has no parameters of sampling.
    sampling = {"temperature", "top_p", "top_k"} if version > "2026" else set()
    only(body, KNOWN - sampling)
    limit = body.get("max_tokens")
    need(isinstance(limit, int) and limit > 0, "max_tokens: Field required")
    temperature = body.get("temperature")
    need(temperature is None or 0 <= temperature <= 1, "temperature: range: 0..1")
    thinking = thinking_of(body, headers)
    messages = []
    if body.get("system"):
        system = body["system"]
        blocks = [{"type": "text", "text": system}] if isinstance(system, str) else system
        need(all(block["type"] == "text" for block in blocks), "system: only text is allowed")
        messages.append(Message("system", [part_of(block) for block in blocks]))
    # With a budget, a turn that calls a tool begins with the thinking that led to the call. With adaptive
    # thinking it may lack it.
    bound = thinking and body["thinking"]["type"] == "enabled"
    messages += conversation(body["messages"], bound)
    return Request(
        model=body["model"], stream=bool(body.get("stream")), messages=messages,
        tools=tools_of(body), choice=choice_of(body, thinking), schema=schema_of(body),
        limit=limit, temperature=temperature, top_p=body.get("top_p"), thinking=thinking,
    )


def thinking_of(body, headers):
    thinking = body.get("thinking") or {"type": "disabled"}
    kind = thinking["type"]
    need(kind in ("enabled", "adaptive", "disabled"), "thinking.type: unknown")
    beta = {"block_binding"} if headers.get("anthropic-beta") else set()
    only(thinking, {"type", "budget_tokens", "display"} | beta, "thinking")
    if kind == "enabled":
        budget = thinking.get("budget_tokens", 0)
        need(budget >= 1024, "thinking.budget_tokens: must be at least 1024")
        need(budget < body["max_tokens"], "max_tokens must be greater than thinking.budget_tokens")
    if kind != "disabled":
        need(body.get("temperature") in (None, 1), "temperature may only be 1 with thinking")
        need(body.get("top_k") is None, "top_k must be unset with thinking")
    return kind != "disabled"


def schema_of(body):
    config = body.get("output_config") or {}
    only(config, {"format", "effort"}, "output_config")
    shape = config.get("format")
    if shape is None:
        return None
    only(shape, {"type", "schema"}, "output_config.format")
    need(shape["type"] == "json_schema", "output_config.format.type: unknown")
    closed(shape["schema"])
    return shape["schema"]


def closed(schema):
    """Objects of a structured output must not permit further members."""
    if isinstance(schema, list):
        for inner in schema:
            closed(inner)
    elif isinstance(schema, dict):
        if schema.get("type") == "object":
            message = "output_config.format.schema: 'additionalProperties' must be false"
            need(schema.get("additionalProperties") is False, message)
        for inner in schema.values():
            closed(inner)


def tools_of(body):
    tools = []
    for tool in body.get("tools") or ():
        only(
            tool,
            {"name", "description", "input_schema", "cache_control", "type", "strict"},
            "tools[]",
        )
        need(tool.get("type") in (None, "custom"), "tools[].type: unknown")
        need(NAME.fullmatch(tool["name"]), "tools[].name: does not match the pattern")
        schema = tool["input_schema"]
        need(schema.get("type") == "object", "tools[].input_schema.type: Field required")
        for word in ("oneOf", "anyOf", "allOf"):
            need(word not in schema, f"tools[].input_schema: {word} is not supported at the top level")
        tools.append(Tool(tool["name"], tool.get("description"), schema, tool.get("strict")))
    need(len({tool.name for tool in tools}) == len(tools), "tools: Tool names must be unique.")
    return tools


def choice_of(body, thinking):
    choice = body.get("tool_choice")
    if choice is None:
        return None
    only(choice, {"type", "name", "disable_parallel_tool_use"}, "tool_choice")
    need(body.get("tools"), "tool_choice may only be specified while providing tools")
    kind = choice["type"]
    if kind in ("any", "tool"):
        need(not thinking, "Thinking may not be enabled when tool_choice forces tool use.")
    if kind == "tool":
        names = [tool["name"] for tool in body["tools"]]
        need(choice["name"] in names, f"Tool '{choice['name']}' not found in provided tools")
        return (choice["name"],)
    return {"auto": "auto", "any": "required", "none": "none"}[kind]


def conversation(written, bound):
    need(written, "messages: at least one message is required")
    need(written[0]["role"] == "user", "messages: first message must use the \"user\" role")
    messages = []
    open_calls = set()
    for index, message in enumerate(written):
        only(message, {"role", "content"}, f"messages.{index}")
        role = message["role"]
        need(role in ("user", "assistant"), f"messages.{index}.role: unknown")
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        need(blocks, f"messages.{index}: all messages must have non-empty content")
        parts = [part_of(block) for block in blocks]
        if messages and messages[-1].role == role:
            raise Refused(400, f"messages.{index}: roles must alternate")
        check_results(index, parts, open_calls)
        open_calls = {part.id for part in parts if isinstance(part, Call)}
        if open_calls and bound and index > last_question(written):
            message = f"messages.{index}: Expected `thinking` or `redacted_thinking`, but found `tool_use`"
            need(isinstance(parts[0], Thought), message)
        messages.append(Message(role, parts))
    need(not open_calls, "`tool_use` ids were found without `tool_result` blocks immediately after")
    if messages[-1].role == "assistant":
        text = messages[-1].parts[-1]
        need(not (isinstance(text, str) and text != text.rstrip()),
             "messages: final assistant content cannot end with trailing whitespace")
    return messages


def last_question(written):
    """Returns the index of the last user message that is not only results."""
    last = 0
    for index, message in enumerate(written):
        content = message["content"]
        if message["role"] == "user" and (
            isinstance(content, str) or any(block["type"] != "tool_result" for block in content)
        ):
            last = index
    return last


def check_results(index, parts, open_calls):
    results = [part.id for part in parts if isinstance(part, Result)]
    first = parts[: len(results)]
    need(all(isinstance(part, Result) for part in first),
         f"messages.{index}: tool_result blocks must come first")
    need(set(results) == open_calls and len(results) == len(open_calls),
         f"messages.{index}: `tool_use` ids {sorted(open_calls)} need one `tool_result` each, "
         f"found {results}")


def part_of(block):
    kind = block["type"]
    need(kind in BLOCK, f"unknown block {kind}")
    only(block, BLOCK[kind] | {"type", "cache_control"}, f"a block of type {kind}")
    if kind == "text":
        need(block["text"], "text content blocks must be non-empty")
        need(block["text"].strip(), "text content blocks must contain non-whitespace text")
        return block["text"]
    if kind == "image":
        source = block["source"]
        need(source["type"] == "base64", "image.source.type: this front reads base64 only")
        return Image(source["media_type"], base64.b64decode(source["data"], validate=True))
    if kind == "thinking":
        need(block["signature"] == signature_of(block["thinking"]),
             "Invalid `signature` in `thinking` block")
        return Thought(block["thinking"], block["signature"])
    if kind == "tool_use":
        need(isinstance(block["input"], dict), "tool_use.input: Input should be an object")
        return Call(block["id"], block["name"], json.dumps(block["input"]))
    if kind == "tool_result":
        content = block.get("content") or ""
        if not isinstance(content, str):
            content = "".join(part["text"] for part in content)
        return Result(block["tool_use_id"], content)
    raise Refused(400, f"this front reads no blocks of type {kind}")


def failure(status, message):
    error = {"type": ERRORS.get(status, "api_error"), "message": message}
    return {"type": "error", "error": error, "request_id": "req_1"}


def error_frame():
    error = {"type": "overloaded_error", "message": "Overloaded"}
    return frame({"type": "error", "error": error})


def stop_reason(turn):
    if turn.reason == "refusal":
        return "refusal"
    if turn.reason == "length":
        return "max_tokens"
    return "tool_use" if turn.of(Call) else "end_turn"


def head(request, turn, content, reason):
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": request.model,
        "content": content, "stop_reason": reason, "stop_sequence": None,
        "usage": {
            "input_tokens": turn.input_tokens, "output_tokens": turn.output_tokens,
            "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
            "service_tier": "standard",
        },
    }


def block_of(part):
    if isinstance(part, Thought):
        return {"type": "thinking", "thinking": part.text, "signature": part.signature}
    if isinstance(part, Call):
        call = {"type": "tool_use", "id": part.id, "name": part.name}
        return {**call, "input": json.loads(part.arguments)}
    return {"type": "text", "text": part}


def whole(request, turn):
    return head(request, turn, [block_of(part) for part in turn.parts], stop_reason(turn))


def frame(event):
    return f"event: {event['type']}\ndata: {compact(event)}\n\n"


def frames(request, turn):
    """Yields each frame, and whether it is a delta of text."""
    start = head(request, turn, [], None)
    start["usage"]["output_tokens"] = 1
    yield frame({"type": "message_start", "message": start}), False
    yield frame({"type": "ping"}), False
    for index, part in enumerate(turn.parts):
        block = block_of(part)
        if isinstance(part, Thought):
            empty = {**block, "thinking": "", "signature": ""}
            deltas = [{"type": "thinking_delta", "thinking": piece} for piece in words(part.text)]
            deltas.append({"type": "signature_delta", "signature": part.signature})
        elif isinstance(part, Call):
            empty = {**block, "input": {}}
            deltas = [{"type": "input_json_delta", "partial_json": ""}] + [
                {"type": "input_json_delta", "partial_json": piece}
                for piece in pieces(part.arguments)
            ]
        else:
            empty = {**block, "text": ""}
            deltas = [{"type": "text_delta", "text": word} for word in words(part)]
        yield frame({"type": "content_block_start", "index": index, "content_block": empty}), False
        for delta in deltas:
            event = {"type": "content_block_delta", "index": index, "delta": delta}
            yield frame(event), delta["type"] == "text_delta"
        yield frame({"type": "content_block_stop", "index": index}), False
    delta = {"stop_reason": stop_reason(turn), "stop_sequence": None}
    usage = {"output_tokens": turn.output_tokens}
    yield frame({"type": "message_delta", "delta": delta, "usage": usage}), False
    yield frame({"type": "message_stop"}), False
