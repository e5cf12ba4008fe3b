import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import runner
from runner.catalog import catalog_root, read_repository
from runner.sharing.site.model import Site
from runner.sharing.site.pages import Pages
from runner.sharing.site.reading import Options, read_site

API = """\
title = {title}
base-url = "https://echo.example/v1"
docs = {docs}

[key]
in = "header"
name = "X-Key"
env = "ECHO_API_KEY"
help = {help}
"""

RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
{table}# ///
"""{docstring}"""

from collections.abc import Iterator
from typing import Any

import httpx


def main(echo: httpx.Client{parameters}) -> Iterator[dict[str, Any]]:
    """Yield rows.{arguments}
    """
    yield echo.get("/things").raise_for_status().json()
'''

CASE = """\
recipe = "{id}"
digest = "{digest}"
source = "{source}"
clock = 2026-11-20 09:00:00+00:00
recorded-at = 2026-11-21 08:00:00+00:00

[values]
{values}
"""

CASSETTE = """\
interactions:
- request:
    body: ''
    headers: {{}}
    method: GET
    uri: https://echo.example/v1/things{query}
  response:
    body:
      string: '{{}}'
    headers: {{}}
    status:
      code: 200
      message: OK
version: 1
"""


class Shelf:
    """A repository on disk, to be filled by a test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "recipes" / "echo").mkdir(parents=True)
        self.settings()
        self.api()

    def settings(self, title: str = "Team recipes", more: str = "") -> None:
        text = f'name = "team"\ntitle = {json.dumps(title)}\n{more}\n'
        (self.root / "recipes.toml").write_text(text, encoding="utf-8")

    def api(self, title: str = "Echo", docs: str = "https://echo.example/docs", help_text: str = "Ask.") -> None:
        text = API.format(title=json.dumps(title), docs=json.dumps(docs), help=json.dumps(help_text))
        (self.root / "recipes" / "echo" / "api.toml").write_text(text, encoding="utf-8")

    def recipe(
        self,
        name: str = "things",
        docstring: str = "What things are there?",
        *,
        parameters: str = "",
        help_text: str = "What it is.",
        table: str = "",
    ) -> Path:
        lines = ["#", "# [tool.recipe-runner]", *(f"# {line}" if line else "#" for line in table.splitlines())]
        names = re.findall(r"(?:^|, )([a-z_]+):", parameters)
        text = RECIPE.format(
            table="\n".join(lines) + "\n" if table else "",
            docstring=docstring,
            parameters=f", {parameters}" if parameters else "",
            arguments="\n\n    Args:" + "".join(f"\n        {each}: {help_text}" for each in names) if names else "",
        )
        path = self.root / "recipes" / "echo" / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        return path

    def case(
        self,
        rows: list[Any],
        name: str = "things",
        *,
        values: str = "",
        source: str = "sandbox",
        query: str = "",
        digest: str | None = None,
    ) -> None:
        from runner.catalog import read_recipe

        recipe = read_recipe(self.root / "recipes" / "echo" / f"{name}.py")
        folder = self.root / "cassettes" / "echo" / name.replace("_", "-")
        folder.mkdir(parents=True, exist_ok=True)
        text = CASE.format(id=recipe.id, digest=digest or recipe.digest, source=source, values=values)
        (folder / "default.toml").write_text(text, encoding="utf-8")
        (folder / "default.yaml").write_text(CASSETTE.format(query=query), encoding="utf-8")
        (folder / "default.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def site(self, **options: Any) -> Site:
        return read_site([read_repository(self.root)], Options(**options))

    def files(self, **options: Any) -> dict[str, bytes]:
        return make_files(self.site(**options))


def make_files(site: Site, **options: Any) -> dict[str, bytes]:
    pages = Pages(site, catalog_root(Path(runner.__file__).parent), **options)
    return {piece.name: piece.make() for piece in pages.pieces()}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "team")


@pytest.fixture
def make_shelf(tmp_path: Path) -> Callable[[str], Shelf]:
    return lambda name: Shelf(tmp_path / name)
