"""What the index holds of one repository: loading it, finding what changed on disk since, storing that."""

import os
import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from runner.catalog.index_file import CONTENT, INDEXED, LISTED, has_search
from runner.catalog.index_glance import Glance
from runner.catalog.index_walk import CaseStamp, Place, Stamp, Walked

_RACY: Final = 2_000_000_000
"""Nanoseconds. A file that was written this shortly before it was read may change again and keep its stamp: clocks of
file systems tick every few milliseconds, on FAT every two seconds. A moment in the future is no such case."""
_READ_AS: Final = ("size", "mtime", "ctime", "inode", "names", "cases")
_SMUDGED: Final = -1  # bytes: no file has this size, so what is stored with it is read again


class Fresh(NamedTuple):
    """A file as it was read now.

    Attributes:
        stamp: To be stored; None where the file has none, or may not be stored.
        names: The checksum of the names beside it where they matter to it, else None.
        cases: To be stored of its recorded cases; None where it has none.
        columns: Those of `CONTENT`.
    """

    stamp: Stamp | None
    names: int | None
    cases: bytes | None
    columns: tuple[str | int, ...]


class Known(NamedTuple):
    """What the index holds of a repository, true or not any more.

    Attributes:
        stamp: Of its `recipes.toml` when it was read; None where it was not.
        title: What it said.
        collections: What it said of them, as `join_collections` writes it.
        rows: The columns `LISTED` and the path, by path below `recipes/`.
        read_as: Stamp (4), names and cases of each file when it was read; empty where all is known to be true.
        is_current: The disk shows what it showed when all of this was true.
    """

    stamp: Stamp | None
    title: str
    collections: str
    rows: dict[str, tuple[Any, ...]]
    read_as: dict[str, tuple[Any, ...]]
    is_current: bool


class Shelved(NamedTuple):
    """One repository as it is now.

    Attributes:
        walked: Its files.
        seen: What a glance showed before they were walked.
        stamp: To be stored of its `recipes.toml`.
        title: What that says.
        collections: What that says of them, as `join_collections` writes it.
        rows: What the index holds of it, by path.
        fresh: What was read now, by path; it counts before `rows`.
    """

    walked: Walked
    seen: Glance
    stamp: Stamp | None
    title: str
    collections: str
    rows: dict[str, tuple[Any, ...]]
    fresh: dict[str, Fresh]

    def columns(self, path: str) -> tuple[Any, ...]:
        """Return the columns `LISTED` of one file, and perhaps more behind them."""
        fresh = self.fresh.get(path)
        return fresh.columns if fresh else self.rows[path]

    @property
    def is_settled(self) -> bool:
        """Whether the index, once this is stored, knows every file as it is now."""
        files = (self.walked.files | self.walked.apis).items() if self.fresh else ()
        read_now = all(path not in self.fresh or self._is_certain(path, stamp) for path, stamp in files)
        return read_now and self.stamp == self.walked.stamp and self.seen.files != b"" and not self.walked.faults

    def _is_certain(self, path: str, stamp: Stamp | None) -> bool:
        """Tell whether what is stored of a file that was read now will be believed."""
        fresh = self.fresh[path]
        return fresh.stamp == stamp and fresh.cases == case_mark(self.walked.cases.get(path))


def is_current(connection: sqlite3.Connection, place: Place | Walked, seen: Glance, reader: int) -> bool:
    """Tell whether the disk shows what it showed when the index was right: then no file needs to be looked at."""
    query = "SELECT 1 FROM repositories WHERE root = ? AND reader = ? AND seen_files = ?"
    found = connection.execute(query, (os.fsencode(place.root), reader, seen.files)).fetchone()
    return found is not None and seen.files != b""


def load(connection: sqlite3.Connection, walked: Walked, seen: Glance, reader: int) -> Known:
    """Load what the index holds, as read by the same version of the readers.

    Args:
        connection: To the index.
        walked: The repository.
        seen: What a glance at it showed; where the index was right at the same sight, no stamps are loaded.
        reader: Checksum of the code that reads recipes.
    """
    asked = "number, title, collections, size, mtime, ctime, inode"
    query = f"SELECT {asked} FROM repositories WHERE root = ? AND reader = ?"
    found = connection.execute(query, (os.fsencode(walked.root), reader)).fetchone()
    if found is None:
        return Known(None, "", "", {}, {}, is_current=False)
    number, title, collections, *stamp = found
    rows = _rows(connection, (number, reader), LISTED)
    is_whole = len(rows) == len(walked.files) + len(walked.apis)
    knows_all = is_whole and is_current(connection, walked, seen, reader)
    read_as = {} if knows_all else _rows(connection, (number, reader), _READ_AS)
    return Known((*stamp,), title, collections, rows, read_as, is_current=knows_all)


