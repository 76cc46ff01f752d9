from unittest.mock import Mock

from openai import OpenAI


def joke(client: OpenAI) -> str:
    response = client.responses.create(model="openai/gpt-4o", input="Tell me a joke")
    return response.output_text


def test_joke_returns_the_text_of_the_response() -> None:
    client = Mock()
    client.responses.create.return_value.output_text = "A horse walks into a bar."
    assert joke(client) == "A horse walks into a bar."
