#!/usr/bin/env python3
"""Runs commands against a scripted model, and prints what each does, for docs/command-compared.md.

    run.py [TRIAL]... [--orouter PATH] [--llm PATH] [--aichat PATH]
    run.py --shell      # a shell in which the programs use the scripted model; requests.jsonl has the requests

A program that is not found is reported as skipped. Needs Python 3 and a Unix.
"""

import argparse
import fcntl
import json
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time
from pathlib import Path

import server

SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
          "required": ["name", "age"], "additionalProperties": False}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060606000000005000173c7"
    "5b5f0000000049454e44ae426082")
# A valid header of a WAV file with eight samples of silence.
WAV = (b"RIFF\x34\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00"
       b"data\x10\x00\x00\x00" + bytes(16))
# The server takes its result, and replies with a text.
FUNCTION = "def get_weather(city: str) -> str:\n    return 'sunny in ' + city"

# Each program with the options that select the scripted model, and the words of its other options.
PROGRAMS = {
    "orouter": {"ask": ["send", "-m", "{model}"], "system": ["-s"], "attach": ["-a"], "schema": ["--schema"],
                "whole": ["--json"], "usage": ["--usage"], "top_p": ["-o", "top_p=0.5"],
                "member": ["-o", 'metadata={"a":"b"}'],
                "no-stream": ["--no-stream"], "text-file": ["-a"]},
    "llm": {"ask": ["-m", "{model}"], "system": ["-s"], "attach": ["-a"], "schema": ["--schema"],
            "whole": ["--json"], "usage": ["-u"], "top_p": ["-o", "top_p", "0.5"],
            "member": ["-o", "metadata", '{"a":"b"}'],
            "no-stream": ["--no-stream"], "function": ["--functions"], "text-file": ["-f"]},
    "aichat": {"ask": ["-m", "s:{model}"], "system": ["--prompt"], "attach": ["-f"], "text-file": ["-f"],
               "no-stream": ["-S"]},
}
# Model, options, words and the rest of each trial. An option with a value names it after `=`.
TRIALS = {
    "words": ("ok", [], ["what", "is", "rust"], {"request": True}),
    "words-hyphen": ("ok", [], ["list", "-1", "things"], {"request": True}),
    "piped": ("ok", [], ["Summarize"], {"stdin": "some piped text\n", "request": True}),
    "system": ("ok", ["system=Be brief."], ["hello"], {"request": True}),
    "image": ("ok", ["attach=pixel.png"], ["describe"], {"request": True}),
    "audio": ("ok", ["attach=silence.wav"], ["describe"], {"request": True}),
    "pdf": ("ok", ["attach=report.pdf"], ["describe"], {"request": True}),
    "text-file": ("ok", ["text-file=notes.txt"], ["describe"], {"request": True}),
    "missing-file": ("ok", ["attach=missing.png"], ["describe"], {}),
    "schema": ("object", ["schema=person.json"], ["extract"], {"request": True}),
    "schema-fenced": ("fenced", ["schema=person.json"], ["extract"], {}),
    "schema-misfit": ("misfit", ["schema=person.json"], ["extract"], {}),
    "schema-invalid": ("object", ["schema=broken.json"], ["extract"], {}),
    "top_p": ("ok", ["top_p"], ["hello"], {"request": True}),
    "member": ("ok", ["member"], ["hello"], {"request": True}),
    "reasoning": ("reasoning", [], ["hello"], {}),
    "tools": ("tools", [], ["weather"], {}),
    "tools-run": ("tools", [f"function={FUNCTION}"], ["weather"], {}),
    "whole": ("ok", ["whole"], ["hello"], {}),
    "usage": ("ok", ["usage"], ["hello"], {}),
    "no-stream": ("ok", ["no-stream"], ["hello"], {"request": True}),
    "429-once": ("s429once", [], ["hello"], {}),
    "429-once-terminal": ("s429once", [], ["hello"], {"terminal": True}),
    "503-once": ("s503once", [], ["hello"], {}),
    "503": ("s503", [], ["hello"], {"timeout": 60}),
    "400": ("s400", [], ["hello"], {}),
    "401": ("s401", [], ["hello"], {}),
    "404": ("s404", [], ["hello"], {}),
    "html": ("html", [], ["hello"], {"timeout": 60}),
    "cut": ("cut", [], ["hello"], {}),
    "end": ("end", [], ["hello"], {}),
    "error": ("error", [], ["hello"], {}),
    "length": ("length", [], ["hello"], {}),
    "interrupt": ("slow", [], ["hello"], {"signal": 2}),
    "interrupt-waiting": ("hang", [], ["hello"], {"signal": 2}),
    "hang": ("hang", [], ["hello"], {"timeout": 20}),
    "control": ("control", [], ["hello"], {}),
    "control-terminal": ("control", [], ["hello"], {"terminal": True}),
    "markdown-terminal": ("markdown", [], ["hello"], {"terminal": True}),
    "tools-terminal": ("tools", [], ["weather"], {"terminal": True}),
    "head": ("flood", [], ["hello"], {"head": True}),
    "unreachable": ("ok", [], ["hello"], {"unreachable": True, "timeout": 60}),
    "bad-option": ("ok", [], ["--no-such-option", "hello"], {}),
    "empty": ("ok", [], [""], {"stdin": ""}),
}


