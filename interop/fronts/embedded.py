"""Answers requests with a model behind a Responses API, such as the embedded model of `orouter serve`."""

import base64
import json
import urllib.error
import urllib.request

from turns import Call, Image, Refused, Result, Thought, Turn, signature_of


class Embedded:
    def __init__(self, url, model):
        self.url, self.model = url, model

    def ask(self, request):
        """Returns the model's turn. A request that asks for thinking gets a scripted thought first."""
        body = json.dumps(self.body_of(request)).encode()
        headers = {"content-type": "application/json"}
        try:
            with urllib.request.urlopen(
                urllib.request.Request(f"{self.url}/responses", body, headers)
            ) as answer:
                response = json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.load(error)["error"]["message"]) from None
        return self.turn_of(response, request)

    def body_of(self, request):
        body = {"model": self.model, "input": []}
        for message in request.messages:
            body["input"] += items_of(message)
        for name in ("temperature", "top_p"):
            if getattr(request, name) is not None:
                body[name] = getattr(request, name)
        if request.limit:
            body["max_output_tokens"] = request.limit
        if request.tools:
            body["tools"] = [
                {
                    "type": "function",
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.parameters,
                    "strict": tool.strict,
                }
                for tool in request.tools
            ]
        if isinstance(request.choice, tuple):
            body["tool_choice"] = {"type": "function", "name": request.choice[0]}
        elif request.choice:
            body["tool_choice"] = request.choice
        if request.schema is not None:
            shape = {"type": "json_schema", "name": "output", "schema": request.schema}
            body["text"] = {"format": shape}
        return body

    def turn_of(self, response, request):
        parts = []
        if request.thinking:
            thought = "The user wants a short answer."
            parts.append(Thought(thought, signature_of(thought)))
        for item in response["output"]:
            if item["type"] == "message":
                parts.append("".join(part.get("text", "") for part in item["content"]))
            elif item["type"] == "function_call":
                signature = signature_of(item["arguments"]) if request.thinking else None
                parts.append(Call(item["call_id"], item["name"], item["arguments"], signature))
        usage = response["usage"]
        return Turn(
            [part for part in parts if part],
            "length" if response["status"] == "incomplete" else "stop",
            usage["input_tokens"],
            usage["output_tokens"],
        )


def items_of(message):
    """Returns the items of a message. Thoughts are left out: the embedded model reads none."""
    items, content = [], []
    for part in message.parts:
        if isinstance(part, str):
            kind = "output_text" if message.role == "assistant" else "input_text"
            content.append({"type": kind, "text": part})
        elif isinstance(part, Image):
            data = base64.b64encode(part.data).decode()
            url = f"data:{part.media_type};base64,{data}"
            content.append({"type": "input_image", "detail": "auto", "image_url": url})
        elif isinstance(part, Call):
            items.append(
                {
                    "type": "function_call",
                    "call_id": part.id,
                    "name": part.name,
                    "arguments": part.arguments,
                }
            )
        elif isinstance(part, Result):
            items.append(
                {"type": "function_call_output", "call_id": part.id, "output": part.output}
            )
    if not content:
        return items
    written = {"type": "message", "role": message.role, "content": content}
    # Results precede the user's text, an assistant's text precedes its calls.
    return [written, *items] if message.role == "assistant" else [*items, written]
