#!/usr/bin/env python3
"""Turns the JSON lines of clients and coding agents through the router into tables of docs/interop.md.

    router_table.py FOLDER PAGE [--check]

FOLDER has a file for each upstream in PROTOCOLS, and the file `agents`. Exit status 1 when a case failed
or is missing, and with --check when a table is out of date.
"""

import json
import re
import sys
from pathlib import Path

ENGINE = (Path(__file__).parent / "engine/requirements.txt").read_text()
ENGINE_VERSION = re.search(r"^xllamacpp==(\S+)", ENGINE, re.MULTILINE)[1]

# The upstreams, and those of them that coding agents use.
PROTOCOLS = {
    "responses": "Responses upstream",
    "chat": "Chat Completions upstream",
    "anthropic": "Anthropic Messages upstream",
    "gemini": "Gemini upstream",
    "engine": f"llama.cpp (`xllamacpp` {ENGINE_VERSION})",
    "embedded": "embedded model",
}
AGENT_PROTOCOLS = [name for name in PROTOCOLS if name not in ("engine", "embedded")]
# Clients, and their labels with a place for the version.
CLIENTS = {
    "sdk": "`@openrouter/sdk` {}",
    "agent": "`@openrouter/agent` {}",
    "openai-node": "`openai` (Node) {}",
    "openai-python": "`openai` (Python) {}",
    "openai-agents": "`openai-agents` {}",
    "pydantic-ai": "`pydantic-ai` {}",
    "langchain-responses": "`langchain-openai` {}, Responses",
    "langchain-chat": "`langchain-openai` {}, Chat Completions",
    "ai-sdk": "AI SDK (`ai`) {}, `@ai-sdk/openai`",
    "ai-sdk-openrouter": "AI SDK, `@openrouter/ai-sdk-provider` {}",
}
# Clients that do not run with llama.cpp.
NOT_WITH_ENGINE = (
    "openai-agents", "pydantic-ai", "langchain-responses", "langchain-chat", "ai-sdk-openrouter",
)
AGENTS = {
    "codex Responses": "Codex {}",
    "opencode Responses": "opencode {}, Responses",
    "opencode Chat Completions": "opencode {}, Chat Completions",
}
# Label of each case, and the names under which clients report it: the first that is there counts.
CASES = {
    "text": ("whole",),
    "a stream": ("stream",),
    "a forced function call": ("tool",),
    "a function's output": ("tool_output", "loop"),
    "structured output": ("schema",),
}


class Results:
    """The lines of all files in a folder, and the problems that they show."""

    def __init__(self, folder):
        self.folder, self.problems, self.versions, self.cells = Path(folder), [], {}, 0

    def read(self, name):
        """Returns the outcomes by client and case."""
        outcomes = {}
        for line in (self.folder / name).read_text().splitlines():
            entry = json.loads(line)
            outcomes[entry["client"], entry["case"]] = entry["outcome"]
            self.versions[entry["client"]] = entry["version"]
            if entry["outcome"] == "FAILED":
                self.problems.append(f"{name}: {entry['client']} {entry['case']}:\n{entry['detail']}")
        return outcomes

    def cell(self, outcomes, client, names, place):
        self.cells += 1
        for name in names:
            if (client, name) in outcomes:
                return outcomes[client, name]
        self.problems.append(f"{place}: {client} did not report {names[0]}")
        return "missing"

    def heads(self, labels):
        return [label.format(self.versions.get(client, "?")) for client, label in labels.items()]


def clients_table(results):
    rows = []
    for protocol, label in PROTOCOLS.items():
        outcomes = results.read(protocol)
        for case, names in CASES.items():
            cells = [
                "–" if protocol == "engine" and client in NOT_WITH_ENGINE
                else results.cell(outcomes, client, names, protocol)
                for client in CLIENTS
            ]
            rows.append(row(label, case, *cells))
    heads = results.heads(CLIENTS)
    return [row("", "", *heads), row(*["---"] * (len(heads) + 2)), *rows]


def agents_table(results):
    outcomes = results.read("agents")
    rows = [
        row(PROTOCOLS[name], *[results.cell(outcomes, agent, [name], "agents") for agent in AGENTS])
        for name in AGENT_PROTOCOLS
    ]
    heads = results.heads(AGENTS)
    return [row("", *heads), row(*["---"] * (len(heads) + 1)), *rows]


def replace(text, name, lines):
    begin = f"<!-- {name}: begin (written by interop/run) -->"
    end = f"<!-- {name}: end -->"
    before, rest = text.split(begin)
    _, after = rest.split(end)
    block = "\n".join(lines)
    return f"{before}{begin}\n{block}\n{end}{after}"


def main(folder, page, check):
    results = Results(folder)
    text = Path(page).read_text()
    fresh = replace(text, "router", clients_table(results))
    fresh = replace(fresh, "agents", agents_table(results))
    problems = results.problems
    if not check and not problems:
        Path(page).write_text(fresh)
    elif fresh != text:
        problems.append(f"tables in {page} are out of date; `interop/run` writes them:\n{fresh}")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"interop through the router: {results.cells} cells, {len(problems)} problems")
    return 1 if problems else 0


def row(*cells):
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    sys.exit(main(*arguments, check="--check" in sys.argv))
