"""Gemini's generateContent and streamGenerateContent: reads requests strictly, writes bodies and events."""

import base64
import json
import re
from urllib.parse import parse_qs, unquote

from turns import (
    Call, Image, Message, Refused, Request, Result, Thought, Tool, compact, need, only,
    signature_of, words,
)

KNOWN = {
    "contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "safetySettings",
    "cachedContent",
}
CONFIG = {
    "temperature", "topP", "topK", "maxOutputTokens", "stopSequences", "candidateCount", "seed",
    "presencePenalty", "frequencyPenalty", "responseLogprobs", "logprobs", "responseMimeType",
    "responseSchema", "responseJsonSchema", "responseModalities", "thinkingConfig",
    "mediaResolution", "speechConfig", "imageConfig",
}
# The members of Gemini's own Schema, which is not JSON Schema.
SCHEMA = {
    "type", "format", "title", "description", "nullable", "enum", "maxItems", "minItems",
    "properties", "required", "minProperties", "maxProperties", "minLength", "maxLength",
    "pattern", "example", "anyOf", "propertyOrdering", "default", "items", "minimum", "maximum",
}
PART = {
    "text", "inlineData", "fileData", "functionCall", "functionResponse", "thought",
    "thoughtSignature", "mediaResolution", "videoMetadata",
}
NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}")
# Documented for calls that another model made.
SENTINELS = ("skip_thought_signature_validator", "context_engineering_is_the_way_to_go")
STATUSES = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
}


def read(url, headers, body):
    matched = re.fullmatch(r"/v1(?:beta)?/models/([^/:]+):(generateContent|streamGenerateContent)", url.path)
    if not matched:
        raise Refused(404, f"unknown path {url.path}")
    if not headers.get("x-goog-api-key"):
        raise Refused(403, "Method doesn't allow unregistered callers")
    stream = matched[2] == "streamGenerateContent"
    if stream:
        need(parse_qs(url.query).get("alt") == ["sse"], "this front streams with alt=sse only")
    body = camel(body)
    only(body, KNOWN)
    config = body.get("generationConfig") or {}
    only(config, CONFIG, "generationConfig")
    thinking_config = config.get("thinkingConfig") or {}
    only(thinking_config, {"includeThoughts", "thinkingBudget", "thinkingLevel"}, "thinkingConfig")
    need(not {"thinkingBudget", "thinkingLevel"} <= thinking_config.keys(),
         "thinking_budget and thinking_level are not supported together")
    messages = []
    system = body.get("systemInstruction")
    if system:
        need(system.get("role") in (None, "user", "system"), "systemInstruction.role: unknown")
        messages.append(Message("system", [part["text"] for part in system["parts"]]))
    thinking = bool(thinking_config.get("includeThoughts"))
    # Gemini 3 refuses a call of the current turn without its signature; earlier models do not.
    signed = thinking and matched[1].startswith("gemini-3")
    messages += conversation(body.get("contents"), signed)
    tools = tools_of(body)
    return Request(
        model=unquote(matched[1]), stream=stream, messages=messages, tools=tools,
        choice=choice_of(body, tools), schema=schema_of(config),
        limit=config.get("maxOutputTokens"), temperature=config.get("temperature"),
        top_p=config.get("topP"), thinking=thinking,
    )


# The members below which names are the client's own.
FREE = {
    "args", "response", "parameters", "parametersJsonSchema", "responseSchema", "responseJsonSchema",
}


