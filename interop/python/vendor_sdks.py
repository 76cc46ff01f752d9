"""Tests the fronts of Anthropic's and Gemini's APIs with the vendors' own SDKs, without a router.

    vendor_sdks.py ANTHROPIC_SCRIPTED ANTHROPIC_EMBEDDED GEMINI_SCRIPTED GEMINI_EMBEDDED

A front that these SDKs cannot use, or that permits what the vendor's API refuses, is no test of the
router. Prints one line per case; exit status 1 if one fails.
"""

import base64
import json
import sys
import traceback

import anthropic
from google import genai
from google.genai import errors, types

ANTHROPIC, ANTHROPIC_EMBEDDED, GEMINI, GEMINI_EMBEDDED = sys.argv[1:]
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}, "city": {"type": "string"}},
    "required": ["name", "age", "city"],
    "additionalProperties": False,
}
WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
EXTRACT = "Extract: Maria Lopez is 34 and lives in Lisbon."
QUESTION = "What is the weather in Paris?"


def messages_client(url):
    return anthropic.Anthropic(api_key="any-key", base_url=url, max_retries=0)


def messages_both(client, **request):
    """Returns the whole message, which must equal the one that the SDK assembles from the stream.

    A real model, which may answer differently the second time, is asked only once.
    """
    request = {"model": "scripted", "max_tokens": 128, **request}
    whole = client.messages.create(**request)
    if str(client.base_url).startswith(ANTHROPIC_EMBEDDED):
        return whole
    with client.messages.stream(**request) as stream:
        text = "".join(stream.text_stream)
        streamed = stream.get_final_message()
    assert text == "".join(block.text for block in whole.content if block.type == "text")
    assert [b.model_dump(exclude={"parsed_output"}) for b in streamed.content] == [
        b.model_dump(exclude={"parsed_output"}) for b in whole.content
    ]
    assert streamed.stop_reason == whole.stop_reason
    assert streamed.usage.output_tokens == whole.usage.output_tokens
    return whole


def messages_text():
    client = messages_client(ANTHROPIC)
    said = messages_both(client, messages=[{"role": "user", "content": "Hi."}], system="Be brief.")
    assert said.content[0].text == "system: Be brief. / user: Hi.", said
    assert said.stop_reason == "end_turn"


def messages_tool_with_thinking():
    client = messages_client(ANTHROPIC)
    tools = [{"name": "get_weather", "input_schema": WEATHER}]
    thinking = {"type": "enabled", "budget_tokens": 1024}
    question = {"role": "user", "content": QUESTION}
    more = {"tools": tools, "thinking": thinking, "max_tokens": 2000}
    first = messages_both(client, messages=[question], **more)
    assert [block.type for block in first.content] == ["thinking", "tool_use"], first
    assert first.stop_reason == "tool_use"
    call = first.content[1]
    assert call.input == {"city": "Paris"}
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "21 degrees"}
    back = [question, {"role": "assistant", "content": first.content},
            {"role": "user", "content": [result]}]
    second = messages_both(client, messages=back, **more)
    assert second.content[-1].text == "The tools returned 21 degrees.", second
    for change in ({"signature": "other"}, {"thinking": "other"}):
        thought = {**first.content[0].model_dump(), **change}
        back[1] = {"role": "assistant", "content": [thought, call]}
        refused(anthropic.BadRequestError, client.messages.create, model="m", messages=back, **more)
    back[1] = {"role": "assistant", "content": [call]}
    refused(anthropic.BadRequestError, client.messages.create, model="m", messages=back, **more)


def messages_forced_tool():
    tools = [{"name": "get_weather", "input_schema": WEATHER}]
    for url in (ANTHROPIC, ANTHROPIC_EMBEDDED):
        made = messages_both(
            messages_client(url), messages=[{"role": "user", "content": QUESTION}], tools=tools,
            tool_choice={"type": "tool", "name": "get_weather"},
        )
        assert [block.name for block in made.content if block.type == "tool_use"] == ["get_weather"]


def messages_schema():
    for url in (ANTHROPIC, ANTHROPIC_EMBEDDED):
        made = messages_both(
            messages_client(url), messages=[{"role": "user", "content": EXTRACT}],
            output_config={"format": {"type": "json_schema", "schema": PERSON}},
        )
        assert sorted(json.loads(made.content[0].text)) == ["age", "city", "name"], made


def messages_image():
    source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PNG).decode()}
    asked = {"role": "user", "content": [{"type": "image", "source": source}]}
    seen = messages_both(messages_client(ANTHROPIC), messages=[asked])
    assert seen.content[0].text.startswith("image/png "), seen
    refused(anthropic.BadRequestError, messages_client(ANTHROPIC_EMBEDDED).messages.create,
            model="m", max_tokens=16, messages=[asked])


def messages_errors():
    client = messages_client(ANTHROPIC)
    asked = [{"role": "user", "content": "script: status 429"}]
    refused(anthropic.RateLimitError, client.messages.create, model="m", max_tokens=9, messages=asked)
    asked = [{"role": "user", "content": "script: error"}]
    with client.messages.stream(model="m", max_tokens=9, messages=asked) as stream:
        refused(anthropic.APIStatusError, stream.get_final_message)
    asked = [{"role": "assistant", "content": "Hi."}]
    refused(anthropic.BadRequestError, client.messages.create, model="m", max_tokens=9, messages=asked)


