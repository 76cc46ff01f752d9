"""Tests openai for Python against our server, at the base path of such clients (/v1).

A case raises to fail, and may return a short outcome.
"""

import time

import openai
from openai import (
    APIStatusError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    OpenAI,
    pydantic_function_tool,
)

from harness import (
    BUSY_SERVER,
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

# openai's models accept unexpected types by default; turn validation on.
client = OpenAI(
    api_key="any-key", base_url=f"{SERVER}/v1", max_retries=0, _strict_response_validation=True
)


def weather_tool():
    """Flattens the tool of pydantic_function_tool, which has the form of chat completions."""
    function = pydantic_function_tool(
        Weather, name="get_weather", description=WEATHER_DESCRIPTION
    )["function"]
    return {"type": "function", **function}


TOOL = weather_tool()
FORCED = {"tools": [TOOL], "tool_choice": {"type": "function", "name": "get_weather"}}


def check_whole(response):
    assert response.object == "response"
    assert response.model == MODEL, response.model
    assert response.status in ("completed", "incomplete"), response.status
    assert response.output_text, "the model said something"
    usage = response.usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens, usage


def function_call(response):
    calls = [item for item in response.output if item.type == "function_call"]
    assert len(calls) == 1, response.output
    return calls[0]


def typed_error(kind, status, asked=client, **request):
    try:
        response = asked.responses.create(**request)
    except openai.APIStatusError as error:
        assert isinstance(error, kind), repr(error)
        assert error.status_code == status, repr(error)
        assert error.body["message"], error.body
        assert error.body["code"] == status, error.body
        return type(error).__name__
    raise AssertionError(f"expected an error, got {response!r}")


def busy():
    """Checks the error while another generation takes the busy server's only slot."""
    asked = client.with_options(base_url=f"{BUSY_SERVER}/v1")
    deadline = time.monotonic() + 5
    while True:
        try:
            held = asked.responses.create(
                model=MODEL, input="Count from one to one thousand.", stream=True
            )
            break
        except InternalServerError:
            # The server may not have noticed yet that the previous client disconnected.
            assert time.monotonic() < deadline, "the turn is given back"
    with held:
        return typed_error(InternalServerError, 503, asked, model=MODEL, input="hi")


def whole():
    check_whole(client.responses.create(model=MODEL, input="Say hello.", max_output_tokens=32))


def stream():
    events = list(
        client.responses.create(
            model=MODEL, input="Tell me a joke.", max_output_tokens=48, stream=True
        )
    )
    assert [event.sequence_number for event in events] == list(range(len(events)))
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    (done,) = [event for event in events if event.type == "response.output_text.done"]
    assert text == done.text
    assert events[-1].type in ("response.completed", "response.incomplete"), events[-1].type
    assert text == events[-1].response.output_text


def helper_stream():
    text = ""
    with client.responses.stream(
        model=MODEL, input="Tell me a joke.", max_output_tokens=48
    ) as events:
        for event in events:
            if event.type == "response.output_text.delta":
                text += event.delta
                assert event.snapshot == text
            final = getattr(event, "response", None)
    check_whole(final)
    assert text == final.output_text


def conversation():
    question = {"role": "user", "content": "What is the capital of France?"}
    first = client.responses.create(
        model=MODEL,
        instructions="Answer in one sentence.",
        input=[question],
        max_output_tokens=48,
    )
    check_whole(first)
    check_whole(
        client.responses.create(
            model=MODEL,
            input=[question, *first.output, {"role": "user", "content": "And of Italy?"}],
            max_output_tokens=48,
        )
    )


def schema():
    response = client.responses.parse(
        model=MODEL, input=PERSON_PROMPT, text_format=Person, max_output_tokens=128
    )
    assert response.status == "completed", response.status
    assert isinstance(response.output_parsed, Person), response.output_parsed


def schema_stream():
    with client.responses.stream(
        model=MODEL, input=PERSON_PROMPT, text_format=Person, max_output_tokens=128
    ) as events:
        final = events.get_final_response()
    assert isinstance(final.output_parsed, Person), final.output_parsed


def tool():
    response = client.responses.parse(
        model=MODEL, input=WEATHER_PROMPT, max_output_tokens=128, **FORCED
    )
    assert response.status == "completed", response.status
    call = function_call(response)
    assert call.name == "get_weather"
    Weather.model_validate_json(call.arguments)


def tool_stream():
    pieces = ""
    with client.responses.stream(
        model=MODEL, input=WEATHER_PROMPT, max_output_tokens=128, **FORCED
    ) as events:
        for event in events:
            if event.type == "response.function_call_arguments.delta":
                pieces += event.delta
        call = function_call(events.get_final_response())
    assert pieces == call.arguments
    Weather.model_validate_json(call.arguments)


def tool_output():
    question = {"role": "user", "content": WEATHER_PROMPT}
    first = client.responses.create(
        model=MODEL, input=[question], max_output_tokens=128, **FORCED
    )
    output = {
        "type": "function_call_output",
        "call_id": function_call(first).call_id,
        "output": WEATHER_REPORT,
    }
    check_whole(
        client.responses.create(
            model=MODEL,
            input=[question, *first.output, output],
            tools=[TOOL],
            tool_choice="none",
            max_output_tokens=64,
        )
    )


def hang_up():
    events = client.responses.create(
        model=MODEL, input="Count from one to one thousand.", max_output_tokens=2000, stream=True
    )
    seen = 0
    for event in events:
        seen += event.type == "response.output_text.delta"
        if seen == 3:
            break
    events.close()
    settled()


def models():
    ids = [entry.id for entry in client.models.list()]
    assert MODEL in ids, ids


CASES = {
    "whole": whole,
    "stream": stream,
    "helper_stream": helper_stream,
    "conversation": conversation,
    "schema": schema,
    "schema_stream": schema_stream,
    "tool": tool,
    "tool_stream": tool_stream,
    "tool_output": tool_output,
    "error_no_input": lambda: typed_error(BadRequestError, 400, model=MODEL),
    "error_too_long": lambda: typed_error(BadRequestError, 400, model=MODEL, input=LONG_PROMPT),
    "error_no_model": lambda: typed_error(
        NotFoundError, 404, model="nobody/no-such-model", input="hi"
    ),
    "error_too_large": lambda: typed_error(APIStatusError, 413, model=MODEL, input=HUGE_PROMPT),
    "error_busy": busy,
    "hang_up": hang_up,
    "models": models,
}


if __name__ == "__main__":
    run("openai-python", openai.__version__, CASES)
