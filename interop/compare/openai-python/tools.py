import json
import os

from openai import OpenAI
from openai.lib import pydantic_responses_function_tool
from openai.lib.responses_tool_runner import RegisteredFunction, ResponsesToolRunner
from pydantic import BaseModel


class GetWeather(BaseModel):
    """Get the weather of a city"""

    city: str


def get_weather(args: GetWeather) -> str:
    return json.dumps({"city": args.city, "celsius": 21})


client = OpenAI(
    base_url="https://openrouter.ai/api/v1",
    api_key=os.environ["OPENROUTER_API_KEY"],
)
tool = pydantic_responses_function_tool(GetWeather, name="get_weather")
function = RegisteredFunction.from_tool(tool, execute=get_weather)
response = ResponsesToolRunner(functions=[function]).run(
    client, {"model": "openai/gpt-4o", "input": "What is the weather in Paris?"}
)
print(response.output_text)
