from pathlib import Path

import pytest

from runner.catalog import Api, Key, Rate, Recipe, read_recipe
from runner.sharing.export.handover import Handover
from runner.sharing.export.provenance import Provenance

SOURCE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner.parameters.topic]
# example = "ferries"
# ///
"""Which things are there?"""

from collections.abc import Iterator
from typing import Any

import httpx


def main(echo: httpx.Client, topic: str, words: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        topic: What about.
        words: Some more.
    """
    yield {"topic": topic, "words": words}
'''

PROVENANCE = Provenance("echo/things", "0" * 64, "Team recipes", "", "0.1.0", "2026-11-25", "not run: a test")


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return write_recipe(tmp_path, SOURCE)


def write_recipe(folder: Path, source: str) -> Recipe:
    path = folder / "recipes" / "echo" / "things.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return read_recipe(path)


def handover(
    recipe: Recipe,
    *,
    customer: str = "",
    title: str = "Echo",
    help_text: str = "",
    rates: tuple[Rate, ...] = (),
    **values: str,
) -> Handover:
    key = Key("header", "X-Key", "ECHO_API_KEY", help_text)
    api = Api(Path("echo"), "echo", title, "https://echo.example/v1", key=key, rates=rates)
    return Handover(recipe, {"echo": api}, {"words": None, **values}, customer)