def camel(value):
    """Returns the request with all member names in camel case: the API takes both forms."""
    if isinstance(value, list):
        return [camel(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    named = {re.sub(r"_(.)", lambda m: m[1].upper(), name): inner for name, inner in value.items()}
    return {name: inner if name in FREE else camel(inner) for name, inner in named.items()}


def schema_of(config):
    need(not {"responseSchema", "responseJsonSchema"} <= config.keys(),
         "response_schema and response_json_schema are exclusive")
    own, schema = config.get("responseSchema"), config.get("responseJsonSchema")
    if own is None and schema is None:
        return {} if config.get("responseMimeType") == "application/json" else None
    need(config.get("responseMimeType") == "application/json",
         "response_mime_type must be application/json with a schema")
    if own is not None:
        check_own_schema(own)
        return lower(own)
    return schema


def check_own_schema(schema, place="schema"):
    only(schema, SCHEMA, place)
    for name, inner in (schema.get("properties") or {}).items():
        check_own_schema(inner, f"{place}.{name}")
    if schema.get("items"):
        check_own_schema(schema["items"], f"{place}[]")


def lower(schema):
    """Returns JSON Schema of Gemini's Schema, whose types are in capitals."""
    if isinstance(schema, list):
        return [lower(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    result = {name: lower(value) for name, value in schema.items() if name != "propertyOrdering"}
    if isinstance(result.get("type"), str):
        result["type"] = result["type"].lower()
    if result.get("type") == "object":
        result.setdefault("additionalProperties", False)
    return result


def tools_of(body):
    tools = []
    for tool in body.get("tools") or ():
        only(tool, {"functionDeclarations"}, "tools[]")
        for function in tool["functionDeclarations"]:
            only(
                function,
                {"name", "description", "parameters", "parametersJsonSchema", "response"},
                "functionDeclarations[]",
            )
            need(NAME.fullmatch(function["name"]), "Invalid function name")
            need(not {"parameters", "parametersJsonSchema"} <= function.keys(),
                 "parameters and parameters_json_schema are exclusive")
            schema = function.get("parametersJsonSchema")
            if function.get("parameters") is not None:
                check_own_schema(function["parameters"], f"{function['name']}.parameters")
                schema = lower(function["parameters"])
            tools.append(Tool(function["name"], function.get("description"), schema))
    return tools


def choice_of(body, tools):
    wanted = body.get("toolConfig") or {}
    only(wanted, {"functionCallingConfig", "retrievalConfig"}, "toolConfig")
    choice = wanted.get("functionCallingConfig")
    if choice is None:
        return None
    only(choice, {"mode", "allowedFunctionNames"}, "functionCallingConfig")
    need(tools or choice["mode"] in ("AUTO", "NONE"), "Function calling config without functions")
    names = choice.get("allowedFunctionNames")
    if names:
        need(choice["mode"] in ("ANY", "VALIDATED"), "allowed_function_names needs mode ANY")
        need(set(names) <= {tool.name for tool in tools}, "allowed_function_names: unknown function")
        if choice["mode"] == "ANY" and len(names) == 1:
            return (names[0],)
    modes = {"AUTO": "auto", "ANY": "required", "NONE": "none", "VALIDATED": "auto"}
    return modes[choice["mode"]]


def conversation(contents, signed):
    need(contents, "contents is not specified")
    questions = [
        index for index, content in enumerate(contents)
        if content.get("role", "user") == "user" and any("text" in part for part in content["parts"])
    ]
    messages = []
    open_calls = []
    for index, content in enumerate(contents):
        only(content, {"role", "parts"}, f"contents[{index}]")
        role = content.get("role", "user")
        need(role in ("user", "model"), "Please use a valid role: user, model.")
        need(content.get("parts"), f"contents[{index}].parts must not be empty")
        parts, results = [], []
        for part in content["parts"]:
            only(part, PART, f"a part of contents[{index}]")
            read_part(part, parts, results)
        names = [result["name"] for result in results]
        need(sorted(names) == sorted(call.name for call in open_calls),
             "the number of function response parts must equal the number of function call parts of "
             f"the function call turn: {names}")
        for result in results:
            call = next(
                call for call in open_calls
                if call.name == result["name"] and result.get("id") in (None, call.id)
            )
            open_calls.remove(call)
            parts.insert(0, Result(call.id, output_of(result["response"])))
        open_calls = [part for part in parts if isinstance(part, Call)]
        if signed and open_calls and index > max(questions, default=-1):
            need(open_calls[0].signature,
                 f"Function call is missing a thought_signature in contents[{index}]")
        messages.append(Message("assistant" if role == "model" else "user", parts))
    need(not open_calls, "function calls without function responses")
    return messages


def read_part(part, parts, results):
    signature = part.get("thoughtSignature")
    if "functionCall" in part:
        call = part["functionCall"]
        only(call, {"id", "name", "args"}, "functionCall")
        arguments = json.dumps(call.get("args") or {})
        if signature is not None:
            known = {encoded(signature_of(canonical(arguments))), *map(encoded, SENTINELS), *SENTINELS}
            need(signature in known, "Thought signature is not valid")
        parts.append(Call(call.get("id") or f"call_{len(parts)}", call["name"], arguments, signature))
    elif "functionResponse" in part:
        result = part["functionResponse"]
        only(result, {"id", "name", "response"}, "functionResponse")
        need(isinstance(result["response"], dict), "functionResponse.response must be an object")
        results.append(result)
    elif "inlineData" in part:
        data = part["inlineData"]
        only(data, {"mimeType", "data", "displayName"}, "inlineData")
        parts.append(Image(data["mimeType"], decoded(data["data"])))
    elif part.get("thought"):
        parts.append(Thought(part["text"], signature))
    elif "text" in part:
        parts.append(part["text"])
    else:
        raise Refused(400, "a part must have one initialized field")


def decoded(data):
    """Decodes base64 of both alphabets, as the API does."""
    return base64.b64decode(data.replace("-", "+").replace("_", "/"), validate=True)


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def canonical(arguments):
    return json.dumps(json.loads(arguments), sort_keys=True)


def output_of(response):
    for name in ("output", "result"):
        if set(response) == {name}:
            value = response[name]
            return value if isinstance(value, str) else json.dumps(value)
    return json.dumps(response)


def failure(status, message):
    return {
        "error": {"code": status, "message": message, "status": STATUSES.get(status, "UNKNOWN")}
    }


def error_frame():
    return frame(failure(503, "The model is overloaded. Please try again later."))


def parts_of(turn):
    """Returns the parts of a turn. The first call of a turn with thoughts has a signature."""
    written = []
    signed = False
    for part in turn.parts:
        if isinstance(part, Thought):
            written.append({"text": part.text, "thought": True})
        elif isinstance(part, Call):
            call = {"name": part.name, "args": json.loads(part.arguments), "id": part.id}
            written.append({"functionCall": call})
            if turn.of(Thought) and not signed:
                written[-1]["thoughtSignature"] = encoded(signature_of(canonical(part.arguments)))
                signed = True
        else:
            written.append({"text": part})
    return written


def answer(request, turn, parts, reason=None):
    candidate = {"content": {"parts": parts, "role": "model"}, "index": 0}
    if reason:
        candidate["finishReason"] = reason
    usage = {
        "promptTokenCount": turn.input_tokens,
        "candidatesTokenCount": turn.output_tokens - turn.thought_tokens,
        "totalTokenCount": turn.input_tokens + turn.output_tokens,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": turn.input_tokens}],
    }
    if turn.thought_tokens:
        usage["thoughtsTokenCount"] = turn.thought_tokens
    return {
        "candidates": [candidate], "usageMetadata": usage, "modelVersion": request.model,
        "responseId": "resp-1",
    }


def finish_reason(turn):
    return {"refusal": "SAFETY", "length": "MAX_TOKENS"}.get(turn.reason, "STOP")


def whole(request, turn):
    return answer(request, turn, parts_of(turn), finish_reason(turn))


def frame(event):
    return f"data: {compact(event)}\r\n\r\n"


def frames(request, turn):
    """Yields each frame, and whether it is a delta of text."""
    for part in parts_of(turn):
        if "text" not in part:
            yield frame(answer(request, turn, [part])), False
            continue
        for word in words(part["text"]):
            yield frame(answer(request, turn, [{**part, "text": word}])), not part.get("thought")
    yield frame(answer(request, turn, [{"text": ""}], finish_reason(turn))), False
