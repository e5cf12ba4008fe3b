"""Exported scripts: their start, a whole run, and how much of each is plumbing."""

import shutil
import subprocess
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from benchmarks.measuring import Command, Measured, compare, environment, recipes
from runner.sharing.export.script import BELOW

ROOT = Path(__file__).parents[1]
WORDS = ("--topic", "ferry strike")
GOAL = 1.2
HTTPX = ("httpx", "httpcore", "anyio", "certifi", "h11", "idna", "sniffio", "typing_extensions")

BARE = """\
import argparse
import csv
import os
import sys
from datetime import UTC, datetime, timedelta

import httpx

parser = argparse.ArgumentParser(description="Which stories about my topic get the most engagement right now?")
parser.add_argument("--topic", required=True, help="A word or phrase.")
parser.add_argument("--hours", type=int, default=24, help="How many hours to look back.")
parser.add_argument("--limit", type=int, default=10, help="How many stories.")
parser.add_argument("--language", default="en", help="Two-letter code of the language they are written in.")
parser.add_argument("--base-url", default="https://api.newswhip.com/v1", help="Another address.")
given = parser.parse_args()
since = datetime.now(UTC) - timedelta(hours=given.hours)
with httpx.Client(base_url=given.base_url, params={"key": os.environ["NEWSWHIP_API_KEY"]}, timeout=30) as client:
    response = client.post(
        "/articles",
        json={
            "filters": [f'"{given.topic}"'],
            "language": given.language,
            "from": int(since.timestamp() * 1000),
            "sort_by": "fb_total_engagement",
            "find_related": False,
            "size": given.limit,
        },
    )
    response.raise_for_status()
rows = [
    {
        "headline": article["headline"],
        "publisher": article["source"]["publisher"],
        "interactions": article["fb_data"]["total_engagement_count"],
        "published": f"{datetime.fromtimestamp(article['publication_timestamp'] / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "link": article["link"],
    }
    for article in response.json()["articles"]
]
writer = csv.DictWriter(sys.stdout, list(rows[0]))
writer.writeheader()
writer.writerows(rows)
"""
"""The shortest script with the same call and the same options that one would write by hand."""


def measure_exports(folder: Path, rounds: int) -> Iterator[Measured]:
    """Start and a whole run of an exported script against the shortest one for the same call."""
    folder.mkdir(exist_ok=True)
    python, script = customers_python(folder / "venv"), export(folder, "newswhip/top-stories")
    (folder / "bare.py").write_text(BARE, encoding="utf-8")
    with serving(folder) as address:
        for job, words in (("script --help", ["--help"]), ("script, one call", [*WORDS, "--base-url", address])):
            ours, bare = Command([python, script, *words]), Command([python, "bare.py", *words])
            yield compare(job, ours, ("shortest by hand", bare), folder, rounds=rounds, goal=GOAL)


def count_plumbing(folder: Path) -> Iterator[str]:
    """Yield, for each recipe of the catalog, how many lines of its script are the recipe's and how many are not."""
    for path in sorted(ROOT.glob("recipes/*/*.py")):
        id_ = f"{path.parent.name}/{path.stem.replace('_', '-')}"
        lines = (folder / export(folder, id_)).read_text(encoding="utf-8").split("\n")
        above = lines.index(BELOW)
        yield f"script of {id_}: {above} lines above, {len(lines) - 1 - above} of plumbing"


def customers_python(folder: Path) -> str:
    """Make an environment with httpx and what that needs, copied from here, and return its Python."""
    venv.create(folder, with_pip=False, symlinks=True)
    [site] = folder.glob("lib/python*/site-packages")
    for name in HTTPX:
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:
            continue  # an older Python needs more of them
        for file in (each for each in files if ".." not in each.parts):
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), site / file)
    return str(folder / "bin" / "python")


def export(folder: Path, id_: str) -> str:
    """Export a script, and return the name of the file."""
    name = f"{id_.partition('/')[2]}.py"
    words = recipes("export", id_, "--to", "script", "-o", name, "--force").words
    # A key "sandbox" would be found where the script says how it was checked.
    variables = {name: value for name, value in environment(folder).items() if name != "NEWSWHIP_API_KEY"}
    subprocess.run(words, cwd=folder, env=variables, check=True, capture_output=True)
    return name


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the sandbox as a user would."""
    words = recipes("sandbox", "newswhip", "--port", "0").words
    with subprocess.Popen(words, cwd=folder, env=environment(folder), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        yield process.stderr.readline().partition(" on ")[2].partition(", ")[0]
        process.kill()
