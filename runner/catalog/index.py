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
from runner.catalog.index_file import is_damage, open_copy, open_database, set_aside, transaction
from runner.catalog.index_glance import Seen, glance, glance_at_folders
from runner.catalog.index_sheet import Sheet, load_sheet, store_sheet
from runner.catalog.index_walk import CATALOG, Place

if TYPE_CHECKING:
    from runner.catalog.index_listing import Listing
    from runner.catalog.index_refresh import Progress, Refresher
    from runner.catalog.index_rows import Row
    from runner.catalog.search import Hits

Answer = TypeVar("Answer")


class Index:
    """All that is known of recipes, as of the moment it is asked.

    Use it as a context manager; it opens its file when it is first asked.
    """

    def __init__(
        self,
        cache: Path | None,
        *,
        now_ns: Callable[[], int] = time.time_ns,
        progress: "Progress | None" = None,
    ) -> None:
        """Remember where the index is.

        Args:
            cache: The folder for its file, made if it is missing; None works without one.
            now_ns: Tells the time, in nanoseconds since 1970.
            progress: Hears how many files of how many have been read.
        """
        self._cache = cache
        self._now_ns = now_ns
        self._reader = _reader()
        self._connection: sqlite3.Connection | None = None
        self._path: Path | None = None
        self._progress = progress
        self._reading: Refresher | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; asking once more opens it again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._path = None

    def listing(self, places: Sequence[Place]) -> "Listing":
        """Return every recipe of the repositories, under the name to type, and what is broken.

        Args:
            places: The repository in use first, the catalog last, as for `Library`.

        Raises:
            BrokenSource: A `recipes.toml` is missing or breaks a rule.
        """
        seen = _look(places)
        return self._ask(lambda connection: self._list(connection, seen))

    def sheet(self, places: Sequence[Place]) -> Sheet:
        """Return the list as CSV: where nothing has changed since it was made, without reading or writing a row.

        Raises:
            BrokenSource: A `recipes.toml` is missing or breaks a rule.
        """
        seen = _look(places)
        return self._ask(lambda connection: self._sheet(connection, seen))

    def search(self, places: Sequence[Place], words: str, *, limit: int = 20) -> "Hits":
        """Find recipes by words, best first; `runner.catalog.search` says how.

        Raises:
            BrokenSource: A `recipes.toml` is missing or breaks a rule.
            AskedWrongly: This Python's SQLite has no FTS5.
        """
        seen = _look(places)
        return self._ask(lambda connection: self._search(connection, seen, words, limit))

    def named(self, places: Sequence[Place], beginning: str) -> "list[Row]":
        """Return the recipes whose name, or last part of it, begins like this: for TAB, from the index alone.

        Only the folders are looked at. What was written into a file since another question was asked is not seen.

        Raises:
            BrokenSource: A `recipes.toml` is missing or breaks a rule.
        """
        looks = [(place, glance_at_folders(str(place.root))) for place in _in_sight(places)]
        return self._ask(lambda connection: self._named(connection, looks, beginning))

    def _list(self, connection: sqlite3.Connection, seen: Seen) -> "Listing":
        from runner.catalog.index_listing import make_listing

        return make_listing(self._refresher.shelve(connection, seen))

    def _sheet(self, connection: sqlite3.Connection, seen: Seen) -> Sheet:
        kept = load_sheet(connection, seen, self._reader)
        if kept is not None:
            return Sheet(kept, None)
        from runner.catalog.index_listing import COLUMNS, as_cells, as_csv, make_listing

        shelves = self._refresher.shelve(connection, seen)
        listing = make_listing(shelves)
        text = as_csv(COLUMNS, map(as_cells, listing.recipes))
        is_usual = {row.root for row in listing.recipes} == {shelf.walked.root for shelf in shelves}
        if is_usual and all(shelf.is_settled for shelf in shelves) and not listing.broken:
            with transaction(connection, "IMMEDIATE"):
                store_sheet(connection, seen, self._reader, text)
        return Sheet(text, listing)

    def _named(
        self, connection: sqlite3.Connection, looks: Sequence[tuple[Place, bytes]], beginning: str
    ) -> "list[Row]":
        from runner.catalog.index_listing import is_named
        from runner.catalog.index_lookup import Lookup, knows_folders

        places = [place for place, _ in looks]
        with transaction(connection, "DEFERRED"):
            if all(knows_folders(connection, *each, self._reader) for each in looks):
                return list(Lookup(connection, places).named(beginning))
        return [row for row in self._list(connection, _look(places)).recipes if is_named(row, beginning)]

    def _search(self, connection: sqlite3.Connection, seen: Seen, words: str, limit: int) -> "Hits":
        from runner.catalog.index_lookup import Lookup
        from runner.catalog.index_store import is_current
        from runner.catalog.search import search

        places = [place for place, _ in seen]
        with transaction(connection, "DEFERRED"):
            if all(is_current(connection, place, look, self._reader) for place, look in seen):
                return search(Lookup(connection, places), words, limit)
        with self._refresher.up_to_date(connection, seen) as walks:
            return search(Lookup(connection, places, walks), words, limit)

    @property
    def _refresher(self) -> "Refresher":
        """What reads for the question that is asked now."""
        if self._reading is None:
            from runner.catalog.index_refresh import Refresher

            self._reading = Refresher(self._reader, self._now_ns, self._progress)
        return self._reading

    def _ask(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Ask the file; if it is damaged, a new one; where no file will do, memory."""
        self._reading = None
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


def _in_sight(places: Sequence[Place]) -> list[Place]:
    """Return the repositories without links in their roots; the catalog is there once, also where it is in use."""
    real = [Place(Path(os.path.realpath(place.root)), place.alias) for place in places]
    catalogs = {place.root for place in real if place.alias == CATALOG}
    return [place for place in real if place.alias or place.root not in catalogs]


def _look(places: Sequence[Place]) -> Seen:
    return [(place, glance(str(place.root))) for place in _in_sight(places)]


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