def settings(folder, base_url):
    """Configures the programs below `folder`, and returns their environment."""
    (folder / "llm").mkdir()
    failures = (f"s{code}{end}" for code in server.ERRORS for end in ("", "once"))
    models = [*server.TEXTS, "reasoning", "tools", "html", "hang", *failures]
    (folder / "llm/extra-openai-models.yaml").write_text("".join(
        f"- model_id: {name}\n  model_name: {name}\n  api_base: {base_url}\n  vision: true\n  audio: true\n"
        "  supports_schema: true\n  supports_tools: true\n  api_key_name: script\n" for name in models))
    (folder / "llm/keys.json").write_text('{"script": "sk-test"}')
    (folder / "aichat").mkdir()
    (folder / "aichat/config.yaml").write_text(
        f"model: s:ok\nclients:\n- type: openai-compatible\n  name: s\n  api_base: {base_url}\n  api_key: sk-test\n"
        "  models:\n" + "".join(
            f"  - name: {name}\n    supports_vision: true\n    supports_function_calling: true\n" for name in models)
        + "  - name: embed\n    type: embedding\n    default_chunk_size: 1000\n    max_batch_size: 10\n")
    for name, data in {
        "pixel.png": PNG, "silence.wav": WAV, "notes.txt": b"remember the milk\n",
        "report.pdf": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
        "person.json": json.dumps(SCHEMA).encode(), "broken.json": b'{"type": "no-such-type"}',
    }.items():
        (folder / name).write_bytes(data)
    return {
        "PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "xterm-256color", "LANG": "C.UTF-8",
        "OPENROUTER_BASE_URL": base_url, "OPENROUTER_API_KEY": "sk-test", "OROUTER_CONFIG_DIR": str(folder / "orouter"),
        "LLM_USER_PATH": str(folder / "llm"), "AICHAT_CONFIG_DIR": str(folder / "aichat"),
    }


def arguments(program, model, options, words):
    """Returns the arguments, or `None` if the program has no option for one of `options`."""
    known = PROGRAMS[program]
    args = [word.format(model=model) for word in known["ask"]]
    for option in options:
        name, _, value = option.partition("=")
        if name not in known:
            return None
        args += [*known[name], *([value] if value else [])]
    return args + words


def run(command, env, folder, extra, requests):
    """Runs a command; returns status, seconds, standard output and standard error."""
    begun = time.monotonic()
    if extra.get("terminal"):
        return *terminal(command, env, folder), ""
    process = subprocess.Popen(
        command, env=env, cwd=folder, stdin=subprocess.PIPE if "stdin" in extra else subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    if extra.get("head"):
        line = process.stdout.readline()
        process.stdout.close()
        process.stdout = None
        _, error = process.communicate(timeout=30)
        return process.returncode, time.monotonic() - begun, line, error
    if "signal" in extra:
        while not requests and process.poll() is None:
            time.sleep(0.05)
        time.sleep(extra["signal"])
        os.killpg(process.pid, signal.SIGINT)
    data = extra["stdin"].encode() if "stdin" in extra else None
    try:
        output, error = process.communicate(data, timeout=extra.get("timeout", 30))
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, error = process.communicate()
        status = "none, it was still waiting"
    return status, time.monotonic() - begun, output, error


def terminal(command, env, folder):
    """Runs a command on a terminal; returns status, seconds and what it wrote to it."""
    begun = time.monotonic()
    child, master = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.chdir(folder)
        os.execve(command[0], command, env)
    written = b""
    while select.select([master], [], [], 30)[0]:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        written += piece
        if b"\x1b[6n" in piece:
            os.write(master, b"\x1b[1;1R")  # the position of the cursor, which some programs ask for
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), time.monotonic() - begun, written


def shown(data, limit=400):
    text = data.decode(errors="backslashreplace") if isinstance(data, bytes) else data
    text = "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text).strip()
    return text if len(text) <= limit else f"{text[:limit // 2]} [..] {text[-limit // 2:]}"


def shell(paths):
    """Runs a shell with the environment of the programs, and one server."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        scripted = server.start(folder / "requests.jsonl")
        env = settings(folder, f"http://127.0.0.1:{scripted.server_port}/v1")
        folders = [os.path.dirname(os.path.abspath(path)) for path in paths.values() if path]
        subprocess.run(["bash"], cwd=folder, env={**env, "PATH": ":".join([*folders, env["PATH"]])}, check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trials", nargs="*", metavar="TRIAL", help="names of trials; all by default")
    for program in PROGRAMS:
        parser.add_argument(f"--{program}", default=program, metavar="PATH")
    parser.add_argument("--shell", action="store_true", help="run a shell instead of trials")
    options = parser.parse_args()
    paths = {program: shutil.which(getattr(options, program)) for program in PROGRAMS}
    if options.shell:
        shell(paths)
        return
    for name in options.trials or TRIALS:
        model, asked, words, extra = TRIALS[name]
        for program, path in paths.items():
            print(f"== {name} {program}: ", end="", flush=True)
            if not path:
                print("skipped, not found")
                continue
            args = arguments(program, model, asked, words)
            if args is None:
                print("skipped, no such option")
                continue
            with tempfile.TemporaryDirectory() as folder:
                folder = Path(folder)
                scripted = server.start()
                port = 1 if extra.get("unreachable") else scripted.server_port
                env = settings(folder, f"http://127.0.0.1:{port}/v1")
                command = [os.path.abspath(path), *args]
                status, seconds, output, error = run(command, env, folder, extra, scripted.requests)
                scripted.shutdown()
            print(f"status {status} after {seconds:.1f} s, requests: {len(scripted.requests)}")
            for label, data in (("out", output), ("err", error)):
                if data:
                    print(f"{label}: {shown(data)}")
            if extra.get("request") and scripted.requests:
                print(f"sent: {shown(json.dumps(scripted.requests[-1]), 1000)}")


if __name__ == "__main__":
    main()