def _rows(connection: sqlite3.Connection, which: tuple[int, int], columns: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Return columns of the files of one repository, as read by one version, by path; the path stands behind them."""
    query = f"SELECT {', '.join(columns)}, path FROM files WHERE repository = ? AND reader = ?"
    return {row[-1]: row for row in connection.execute(query, which)}


def changed(walked: Walked, known: Known) -> Iterator[str]:
    """Yield each file that the index does not know as it is now."""
    if known.is_current:
        return
    for files in (walked.apis, walked.files):
        for path, stamp in files.items():
            read_as = known.read_as.get(path)
            if (
                read_as is None
                or read_as[:4] != stamp
                or (read_as[4] is not None and read_as[4] != walked.names_beside(path))
                or read_as[5] != case_mark(walked.cases.get(path))
            ):
                yield path


def is_worth_storing(shelf: Shelved, known: Known) -> bool:
    """Tell whether storing would change what the index holds."""
    if known.is_current:
        return False
    is_said = (known.stamp, known.title, known.collections) == (shelf.stamp, shelf.title, shelf.collections)
    if shelf.is_settled or not is_said:
        return True
    if vanished(shelf.walked, known.read_as):
        return True
    return any(each.stamp or path in known.read_as for path, each in shelf.fresh.items())


def vanished(walked: Walked, rows: Iterable[str]) -> list[str]:
    """Return the paths that the index knows and the repository does not hold any more."""
    return [path for path in rows if path not in walked.files and path not in walked.apis]


def store(connection: sqlite3.Connection, shelf: Shelved, reader: int) -> None:
    """Store what was read, within a transaction; what vanished from disk goes, also whole repositories.

    Args:
        connection: To the index.
        shelf: The repository.
        reader: Checksum of the code that reads recipes.
    """
    _forget_lost_repositories(connection)
    repository = _store_repository(connection, shelf, reader)
    known = [path for (path,) in connection.execute("SELECT path FROM files WHERE repository = ?", (repository,))]
    outdated = {*vanished(shelf.walked, known), *shelf.fresh.keys() & known}
    _forget(connection, [(repository, path) for path in outdated])
    names = ("repository", "reader", "path", *_READ_AS, *CONTENT)
    marks = ", ".join("?" * len(names))
    [(last,)] = connection.execute("SELECT coalesce(max(number), 0) FROM files").fetchall()
    stored = [(path, *new.stamp, new.names, new.cases, *new.columns) for path, new in shelf.fresh.items() if new.stamp]
    values = ((repository, reader, *each) for each in stored)
    connection.executemany(f"INSERT INTO files ({', '.join(names)}) VALUES ({marks})", values)
    if has_search(connection):
        columns = ", ".join(INDEXED)
        added = f"SELECT number, {columns} FROM files WHERE number > ?"
        connection.execute(f"INSERT INTO words (rowid, {columns}) {added}", (last,))
    if shelf.is_settled:
        _store_sight(connection, repository, reader, shelf)


def smudged(stamp: Stamp, now: int) -> Stamp:
    """Return the stamp to store of a file that is read at a moment; one that is not believed if it is too young."""
    return (_SMUDGED, *stamp[1:]) if is_young(stamp, now) else stamp


def is_young(stamp: Sequence[int], now: int) -> bool:
    """Tell whether what has a stamp changed so shortly before a moment that it may change again and keep it."""
    return any(abs(now - moment) < _RACY for moment in stamp[1:3])


def case_mark(stamp: CaseStamp | None) -> bytes | None:
    """Return what is stored of a recipe's cases."""
    return array("q", stamp).tobytes() if stamp else None


def _store_repository(connection: sqlite3.Connection, shelf: Shelved, reader: int) -> int:
    root, stamp = os.fsencode(shelf.walked.root), shelf.stamp or (_SMUDGED, 0, 0, 0)
    connection.execute("INSERT OR IGNORE INTO repositories (root) VALUES (?)", (root,))
    columns = ("reader", "title", "collections", "size", "mtime", "ctime", "inode")
    changes = ", ".join(f"{name} = ?" for name in columns)
    values = (reader, shelf.title, shelf.collections, *stamp, root)
    connection.execute(f"UPDATE repositories SET seen_files = NULL, {changes} WHERE root = ?", values)
    [(number,)] = connection.execute("SELECT number FROM repositories WHERE root = ?", (root,)).fetchall()
    return int(number)


def _store_sight(connection: sqlite3.Connection, repository: int, reader: int, shelf: Shelved) -> None:
    """Note that all is known as the disk shows it, unless another process changed the rows since they were loaded."""
    query = "SELECT count(*) FROM files WHERE repository = ? AND reader = ?"
    [(known,)] = connection.execute(query, (repository, reader)).fetchall()
    if known == len(shelf.walked.files) + len(shelf.walked.apis):
        changes = "UPDATE repositories SET seen_folders = ?, seen_files = ? WHERE number = ?"
        connection.execute(changes, (*shelf.seen, repository))


def _forget_lost_repositories(connection: sqlite3.Connection) -> None:
    for number, root in connection.execute("SELECT number, root FROM repositories").fetchall():
        if not os.path.isdir(root):  # noqa: PTH112 - bytes, as no root needs to be UTF-8
            files = connection.execute("SELECT repository, path FROM files WHERE repository = ?", (number,)).fetchall()
            _forget(connection, files)
            connection.execute("DELETE FROM repositories WHERE number = ?", (number,))


def _forget(connection: sqlite3.Connection, files: Collection[tuple[int, str]]) -> None:
    columns = ", ".join(INDEXED)
    if has_search(connection):
        # `words` keeps no text of its own, so it must be told which words to forget.
        old = f"SELECT 'delete', number, {columns} FROM files WHERE repository = ? AND path = ?"
        connection.executemany(f"INSERT INTO words (words, rowid, {columns}) {old}", files)
    connection.executemany("DELETE FROM files WHERE repository = ? AND path = ?", files)
