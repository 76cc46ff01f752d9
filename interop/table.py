#!/usr/bin/env python3
"""Turns the clients' JSON lines into the table of docs/interop.md.

    table.py RESULTS PAGE           rewrites the block between the markers
    table.py RESULTS PAGE --check   changes nothing; exit status 1 when the block is out of date

Exit status 1 as well when a case failed, or when a client did not report a case that this file
lists: a client that stopped early must not look like one that passed.
"""

import json
import sys
from pathlib import Path

BEGIN = "<!-- interop: begin (written by interop/run) -->"
END = "<!-- interop: end -->"

CLIENTS = {
    "sdk-0.5": "`@openrouter/sdk`",
    "sdk": "`@openrouter/sdk`",
    "openrouter-python": "`openrouter` (Python)",
    "agent": "`@openrouter/agent`",
    "openai-node": "`openai` (Node)",
    "openai-python": "`openai` (Python)",
    "openai-agents": "`openai-agents`",
    "pydantic-ai": "`pydantic-ai`",
    "ai-sdk": "AI SDK (`ai`)",
    "codex": "Codex",
}
OPENROUTER = ("sdk-0.5", "sdk")
BETA = OPENROUTER + ("openrouter-python",)
OPENAI = ("openai-node", "openai-python")
DIRECT = BETA + OPENAI
FRAMEWORKS = ("agent", "openai-agents", "pydantic-ai", "ai-sdk")
ALL = DIRECT + FRAMEWORKS

# Label of each case in the table, and the clients that have it.
CASES = {
    "whole": ("a whole response", ("sdk",) + OPENAI + FRAMEWORKS),
    "beta": ("the same through `beta.responses`", BETA),
    "stream": ("a stream", ("sdk",) + OPENAI + FRAMEWORKS),
    "beta_stream": ("the same through `beta.responses`", BETA),
    "helper_stream": ("the client's own stream helper", OPENAI),
    "conversation": ("a response sent back as input", ALL),
    "schema": (
        "structured output by a JSON schema",
        DIRECT + FRAMEWORKS,
    ),
    "schema_stream": ("the same, streamed", OPENAI + ("ai-sdk",)),
    "tool": ("a forced function call", DIRECT + FRAMEWORKS),
    "tool_stream": ("the same, streamed", DIRECT),
    "tool_output": ("the function's output sent back", DIRECT),
    "loop": ("the client's own tool loop", FRAMEWORKS),
    "models": ("the list of models", ("sdk", "openrouter-python") + OPENAI),
    "hang_up": ("disconnecting mid-stream stops the generation", DIRECT + ("agent", "ai-sdk")),
    "error_no_input": ("no input: 400", DIRECT),
    "error_too_long": ("a prompt larger than the context: 400", ALL),
    "error_no_model": ("an unknown model: 404", ALL),
    "error_too_large": ("a body larger than the limit: 413", DIRECT),
    "error_busy": ("a full queue: 503", OPENROUTER + OPENAI),
    "context": ("default tools and prompt: admitted, then the context error", ("codex",)),
}


def main(results, page, check):
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
    text = Path(page).read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    fresh = f"{before}{BEGIN}\n{block}{END}{after}"
    if check and fresh != text:
        problems.append(f"the table in {page} is out of date; `interop/run` writes it:\n{block}")
    elif not check and not problems:
        Path(page).write_text(fresh)

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
