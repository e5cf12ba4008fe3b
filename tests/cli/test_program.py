import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

AT_THE_END = """
import atexit, gc, sys
atexit.register(lambda: print(gc.isenabled(), gc.get_freeze_count() > 0, file=sys.stderr))
from runner.cli.program import run
run()
"""

LEAVING = '''\
from pathlib import Path


class Holder:
    """Refers to itself, so that only a search for garbage finds it."""

    def __init__(self) -> None:
        self.me = self
        self.file = Path("left.txt")

    def __del__(self) -> None:
        self.file.write_text("written", encoding="utf-8")


def main(echo: httpx.Client) -> list[dict[str, Any]]:
    """Leave something that ends by itself."""
    Holder()
    return [{"row": 1}]'''


def process(*words: str, home: Path, folder: Path) -> str:
    """Return what a process of its own wrote to stderr."""
    env = {"PYTHONPATH": os.pathsep.join(sys.path), "RECIPES_HOME": str(home)}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=env, capture_output=True, text=True, check=True
    ).stderr


@pytest.mark.parametrize(
    "words, is_enabled",
    [
        (("--help",), False),
        (("templates",), False),
        (("list",), True),
        (("check",), True),
        (("explain", "R101"), False),
    ],
)
def test_garbage_is_looked_for_only_in_commands_that_may_take_long(
    repo: Any, home: Path, folder: Path, words: tuple[str, ...], is_enabled: bool
) -> None:
    seen = process("-c", AT_THE_END, *words, home=home, folder=folder)
    assert seen.splitlines()[-1] == f"{is_enabled} True"


def test_what_a_recipe_left_behind_still_ends_by_itself(trusted: Any, home: Path, folder: Path) -> None:
    trusted.write_recipe(code=LEAVING)
    seen = process("-c", AT_THE_END, "run", "things", "--try", "-q", home=home, folder=folder)
    assert seen.splitlines()[-1] == "True False"
    assert (folder / "left.txt").read_text(encoding="utf-8") == "written"
