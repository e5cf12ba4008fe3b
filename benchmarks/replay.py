"""Replaying recorded calls: our cases against tests as people write them with pytest-recording."""

import json
import random
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


def measure_replays(folder: Path, rounds: int) -> Iterator[Measured]:
    """Measure a suite of many small cases, and one case of many calls at two sizes."""
    write_suites(folder / "suite")
    ours = Command([PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "recipes"])
    theirs = Command([PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--block-network", "peer"])
    job = f"replay {TESTS} tests x {CALLS} POSTs x 20 KB"
    yield compare(job, ours, ("pytest-recording", theirs), folder / "suite", rounds=rounds, goal=0.25)
    for calls in (30, 300):
        write_case(folder / str(calls), 0, calls)
    ten_times = ("one of 30 calls", recipes("--repository", str(folder / "30"), "test"))
    many = recipes("--repository", str(folder / "300"), "test")
    yield compare("replay one case of 300 calls", many, ten_times, folder, rounds=rounds, goal=10.0)


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
    import subprocess

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
