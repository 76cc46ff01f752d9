"""Tests langchain-openai against our server: ChatOpenAI over the Responses API, or over Chat Completions.

langchain_client.py responses|chat
"""

import importlib.metadata
import sys

from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool as as_tool
from langchain_openai import ChatOpenAI

from harness import (
    MODEL,
    PERSON_PROMPT,
    SERVER,
    WEATHER_PROMPT,
    WEATHER_REPORT,
    Person,
    run,
)

API = sys.argv[1]


@as_tool
def get_weather(city: str) -> str:
    """Returns the weather in a city."""
    return WEATHER_REPORT


def model(limit=64):
    return ChatOpenAI(
        model=MODEL,
        base_url=f"{SERVER}/v1",
        api_key="any-key",
        max_retries=0,
        temperature=0,
        max_tokens=limit,
        use_responses_api=API == "responses",
        # The server stores nothing.
        **({"output_version": "responses/v1", "store": False} if API == "responses" else {}),
    )


def whole():
    answer = model().invoke("Say hello.")
    assert answer.text, answer
    usage = answer.usage_metadata
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] > 0, usage


def stream():
    chunks = list(model().stream("Say hello."))
    assert "".join(chunk.text for chunk in chunks), chunks
    assert len(chunks) > 2, chunks


def conversation():
    question = HumanMessage("What is the capital of France?")
    first = model().invoke([question])
    second = model().invoke([question, first, HumanMessage("And of Italy?")])
    assert second.text, second


def schema():
    asked = model(128).with_structured_output(Person, method="json_schema")
    assert isinstance(asked.invoke(PERSON_PROMPT), Person)


def forced():
    return model(128).bind_tools([get_weather], tool_choice="get_weather")


def tool():
    answer = forced().invoke(WEATHER_PROMPT)
    assert [call["name"] for call in answer.tool_calls] == ["get_weather"], answer
    assert list(answer.tool_calls[0]["args"]) == ["city"], answer


def tool_output():
    question = HumanMessage(WEATHER_PROMPT)
    first = forced().invoke([question])
    output = ToolMessage(WEATHER_REPORT, tool_call_id=first.tool_calls[0]["id"])
    free = model().bind_tools([get_weather], tool_choice="none")
    second = free.invoke([question, first, output])
    assert second.text, second


CASES = {
    "whole": whole,
    "stream": stream,
    "conversation": conversation,
    "schema": schema,
    "tool": tool,
    "tool_output": tool_output,
}

if __name__ == "__main__":
    run(f"langchain-{API}", importlib.metadata.version("langchain-openai"), CASES)
