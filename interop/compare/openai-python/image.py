import base64
import os
from pathlib import Path

from openai import OpenAI

client = OpenAI(
    base_url="https://openrouter.ai/api/v1",
    api_key=os.environ["OPENROUTER_API_KEY"],
)
image = base64.b64encode(Path("cat.png").read_bytes()).decode()
response = client.responses.create(
    model="openai/gpt-4o",
    input=[
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "What is in this image?"},
                {
                    "type": "input_image",
                    "image_url": f"data:image/png;base64,{image}",
                    "detail": "low",
                },
            ],
        }
    ],
)
print(response.output_text)
