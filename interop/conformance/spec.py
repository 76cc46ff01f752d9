"""Validates responses and events with the Open Responses specification.

The specification is read from `../shared/spec/` beside the checkout. Without that folder, the validation
is left out, and `loaded()` is false.
"""

import json
from pathlib import Path

import jsonschema
import referencing

PATH = Path(__file__).parents[3] / "shared/spec/openresponses-2026-04-24.openapi.json"
# Schema of each event.
NAMES = {}
# Events that OpenAI's and OpenRouter's APIs have by another name, with the name in the specification.
RENAMED = {
    "response.reasoning_text.delta": "response.reasoning.delta",
    "response.reasoning_text.done": "response.reasoning.done",
}


def loaded():
    return PATH.exists()


if loaded():
    document = json.loads(PATH.read_text())
    resource = referencing.Resource.from_contents(
        document, default_specification=referencing.jsonschema.DRAFT202012
    )
    registry = referencing.Registry().with_resource("spec:", resource)
    answers = document["paths"]["/responses"]["post"]["responses"]["200"]["content"]
    for branch in answers["text/event-stream"]["schema"]["oneOf"]:
        name = branch["$ref"].rsplit("/", 1)[-1]
        members = document["components"]["schemas"][name]["properties"]
        kind = members["type"]
        for value in kind.get("enum", [kind.get("const", kind.get("default"))]):
            NAMES[value] = name


def validator(name):
    schema = {"$ref": f"spec:#/components/schemas/{name}"}
    return jsonschema.Draft202012Validator(schema, registry=registry)


def check(name, value):
    errors = list(validator(name).iter_errors(without_schema(value)))
    messages = [f"{name}: {inner.json_path}: {inner.message[:300]}" for inner in map(cause, errors)]
    assert not errors, "\n".join(messages)


def without_schema(value):
    """Returns the value without the schema of a text format, for which the specification has only null."""
    response = value.get("response", value)
    text = response.get("text")
    shape = text.get("format") or {} if isinstance(text, dict) else {}
    if shape.get("schema") is None:
        return value
    changed = {**response, "text": {**text, "format": {**shape, "schema": None}}}
    return {**value, "response": changed} if "response" in value else changed


def cause(error):
    """Returns the error inside a union: that of the variant whose `type` fits."""
    while error.context:
        branches = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        fitting = [
            inner for inner in branches.values()
            if not any(list(one.path)[-1:] == ["type"] for one in inner)
        ]
        error = (fitting or list(branches.values()))[0][0]
    return error


def check_response(response):
    if loaded():
        check("ResponseResource", response)


def check_events(events):
    if not loaded():
        return
    for event in events:
        kind = RENAMED.get(event["type"], event["type"])
        event = {**event, "type": kind}
        assert event["type"] in NAMES, f"the specification has no event {event['type']}"
        check(NAMES[event["type"]], event)
