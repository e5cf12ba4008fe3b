"""What a recipe runs with, as bytes, and the digest of that: another byte anywhere in it gives another digest."""

import os
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final

from runner.catalog.index_walk import API_FILE, stray
from runner.catalog.model import Api, Recipe
from runner.errors import BrokenSource

LOCK_SUFFIX: Final = ".lock"
"""Of the file beside a recipe that says which packages it runs with."""
MOST_BYTES: Final = 20_000_000
"""Of everything that one recipe runs with."""
PREFIX: Final = "rb1:"
"""Of a digest, after the form it is made in."""
_CACHE: Final = "__pycache__"  # never read for what was approved by content, and our own runs write it


@dataclass(frozen=True)
class Closure:
    """The files that a recipe or a sandbox runs with.

    Attributes:
        files: The bytes of each with LF line ends, by its path in the repository, with slashes.
    """

    files: Mapping[str, bytes] = field(repr=False)

    @cached_property
    def digests(self) -> dict[str, str]:
        """SHA-256 of each file, as hex."""
        return {path: sha256(content).hexdigest() for path, content in self.files.items()}

    @cached_property
    def manifest(self) -> bytes:
        """A sorted line for each file: `<digest>  <path>`."""
        return b"".join(sorted(f"{digest}  {path}\n".encode() for path, digest in self.digests.items()))

    @cached_property
    def digest(self) -> str:
        """The digest of it all: `rb1:` and the base64 of the SHA-256 of its manifest."""
        return PREFIX + b64encode(sha256(self.manifest).digest()).decode()


def recipe_closure(root: Path, recipe: Recipe, apis: Iterable[Api]) -> Closure:
    """Read what a recipe runs with: its file as it was read, its lock, and for each API `api.toml` and sandbox.

    Args:
        root: Of its repository, without links.
        recipe: As read.
        apis: Those that it calls.

    Raises:
        BrokenSource: A file cannot be read, is a link or lies elsewhere, or all together are too large.
    """
    lock = recipe.path.with_suffix(LOCK_SUFFIX)
    files = {name_in(root, recipe.path): with_lf(recipe.source.encode())}
    files |= _read_all(root, [lock] if os.path.lexists(lock) else [])
    return Closure(files | {name: content for api in apis for name, content in api_files(root, api).items()})


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


def with_lf(content: bytes) -> bytes:
    """Return the bytes of a file with LF line ends."""
    return content.replace(b"\r\n", b"\n")


def name_in(root: Path, path: Path) -> str:
    """Return the path of a file in a repository, with slashes.

    Raises:
        BrokenSource: It lies elsewhere, or its name holds what cannot be shown.
    """
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(root):
        raise stray(path)
    name = real.relative_to(root).as_posix()
    if not name.isprintable():  # a line end would let one file pass for two
        raise BrokenSource(path, 1, f"the file name {name!r} cannot be shown", hint="rename it")
    return name


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
    return with_lf(content)
