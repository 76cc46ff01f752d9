import asyncio
import os

from openai import AsyncOpenAI

client = AsyncOpenAI(
    base_url="https://openrouter.ai/api/v1",
    api_key=os.environ["OPENROUTER_API_KEY"],
)


async def main() -> None:
    calls = [
        client.responses.create(model="openai/gpt-4o", input=f"Tell me fact {n}")
        for n in range(20)
    ]
    for response in await asyncio.gather(*calls):
        print(response.output_text)


asyncio.run(main())
