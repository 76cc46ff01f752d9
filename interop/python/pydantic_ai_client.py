"""Tests pydantic-ai with its Responses model against our server: text, streams, structured output."""

import importlib.metadata

from pydantic_ai import Agent, ModelHTTPError, NativeOutput, ToolOutput
from pydantic_ai.models.openai import OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings

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


def agent(model=MODEL, limit=64, **options):
    provider = OpenAIProvider(base_url=f"{SERVER}/v1", api_key="any-key")
    settings = {"max_tokens": limit, "temperature": 0.0}
    return Agent(OpenAIResponsesModel(model, provider=provider), model_settings=settings, **options)


async def whole():
    result = await agent(instructions="Answer in one sentence.").run("Say hello.")
    assert result.output, result
    assert result.usage.output_tokens > 0, result.usage


async def stream():
    async with agent().run_stream("Say hello.") as result:
        pieces = [piece async for piece in result.stream_text(delta=True, debounce_by=None)]
    assert "".join(pieces), pieces


async def conversation():
    first = await agent().run("What is the capital of France?")
    second = await agent().run("And of Italy?", message_history=first.all_messages())
    assert second.output, second


async def schema():
    result = await agent(limit=128, output_type=NativeOutput(Person)).run(PERSON_PROMPT)
    assert isinstance(result.output, Person), result.output


async def tool():
    """Output through a function that the request forces."""
    result = await agent(limit=128, output_type=ToolOutput(Person)).run(PERSON_PROMPT)
    assert isinstance(result.output, Person), result.output


async def loop():
    """A function that the model may call; its output goes back to the model."""
    seen = []

    def get_weather(city: str) -> str:
        """Returns the weather in a city."""
        seen.append(city)
        return WEATHER_REPORT

    def force_first(context):
        """Forces the function in the first step only."""
        return ModelSettings(tool_choice="none" if seen else ["get_weather"])

    asked = agent(limit=128, tools=[get_weather])
    result = await asked.run(WEATHER_PROMPT, model_settings=force_first)
    assert len(seen) == 1, seen
    assert result.output, result


async def typed_error(status, model, prompt):
    try:
        result = await agent(model=model).run(prompt)
    except ModelHTTPError as error:
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
    "error_too_long": lambda: typed_error(400, MODEL, LONG_PROMPT),
    "error_no_model": lambda: typed_error(404, "nobody/no-such-model", "Say hello."),
}

if __name__ == "__main__":
    run("pydantic-ai", importlib.metadata.version("pydantic-ai-slim"), CASES)
