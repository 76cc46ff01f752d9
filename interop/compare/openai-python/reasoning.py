import os

from openai import OpenAI

client = OpenAI(
    base_url="https://openrouter.ai/api/v1",
    api_key=os.environ["OPENROUTER_API_KEY"],
)
response = client.responses.create(
    model="openai/o4-mini",
    reasoning={"effort": "high"},
    input="How many primes are below 100?",
    extra_body={
        "models": ["anthropic/claude-sonnet-4.5"],
        "provider": {"order": ["openai", "anthropic"], "data_collection": "deny"},
    },
)
print(f"{response.model}: {response.output_text}")
