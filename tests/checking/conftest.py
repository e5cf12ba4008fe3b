from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.catalog import read_recipe
from runner.checking.check import check_repository
from runner.errors import BrokenSource
from runner.recording.case import Case, case_folder, case_text
from runner.recording.cassette import cassette_text

REPOSITORY = 'name = "tests"\ntitle = "Recipes of the tests"\n'
API = 'title = "NewsWhip"\nbase-url = "https://api.newswhip.com/v1"\n'
BLOCK = """\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
# ///
"""
DOCSTRING = '"""What is new?\n\nFor the tests.\n"""\n'
IMPORTS = """\

import asyncio
import contextlib
import datetime as dt
import itertools
import pprint
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
from httpx import get

"""
SIGNATURE = '''\
def main(newswhip: httpx.Client, topic: str = "ferry") -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        topic: What to look for.
    """
'''
LAST = '    yield newswhip.get("/articles", params={"q": topic}).raise_for_status().json()\n'
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Project:
    """A repository in which nothing is wrong until a test writes it."""

    root: Path
    api: str = API
    block: str = BLOCK
    docstring: str = DOCSTRING
    above_line: int = (BLOCK + DOCSTRING + IMPORTS).count("\n") + 1
    """Where `above` begins, and without it `main`."""
    body_line: int = (BLOCK + DOCSTRING + IMPORTS + SIGNATURE).count("\n") + 1
    """Where the body of `main` begins."""

    def write(self, name: str, text: str = "") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def write_recipe(
        self,
        body: str = "",
        *,
        block: str = BLOCK,
        docstring: str = DOCSTRING,
        above: str = "",
        main: str = "",
        name: str = "newswhip/new_things",
    ) -> Path:
        """Write a recipe and record it anew; `body` are lines of `main`, which is `main` itself where that is given."""
        code = main or SIGNATURE + "".join(f"    {line}\n" if line else "\n" for line in body.splitlines()) + LAST
        path = self.write(f"recipes/{name}.py", block + docstring + IMPORTS + above + code)
        self.write_case()
        return path

    def write_case(self, name: str = "default", **changes: object) -> Case:
        recipe = self.root / "recipes/newswhip/new_things.py"
        try:
            digest = read_recipe(recipe).digest
        except BrokenSource:
            digest = "0" * 64
        folder = case_folder(self.root, "newswhip/new-things")
        case = Case(folder, name, "newswhip/new-things", digest, "sandbox", NOW, NOW, {"topic": "ferry"})
        case = replace(case, **changes)  # type: ignore[arg-type]
        for path, text in ((case.path, case_text(case)), (case.cassette, cassette_text(())), (case.result, "")):
            self.write(path.relative_to(self.root).as_posix(), text)
        return case

    def lines_of(self, code: str, body: str = "", **parts: str) -> list[int]:
        """Return where a rule finds something, in lines of `body` from 1."""
        self.write_recipe(body, **parts)
        return [line - self.body_line + 1 for found, _, line in self.found() if found == code]

    def found(self) -> list[tuple[str, str, int]]:
        """Return the code, file and line of each finding."""
        findings = check_repository(self.root, {}).findings
        return [(each.code, each.path.relative_to(self.root).as_posix(), each.line) for each in findings]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A repository of one recipe with one case."""
    project = Project(tmp_path.resolve() / "repo")
    project.write("recipes.toml", REPOSITORY)
    project.write("recipes/newswhip/api.toml", API)
    project.write_recipe()
    return project
