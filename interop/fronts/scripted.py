"""Answers requests without a model, by rules, so that the expected content of every answer is known.

The rules, of which the first that fits counts:

- the model `agent` plays the turns of a coding agent (`agent_script.py`);
- the last text contains `script: NAME`: `refuse`, `length` (both after a text), `error`, `cut`, `end`,
  `hang` (the answer breaks, see `Turn.fault`), or `status CODE` (an error instead of an answer);
- the conversation ends with results of calls: a text that quotes them;
- a schema: the person Maria Lopez as JSON;
- tools, and a forced call or a question about the weather: a call with fixed arguments for each city that
  the text names, Paris if it names none;
- an image: its type and hash; otherwise all texts of the conversation, with their roles.
"""

import hashlib
import json
import re

import agent_script
from turns import Call, Image, Refused, Result, Thought, Turn, signature_of

PERSON = {"name": "Maria Lopez", "age": 34, "city": "Lisbon"}
CITIES = ("Paris", "Oslo")
THOUGHT = "The user asks for this. I answer it."
BROKEN = "one two three four five"


class Scripted:
    def ask(self, request):
        if request.model.endswith("agent"):
            turn = agent_script.turn(request)
        else:
            turn = self.turn(request)
        turn.parts = [part for part in turn.parts if part != ""]
        turn.input_tokens = sum(len(message.text().split()) for message in request.messages) + 3
        turn.thought_tokens = sum(len(part.text.split()) for part in turn.of(Thought))
        # One token for each word and for each call.
        turn.output_tokens = (
            turn.thought_tokens + len(turn.text().split()) + len(turn.of(Call)) or 1
        )
        return turn

    def turn(self, request):
        last = request.messages[-1]
        text = last.text()
        thoughts = [Thought(THOUGHT, signature_of(THOUGHT))] if request.thinking else []
        status = re.search(r"script: status (\d+)", text)
        if status:
            code = int(status[1])
            raise Refused(code, "the script fails", {"retry-after": "7"} if code == 429 else {})
        fault = re.search(r"script: (error|cut|end|hang)", text)
        if fault:
            return Turn([BROKEN], fault=fault[1])
        if "script: refuse" in text:
            return Turn([*thoughts, "I cannot help with that."], "refusal")
        if "script: length" in text:
            return Turn([*thoughts, BROKEN], "length")
        if last.of(Result):
            outputs = " and ".join(result.output for result in last.of(Result))
            return Turn([*thoughts, f"The tools returned {outputs}."])
        if request.schema is not None:
            return Turn([*thoughts, json.dumps(PERSON)])
        if request.tools and request.choice != "none" and (
            request.choice not in (None, "auto") or "weather" in text
        ):
            return Turn([*thoughts, *calls_of(request, text)])
        for image in last.of(Image):
            digest = hashlib.sha256(image.data).hexdigest()[:16]
            return Turn([*thoughts, f"{image.media_type} {digest}"])
        said = [f"{message.role}: {message.text()}" for message in request.messages]
        return Turn([*thoughts, " / ".join(said)])


def calls_of(request, text):
    """Returns calls of the forced tool, otherwise of the first."""
    tool = request.tools[0]
    if isinstance(request.choice, tuple):
        tool = next(tool for tool in request.tools if tool.name == request.choice[0])
    calls = []
    for city in [city for city in CITIES if city in text] or [CITIES[0]]:
        arguments = json.dumps(arguments_for(tool.parameters or {}, city))
        call = f"call_{tool.name}_{city}".lower()
        # Both forms of the arguments have the same signature.
        signature = signature_of(json.dumps(json.loads(arguments), sort_keys=True))
        calls.append(Call(call, tool.name, arguments, signature, tool.custom))
    return calls


def arguments_for(schema, city):
    properties = schema.get("properties", {})
    if properties.keys() == PERSON.keys():
        # A router may ask for structured output with a call.
        return PERSON
    arguments = {}
    for name, member in properties.items():
        if member.get("enum"):
            arguments[name] = member["enum"][0]
        elif member.get("type") in ("integer", "number"):
            arguments[name] = 1
        else:
            arguments[name] = city if name in ("city", "location") else "text"
    return arguments
