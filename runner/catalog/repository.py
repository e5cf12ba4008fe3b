"""A repository on disk: its `recipes.toml`, and where its recipes and APIs lie."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from runner.catalog.addresses import internal_host, web_page
from runner.catalog.collection import Collection, read_collections
from runner.catalog.index_walk import API_FILE, REPOSITORY_FILE, holds, is_folder, listed, stray, visible
from runner.catalog.tables import Table, read_table
from runner.catalog.wording import quoted
from runner.errors import BrokenSource

_KEYS: Final = ("name", "title", "description", "publisher", "homepage", "internal-hosts", "min-runner", "collection")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")
_VERSION: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}")


class Repository(NamedTuple):
    """A folder with `recipes.toml` and `recipes/`.

    Attributes:
        root: The folder, absolute and without links.
        name: Lower-case letters, digits and hyphens.
        title: For people.
        description: One or two sentences; may be empty.
        publisher: Who answers for it; may be empty.
        homepage: Address of a page, or `""`.
        min_runner: Oldest version of the runner that reads it, or `""`.
        alias: Under which it was added; `""` for the one in use, `catalog` for the catalog.
        internal_hosts: What must not stand in an exported file: `git.corp.example`, `*.corp.example`, `10.0.0.0/8`.
        collections: Its recipes in the order in which they are best read; what they name need not be there.
    """

    root: Path
    name: str
    title: str
    description: str = ""
    publisher: str = ""
    homepage: str = ""
    min_runner: str = ""
    alias: str = ""
    internal_hosts: tuple[str, ...] = ()
    collections: tuple[Collection, ...] = ()

    @property
    def recipes(self) -> Path:
        """The folder of its APIs and recipes."""
        return self.root / "recipes"

    def recipe_files(self) -> tuple[Path, ...]:
        """Return every `recipes/<api>/*.py` in order, but those that begin with `_` or lie outside by a link."""
        return tuple(path for path, inside in self._recipe_files() if inside)

    def api_folders(self) -> tuple[Path, ...]:
        """Return every `recipes/<api>` with an `api.toml` in order, but those that lie outside by a link."""
        return tuple(path.parent for path, inside in self._api_files() if inside)

    def folders(self) -> tuple[Path, ...]:
        """Return every folder below `recipes/` in order, but those that begin with `_`."""
        return tuple(Path(entry.path) for entry in visible(listed(self.recipes, [])) if is_folder(entry))

    def faults(self) -> tuple[BrokenSource, ...]:
        """Return an error for each folder that cannot be listed and each file that a link takes from outside."""
        unlisted: list[BrokenSource] = []
        for folder in (self.recipes, *self.folders()):
            listed(folder, unlisted)
        files = (*self._api_files(), *self._recipe_files())
        return (*unlisted, *(self.stray(path) for path, inside in files if not inside))

    def holds(self, path: Path) -> bool:
        """Tell whether a file or folder lies in the repository when all links are followed."""
        return holds(str(self.root), path)

    def stray(self, path: Path) -> BrokenSource:
        """Make the error for a path that the repository does not hold."""
        return stray(path)

    def _recipe_files(self) -> Iterator[tuple[Path, bool]]:
        """Yield each file, and whether it lies inside; only links are followed, as that is slow."""
        for folder in self.folders():
            inside = self.holds(folder)
            for entry in visible(listed(folder, [])):
                if entry.name.endswith(".py") and not is_folder(entry):
                    path = Path(entry.path)
                    yield path, inside and (not entry.is_symlink() or self.holds(path))

    def _api_files(self) -> Iterator[tuple[Path, bool]]:
        for folder in self.folders():
            path = folder / API_FILE
            if os.path.isfile(path):  # noqa: PTH113 - False in a folder that may not be entered, where pathlib raises
                yield path, self.holds(path)


def read_repository(root: Path, *, alias: str = "", runner_version: str = "") -> Repository:
    """Read the `recipes.toml` of a folder.

    Args:
        root: The folder.
        alias: Under which it was added; `""` for the one in use.
        runner_version: Of this runner; `""` accepts every repository.

    Raises:
        BrokenSource: The file is missing or breaks a rule, or needs a newer runner.
    """
    return repository_of(read_table(root / REPOSITORY_FILE), root, alias=alias, runner_version=runner_version)


def repository_of(table: Table, root: Path, *, alias: str = "", runner_version: str = "") -> Repository:
    """Return the repository that a `recipes.toml` describes, or is about to.

    Raises:
        BrokenSource: It breaks a rule, or needs a newer runner.
    """
    min_runner = _min_runner(table, runner_version)
    table.allow(*_KEYS)
    table.require("name", "title")
    name = table.text("name")
    if not _NAME.fullmatch(name):
        raise table.broken("name", f"cannot be {quoted(name)}", "use lower-case letters, digits and hyphens")
    return Repository(
        root=root.resolve(),
        name=name,
        title=table.text("title"),
        description=table.text("description"),
        publisher=table.text("publisher"),
        homepage=_homepage(table),
        min_runner=min_runner,
        alias=alias,
        internal_hosts=tuple(_internal_hosts(table)),
        collections=read_collections(table),
    )


def _min_runner(table: Table, runner_version: str) -> str:
    """Read it before anything else: what a newer runner added to the file is no mistake of the file."""
    text = table.text("min-runner")
    if text and not _VERSION.fullmatch(text):
        raise table.broken("min-runner", f"is no version: {quoted(text)}", 'write it like min-runner = "0.1.0"')
    if text and runner_version and _release(text) > _release(runner_version):
        problem = f"is {text}, and this runner is {runner_version}"
        raise table.broken("min-runner", problem, "pip install -U recipe-runner")
    return text


def _release(version: str) -> tuple[int, ...]:
    """Return the numbers of a version without zeros at the end: `0.2.0.dev1` is (0, 2)."""
    found = _VERSION.match(version)
    numbers = [int(number) for number in found[0].split(".")] if found else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _homepage(table: Table) -> str:
    try:
        return web_page(table.text("homepage")) if "homepage" in table else ""
    except ValueError as error:
        raise table.broken("homepage", str(error), 'write homepage = "https://..."') from None


def _internal_hosts(table: Table) -> Iterator[str]:
    for text in table.texts("internal-hosts"):
        try:
            yield internal_host(text)
        except ValueError as error:
            hint = 'write hosts, like internal-hosts = ["git.corp.example", "*.corp.example", "10.0.0.0/8"]'
            raise table.broken("internal-hosts", f"has {quoted(text)}, which {error}", hint) from None
