#!/usr/bin/env python3
"""Turns the clients' JSON lines through the router into the second table of docs/interop.md.

    router_table.py FOLDER PAGE [--check]

FOLDER has the files `responses`, `chat`, `engine` and `embedded`. Exit status 1 when a case failed or is
missing, and with --check when the table is out of date.
"""

import json
import re
import sys
from pathlib import Path

BEGIN = "<!-- router: begin (written by interop/run) -->"
END = "<!-- router: end -->"

ENGINE = (Path(__file__).parent / "engine/requirements.txt").read_text()
ENGINE_VERSION = re.search(r"^xllamacpp==(\S+)", ENGINE, re.MULTILINE)[1]

PROTOCOLS = {
    "responses": "Responses upstream",
    "chat": "Chat Completions upstream",
    "engine": f"llama.cpp (`xllamacpp` {ENGINE_VERSION})",
    "embedded": "embedded model",
}
CLIENTS = {
    "sdk": "`@openrouter/sdk`",
    "agent": "`@openrouter/agent`",
    "openai-node": "`openai` (Node)",
    "openai-python": "`openai` (Python)",
    "ai-sdk": "AI SDK (`ai`)",
}
# Label of each case, and the names under which clients report it: the first that is there counts.
CASES = {
    "text": ("whole",),
    "a stream": ("stream",),
    "a forced function call": ("tool",),
    "a function's output": ("tool_output", "loop"),
    "structured output": ("schema",),
}


def main(folder, page, check):
    problems, rows = [], []
    versions = {}
    for protocol, label in PROTOCOLS.items():
        reported = {}
        for line in Path(folder, protocol).read_text().splitlines():
            entry = json.loads(line)
            reported[entry["client"], entry["case"]] = entry["outcome"]
            versions[entry["client"]] = entry["version"]
            if entry["outcome"] == "FAILED":
                problems.append(f"{protocol}: {entry['client']} {entry['case']}:\n{entry['detail']}")
        for case, names in CASES.items():
            outcomes = []
            for client in CLIENTS:
                found = [reported[client, name] for name in names if (client, name) in reported]
                if not found:
                    problems.append(f"{protocol}: {client} did not report {names[0]}")
                outcomes.append(found[0] if found else "missing")
            rows.append(row(label, case, *outcomes))

    heads = [f"{name} {versions.get(client, '?')}" for client, name in CLIENTS.items()]
    lines = [row("", "", *heads), row(*["---"] * (len(heads) + 2)), *rows]
    block = "\n".join(lines) + "\n"
    text = Path(page).read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    fresh = f"{before}{BEGIN}\n{block}{END}{after}"
    if check and fresh != text:
        problems.append(f"the router's table in {page} is out of date; `interop/run` writes it:\n{block}")
    elif not check and not problems:
        Path(page).write_text(fresh)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"interop through the router: {len(rows) * len(CLIENTS)} cells, {len(problems)} problems")
    return 1 if problems else 0


def row(*cells):
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    sys.exit(main(*arguments, check="--check" in sys.argv))
