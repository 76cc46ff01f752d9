import os

import openai
from openai import OpenAI

client = OpenAI(
    base_url="https://openrouter.ai/api/v1",
    api_key=os.environ["OPENROUTER_API_KEY"],
    max_retries=0,
)
try:
    response = client.responses.create(
        model="openai/gpt-4o", input="Tell me a joke", timeout=10
    )
    print(response.output_text)
except openai.APITimeoutError:
    print("no response within 10 s")
