"""Tests openrouter for Python, which is generated from OpenRouter's description, against our server.

The client validates every response against its models. Values that its models do not know (an
`Unknown...` class, or a model that it built without validation) fail a case.
"""

import importlib.metadata

from openrouter import OpenRouter, errors
from pydantic import BaseModel

from harness import (
    HUGE_PROMPT,
    LONG_PROMPT,
    MODEL,
    PERSON_PROMPT,
    SERVER,
    WEATHER_DESCRIPTION,
    WEATHER_PROMPT,
    WEATHER_REPORT,
    Person,
    Weather,
    run,
    settled,
)

client = OpenRouter(api_key="any-key", server_url=f"{SERVER}/api/v1", retry_config=None)

TOOL = {
    "type": "function",
    "name": "get_weather",
    "description": WEATHER_DESCRIPTION,
    "parameters": Weather.model_json_schema(),
    "strict": True,
}
FORCED = {"tools": [TOOL], "tool_choice": {"type": "function", "name": "get_weather"}}


def send(**request):
    return client.beta.responses.send(model=MODEL, **request)


def check_known(value, path="$"):
    if type(value).__name__.startswith("Unknown"):
        raise AssertionError(f"{path} is unknown to the client: {value!r}")
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            check_known(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, (list, tuple)):
        for at, entry in enumerate(value):
            check_known(entry, f"{path}[{at}]")


def output_text(response):
    return "".join(
        part.text
        for item in response.output
        if item.type == "message"
        for part in item.content
        if part.type == "output_text"
    )


def check_whole(response):
    check_known(response)
    assert response.object == "response"
    assert response.model == MODEL, response.model
    assert response.status in ("completed", "incomplete"), response.status
    assert output_text(response), "the output has text"
    usage = response.usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens, usage


def function_call(response):
    calls = [item for item in response.output if item.type == "function_call"]
    assert len(calls) == 1, response.output
    return calls[0]


def typed_error(kind, status, **request):
    try:
        response = client.beta.responses.send(**request)
    except errors.OpenRouterError as error:
        assert type(error) is kind, repr(error)
        assert error.status_code == status, repr(error)
        assert error.data.error.code == status, error.body
        assert error.data.error.message, error.body
        return type(error).__name__
    raise AssertionError(f"expected an error, got {response!r}")


def whole():
    check_whole(send(input="Say hello.", max_output_tokens=32))


def stream():
    with send(input="Say hello.", max_output_tokens=32, stream=True) as received:
        events = list(received)
    for event in events:
        check_known(event)
    assert [event.sequence_number for event in events] == list(range(len(events)))
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert events[-1].type in ("response.completed", "response.incomplete"), events[-1].type
    assert text == output_text(events[-1].response)


def conversation():
    question = {"role": "user", "content": "What is the capital of France?"}
    first = send(instructions="Answer in one sentence.", input=[question], max_output_tokens=48)
    check_whole(first)
    history = [item.model_dump(by_alias=True, exclude_none=True) for item in first.output]
    check_whole(
        send(
            input=[question, *history, {"role": "user", "content": "And of Italy?"}],
            max_output_tokens=48,
        )
    )


def schema():
    format = {
        "type": "json_schema",
        "name": "person",
        "schema_": Person.model_json_schema(),
        "strict": True,
    }
    response = send(input=PERSON_PROMPT, text={"format_": format}, max_output_tokens=128)
    check_known(response)
    assert response.status == "completed", response.status
    Person.model_validate_json(output_text(response))


def tool():
    response = send(input=WEATHER_PROMPT, max_output_tokens=128, **FORCED)
    check_known(response)
    assert response.status == "completed", response.status
    Weather.model_validate_json(function_call(response).arguments)


def tool_stream():
    with send(input=WEATHER_PROMPT, max_output_tokens=128, stream=True, **FORCED) as received:
        events = list(received)
    for event in events:
        check_known(event)
    pieces = "".join(
        event.delta for event in events if event.type == "response.function_call_arguments.delta"
    )
    assert pieces == function_call(events[-1].response).arguments
    Weather.model_validate_json(pieces)


def tool_output():
    question = {"role": "user", "content": WEATHER_PROMPT}
    first = send(input=[question], max_output_tokens=128, **FORCED)
    call = function_call(first)
    history = [item.model_dump(by_alias=True, exclude_none=True) for item in first.output]
    output = {"type": "function_call_output", "call_id": call.call_id, "output": WEATHER_REPORT}
    check_whole(
        send(
            input=[question, *history, output],
            tools=[TOOL],
            tool_choice="none",
            max_output_tokens=64,
        )
    )


def hang_up():
    seen = 0
    with send(
        input="Count from one to one thousand.", max_output_tokens=2000, stream=True
    ) as received:
        for event in received:
            seen += event.type == "response.output_text.delta"
            if seen == 3:
                break
    settled()


def models():
    listed = client.models.list().result
    check_known(listed)
    assert MODEL in [entry.id for entry in listed.data], listed


CASES = {
    "beta": whole,
    "beta_stream": stream,
    "conversation": conversation,
    "schema": schema,
    "tool": tool,
    "tool_stream": tool_stream,
    "tool_output": tool_output,
    "models": models,
    "hang_up": hang_up,
    "error_no_input": lambda: typed_error(errors.BadRequestResponseError, 400, model=MODEL),
    "error_too_long": lambda: typed_error(
        errors.BadRequestResponseError, 400, model=MODEL, input=LONG_PROMPT
    ),
    "error_no_model": lambda: typed_error(
        errors.NotFoundResponseError, 404, model="nobody/no-such-model", input="hi"
    ),
    "error_too_large": lambda: typed_error(
        errors.PayloadTooLargeResponseError, 413, model=MODEL, input=HUGE_PROMPT
    ),
}

if __name__ == "__main__":
    run("openrouter-python", importlib.metadata.version("openrouter"), CASES)
