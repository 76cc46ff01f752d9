import os

from openai import OpenAI

# The schedule itself (0.5 s doubling to 8 s) is fixed.
client = OpenAI(
    base_url="https://openrouter.ai/api/v1",
    api_key=os.environ["OPENROUTER_API_KEY"],
    max_retries=6,
)
response = client.responses.create(model="openai/gpt-4o", input="Tell me a joke")
print(response.output_text)
