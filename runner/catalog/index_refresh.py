"""Bringing the index to what is on disk: what is new or changed is read, what is gone is forgotten."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

from runner import __version__
from runner.catalog.index_file import transaction
from runner.catalog.index_glance import Glance, Seen
from runner.catalog.index_rows import Depends, join_collections
from runner.catalog.index_store import (
    Fresh,
    Known,
    Shelved,
    case_mark,
    changed,
    is_worth_storing,
    is_young,
    load,
    smudged,
    store,
)
from runner.catalog.index_walk import CATALOG, CaseStamp, Stamp, Walked, walk
from runner.errors import BrokenSource

Progress: TypeAlias = Callable[[int, int], None]
"""Hears how many files of how many have been read."""

MANY: Final = 1_000
"""Files that are worth starting processes for: each takes as long to start as to read two hundred."""
_DOUBTFUL: Final = b""  # no cases have this mark, so what is stored with it is read again


class Refresher:
    """Reads what the index does not know, each file once for one question."""

    def __init__(self, reader: int, now_ns: Callable[[], int] = time.time_ns, progress: Progress | None = None) -> None:
        """Remember how to read.

        Args:
            reader: Checksum of the code that reads recipes.
            now_ns: Tells the time, in nanoseconds since 1970.
            progress: Hears of long work.
        """
        self._reader = reader
        self._now_ns = now_ns
        self._progress = progress or _silent
        # Kept for one question, because the work is done once more in memory where the file cannot be written.
        self._read: dict[tuple[str, Stamp | None, CaseStamp | None], Fresh] = {}

    def shelve(self, connection: sqlite3.Connection, seen: Seen) -> list[Shelved]:
        """Return the repositories as they are, and store what is new of them."""
        shelves, new = self._compare(connection, seen)
        if new:
            with transaction(connection, "IMMEDIATE"):
                self._store(connection, new)
        return shelves

    @contextmanager
    def up_to_date(self, connection: sqlite3.Connection, seen: Seen) -> Iterator[list[Walked]]:
        """Hold the transaction that made the index right: another process may write before or after.

        Yields:
            What the disk shows of each repository.
        """
        shelves, new = self._compare(connection, seen)
        with transaction(connection, "IMMEDIATE"):
            self._store(connection, new)
            yield [shelf.walked for shelf in shelves]

    def _compare(self, connection: sqlite3.Connection, seen: Seen) -> tuple[list[Shelved], list[Shelved]]:
        """Return the repositories as they are, and those of which the index does not know all."""
        walks = [walk(place) for place, _ in seen]
        with transaction(connection, "DEFERRED"):
            known = [
                load(connection, walked, look, self._reader) for walked, (_, look) in zip(walks, seen, strict=True)
            ]
        shelves = [
            self._refreshed(walked, look, each) for walked, (_, look), each in zip(walks, seen, known, strict=True)
        ]
        return shelves, [shelf for shelf, each in zip(shelves, known, strict=True) if is_worth_storing(shelf, each)]

    def _refreshed(self, walked: Walked, seen: Glance, known: Known) -> Shelved:
        said, stamp = (known.title, known.collections), known.stamp
        if known.is_current:
            return Shelved(walked, seen, stamp, *said, known.rows, {})
        if not _knows_settings(walked, known):
            said, stamp = self._read_settings(walked, self._now_ns())
        return Shelved(walked, seen, stamp, *said, known.rows, self._read_all(walked, list(changed(walked, known))))

    def _read_settings(self, walked: Walked, began: int) -> tuple[tuple[str, str], Stamp | None]:
        """Read `recipes.toml`; that of an added repository is a fault among others where it cannot be read."""
        try:
            said = _read_settings(walked)
        except BrokenSource as error:
            if walked.alias in ("", CATALOG):
                raise
            walked.unlisted.append(error)
            return (walked.alias, ""), None
        return said, smudged(walked.stamp, began) if walked.stamp else None

    def _read_all(self, walked: Walked, paths: Sequence[str]) -> dict[str, Fresh]:
        """Read files anew, but those that were read for this question already."""
        stamps = walked.files | walked.apis
        keys = {path: (walked.path(path), stamps[path], walked.cases.get(path)) for path in paths}
        wanted = [path for path in paths if keys[path] not in self._read]
        began = self._now_ns()  # before any of them, so that a change meanwhile is not missed
        are_apis_young = any(is_young(stamp, began) for stamp in walked.apis.values() if stamp)
        for path, (columns, depends) in zip(wanted, self._readings(walked, wanted), strict=True):
            names = walked.names_beside(path) if depends is Depends.ON_NAMES else None
            stamp = stamps[path] if depends is not Depends.ON_DISK else None
            cases = walked.cases.get(path)
            is_doubtful = cases is not None and (are_apis_young or is_young(cases, began))
            mark = _DOUBTFUL if is_doubtful else case_mark(cases)
            self._read[keys[path]] = Fresh(smudged(stamp, began) if stamp else None, names, mark, columns)
        return {path: self._read[keys[path]] for path in paths}

    def _readings(self, walked: Walked, paths: Sequence[str]) -> Iterator[tuple[tuple[str | int, ...], Depends]]:
        """Yield what each file holds, in order; many files are read by several processes."""
        if not paths:
            return
        from runner.catalog.index_reading import read_files, read_many
        from runner.catalog.recorded import base_urls

        folders = (Path(walked.path(path)).parent for path in walked.apis)
        bases = base_urls(folders) if walked.cases else ()
        files = [(walked.path(path), walked.case_folder(path) if path in walked.cases else "") for path in paths]
        read = read_files if len(files) < MANY else read_many
        for number, reading in enumerate(read(files, bases), start=1):
            self._progress(number, len(files))
            yield reading

    def _store(self, connection: sqlite3.Connection, shelves: Sequence[Shelved]) -> None:
        for shelf in shelves:
            store(connection, shelf, self._reader)


def _silent(_read: int, _of: int) -> None:
    """Say nothing."""


def _knows_settings(walked: Walked, known: Known) -> bool:
    return walked.stamp is not None and known.stamp == walked.stamp


def _read_settings(walked: Walked) -> tuple[str, str]:
    """Return the title of a repository, and its collections as the index has them."""
    from runner.catalog.repository import read_repository

    repository = read_repository(Path(walked.root), alias=walked.alias, runner_version=__version__)
    return repository.title, join_collections((each.title, each.recipes) for each in repository.collections)
