#!/usr/bin/env python3
"""Turns the clients' JSON lines into the README's table.

    table.py RESULTS README           rewrites the block between the markers
    table.py RESULTS README --check   changes nothing; exit status 1 when the block is out of date

Exit status 1 as well when a case failed, or when a client did not report a case that this file
says it has: a client that stopped half-way must not look like one that passed.
"""

import json
import sys
from pathlib import Path

BEGIN = "<!-- interop: begin (written by interop/run) -->"
END = "<!-- interop: end -->"

CLIENTS = {
    "sdk-0.5": "`@openrouter/sdk`",
    "sdk": "`@openrouter/sdk`",
    "openai-node": "`openai` (Node)",
    "openai-python": "`openai` (Python)",
}
OPENROUTER = ("sdk-0.5", "sdk")
OPENAI = ("openai-node", "openai-python")
ALL = OPENROUTER + OPENAI

# What each case is called in the table, and which clients have it.
CASES = {
    "whole": ("a whole answer", ("sdk",) + OPENAI),
    "beta": ("the same through `beta.responses`", OPENROUTER),
    "stream": ("a stream, event by event", ("sdk",) + OPENAI),
    "beta_stream": ("the same through `beta.responses`", OPENROUTER),
    "helper_stream": ("the client's own stream helper", OPENAI),
    "conversation": ("an answer sent back as input", ALL),
    "schema": ("an answer held to a JSON schema", ALL),
    "schema_stream": ("the same, streamed", OPENAI),
    "tool": ("a forced function call", ALL),
    "tool_stream": ("the same, streamed", ALL),
    "tool_output": ("the function's output fed back", ALL),
    "models": ("the list of models", ("sdk",) + OPENAI),
    "hang_up": ("hanging up mid-answer: no generation left running", ALL),
    "error_no_input": ("no input: 400", ALL),
    "error_too_long": ("a prompt past the context: 400", ALL),
    "error_no_model": ("an unknown model: 404", ALL),
    "error_too_large": ("a body past the limit: 413", ALL),
    "error_busy": ("a full queue: 503", ALL),
}


def main(results, readme, check):
    reported, versions, problems = {}, {}, []
    for line in Path(results).read_text().splitlines():
        entry = json.loads(line)
        reported[entry["client"], entry["case"]] = entry["outcome"]
        versions[entry["client"]] = entry["version"]
        if entry["outcome"] == "FAILED":
            problems.append(f"{entry['client']} {entry['case']} failed:\n{entry['detail']}")
    expected = {(client, case) for case, (_, has) in CASES.items() for client in has}
    problems += [f"{client} did not report {case}" for client, case in sorted(expected - reported.keys())]
    problems += [f"{client} {case} is not in the table" for client, case in sorted(reported.keys() - expected)]

    block = table(reported, versions)
    text = Path(readme).read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    fresh = f"{before}{BEGIN}\n{block}{END}{after}"
    if check and fresh != text:
        problems.append(f"the table in {readme} is out of date; `interop/run` writes it:\n{block}")
    elif not check and not problems:
        Path(readme).write_text(fresh)

    passed = sum(outcome != "FAILED" for outcome in reported.values())
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"interop: {passed} passed, {len(reported) - passed} failed")
    return 1 if problems else 0


def table(reported, versions):
    heads = [f"{name} {versions.get(client, '?')}" for client, name in CLIENTS.items()]
    lines = [row("", *heads), row("---", *(["---"] * len(heads)))]
    for case, (label, _) in CASES.items():
        outcomes = [reported.get((client, case), "–") for client in CLIENTS]
        words = [outcome if outcome in ("passed", "FAILED", "–") else f"`{outcome}`" for outcome in outcomes]
        lines.append(row(label, *words))
    return "\n".join(lines) + "\n"


def row(*cells):
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    sys.exit(main(*arguments, check="--check" in sys.argv))
