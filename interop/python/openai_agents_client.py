"""Tests openai-agents for Python against our server: its Responses model and its tool loop."""

import importlib.metadata

import openai
from agents import (
    Agent,
    ModelSettings,
    OpenAIResponsesModel,
    Runner,
    function_tool,
    set_tracing_disabled,
)

from harness import (
    LONG_PROMPT,
    MODEL,
    PERSON_PROMPT,
    SERVER,
    WEATHER_PROMPT,
    WEATHER_REPORT,
    Person,
    run,
)

set_tracing_disabled(True)


def agent(model=MODEL, limit=64, **options):
    # Each case runs in its own event loop and needs its own client.
    client = openai.AsyncOpenAI(api_key="any-key", base_url=f"{SERVER}/v1", max_retries=0)
    settings = ModelSettings(
        max_tokens=limit, temperature=0, tool_choice=options.pop("tool_choice", None)
    )
    return Agent(
        name="assistant",
        model=OpenAIResponsesModel(model=model, openai_client=client),
        model_settings=settings,
        **options,
    )


async def whole():
    result = await Runner.run(agent(instructions="Answer in one sentence."), "Say hello.")
    assert result.final_output, result
    usage = result.context_wrapper.usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens > 0, usage


async def stream():
    text = ""
    result = Runner.run_streamed(agent(), "Say hello.")
    async for event in result.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            text += event.data.delta
    assert text == result.final_output != "", (text, result.final_output)


async def conversation():
    first = await Runner.run(agent(), "What is the capital of France?")
    follow_up = [*first.to_input_list(), {"role": "user", "content": "And of Italy?"}]
    second = await Runner.run(agent(), follow_up)
    assert second.final_output, second


async def schema():
    result = await Runner.run(agent(limit=128, output_type=Person), PERSON_PROMPT)
    assert isinstance(result.final_output, Person), result.final_output


async def loop():
    seen = []

    @function_tool
    def get_weather(city: str) -> str:
        """Returns the weather in a city."""
        seen.append(city)
        return WEATHER_REPORT

    asked = agent(limit=128, tools=[get_weather], tool_choice="get_weather")
    result = await Runner.run(asked, WEATHER_PROMPT, max_turns=4)
    assert len(seen) == 1, seen
    kinds = [item.type for item in result.new_items]
    assert kinds[:2] == ["tool_call_item", "tool_call_output_item"], kinds
    assert kinds[-1] == "message_output_item", kinds


async def tool():
    """A function that the request forces; its output is the result of the run."""

    @function_tool
    def get_weather(city: str) -> str:
        """Returns the weather in a city."""
        return f"sunny in {city}"

    asked = agent(
        limit=128, tools=[get_weather], tool_choice="get_weather",
        tool_use_behavior="stop_on_first_tool",
    )
    result = await Runner.run(asked, WEATHER_PROMPT, max_turns=2)
    assert result.final_output.startswith("sunny in "), result.final_output


async def typed_error(kind, status, model, prompt):
    try:
        result = await Runner.run(agent(model=model), prompt)
    except openai.APIStatusError as error:
        assert isinstance(error, kind), repr(error)
        assert error.status_code == status, repr(error)
        return type(error).__name__
    raise AssertionError(f"expected an error, got {result!r}")


CASES = {
    "whole": whole,
    "stream": stream,
    "conversation": conversation,
    "schema": schema,
    "tool": tool,
    "loop": loop,
    "error_too_long": lambda: typed_error(openai.BadRequestError, 400, MODEL, LONG_PROMPT),
    "error_no_model": lambda: typed_error(
        openai.NotFoundError, 404, "nobody/no-such-model", "Say hello."
    ),
}

if __name__ == "__main__":
    run("openai-agents", importlib.metadata.version("openai-agents"), CASES)
