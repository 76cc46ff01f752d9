#!/usr/bin/env python3
"""Runs both suites against a server for each upstream, and writes the tables of docs/conformance.md.

    run.py SERVER AUDIT PAGE [--check] NAME=MODEL=FRONT...

FRONT is the URL of the scripted front behind the model, or empty for the embedded model. Exit status 1
if a test failed, and with --check if the tables are out of date.
"""

import sys
import traceback
from pathlib import Path

import content
import open_responses
import spec
from client import Target

LABELS = {
    "embedded": "embedded model",
    "responses": "Responses",
    "chat": "Chat Completions",
    "anthropic": "Anthropic Messages",
    "gemini": "Gemini",
}


class Run:
    def __init__(self, targets):
        self.targets, self.problems, self.count = targets, [], 0

    def cell(self, target, test):
        self.count += 1
        try:
            return test(target) or "passed"
        except Exception:
            self.problems.append(f"{target.name}: {test.__name__}:\n{traceback.format_exc(limit=-2)}")
            return "FAILED"

    def open_responses(self):
        rows = []
        for name, test in open_responses.TESTS.items():
            if name in open_responses.ONCE:
                outcome = self.cell(self.targets[0], test)
                cells = [outcome, *["–"] * (len(self.targets) - 1)]
            else:
                cells = [self.cell(target, test) for target in self.targets]
            rows.append((f"`{name}`", *cells))
        return self.table(rows)

    def content(self):
        rows = []
        for label, (test, embedded) in content.TESTS.items():
            cells = [
                self.cell(target, test) if target.front or embedded else "–"
                for target in self.targets
            ]
            rows.append((label, *cells))
        return self.table(rows)

    def table(self, rows):
        heads = [LABELS[target.name] for target in self.targets]
        lines = [("", *heads), ("---",) * (len(heads) + 1), *rows]
        return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def replace(text, name, table):
    begin = f"<!-- {name}: begin (written by interop/run) -->"
    end = f"<!-- {name}: end -->"
    before, rest = text.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n{table}{end}{after}"


def main(server, audit, page, *rest):
    if not spec.loaded():
        print("conformance: ../shared does not exist: not validated with the specification", file=sys.stderr)
    targets = []
    for argument in rest:
        if argument != "--check":
            name, model, front = argument.split("=", 2)
            targets.append(Target(server, name, model, front or None, audit))
    run = Run(targets)
    text = Path(page).read_text()
    fresh = replace(text, "open-responses", run.open_responses())
    fresh = replace(fresh, "content", run.content())
    if "--check" not in rest and not run.problems:
        Path(page).write_text(fresh)
    elif fresh != text:
        run.problems.append(f"the tables in {page} are out of date; `interop/run` writes them:\n{fresh}")
    for problem in run.problems:
        print(problem, file=sys.stderr)
    print(f"conformance: {run.count} tests, {len(run.problems)} problems")
    return 1 if run.problems else 0


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
