"""A recipe in a process of its own against the same recipe in the process of `recipes`."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import PYTHON, Command, Measured, compare, environment, recipes

CALLS = 300
API = """\
title = "Bench"
base-url = "https://bench.example/v1"
sandbox = "sandbox:app"
sandbox-now = 2026-11-20T09:00:00Z
"""
SANDBOX = """\
import json

ANSWER = json.dumps({"items": [{"name": f"item {number}", "size": number} for number in range(20)]}).encode()


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(ANSWER)))])
    return [ANSWER]
"""
RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
# ///
"""What items are there?"""

from collections.abc import Iterator
from typing import Any

import httpx


def main(bench: httpx.Client, calls: int = 1) -> Iterator[dict[str, Any]]:
    """Yield one row an item.

    Args:
        calls: How often to ask.
    """
    for _ in range(calls):
        yield from bench.get("/items").raise_for_status().json()["items"]
'''
APART = """\
import sys

from runner.cli import isolating, main

isolating.OWN = ()
main(sys.argv[1:])
"""
"""Lets every recipe run as one of an added repository."""


def measure_isolation(folder: Path, rounds: int) -> Iterator[Measured]:
    """Whole processes of `recipes run --try`, with one call and with many; and many rows."""
    (folder / "recipes" / "bench" / "sandbox").mkdir(parents=True)
    (folder / "recipes.toml").write_text('name = "bench"\ntitle = "Bench"\n', encoding="utf-8")
    (folder / "recipes" / "bench" / "api.toml").write_text(API, encoding="utf-8")
    (folder / "recipes" / "bench" / "sandbox" / "__init__.py").write_text(SANDBOX, encoding="utf-8")
    (folder / "recipes" / "bench" / "items.py").write_text(RECIPE, encoding="utf-8")
    (folder / "apart.py").write_text(APART, encoding="utf-8")
    trust = recipes("trust", str(folder)).words
    subprocess.run(trust, cwd=folder, env=environment(folder), check=True, stderr=subprocess.DEVNULL)
    here = (PYTHON, "-c", "import sys; from runner.cli import main; main(sys.argv[1:])")
    for calls, goal in ((1, 2.0), (CALLS, 2.0)):
        words = ("run", "bench/items", "--try", "--format", "csv", "--calls", str(calls))
        other = ("in one process", Command([*here, *words]))
        job = f"isolated run, {calls} call{'s' if calls > 1 else ''}"
        yield compare(job, Command([PYTHON, "apart.py", *words]), other, folder, rounds=rounds, goal=goal)
