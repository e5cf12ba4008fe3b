"""A new repository, ready to be shared: its description, one API with a sandbox, and what git, CI and people need."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from runner.catalog import Api
from runner.output.text import safe_text
from runner.running.keys import sandbox_key
from runner.scaffolding.api_files import api_text
from runner.scaffolding.literals import docstring_text, literal, toml_text

SANDBOX_NOW: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""Where the clock of a new sandbox stands: a Monday morning."""
FIRST_PATH: Final = "/items"
FIRST_COLUMNS: Final = ("name", "count", "link")
_MARKUP: Final = re.compile(r"[\\`*_\[\]<>#|&~$:@]|(?<=www)\.", re.IGNORECASE)
"""What marks text up or makes a link, in Markdown as GitHub reads it."""

_GITIGNORE: Final = """\
.env
.env.*
!.env.example
__pycache__/
.pytest_cache/
.venv/
*.partial
*.partial.*
"""
_GITATTRIBUTES: Final = """\
*.py text eol=lf
*.toml text eol=lf
*.md text eol=lf
cassettes/** -text
"""
_PYTEST: Final = """\
[pytest]
testpaths = recipes tests
"""
_PRE_COMMIT: Final = """\
repos:
  - repo: local
    hooks:
      - id: recipes-check
        name: recipes check
        entry: recipes check
        language: system
        pass_filenames: false
"""
_CI: Final = """\
name: recipes
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install recipe-runner
      - run: recipes trust .
      - run: recipes check
      - run: pytest
"""
_TESTS: Final = """\
# Tests

The repository's own tests. A recorded case needs none: `pytest` and `recipes test` replay each of them.
"""


@dataclass(frozen=True, slots=True)
class NewRepository:
    """What a new repository is to say of itself.

    Attributes:
        name: Lower-case letters, digits and hyphens.
        title: For people.
        api: The API of its first recipe.
    """

    name: str
    title: str
    api: Api


def repository_files(new: NewRepository, *, first: str) -> dict[str, str]:
    """Return the files of a new repository but its API and recipe.

    Args:
        new: What it says of itself.
        first: Id of its first recipe.
    """
    variable = new.api.key.env if new.api.key else ""
    return {
        "recipes.toml": f"name = {toml_text(new.name)}\ntitle = {toml_text(new.title)}\n",
        "README.md": _readme(new, first),
        "tests/README.md": _TESTS,
        "pytest.ini": _PYTEST,
        ".gitignore": _GITIGNORE,
        ".gitattributes": _GITATTRIBUTES,
        ".pre-commit-config.yaml": _PRE_COMMIT,
        ".github/workflows/recipes.yml": _CI,
        ".env.example": f"# Copy this to .env, which git ignores: recipes run ... --env-file .env\n{variable}=\n"
        if variable
        else "# The API wants no key.\n",
    }


def api_files(api: Api) -> dict[str, str]:
    """Return the `api.toml` of an API with a sandbox of its own, and the sandbox."""
    folder = f"recipes/{api.folder.name}"
    return {f"{folder}/api.toml": api_text(api), f"{folder}/sandbox/__init__.py": _sandbox(api)}


def _sandbox(api: Api) -> str:
    path = literal(_begin_of(api) + FIRST_PATH)
    return f'''"""{docstring_text(api.title)}, imitated in this process: no network, no key, invented data.

Write into it what your recipes ask for. It answers one path, with items that nobody has.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

PATH = {path}
ITEMS = [
    {{"name": "Harbour lamp", "count": 12, "link": "https://shop.example/harbour-lamp"}},
    {{"name": "Ferry whistle", "count": 7, "link": "https://shop.example/ferry-whistle"}},
    {{"name": "Tide table", "count": 3, "link": "https://shop.example/tide-table"}},
]


def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer one request, as WSGI wants it."""
    found = environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"] == PATH
    answer: dict[str, Any] = {{"items": ITEMS}} if found else {{"error": {{"message": "There is nothing here."}}}}
    start_response("200 OK" if found else "404 Not Found", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]
'''


def _begin_of(api: Api) -> str:
    """Return how the path of each call to the sandbox begins."""
    from urllib.parse import urlsplit

    if api.key and api.key.place == "path":
        return f"/{sandbox_key(api.key)}"
    return urlsplit(api.base_url).path


def _readme(new: NewRepository, first: str) -> str:
    key = f"\nLive runs need a key in `{new.api.key.env}`.\n" if new.api.key else ""
    return f"""# {_plain(new.title)}

Ready-made scripts for the {_plain(new.api.title)} API. Each answers one question, and each was recorded, so that it can
be tried and tested without a key. They run with [Recipe Runner](https://pypi.org/project/recipe-runner/).

```sh
pip install recipe-runner
recipes trust .          # once, after you have read what is here: a recipe runs as you
recipes list             # what there is
recipes show {first}
recipes run {first} --replay    # on what was recorded: no key, nothing sent
recipes check            # what is wrong with a recipe, without running it
pytest                   # every recorded case, replayed
```
{key}
To add one: `recipes new {new.api.name}/NAME`, or `recipes new NAME --curl '...'` from a curl command.
"""


def _plain(text: str) -> str:
    """Return a text for one line of Markdown, in which it marks nothing up."""
    return _MARKUP.sub(r"\\\g<0>", safe_text(" ".join(text.split())))
