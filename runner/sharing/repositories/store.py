"""Where repositories from elsewhere are kept, out of sight of any editor: bare clones, and trees by origin and digest.

A tree is written aside and renamed when it is whole, so it is there with all of its files or not at all, and never
changed. What came from one origin is not there for another, else a lock could name it under an address that the user
trusts. Its files cannot be written to, which stops accidents; who may write as the user can do all that the user can.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from shutil import rmtree
from typing import Final, Self

from runner.errors import AskedWrongly
from runner.output.lock import locked
from runner.sharing.repositories.folder import walk_files
from runner.sharing.repositories.git import Git
from runner.sharing.repositories.mirror import Mirror
from runner.sharing.repositories.snapshot import Snapshot, snapshot_of

TREES: Final = "trees"
_CACHES: Final = "__pycache__"
_HINT: Final = "make room on the disk, or set RECIPES_HOME to a folder of yours"


@dataclass(frozen=True, slots=True)
class Store:
    """The user's folder for repositories from elsewhere.

    Attributes:
        folder: Made with mode 0700 when something is kept.
        origin: Identity of the repository whose trees are meant.
    """

    folder: Path
    origin: str = ""

    def of(self, origin: str) -> Self:
        """Return the same store for the trees of a repository."""
        return replace(self, origin=origin)

    def tree(self, digest: str) -> Path:
        """Return where the files with a digest are, or would be."""
        return self.folder / TREES / sha256(f"{self.origin}\n{digest}".encode()).hexdigest()

    def has(self, digest: str) -> bool:
        """Tell whether the files with a digest are here."""
        return self.tree(digest).is_dir()

    def read(self, digest: str) -> Snapshot | None:
        """Read all files with a digest again; None where they do not have it any more, or where one is too many."""
        root = self.tree(digest)
        _drop_caches(root)
        try:
            entries = list(walk_files(root, skip=frozenset()))
            files = {entry.path: _content(entry.key) for entry in entries if entry.kind == "file"}
        except OSError:
            return None
        snapshot = snapshot_of(files)
        return snapshot if len(files) == len(entries) and snapshot.digest == digest else None

    def is_sound(self, digest: str) -> bool:
        """Read all files with a digest again and tell whether they still have it."""
        return self.read(digest) is not None

    def keep(self, snapshot: Snapshot, *, anew: bool = False) -> Path:
        """Put the files of a repository in their place, and return where that is.

        Args:
            snapshot: The files.
            anew: Replace what is there, as it is damaged.

        Raises:
            AskedWrongly: They cannot be written; then nothing is there.
        """
        place = self.tree(snapshot.digest)
        if place.is_dir() and not anew:
            return place
        try:
            with self._alone(TREES):
                self._replace(place, snapshot.files, anew=anew)
        except OSError as error:
            problem = f"The repository cannot be kept in {self.folder}: {error.strerror}."
            raise AskedWrongly(problem, hint=_HINT) from None
        return place

    @contextmanager
    def mirror(self, url: str, git: Git) -> Iterator[Mirror]:
        """Give the bare clone of an address to one command at a time; it is made empty if it is missing.

        Raises:
            AskedWrongly: It cannot be made.
        """
        name = sha256(url.encode()).hexdigest()[:32]
        folder = self.folder / "mirrors" / name
        try:
            with self._alone(name):
                if folder.is_dir():
                    _clear_leftovers(folder)
                else:
                    self._make_mirror(folder, git)
                yield Mirror(folder, url, git)
        except OSError as error:
            raise AskedWrongly(f"{url} cannot be kept in {self.folder}: {error.strerror}.", hint=_HINT) from None

    def guard(self, name: str) -> Path:
        """Return a file to be held while something of a name changes."""
        return self.folder / "guards" / name

    def _make_mirror(self, folder: Path, git: Git) -> None:
        aside = self._aside("mirror")
        git.read(aside, "init", "--quiet", "--bare", "--template=")
        folder.parent.mkdir(exist_ok=True)
        aside.rename(folder)

    def _replace(self, place: Path, files: Mapping[str, bytes], *, anew: bool) -> None:
        if place.is_dir() and not anew:
            return  # another command was faster
        aside = self._aside("tree")
        write_tree(aside, files)
        if place.is_dir():
            place.rename(self._aside("tree") / "damaged")
        place.parent.mkdir(exist_ok=True)
        aside.rename(place)
        self._clear_aside()

    def _aside(self, kind: str) -> Path:
        """Make a folder for what is not whole yet."""
        aside = self.folder / "aside" / f"{kind}-{os.urandom(8).hex()}"
        aside.mkdir(parents=True)
        return aside

    def _clear_aside(self) -> None:
        """Remove what commands left that were killed; no other is writing a tree now."""
        for folder in (self.folder / "aside").glob("tree-*"):
            remove_tree(folder)

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        guard = self.guard(name)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        guard.parent.mkdir(exist_ok=True)
        with locked(guard):
            yield


def write_tree(root: Path, files: Mapping[str, bytes]) -> None:
    """Write files below an empty folder, none of them over anything, and make them safe against accidents."""
    folders: set[Path] = {root}
    for path, content in files.items():
        place = root.joinpath(*path.split("/"))
        if place.parent not in folders:
            place.parent.mkdir(parents=True, exist_ok=True)
            folders.update(takewhile(lambda each: each not in folders, place.parents))
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(place, flags, 0o444), "wb") as file:
            file.write(content)
    for folder in sorted(folders - {root}, reverse=True):
        folder.chmod(0o555)
    if hasattr(os, "sync"):
        os.sync()  # else the name could reach the disk before the contents, and a power cut leave empty files


def remove_tree(root: Path) -> None:
    """Remove a tree though its folders cannot be written to."""
    for folder, _, _ in os.walk(root):
        with suppress(OSError):
            os.chmod(folder, 0o700)  # noqa: PTH101
    rmtree(root, ignore_errors=True)


def _content(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 - a Path for each of thousands of files takes as long as reading them
        return file.read()


def _drop_caches(root: Path) -> None:
    """Remove what Python keeps of code that ran from here: it is no part of the tree, and would run in its place."""
    for folder, folders, _ in os.walk(root):
        if _CACHES in folders:
            folders.remove(_CACHES)
            with suppress(OSError):
                os.chmod(folder, 0o755)  # noqa: PTH101
            remove_tree(Path(folder, _CACHES))
            with suppress(OSError):
                os.chmod(folder, 0o555)  # noqa: PTH101


def _clear_leftovers(mirror: Path) -> None:
    """Remove the locks and half packs of a git that was killed; nobody else is at work here now."""
    for pattern in ("*.lock", "refs/**/*.lock", "objects/pack/tmp_*"):
        for path in mirror.glob(pattern):
            path.unlink(missing_ok=True)
