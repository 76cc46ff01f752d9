"""Shared by the Python clients: prompts, schemas, checks, and the report of one JSON line per case."""

import asyncio
import inspect
import json
import os
import sys
import time
import traceback
import urllib.request
from typing import Literal

from pydantic import BaseModel, ConfigDict

SERVER = os.environ["OROUTER_INTEROP_SERVER"]
# A server that runs one generation at a time and has no queue.
BUSY_SERVER = os.environ["OROUTER_INTEROP_BUSY_SERVER"]
MODEL = os.environ["OROUTER_INTEROP_MODEL"]

PERSON_PROMPT = "Extract: Maria Lopez is 34 and lives in Lisbon."
WEATHER_PROMPT = "What is the weather in Paris, in celsius?"
WEATHER_DESCRIPTION = "The weather in a city, right now."
WEATHER_REPORT = '{"temperature": 21, "sky": "clear"}'
LONG_PROMPT = "one two three four five six seven eight nine ten " * 600
# More than the 32 MiB that the server accepts as a body.
HUGE_PROMPT = "x" * 34_000_000


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    age: int
    city: str


class Weather(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    city: str
    unit: Literal["celsius", "fahrenheit"]


def settled():
    """Waits until no generation runs; fails after 5 seconds."""
    deadline = time.monotonic() + 5
    while True:
        with urllib.request.urlopen(f"{SERVER}/health") as answer:
            active = json.load(answer)["active_generations"]
        if active == 0:
            return
        assert time.monotonic() < deadline, "a generation is left running"
        time.sleep(0.025)


def run(client, version, cases):
    """Runs the cases and ends the process. A case raises to fail, and may return a short outcome.

    Runs only the cases in OROUTER_INTEROP_CASES, separated by commas, if it is set.
    """
    only = os.environ.get("OROUTER_INTEROP_CASES")
    failed = False
    for name, body in cases.items():
        if only and name not in only.split(","):
            continue
        outcome, detail = "passed", ""
        try:
            result = body()
            if inspect.isawaitable(result):
                result = asyncio.run(result)
            outcome = result or "passed"
        except Exception:
            outcome, detail, failed = "FAILED", traceback.format_exc(), True
        line = {
            "client": client,
            "version": version,
            "case": name,
            "outcome": outcome,
            "detail": detail,
        }
        print(json.dumps(line), flush=True)
    sys.exit(failed)
