"""Replaying recorded calls: our cases against tests as people write them with pytest-recording."""

import json
import random
import statistics
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import PYTHON, Command, Measured, compare, environment, recipes
from runner.catalog import read_recipe
from runner.recording.case import Case, case_folder, case_text
from runner.recording.cassette import cassette_text
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse

TESTS, CALLS, ITEMS = 200, 3, 100
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
# ///
"""What items are there on page {number}?"""

from collections.abc import Iterator
from typing import Any

import httpx


def main(bench: httpx.Client, calls: int = {calls}) -> Iterator[dict[str, Any]]:
    """Yield one row a page.

    Args:
        calls: How many pages.
    """
    for page in range(calls):
        response = bench.post("/items", json={{"number": {number}, "page": page}})
        response.raise_for_status()
        yield {{"page": page, "items": len(response.json()["items"])}}
'''
API = 'title = "Bench"\nbase-url = "https://bench.example/v1"\nread-posts = ["/items"]\n'
PEER = """\
import httpx
import pytest


@pytest.fixture
def vcr_config():
    return {{"match_on": ["method", "scheme", "host", "port", "path", "query", "body"]}}


@pytest.mark.vcr
@pytest.mark.parametrize("number", range({tests}))
def test_items(number):
    with httpx.Client(base_url="https://bench.example/v1") as client:
        for page in range({calls}):
            response = client.post("/items", json={{"number": number, "page": page}})
            response.raise_for_status()
            assert len(response.json()["items"]) == {items}
"""
PLAY = """\
import time
from pathlib import Path
from runner.catalog import read_api, read_recipe
from runner.recording.case import read_case
from runner.recording.cassette import read_cassette
from runner.recording.replay import Subject, replay_exchanges
from runner.running.approval import Approval

root = Path({root!r})
subject = Subject(
    read_recipe(root / "recipes/bench/items_0.py"), {{"bench": read_api(root / "recipes/bench")}}, Approval(root)
)
case = read_case(root / "cassettes/bench/items-0/default.toml")
exchanges = read_cassette(case.cassette)
replay_exchanges(subject, case, exchanges)
started = time.perf_counter()
outcome = replay_exchanges(subject, case, exchanges)
print(time.perf_counter() - started)
assert len(outcome.lines) == {calls}
"""


def measure_replays(folder: Path, rounds: int) -> Iterator[Measured]:
    """Measure a suite of many small cases, and one case of many calls at two sizes."""
    write_suites(folder / "suite")
    # Hypothesis is a tool of ours, which would load itself at the end of both.
    words = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    ours, theirs = Command([*words, "recipes"]), Command([*words, "--block-network", "peer"])
    job = f"replay {TESTS} tests x {CALLS} POSTs x 20 KB"
    yield compare(job, ours, ("pytest-recording", theirs), folder / "suite", rounds=rounds, goal=0.25)
    yield measure_long_case(folder, rounds)


def measure_long_case(folder: Path, rounds: int) -> Measured:
    """Measure one case of 300 calls and one of 30 without the start of a process, of which each takes more."""
    seconds: list[tuple[float, float]] = []
    for calls in (300, 30):
        write_case(folder / str(calls), 0, calls)
    for _ in range(rounds + 1):
        seconds.append((time_case(folder / "300", 300), time_case(folder / "30", 30)))
    many, few = (statistics.median(each) for each in zip(*seconds[1:], strict=True))
    ratio = statistics.median(first / second for first, second in seconds[1:])
    return Measured("replay one case of 300 calls", "one of 30, without start", (many, few), ratio, 10.0)


def time_case(root: Path, calls: int) -> float:
    """Return the seconds in which a case is played once it is read, in a process of its own."""
    words = [PYTHON, "-c", PLAY.format(root=str(root), calls=calls)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True, env=environment(root)).stdout)


def write_suites(root: Path) -> None:
    """Write our cases, and the same traffic as a suite of plain tests."""
    from vcr.request import Request
    from vcr.serialize import serialize
    from vcr.serializers import yamlserializer

    for number in range(TESTS):
        exchanges = write_case(root, number, CALLS)
        cassette = {
            "requests": [
                Request(e.request.method, e.request.url, e.request.body, dict(e.request.headers)) for e in exchanges
            ],
            "responses": [
                {
                    "status": {"code": 200, "message": "OK"},
                    "headers": {"content-type": ["application/json"]},
                    "body": {"string": e.response.body},
                }
                for e in exchanges
            ],
        }
        path = root / "peer" / "cassettes" / "test_items" / f"test_items[{number}].yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(serialize(cassette, yamlserializer), encoding="utf-8")
    (root / "peer" / "test_items.py").write_text(PEER.format(tests=TESTS, calls=CALLS, items=ITEMS), encoding="utf-8")
    (root / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")


def write_case(root: Path, number: int, calls: int) -> list[Exchange]:
    """Write a trusted repository's next recipe with its recorded case."""
    api = root / "recipes" / "bench"
    is_new = not api.exists()
    api.mkdir(parents=True, exist_ok=True)
    (root / "recipes.toml").write_text('name = "bench"\ntitle = "Bench"\n', encoding="utf-8")
    (api / "api.toml").write_text(API, encoding="utf-8")
    path = api / f"items_{number}.py"
    path.write_text(RECIPE.format(number=number, calls=calls), encoding="utf-8")
    exchanges = [exchange(number, page) for page in range(calls)]
    recipe = read_recipe(path)
    case = Case(
        case_folder(root, recipe.id), "default", recipe.id, recipe.digest, "example", NOON, NOON, {"calls": calls}
    )
    case.folder.mkdir(parents=True, exist_ok=True)
    case.path.write_text(case_text(case), encoding="utf-8")
    case.cassette.write_text(cassette_text(exchanges), encoding="utf-8")
    rows = ({"page": page, "items": ITEMS} for page in range(calls))
    lines = (json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    case.result.write_text("".join(lines), encoding="utf-8")
    if is_new:
        words = recipes("trust", str(root)).words
        subprocess.run(words, check=True, stderr=subprocess.DEVNULL, env=environment(root), cwd=root)
    return exchanges


def exchange(number: int, page: int) -> Exchange:
    """Make a request and an answer of about 20 KB."""
    dice = random.Random(number * 1_000 + page)
    items = [
        {
            "name": f"Item {dice.randrange(10**6)} of the long list",
            "link": f"https://x.example/{dice.randrange(10**12)}",
        }
        | {f"figure_{each}": dice.randrange(10**5) for each in range(6)}
        for _ in range(ITEMS)
    ]
    headers = (("content-type", "application/json"),)
    body = json.dumps({"number": number, "page": page}, separators=(",", ":")).encode()
    answer = json.dumps({"items": items}, separators=(",", ":")).encode()
    return Exchange(
        RecordedRequest("POST", "https://bench.example/v1/items", headers, body),
        RecordedResponse(200, "OK", headers, answer),
    )
