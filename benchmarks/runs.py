"""Start, a live run with one call, and a million rows."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from benchmarks.measuring import PYTHON, Command, Measured, compare, environment, hello, peak_memory, recipes

ROWS = 1_000_000
ANSWER = json.dumps({"items": [{"name": f"item {number}", "size": number} for number in range(20)]}).encode()
RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
# ///
"""What items are there?"""

from collections.abc import Iterator
from typing import Any

import httpx


def main(bench: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield one row an item."""
    response = bench.get("/items")
    response.raise_for_status()
    yield from response.json()["items"]
'''
BARE = """\
import csv
import sys

import httpx

with httpx.Client(base_url="{url}", params={{"key": "test-key-bench"}}) as client:
    response = client.get("/items")
    response.raise_for_status()
    rows = response.json()["items"]
writer = csv.DictWriter(sys.stdout, list(rows[0]))
writer.writeheader()
writer.writerows(rows)
"""
ROW = '{"number": number, "name": "a name", "share": 0.25, "link": "https://x.example/a", "none": None}'
CALL = '    response = bench.get("/items")\n    response.raise_for_status()\n    yield from response.json()["items"]'
MANY = RECIPE.replace(CALL, f"    for number in range({ROWS}):\n        yield {ROW}")
BARE_STREAM = f"""\
import csv, json, sys

def rows():
    for number in range({ROWS}):
        yield {ROW}

if sys.argv[1] == "csv":
    writer = csv.DictWriter(sys.stdout, ["number", "name", "share", "link", "none"])
    writer.writeheader()
    writer.writerows(rows())
else:
    for row in rows():
        sys.stdout.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\\n")
"""


def measure_starts(folder: Path, rounds: int) -> Iterator[Measured]:
    """Start and help against the smallest Click program."""
    for job, words in (("recipes", ()), ("recipes --help", ("--help",)), ("recipes list, 8 recipes", ("list",))):
        yield compare(job, recipes(*words), hello(folder), folder, rounds=rounds, goal=1.35)


def measure_call(folder: Path, rounds: int) -> Iterator[Measured]:
    """A live run of a recipe with one call against the same call in a script."""
    with serving() as url:
        write_repository(folder, url, RECIPE)
        (folder / "bare.py").write_text(BARE.format(url=url), encoding="utf-8")
        bare = ("bare httpx script", Command([PYTHON, "bare.py"]))
        yield compare("run: one live call", recipes("run", "bench/items"), bare, folder, rounds=rounds, goal=1.15)


def measure_streams(folder: Path) -> Iterator[tuple[Measured, float]]:
    """A million rows through the runner, against a loop that only writes; with our peak memory in MB."""
    write_repository(folder, "http://127.0.0.1:9/v1", MANY)
    (folder / "stream.py").write_text(BARE_STREAM, encoding="utf-8")
    for name in ("csv", "jsonl"):
        ours = recipes("run", "bench/items", "--format", name)
        bare = (f"bare {name} loop", Command([PYTHON, "stream.py", name]))
        found = compare(f"run: {ROWS:,} rows to {name}", ours, bare, folder, rounds=3)
        yield found, peak_memory(ours.words, folder)


def write_repository(folder: Path, url: str, recipe: str) -> None:
    """Make the folder a trusted repository with one recipe."""
    (folder / "recipes" / "bench").mkdir(parents=True, exist_ok=True)
    (folder / "recipes.toml").write_text('name = "bench"\ntitle = "Bench"\n', encoding="utf-8")
    api = f'title = "Bench"\nbase-url = "{url}"\n[key]\nin = "query"\nname = "key"\nenv = "BENCH_KEY"\n'
    (folder / "recipes" / "bench" / "api.toml").write_text(f'{api}[limits]\nrates = ["1000/1s"]\n', encoding="utf-8")
    (folder / "recipes" / "bench" / "items.py").write_text(recipe, encoding="utf-8")
    words = recipes("trust", str(folder)).words
    subprocess.run(words, cwd=folder, env=environment(folder), check=True, stderr=subprocess.DEVNULL)


@contextmanager
def serving() -> Iterator[str]:
    """Serve one answer on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()
