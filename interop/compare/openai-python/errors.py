import os

import openai
from openai import OpenAI

client = OpenAI(
    base_url="https://openrouter.ai/api/v1",
    api_key=os.environ["OPENROUTER_API_KEY"],
)
try:
    client.responses.create(model="openai/gpt-4o", input="Tell me a joke")
except openai.RateLimitError as error:
    print(f"wait {error.response.headers.get('retry-after')} s")
except openai.APIStatusError as error:
    if error.status_code == 402:
        print("no credits left")
    else:
        print(f"status {error.status_code}: {error.message}")
