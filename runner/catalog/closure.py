"""What a recipe runs with, as bytes, and the digest of that: another byte anywhere in it gives another digest."""

import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from runner.catalog.digests import canonical, file_hashes, manifest_of, tree_digest
from runner.catalog.index_walk import API_FILE, name_in, stray
from runner.catalog.model import Api, Recipe
from runner.catalog.repository import Repository
from runner.catalog.tables import table_of
from runner.catalog.text_file import text_of
from runner.errors import BrokenSource

LOCK_SUFFIX: Final = ".lock"
"""Of the file beside a recipe that says which packages it runs with."""
MOST_BYTES: Final = 20_000_000
"""Of everything that one recipe runs with."""
_WORD: Final = re.compile(r"\w+")
_CACHE: Final = "__pycache__"  # never read for what was approved by content, and our own runs write it


@dataclass(frozen=True)
class Closure:
    """The files that a recipe or a sandbox runs with.

    Attributes:
        files: The canonical bytes of each, by its path in the repository, with slashes.
    """

    files: Mapping[str, bytes] = field(repr=False)

    @cached_property
    def digests(self) -> dict[str, str]:
        """SHA-256 of each file, as hex."""
        return file_hashes(self.files)

    @cached_property
    def manifest(self) -> bytes:
        """A line for each file: `<digest>  <path>`."""
        return manifest_of(self.digests)

    @cached_property
    def digest(self) -> str:
        """The digest of it all: `rb1:...`."""
        return tree_digest(self.digests)


def recipe_closure(repository: Repository, recipe: Recipe) -> Closure:
    """Read what a recipe runs with: its file as read, its lock, and `api.toml` and sandbox of each API it may use.

    Args:
        repository: Its own.
        recipe: As read.

    Raises:
        BrokenSource: A file cannot be read, is a link or lies elsewhere, or all together are too large.
    """
    root = repository.root
    lock = recipe.path.with_name(lock_name(recipe.path.name))
    folders = {folder.name: folder for folder in repository.api_folders()}
    used = sorted(apis_named(recipe.source, recipe.path.parent.name, folders))
    paths = [path for name in used for path in _described(folders[name])]
    files = _read_all(root, [*([lock] if os.path.lexists(lock) else []), *paths])
    return Closure({name_in(root, recipe.path): canonical(recipe.source.encode())} | files)


def apis_named(text: str, folder: str, apis: Collection[str]) -> set[str]:
    """Return which APIs a recipe may use: that of its folder, and each whose name stands in its text as a word.

    A client must be named like its API. It may be one too many, never one too few, and no parser has a say in it: so a
    lock that one version of this program or of Python wrote is right for any other.

    Args:
        text: Of the recipe.
        folder: The name of the one it lies in.
        apis: The names of the folders of all.
    """
    # Python normalises identifiers like this: https://docs.python.org/3/reference/lexical_analysis.html#identifiers
    words = {*_WORD.findall(unicodedata.normalize("NFKC", text)), folder.replace("-", "_")}
    return {name for name in apis if name.replace("-", "_") in words}


def lock_name(recipe: str) -> str:
    """Return where the lock of a recipe would be, given the name or path of its file."""
    return f"{recipe.removesuffix('.py')}{LOCK_SUFFIX}"


def sandbox_module(path: Path, content: bytes) -> str:
    """Return the folder beside an `api.toml` that holds its sandbox; `""` where none is named, or it cannot be read."""
    try:
        module = table_of(text_of(content, path), path).text("sandbox").partition(":")[0]
    except BrokenSource:
        return ""  # no recipe can call such an API
    return module if module.isidentifier() else ""


def api_closure(root: Path, api: Api) -> Closure:
    """Read what the sandbox of an API runs with.

    Raises:
        BrokenSource: As for `recipe_closure`.
    """
    return Closure(api_files(root, api))


def api_files(root: Path, api: Api) -> dict[str, bytes]:
    """Read the `api.toml` of an API and each file of its sandbox; one that the catalog lends is not among them.

    Raises:
        BrokenSource: As for `recipe_closure`.
    """
    module = api.sandbox.partition(":")[0] if api.sandbox_folder is None else ""
    sandbox = _files_below(api.folder / module) if module else ()
    return _read_all(root, [api.folder / API_FILE, *sandbox])


def _described(folder: Path) -> Iterator[Path]:
    """Yield the `api.toml` of a folder and each file of the sandbox that it names."""
    path = folder / API_FILE
    yield path
    if module := sandbox_module(path, _read(path, MOST_BYTES)):
        yield from _files_below(folder / module)


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield each file of a folder.

    Raises:
        BrokenSource: There is a link among them.
    """
    for place, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if each != _CACHE]
        for name in (*folders, *files):
            if Path(place, name).is_symlink():
                raise stray(Path(place, name))
        yield from (Path(place, name) for name in files)


def _read_all(root: Path, paths: Iterable[Path]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    room = MOST_BYTES
    for path in paths:
        name = name_in(root, path)
        files[name] = _read(path, room)
        room -= len(files[name])
    return files


def _read(path: Path, room: int) -> bytes:
    if not path.is_file():  # a named pipe would never end
        raise BrokenSource(path, 1, "this is no plain file", hint=f"remove {path}")
    try:
        with path.open("rb") as file:
            content = file.read(room + 1)
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror}"
        raise BrokenSource(path, 1, problem, hint="check its permissions") from None
    if len(content) > room:
        problem = f"with this file a recipe would run with more than {MOST_BYTES // 1_000_000} MB"
        raise BrokenSource(path, 1, problem, hint="move data out of the sandbox")
    return canonical(content)
