"""Listing and finding among 100, 1,000 and 10,000 recipes, against programs that list tasks."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import PYTHON, Command, Measured, beside_python, compare, hello, recipes, timed

THINGS = ("stories", "publishers", "authors", "links", "pages", "topics", "videos", "alerts", "clusters", "brands")
PLACES = ("ireland", "norway", "chile", "kenya", "japan", "india", "peru", "spain", "italy", "france")
DOINGS = ("rank", "count", "compare", "export", "watch", "find", "score", "group", "sum", "chart")
RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["{thing}", "{place}"]
# audience = ["analyst", "developer"]
#
# [tool.recipe-runner.parameters.topic]
# example = "ferry strike"
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
# ///
"""How do I {doing} the {thing} of {place} for customer {number}?

For an analyst who wants to {doing} {thing} before building anything of their own.
The API looks back seven days at most in one call.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx


def main(bench: httpx.Client, topic: str, hours: int = 24, limit: int = 10) -> Iterator[dict[str, Any]]:
    """Yield one row for each of the {thing}.

    Args:
        topic: A word or phrase, found as it stands.
        hours: How many hours to look back.
        limit: How many {thing}.
    """
    since = datetime.now(UTC) - timedelta(hours=hours)
    response = bench.post("/{thing}", json={{"topic": topic, "from": int(since.timestamp() * 1000), "size": limit}})
    response.raise_for_status()
    for item in response.json()["{thing}"]:
        yield {{"name": item["name"], "interactions": item["interactions"], "link": item["link"]}}
'''
READ_ALL = '''\
"""The reference of a first index: read each file, its block, its signature and its docstring, and keep them."""
import ast, pathlib, sqlite3, tomllib
import click

@click.command()
def main():
    rows = []
    for path in sorted(pathlib.Path("recipes/bench").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        block = text.split("# ///\\n")[0].split("# /// script\\n")[1]
        table = tomllib.loads("".join(line[1:] for line in block.splitlines(True)))
        tree = ast.parse(text)
        main = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
        names = [argument.arg for argument in main.args.args]
        rows.append((str(path), ast.get_docstring(tree), ast.get_docstring(main), repr(names), repr(table)))
    with sqlite3.connect("reference.sqlite") as base:
        base.execute("drop table if exists recipe")
        base.execute("create virtual table recipe using fts5(path, title, help, names, block)")
        base.executemany("insert into recipe values (?, ?, ?, ?, ?)", rows)

main()
'''


def measure_catalogs(folder: Path, rounds: int) -> Iterator[Measured]:
    """List unchanged repositories of three sizes; index, change and search the largest."""
    for size in (100, 1_000, 10_000):
        root = write_repository(folder / str(size), size)
        few = rounds if size < 10_000 else max(3, rounds // 3)
        goal = 1.35 if size == 100 else None
        yield compare(f"list, {size:,} recipes", recipes("list"), hello(root), root, rounds=few, goal=goal)
        for name, peer in peers(root, size):
            yield compare(f"list, {size:,} recipes", recipes("list"), (name, peer), root, rounds=few)
    yield from measure_largest(root, max(3, rounds // 3))


def measure_largest(root: Path, rounds: int) -> Iterator[Measured]:
    """Measure the first index, one change, a search and a completion among 10,000."""
    (root / "read_all.py").write_text(READ_ALL, encoding="utf-8")
    fresh = Command(recipes("list").words, lambda: shutil.rmtree(root / "home", ignore_errors=True))
    reference = ("read, parse, FTS5", Command([PYTHON, "read_all.py"]))
    yield compare("first index of 10,000", fresh, reference, root, rounds=rounds, goal=1.1)
    changed = Command(recipes("list").words, lambda: change_one(root))
    yield compare("list, one of 10,000 changed", changed, hello(root), root, rounds=rounds)
    time.sleep(3)  # as in `write_repository`
    timed(recipes("list"), root)
    search = recipes("search", "rank publishers japan")
    yield compare("search among 10,000", search, hello(root), root, rounds=rounds, goal=1.35)
    completing = Command([PYTHON, "-c", COMPLETE, beside_python("recipes")])
    yield compare("completion among 10,000", completing, hello(root), root, rounds=rounds)


COMPLETE = """\
import os, sys
words = {"COMP_WORDS": "recipes run bench/r-12", "COMP_CWORD": "2", "_RECIPES_COMPLETE": "bash_complete"}
os.execve(sys.argv[1], [sys.argv[1]], {**os.environ, **words})
"""


def write_repository(root: Path, size: int) -> Path:
    """Write a repository of that many recipes, and the same number of tasks for each peer."""
    api = root / "recipes" / "bench"
    api.mkdir(parents=True)
    (root / "recipes.toml").write_text('name = "bench"\ntitle = "Bench"\n', encoding="utf-8")
    (api / "api.toml").write_text('title = "Bench"\nbase-url = "https://bench.example/v1"\n', encoding="utf-8")
    for number in range(size):
        thing, place, doing = THINGS[number % 10], PLACES[number // 10 % 10], DOINGS[number // 100 % 10]
        text = RECIPE.format(thing=thing, place=place, doing=doing, number=number)
        (api / f"r_{number}.py").write_text(text, encoding="utf-8")
    time.sleep(3)  # a file that is younger than two seconds is read again each time
    return root


def peers(root: Path, size: int) -> Iterator[tuple[str, Command]]:
    """Yield the programs from PyPI that list as many tasks, where they are installed."""
    numbers = range(size)
    just = "".join(f"# Task {number} for a customer\nr-{number} topic:\n    echo {number}\n\n" for number in numbers)
    (root / "justfile").write_text(just, encoding="utf-8")
    tasks = "".join(f'@task\ndef r_{n}(c, topic):\n    """Task {n} for a customer."""\n\n' for n in numbers)
    (root / "tasks.py").write_text(f"from invoke import task\n\n{tasks}", encoding="utf-8")
    sessions = "".join(f'@nox.session\ndef r_{n}(session):\n    """Task {n} for a customer."""\n\n' for n in numbers)
    (root / "noxfile.py").write_text(f"import nox\n\n{sessions}", encoding="utf-8")
    for name in ("just", "invoke", "nox"):
        if Path(beside_python(name)).exists():
            yield f"{name} --list", Command([beside_python(name), "--list"])


def change_one(root: Path) -> None:
    """Change one recipe as an editor would."""
    path = root / "recipes" / "bench" / "r_77.py"
    text = path.read_text(encoding="utf-8")
    old, new = ("77 again", "77") if "77 again" in text else ("customer 77", "customer 77 again")
    path.write_text(text.replace(old, new), encoding="utf-8")
