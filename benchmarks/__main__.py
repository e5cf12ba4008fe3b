"""Measure what performance we promise, and print it as a table of ratios.

    python -m benchmarks [ROUNDS]

Whole processes, ours and its floor in turn, so that a machine that slows down slows both; medians. The floors do only
the one job, in the same environment. Leave PYTHONDONTWRITEBYTECODE unset: with it, our modules are compiled each time.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ROWS = 1_000_000
PYTHON = sys.executable
ANSWER = json.dumps({"items": [{"name": f"item {number}", "size": number} for number in range(20)]}).encode()


@dataclass(frozen=True, slots=True)
class Measured:
    """One job, ours against its floor.

    Attributes:
        job: What was done.
        floor: The name of the floor.
        seconds: Medians: ours, the floor's.
        ratio: Median of the ratios, round by round.
        goal: The ratio that we promise, or None.
    """

    job: str
    floor: str
    seconds: tuple[float, float]
    ratio: float
    goal: float | None


def main() -> None:
    """Measure everything and print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured = [*measure_starts(folder, rounds), *measure_call(folder, rounds)]
        memory = list(measure_streams(folder))
    print(f"{'job':<34} {'floor':<26} {'ours s':>8} {'floor s':>8} {'ratio':>7} {'goal':>6}")
    for each in measured + [found for found, _ in memory]:
        ours, floor = each.seconds
        goal = f"{each.goal:.2f}" if each.goal else "-"
        print(f"{each.job:<34} {each.floor:<26} {ours:>8.3f} {floor:>8.3f} {each.ratio:>7.2f} {goal:>6}")
    for found, megabytes in memory:
        print(f"{found.job}: peak memory {megabytes:.0f} MB (goal: under 100)")


HELLO = """\
import click

@click.command()
def main():
    click.echo("Hello")

main()
"""


def measure_starts(folder: Path, rounds: int) -> Iterator[Measured]:
    """Start and `list` against the smallest Click program."""
    (folder / "hello.py").write_text(HELLO, encoding="utf-8")
    hello = [PYTHON, "hello.py"]
    for job, words in (("start: recipes", []), ("recipes --help", ["--help"]), ("recipes list", ["list"])):
        yield compare(job, [recipes(), *words], "click hello", hello, folder=folder, rounds=rounds, goal=1.35)


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


def measure_call(folder: Path, rounds: int) -> Iterator[Measured]:
    """A live run of a recipe with one call against the same call in a script."""
    with serving() as url:
        write_repository(folder, url, RECIPE)
        (folder / "bare.py").write_text(BARE.format(url=url), encoding="utf-8")
        ours = [recipes(), "run", "bench/items"]
        yield compare(
            "run: one live call",
            ours,
            "bare httpx script",
            [PYTHON, "bare.py"],
            folder=folder,
            rounds=rounds,
            goal=1.15,
        )


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


def measure_streams(folder: Path) -> Iterator[tuple[Measured, float]]:
    """A million rows through the runner, against a loop that only writes; with our peak memory in MB."""
    write_repository(folder, "http://127.0.0.1:9/v1", MANY)
    (folder / "stream.py").write_text(BARE_STREAM, encoding="utf-8")
    for format_name in ("csv", "jsonl"):
        ours = [recipes(), "run", "bench/items", "--format", format_name]
        bare = [PYTHON, "stream.py", format_name]
        job = f"{ROWS:,} rows to {format_name}"
        found = compare(job, ours, f"bare {format_name} loop", bare, folder=folder, rounds=3, goal=None)
        yield found, peak_memory(ours, folder)


def compare(
    job: str, ours: Sequence[str], floor: str, bare: Sequence[str], *, folder: Path, rounds: int, goal: float | None
) -> Measured:
    """Run two commands in turn and compare them round by round; the first round warms up."""
    pairs = [(timed(ours, folder), timed(bare, folder)) for _ in range(rounds + 1)][1:]
    medians = (statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs))
    return Measured(job, floor, medians, statistics.median(first / second for first, second in pairs), goal)


def timed(command: Sequence[str], folder: Path) -> float:
    """Return the seconds a command takes; it has to work."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment(folder), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def peak_memory(command: Sequence[str], folder: Path) -> float:
    """Return the peak memory of a command in MB, asked of a process that has no other child."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    answer = subprocess.run(
        [PYTHON, "-c", code, *command], cwd=folder, env=environment(folder), check=True, capture_output=True, text=True
    )
    return int(answer.stdout) / 1024


def recipes() -> str:
    """Return the command as installed beside this Python."""
    return str(Path(PYTHON).with_name("recipes"))


def environment(folder: Path) -> dict[str, str]:
    """Return an environment with a key and a trust store of its own."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "SYSTEMROOT")}
    return kept | {"BENCH_KEY": "test-key-bench", "RECIPES_HOME": str(folder / "home")}


def write_repository(folder: Path, url: str, recipe: str) -> None:
    """Make the folder a trusted repository with one recipe."""
    (folder / "recipes" / "bench").mkdir(parents=True, exist_ok=True)
    (folder / "recipes.toml").write_text('name = "bench"\ntitle = "Bench"\n', encoding="utf-8")
    api = f'title = "Bench"\nbase-url = "{url}"\n[key]\nin = "query"\nname = "key"\nenv = "BENCH_KEY"\n'
    api += '[limits]\nrates = ["5/1s", "100/300s"]\n' if "9/v1" in url else '[limits]\nrates = ["1000/1s"]\n'
    (folder / "recipes" / "bench" / "api.toml").write_text(api, encoding="utf-8")
    (folder / "recipes" / "bench" / "items.py").write_text(recipe, encoding="utf-8")
    trust = [recipes(), "trust", str(folder)]
    subprocess.run(trust, cwd=folder, env=environment(folder), check=True, stderr=subprocess.DEVNULL)


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


if __name__ == "__main__":
    main()