def gemini_client(url):
    return genai.Client(api_key="any-key", http_options=types.HttpOptions(base_url=url))


def gemini_both(url, contents, **config):
    """Returns the whole response; the parts of the stream must have the same texts and calls."""
    client = gemini_client(url)
    settings = types.GenerateContentConfig(
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True), **config
    )
    request = {"model": "gemini-3-scripted", "contents": contents, "config": settings}
    whole = client.models.generate_content(**request)
    if url == GEMINI_EMBEDDED:
        return whole
    chunks = list(client.models.generate_content_stream(**request))
    parts = [part for chunk in chunks for part in chunk.candidates[0].content.parts]
    assert summary(parts) == summary(whole.candidates[0].content.parts), chunks
    assert chunks[-1].candidates[0].finish_reason == whole.candidates[0].finish_reason
    assert chunks[-1].usage_metadata == whole.usage_metadata
    return whole


def summary(parts):
    return (
        "".join(part.text for part in parts if part.text and not part.thought),
        "".join(part.text for part in parts if part.text and part.thought),
        [(p.function_call.name, p.function_call.args, p.thought_signature)
         for p in parts if p.function_call],
    )


def weather_tool():
    function = types.FunctionDeclaration(
        name="get_weather", description="The weather.", parameters_json_schema=WEATHER
    )
    return [types.Tool(function_declarations=[function])]


def gemini_text():
    said = gemini_both(GEMINI, "Hi.", system_instruction="Be brief.")
    assert said.text == "system: Be brief. / user: Hi.", said
    assert said.candidates[0].finish_reason == types.FinishReason.STOP


def gemini_tool_with_thinking():
    more = {
        "tools": weather_tool(),
        "thinking_config": types.ThinkingConfig(include_thoughts=True, thinking_budget=512),
    }
    question = types.Content(role="user", parts=[types.Part(text=QUESTION)])
    first = gemini_both(GEMINI, [question], **more)
    content = first.candidates[0].content
    assert [part.thought for part in content.parts] == [True, None], content
    assert first.usage_metadata.thoughts_token_count > 0
    call = content.parts[1].function_call
    result = types.FunctionResponse(id=call.id, name=call.name, response={"output": "21 degrees"})
    answer = types.Content(role="user", parts=[types.Part(function_response=result)])
    second = gemini_both(GEMINI, [question, content, answer], **more)
    assert second.text == "The tools returned 21 degrees.", second
    for signature in (b"other", None):
        content.parts[1].thought_signature = signature
        status(400, gemini_both, GEMINI, [question, content, answer], **more)


def gemini_forced_tool():
    forced = types.ToolConfig(
        function_calling_config=types.FunctionCallingConfig(
            mode="ANY", allowed_function_names=["get_weather"]
        )
    )
    for url in (GEMINI, GEMINI_EMBEDDED):
        made = gemini_both(url, QUESTION, tools=weather_tool(), tool_config=forced, temperature=0)
        assert [call.name for call in made.function_calls] == ["get_weather"], made


def gemini_schema():
    for url in (GEMINI, GEMINI_EMBEDDED):
        made = gemini_both(
            url, EXTRACT, response_mime_type="application/json", response_json_schema=PERSON,
            temperature=0, max_output_tokens=128,
        )
        assert sorted(json.loads(made.text)) == ["age", "city", "name"], made


def gemini_image():
    image = types.Part.from_bytes(data=PNG, mime_type="image/png")
    seen = gemini_both(GEMINI, [image])
    assert seen.text.startswith("image/png "), seen
    status(400, gemini_both, GEMINI_EMBEDDED, [image])


def gemini_errors():
    status(429, gemini_both, GEMINI, "script: status 429")
    status(400, gemini_both, GEMINI, [types.Content(role="owner", parts=[types.Part(text="Hi.")])])
    refused_answer = gemini_both(GEMINI, "script: refuse")
    assert refused_answer.candidates[0].finish_reason == types.FinishReason.SAFETY


def refused(kind, call, **request):
    try:
        value = call(**request)
    except kind:
        return
    raise AssertionError(f"expected {kind.__name__}, got {value!r}")


def status(code, call, *arguments, **request):
    try:
        value = call(*arguments, **request)
    except errors.APIError as error:
        assert error.code == code, error
        return
    raise AssertionError(f"expected status {code}, got {value!r}")


CASES = {
    f"anthropic {anthropic.__version__}": (
        messages_text, messages_tool_with_thinking, messages_forced_tool, messages_schema,
        messages_image, messages_errors,
    ),
    f"google-genai {genai.__version__}": (
        gemini_text, gemini_tool_with_thinking, gemini_forced_tool, gemini_schema, gemini_image,
        gemini_errors,
    ),
}

failed = 0
for sdk, cases in CASES.items():
    for case in cases:
        try:
            case()
        except Exception:
            failed += 1
            print(f"fronts: {sdk}: {case.__name__} FAILED", file=sys.stderr)
            traceback.print_exc()
    print(f"fronts: {sdk}: {len(cases)} cases")
sys.exit(failed > 0)
