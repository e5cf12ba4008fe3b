from collections.abc import Callable
from pathlib import Path

import pytest

RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["getting-started", "ferries"]
# audience = "analyst"
#
# [tool.recipe-runner.parameters.topic]
# example = "ferry strike"
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
# ///
"""Which ferries are late right now?

For a new customer.
"""

from collections.abc import Iterator
from typing import Any

import httpx


def main(harbour: httpx.Client, topic: str, hours: int = 24) -> Iterator[dict[str, Any]]:
    """Yield one row a ferry.

    Args:
        topic: Words to look for.
        hours: How far back to look,
            in hours.
    """
    yield from harbour.get("/ferries", params={"topic": topic, "hours": hours}).json()
'''

API = """\
title = "Harbour"
base-url = "https://api.harbour.example/v1"
"""

REPOSITORY = """\
name = "harbour"
title = "Harbour recipes"
"""


@pytest.fixture
def recipe_text() -> str:
    return RECIPE


@pytest.fixture
def write_recipe(tmp_path: Path) -> Callable[..., Path]:
    """Write a proper recipe in which some texts are replaced: `write_recipe(("hours: int", "hours: float"))`."""

    def write(*changes: tuple[str, str], at: str = "recipes/harbour/late_ferries.py") -> Path:
        text = RECIPE
        for old, new in changes:
            assert old in text, f"the recipe of the tests does not hold {old!r}"
            text = text.replace(old, new, 1)
        return write_file(tmp_path / at, text)

    return write


@pytest.fixture
def write_parameter(write_recipe: Callable[..., Path]) -> Callable[..., Path]:
    """Write a recipe whose only parameter is `given`: its annotation and default, and its TOML table."""

    def write(signature: str, table: str = "") -> Path:
        lines = "".join(f"# {line}\n" for line in table.split("\n") if line)
        header = "# [tool.recipe-runner.parameters.given]\n" if table else ""
        return write_recipe(
            ('# [tool.recipe-runner.parameters.topic]\n# example = "ferry strike"\n#\n', ""),
            ("# [tool.recipe-runner.parameters.hours]\n# min = 1\n# max = 168\n", header + lines),
            ("topic: str, hours: int = 24", f"given: {signature}"),
            ("        topic: Words to look for.\n", "        given: What is given.\n"),
            ("        hours: How far back to look,\n            in hours.\n", ""),
        )

    return write


@pytest.fixture
def write_api(tmp_path: Path) -> Callable[..., Path]:
    """Write an `api.toml` with more lines, and return its folder."""

    def write(more: str = "", *, text: str = API, folder: str = "recipes/harbour") -> Path:
        return write_file(tmp_path / folder / "api.toml", text + more).parent

    return write


@pytest.fixture
def write_repository(tmp_path: Path) -> Callable[..., Path]:
    """Write a repository with recipes of the given ids, and return its root."""

    def write(name: str, *ids: str, text: str = REPOSITORY) -> Path:
        root = tmp_path / name
        write_file(root / "recipes.toml", text)
        for each in ids:
            write_file(root / "recipes" / f"{each.replace('-', '_')}.py", RECIPE)
        return root

    return write


def write_file(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path
