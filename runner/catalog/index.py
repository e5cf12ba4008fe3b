"""The index of the catalog: what a listing and a search need of every recipe, kept from one command to the next.

Whoever asks gets what is on disk now: each time all folders are walked, and a file whose stamp is not the stored one
is read again. The file in the cache folder only saves time; where it is missing, locked, damaged or not ours, the same
work is done in memory. A listing of recipes that did not change loads no reader, no TOML and no dataclass.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar
from zlib import crc32

from runner import __version__
from runner.catalog.index_file import LISTED, is_damage, open_copy, open_database, set_aside, transaction
from runner.catalog.index_listing import Listing, make_listing
from runner.catalog.index_rows import Depends
from runner.catalog.index_store import (
    Fresh,
    Known,
    Shelved,
    changed,
    is_worth_storing,
    load,
    smudged,
    store,
    vanished,
)
from runner.catalog.index_walk import CATALOG, Place, Stamp, Walked, walk

if TYPE_CHECKING:
    from runner.catalog.search import Hits

Answer = TypeVar("Answer")


class Index:
    """All that is known of recipes, as of the moment it is asked.

    Use it as a context manager; it opens its file when it is first asked.
    """

    def __init__(self, cache: Path | None, *, now_ns: Callable[[], int] = time.time_ns) -> None:
        """Remember where the index is.

        Args:
            cache: The folder for its file, made if it is missing; None works without one.
            now_ns: Tells the time, in nanoseconds since 1970.
        """
        self._cache = cache
        self._now_ns = now_ns
        self._reader = _reader()
        self._connection: sqlite3.Connection | None = None
        self._path: Path | None = None
        self._read: dict[tuple[str, Stamp | None], Fresh] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; asking once more opens it again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._path = None

    def listing(self, places: Sequence[Place]) -> Listing:
        """Return every recipe of the repositories, under the name to type, and what is broken.

        Args:
            places: The repository in use first, the catalog last, as for `Library`.

        Raises:
            BrokenSource: A `recipes.toml` is missing or breaks a rule.
        """
        seen = _walk_all(places)
        return self._ask(lambda connection: self._list(connection, seen))

    def search(self, places: Sequence[Place], words: str, *, limit: int = 20) -> "Hits":
        """Find recipes by words, best first; `runner.catalog.search` says how.

        Raises:
            BrokenSource: A `recipes.toml` is missing or breaks a rule.
            AskedWrongly: This Python's SQLite has no FTS5.
        """
        seen = _walk_all(places)
        return self._ask(lambda connection: self._search(connection, seen, words, limit))

    def _list(self, connection: sqlite3.Connection, seen: Sequence[Walked]) -> Listing:
        with transaction(connection, "DEFERRED"):
            known = self._load(connection, seen, LISTED)
        shelves = [self._refreshed(walked, each) for walked, each in zip(seen, known, strict=True)]
        if new := _worth_storing(shelves, known):
            with transaction(connection, "IMMEDIATE"):
                self._store(connection, new)
        return make_listing(shelves)

    def _search(self, connection: sqlite3.Connection, seen: Sequence[Walked], words: str, limit: int) -> "Hits":
        """Ask within the transaction that saw or made the index right: another process may write before or after."""
        from runner.catalog.search import search

        with transaction(connection, "DEFERRED"):
            known = self._load(connection, seen)
            if all(map(_is_current, seen, known)):
                shelves = [Shelved(walked, *each, {}) for walked, each in zip(seen, known, strict=True)]
                return search(connection, shelves, words, limit)
        shelves = [self._refreshed(walked, each) for walked, each in zip(seen, known, strict=True)]
        with transaction(connection, "IMMEDIATE"):
            self._store(connection, _worth_storing(shelves, known))
            known = self._load(connection, seen)
            shelves = [shelf._replace(rows=each.rows) for shelf, each in zip(shelves, known, strict=True)]
            return search(connection, shelves, words, limit)

    def _load(self, connection: sqlite3.Connection, seen: Sequence[Walked], columns: Sequence[str] = ()) -> list[Known]:
        return [load(connection, walked, self._reader, columns) for walked in seen]

    def _refreshed(self, walked: Walked, known: Known) -> Shelved:
        """Read what the index does not know."""
        stamp, title = known.stamp, known.title
        if not _knows_title(walked, known):
            began = self._now_ns()
            title = _read_title(walked)
            stamp = smudged(walked.stamp, began) if walked.stamp else None
        fresh = {path: self._read_file(walked, path) for path in changed(walked, known.rows)}
        return Shelved(walked, stamp, title, known.rows, fresh)

    def _store(self, connection: sqlite3.Connection, shelves: Sequence[Shelved]) -> None:
        for shelf in shelves:
            store(connection, shelf, self._reader)

    def _read_file(self, walked: Walked, relative: str) -> Fresh:
        stamp = walked.files[relative] if relative in walked.files else walked.apis[relative]
        path = walked.path(relative)
        # Kept for one question, because the work is done once more in memory where the file cannot be written.
        if (path, stamp) not in self._read:
            self._read[path, stamp] = self._read_now(walked, relative, stamp)
        return self._read[path, stamp]

    def _read_now(self, walked: Walked, relative: str, stamp: Stamp | None) -> Fresh:
        from runner.catalog.index_reading import read_file

        began = self._now_ns()
        columns, depends = read_file(walked.path(relative))
        names = walked.names_beside(relative) if depends is Depends.ON_NAMES else None
        believed = stamp if depends is not Depends.ON_DISK else None
        return Fresh(smudged(believed, began) if believed else None, names, columns)

    def _ask(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Ask the file; if it is damaged, a new one; where no file will do, memory."""
        self._read.clear()
        for _ in range(2):
            if self._connection is None:
                self._connection, self._path = open_database(self._cache)
            try:
                return question(self._connection)
            except sqlite3.Error as error:
                if self._path is None:
                    raise
                self._leave(self._connection, self._path, error)
        if self._connection is None:
            self._connection, self._path = open_database(None)
        return question(self._connection)

    def _leave(self, connection: sqlite3.Connection, path: Path, error: sqlite3.Error) -> None:
        """Drop a damaged file; leave one that is locked, full or read-only, with a copy of what it holds."""
        memory = None if is_damage(error) else open_copy(connection)
        self.close()
        self._connection = memory
        if memory is not None:
            return
        try:
            set_aside(path)
        except OSError:  # the folder is read-only
            self._cache = None


