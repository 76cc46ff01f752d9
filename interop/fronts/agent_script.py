"""Plays the model of a coding agent: reads a file, changes it with a command, then answers.

The scratch directory holds `greeting.txt` with the word `hello`. The calls are those of the agent's own
tools, which the request offers; each turn depends on the number of calls so far.
"""

import json

from turns import Call, Refused, Result, Thought, Turn, signature_of

THOUGHT = "I read the file first, then I change it."
ANSWER = "I changed the greeting to goodbye."
READ = "cat greeting.txt"
CHANGE = "sed -i s/hello/goodbye/ greeting.txt"


def turn(request):
    calls = [call for message in request.messages for call in message.of(Call)]
    results = [result for message in request.messages for result in message.of(Result)]
    if not request.tools:
        # Agents also ask for a title of the conversation.
        return Turn(["Greeting"])
    names = {tool.name: tool for tool in request.tools}
    thoughts = [Thought(THOUGHT, signature_of(THOUGHT))] if request.thinking else []
    if len(calls) == 0:
        return Turn([*thoughts, "I read the file.", call_of(request, 0, reading(names))])
    if len(calls) == 1:
        if "hello" not in results[-1].output:
            raise Refused(400, f"the file was not read: {results[-1].output}")
        return Turn([*thoughts, call_of(request, 1, changing(names))])
    return Turn([*thoughts, ANSWER])


def call_of(request, number, step):
    name, arguments = step
    arguments = json.dumps(arguments)
    signature = signature_of(json.dumps(json.loads(arguments), sort_keys=True))
    return Call(f"call_agent_{number}", name, arguments, signature)


def reading(names):
    if "read" in names:
        return "read", {path_member(names["read"]): "greeting.txt"}
    return command(names, READ)


def changing(names):
    if "edit" in names:
        return "edit", {
            path_member(names["edit"]): "greeting.txt", "oldString": "hello", "newString": "goodbye",
        }
    return command(names, CHANGE)


def path_member(tool):
    properties = tool.parameters["properties"]
    return next(name for name in ("filePath", "path", "file_path") if name in properties)


def command(names, line):
    """Returns a call of the agent's shell, whose parameters differ."""
    for name in ("shell_command", "exec_command", "shell", "bash"):
        if name in names:
            properties = names[name].parameters["properties"]
            member = next(member for member in ("command", "cmd") if member in properties)
            array = properties[member].get("type") == "array"
            return name, {member: ["bash", "-c", line] if array else line}
    raise Refused(400, f"no shell among the tools {sorted(names)}")
