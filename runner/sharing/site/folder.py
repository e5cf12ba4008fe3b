"""The folder of a site: new files are made aside and then put in their place; what did not change is not touched."""

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Final

from runner.catalog.copies import Copies
from runner.errors import AskedWrongly
from runner.sharing.site.made import Made, Piece

LIST: Final = ".recipes-site.json"
"""Names the files of a site, so that another build knows them from anybody else's."""
_SOME: Final = 5


@dataclass(frozen=True, slots=True)
class Written:
    """What a build did: how many files the site has, how many of them were written, how many old ones removed."""

    files: int
    changed: int
    removed: int


class SiteFolder:
    """A folder that holds a site, or will."""

    def __init__(
        self, folder: Path, *, shown: Path | None = None, force: bool = False, cache: Path | None = None
    ) -> None:
        """Look at what is there.

        Args:
            folder: Its parent has to be there.
            shown: As the user gave it, for messages.
            force: Files of others may stay in it, and are overwritten where a page has their name.
            cache: Where it is kept of what each file was made, or None.

        Raises:
            AskedWrongly: It is no folder, cannot be there, or holds files of others.
        """
        self._shown, self._folder = shown or folder, Path(os.path.realpath(folder))
        folder = self._shown
        if self._folder.exists() and not self._folder.is_dir():
            raise AskedWrongly(f"{folder} is a file.", hint="-o another-folder")
        if not self._folder.parent.is_dir():
            parent = quote(str(folder.parent))
            raise AskedWrongly(f"The folder {folder.parent} does not exist.", hint=f"mkdir -p {parent}")
        self._known = _read_list(self._folder / LIST)
        self._made = Made(self._folder, cache)
        foreign = [] if force else _foreign(self._folder, self._known)
        if foreign:
            more = [f"and {len(foreign) - _SOME:,} more"] if len(foreign) > _SOME else []
            message = f"{folder} holds files that are no part of a site, so nothing was written."
            raise AskedWrongly(
                message, hint="-o another-folder, or --force to write among them", details=[*foreign[:_SOME], *more]
            )

    @property
    def names(self) -> Collection[str]:
        """The files of the site, with slashes, below the folder."""
        return self._known

    def replace(self, pieces: Iterable[Piece]) -> Written:
        """Make the folder hold these files, and none of an earlier site, as `making` does."""
        with self.making(pieces) as put:
            return put()

    @contextmanager
    def making(
        self, pieces: Iterable[Piece], watch: Callable[[int, int], None] = lambda _done, _total: None
    ) -> Iterator[Callable[[], Written]]:
        """Begin to make files that the folder is to hold, and none of an earlier site.

        Args:
            pieces: All of them.
            watch: Hears how many files of how many are made.

        Yields:
            What puts them there. Until all are made nothing is changed, and nothing is where it is not called.

        Raises:
            AskedWrongly: They cannot be written.
        """
        side = self._place_aside() / f".{self._folder.name[:40]}.{os.urandom(4).hex()}.partial"
        with self._writing():
            side.mkdir()
        try:
            listed = [*pieces]
            fresh = [each for each in listed if not self._made.has(each)]
            names = [each.name for each in listed]
            with Copies(lambda piece: self._write_aside(piece.name, piece.make(), side), fresh) as copies:
                yield lambda: self._replace(names, fresh, copies.answers(), side, watch)
        finally:
            shutil.rmtree(side, ignore_errors=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise AskedWrongly(
                f"{self._shown} cannot be written: {error.strerror}.", hint="-o another-folder"
            ) from error

    def _replace(
        self,
        names: Sequence[str],
        fresh: Sequence[Piece],
        differ: Iterable[bool],
        side: Path,
        watch: Callable[[int, int], None],
    ) -> Written:
        changed, old = list[str](), {*self._known}
        with self._writing():
            for done, (piece, differs) in enumerate(zip(fresh, differ, strict=True)):
                watch(done, len(fresh))
                changed += [piece.name] * differs
            # Until the end all files are listed: a build that is stopped here leaves none of others.
            lists = [LIST] * self._write_aside(LIST, _list_of({*names, *old}), side)
            self._put([*lists, *changed], side)
            removed = sorted(old - {*names})
            _remove(self._folder, removed)
            self._put([LIST] * self._write_aside(LIST, _list_of(names), side), side)
        self._known = tuple(names)
        for piece in fresh:
            self._made.note(piece)
        self._made.keep()
        return Written(len(names), len(changed), len(removed))

    def _put(self, names: Iterable[str], side: Path) -> None:
        """Put files in their place, in order; none of them where one cannot be there."""
        places = [(f"{side}/{name}", f"{self._folder}/{name}") for name in names]  # thousands: quicker than `Path`
        for folder in dict.fromkeys(os.path.dirname(target) for _, target in places):  # noqa: PTH120
            Path(folder).mkdir(parents=True, exist_ok=True)
        for _, target in places:
            if os.path.isdir(target):  # noqa: PTH112
                name = self._shown / Path(target).relative_to(self._folder)
                raise AskedWrongly(f"{name} is a folder, so nothing was written.", hint="-o another-folder")
        for made, target in places:
            os.replace(made, target)  # noqa: PTH105

    def _place_aside(self) -> Path:
        """Return where files can be made that are put into the folder: beside it, if that is the same disk and ours."""
        beside = self._folder.parent
        is_fit = not self._folder.is_mount() and os.access(beside, os.W_OK)
        return beside if is_fit or not self._folder.is_dir() else self._folder

    def _write_aside(self, name: str, content: bytes, side: Path) -> bool:
        """Write a file beside the folder, if it differs from the one that lies there; return whether it does."""
        if _content(f"{self._folder}/{name}") == content:
            return False
        path = Path(side, name)
        try:
            path.write_bytes(content)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return True


def _list_of(names: Iterable[str]) -> bytes:
    return (json.dumps({"made-by": "recipe-runner", "files": sorted(names)}, indent=0) + "\n").encode()


def _read_list(path: Path) -> tuple[str, ...]:
    """Return the files of an earlier site; names that lead out of the folder are none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        names = [name for name in data["files"] if isinstance(name, str)]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return ()
    return tuple(name for name in names if _is_below(name))


def _is_below(name: str) -> bool:
    parts = name.split("/")
    return bool(name) and not any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts)


def _foreign(folder: Path, known: Collection[str]) -> list[str]:
    """Return the files that no site put there; links count as files."""
    ours, found = {*known, LIST}, list[str]()
    for place, folders, names in os.walk(folder):
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        folders[:] = [name for name in folders if name not in linked]
        found += [(Path(place) / name).relative_to(folder).as_posix() for name in [*names, *linked]]
    return sorted(name for name in found if name not in ours)


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return None


def _remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files of an earlier site, and folders that are empty then."""
    for name in names:
        path = folder / name
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == folder or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()
