"""Makes an OpenAPI document of the routes that this server has, from that of the hosted API.

The document is that of the hosted API with what `docs/server-accounts.md` says of this server: further
statuses, the one account, and members that are refused.
"""

import copy
import json

# The statuses of every route beside those of the hosted API, which lists few of them.
EVERYWHERE = {
    "400": "a parameter or a member cannot be used",
    "401": "no valid key",
    "403": "another kind of key is needed",
    "404": "unknown",
    "405": "another method is needed",
}
WITH_BODY = {
    "408": "the body came too late",
    "413": "the body is too large",
    "415": "the body is not JSON",
}

GENERAL = [
    "/models", "/models/count", "/models/user", "/models/{author}/{slug}/endpoints",
    "/model/{author}/{slug}", "/providers", "/endpoints/zdr",
]
ACCOUNTS = ["/key", "/generation", "/keys", "/keys/{hash}", "/credits", "/activity"]

# The values of parameters that name something of the server.
WORDS = {"workspace_id": ["default"], "author": ["test", "none"], "slug": ["model", "none"]}

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "type", "param", "metadata"],
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string", "minLength": 1},
                "type": {"type": "string"},
                "param": {"type": ["string", "null"]},
            },
        }
    },
}

EXTENSIONS = {
    "allowed_models": {"type": ["array", "null"], "items": {"type": "string", "minLength": 1, "maxLength": 256}},
    "allowed_providers": {"type": ["array", "null"], "items": {"type": "string", "minLength": 1, "maxLength": 256}},
    "requests_per_minute": {"type": ["integer", "null"], "minimum": 1, "maximum": 4294967295},
    "tokens_per_minute": {"type": ["integer", "null"], "minimum": 1, "maximum": 4294967295},
}


def build(path, generation, readable, changeable):
    """`generation` is the id of a generation, `readable` and `changeable` are hashes of keys."""
    spec = open_words(json.loads(path.read_text()))
    paths = {}
    for route in GENERAL + ACCOUNTS:
        operations = copy.deepcopy(spec["paths"][route])
        operations.pop("parameters", None)
        for operation in operations.values():
            adapt(operation)
        paths[route] = operations
    paths["/generation"]["get"]["parameters"] = [
        query("id", {"type": "string", "enum": [generation, "gen-1", "gen-none"]}, True)
    ]
    for method, operation in paths["/keys/{hash}"].items():
        hashes = readable if method == "get" else changeable
        for parameter in operation["parameters"]:
            parameter["schema"] = {"type": "string", "enum": [*hashes, "0" * 64]}
            parameter.pop("example", None)
    for operation in (paths["/keys"]["post"], paths["/keys/{hash}"]["patch"]):
        key_body(operation["requestBody"]["content"]["application/json"])
    spec["paths"] = paths
    spec.pop("servers", None)
    return spec


def open_words(value):
    """Removes the lists of words that may be any other word."""
    if isinstance(value, list):
        return [open_words(item) for item in value]
    if not isinstance(value, dict):
        return value
    dropped = ("enum",) if value.get("x-speakeasy-unknown-values") == "allow" else ()
    return {name: open_words(item) for name, item in value.items() if name not in dropped}


def adapt(operation):
    """Adds the statuses of this server, and the shape of its errors."""
    operation.pop("security", None)
    body = WITH_BODY if "requestBody" in operation else {}
    for status, description in {**EVERYWHERE, **body}.items():
        operation["responses"].setdefault(status, {"description": description})
    for status, response in operation["responses"].items():
        if status[0] in "45":
            response["content"] = {"application/json": {"schema": ERROR}}
    for parameter in operation.get("parameters", ()):
        if words := WORDS.get(parameter.get("name")):
            parameter["schema"] = {"type": "string", "enum": words}
            parameter.pop("example", None)


def key_body(content):
    content.pop("example", None)
    schema = content["schema"]
    schema.pop("example", None)
    schema["additionalProperties"] = False
    members = schema["properties"]
    members.pop("external", None)
    members["include_byok_in_limit"] = {"type": "boolean", "enum": [False]}
    members["workspace_id"] = {"type": "string", "enum": ["default"]}
    members["limit_reset"] = {"type": ["string", "null"], "enum": ["daily", "weekly", "monthly", None]}
    members.update(EXTENSIONS)


def query(name, schema, required):
    return {"in": "query", "name": name, "required": required, "schema": schema}
