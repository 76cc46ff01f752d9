import os

from openai import OpenAI

client = OpenAI(
    base_url="https://openrouter.ai/api/v1",
    api_key=os.environ["OPENROUTER_API_KEY"],
)
response = client.responses.create(
    model="openai/gpt-4o", input="Tell me a joke", extra_headers={"x-trace": "1"}
)
print(response.output_text)
