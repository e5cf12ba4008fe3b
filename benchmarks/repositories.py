"""Adding a repository of 1,000 recipes with their cases, against a bare `git clone`; and the list after it."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.catalog import write_repository
from benchmarks.measuring import Command, Measured, compare, hello, recipes, timed

CASE = 'recipe = "bench/r-{number}"\nrecorded-at = 2026-01-01T00:00:00Z\nsource = "live"\n'


def measure_repositories(folder: Path, rounds: int) -> Iterator[Measured]:
    """Add, sync, update and list a repository of 1,000 recipes, 4,000 files."""
    root = write_repository(folder / "published", 1_000)
    write_cases(root)
    url = publish(root)
    here = folder / "here"
    here.mkdir()
    few = max(3, rounds // 3)
    clone, bare = folder / "here" / "clone", folder / "here" / "bare.git"
    fresh = Command(recipes("repo", "add", url).words, lambda: shutil.rmtree(here / "home", ignore_errors=True))
    for name, words, place in (
        ("git clone", ["git", "clone", "--quiet", url, str(clone)], clone),
        ("git clone --bare", ["git", "clone", "--quiet", "--bare", url, str(bare)], bare),
    ):
        peer = Command(words, lambda place=place: shutil.rmtree(place, ignore_errors=True))  # type: ignore[misc]
        yield compare("add a repository, 1,000 recipes", fresh, (name, peer), here, rounds=few)
    yield compare("sync, nothing to do", recipes("sync"), hello(here), here, rounds=few)
    timed(recipes("list"), here)
    time.sleep(3)  # a lock that is younger than two seconds is read again each time
    timed(recipes("list"), here)
    yield compare("list, 1,000 recipes added", recipes("list"), hello(here), here, rounds=rounds)
    in_use = recipes("--repository", str(root), "list")
    timed(in_use, folder)
    without = Command(["env", f"RECIPES_HOME={folder / 'home'}", *in_use.words])
    yield compare("list, 1,000 recipes added", recipes("list"), ("the same in use", without), here, rounds=rounds)


def write_cases(root: Path) -> None:
    """Write a recorded case of three files for each recipe."""
    for number in range(1_000):
        folder = root / "cassettes" / "bench" / f"r-{number}"
        folder.mkdir(parents=True)
        (folder / "default.toml").write_text(CASE.format(number=number), encoding="utf-8")
        (folder / "default.yaml").write_text(f"version: 1\ninteractions: []\n# {'x' * 2_000} {number}\n")
        (folder / "default.jsonl").write_text(f'{{"name":"{number}"}}\n' * 20, encoding="utf-8")


def publish(root: Path) -> str:
    """Commit all of it, and return where it can be cloned from."""
    names = ("-c", "user.name=Bench", "-c", "user.email=bench@bench.example", "-c", "commit.gpgsign=false")
    for words in (
        *(("init", "--quiet", "--initial-branch=main"), ("add", "--all"), ("commit", "--quiet", "--message", "All")),
        ("gc", "--quiet"),
    ):
        subprocess.run(["git", *names, *words], cwd=root, check=True)
    return f"file://{root}"
