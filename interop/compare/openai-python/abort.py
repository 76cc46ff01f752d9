import asyncio
import os

from openai import AsyncOpenAI

client = AsyncOpenAI(
    base_url="https://openrouter.ai/api/v1",
    api_key=os.environ["OPENROUTER_API_KEY"],
)


async def main() -> None:
    call = client.responses.create(model="openai/gpt-4o", input="Tell me a joke")
    task = asyncio.create_task(call)
    asyncio.get_running_loop().call_later(1, task.cancel)
    try:
        print((await task).output_text)
    except asyncio.CancelledError:
        print("aborted")


asyncio.run(main())