def _walk_all(places: Sequence[Place]) -> list[Walked]:
    """Walk each repository, but not the catalog a second time where it is also the one in use."""
    catalogs = {os.path.realpath(place.root) for place in places if place.alias == CATALOG}
    return [walk(place) for place in places if place.alias or os.path.realpath(place.root) not in catalogs]


def _worth_storing(shelves: Sequence[Shelved], known: Sequence[Known]) -> list[Shelved]:
    return [shelf for shelf, each in zip(shelves, known, strict=True) if is_worth_storing(shelf, each)]


def _is_current(walked: Walked, known: Known) -> bool:
    if not _knows_title(walked, known) or vanished(walked, known.rows):
        return False
    return next(changed(walked, known.rows), None) is None


def _knows_title(walked: Walked, known: Known) -> bool:
    return walked.stamp is not None and known.stamp == walked.stamp


def _read_title(walked: Walked) -> str:
    from runner.catalog.repository import read_repository

    return read_repository(Path(walked.root), alias=walked.alias, runner_version=__version__).title


def _reader() -> int:
    """Return a checksum of the code that reads recipes: what another version of it read is read again."""
    folder = os.path.dirname(__file__)  # noqa: PTH120 - pathlib takes longer than the work
    stamps = [f"{__version__} {sys.version}"]
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                status = entry.stat()
                stamps.append(f"{entry.name} {status.st_size} {status.st_mtime_ns}")
    return crc32("\n".join(sorted(stamps)).encode())
