import os

from openai import OpenAI
from pydantic import BaseModel


class Person(BaseModel):
    name: str
    age: int


client = OpenAI(
    base_url="https://openrouter.ai/api/v1",
    api_key=os.environ["OPENROUTER_API_KEY"],
)
response = client.responses.parse(
    model="openai/gpt-4o", input="Maria Lopez is 34 years old.", text_format=Person
)
person = response.output_parsed
assert person is not None
print(f"{person.name} is {person.age}")
