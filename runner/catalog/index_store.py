"""What the index holds of one repository: loading it, finding what changed on disk since, storing that."""

import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from runner.catalog.index_file import CONTENT, INDEXED, has_search
from runner.catalog.index_walk import Stamp, Walked

StoredRow: TypeAlias = tuple[Any, ...]
"""Path, stamp (4), names, number, then the columns that were asked for."""

NAMES, NUMBER, FIRST = 5, 6, 7
"""Where in a `StoredRow` these stand."""

_RACY: Final = 2_000_000_000
"""Nanoseconds. A file that was written this shortly before it was read may change again and keep its stamp: clocks of
file systems tick every few milliseconds, on FAT every two seconds. A moment in the future is no such case."""
_SMUDGED: Final = -1  # bytes: no file has this size, so what is stored with it is read again


class Fresh(NamedTuple):
    """A file as it was read now.

    Attributes:
        stamp: To be stored; None where the file has none, or may not be stored.
        names: The checksum of the names beside it where they matter to it, else None.
        columns: Those of `CONTENT`.
    """

    stamp: Stamp | None
    names: int | None
    columns: tuple[str | int, ...]


class Known(NamedTuple):
    """What the index holds of a repository, true or not any more.

    Attributes:
        stamp: Of its `recipes.toml` when it was read; None where it was not.
        title: What it said.
        rows: By path below `recipes/`.
    """

    stamp: Stamp | None
    title: str
    rows: dict[str, StoredRow]


class Shelved(NamedTuple):
    """One repository as it is now.

    Attributes:
        walked: Its files.
        stamp: To be stored of its `recipes.toml`.
        title: What that says.
        rows: What the index holds of it, by path.
        fresh: What was read now, by path; it counts before `rows`.
    """

    walked: Walked
    stamp: Stamp | None
    title: str
    rows: dict[str, StoredRow]
    fresh: dict[str, Fresh]

    def columns(self, path: str) -> tuple[Any, ...]:
        """Return the columns `LISTED` of one file, and perhaps more behind them."""
        fresh = self.fresh.get(path)
        return fresh.columns if fresh else self.rows[path][FIRST:]


def load(connection: sqlite3.Connection, walked: Walked, reader: int, columns: Sequence[str] = ()) -> Known:
    """Load what the index holds, as read by the same version of the readers.

    Args:
        connection: To the index.
        walked: The repository.
        reader: Checksum of the code that reads recipes.
        columns: Those of `CONTENT` that rows shall have.
    """
    query = "SELECT number, title, size, mtime, ctime, inode FROM repositories WHERE root = ? AND reader = ?"
    found = connection.execute(query, (os.fsencode(walked.root), reader)).fetchone()
    if found is None:
        return Known(None, "", {})
    selected = ", ".join(("path, size, mtime, ctime, inode, names, number", *columns))
    rows = connection.execute(f"SELECT {selected} FROM files WHERE repository = ? AND reader = ?", (found[0], reader))
    return Known(found[2:], found[1], {row[0]: row for row in rows})


def changed(walked: Walked, rows: Mapping[str, StoredRow]) -> Iterator[str]:
    """Yield each file that the index does not know as it is now."""
    for files in (walked.apis, walked.files):
        for path, stamp in files.items():
            row = rows.get(path)
            if (
                row is None
                or row[1:NAMES] != stamp
                or (row[NAMES] is not None and row[NAMES] != walked.names[path.partition(os.sep)[0]])
            ):
                yield path


def is_worth_storing(shelf: Shelved, known: Known) -> bool:
    """Tell whether storing would change what the index holds."""
    if known.stamp != shelf.stamp or known.title != shelf.title or vanished(shelf.walked, known.rows):
        return True
    return any(each.stamp or path in known.rows for path, each in shelf.fresh.items())


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
    names = ("repository", "reader", "path", "size", "mtime", "ctime", "inode", "names", *CONTENT)
    marks = ", ".join("?" * len(names))
    [(last,)] = connection.execute("SELECT coalesce(max(number), 0) FROM files").fetchall()
    stored = [(path, *new.stamp, new.names, *new.columns) for path, new in shelf.fresh.items() if new.stamp]
    values = ((repository, reader, *each) for each in stored)
    connection.executemany(f"INSERT INTO files ({', '.join(names)}) VALUES ({marks})", values)
    if has_search(connection):
        columns = ", ".join(INDEXED)
        added = f"SELECT number, {columns} FROM files WHERE number > ?"
        connection.execute(f"INSERT INTO words (rowid, {columns}) {added}", (last,))


def smudged(stamp: Stamp, now: int) -> Stamp:
    """Return the stamp to store of a file that is read at a moment; one that is not believed if it is too young."""
    _, mtime, ctime, _ = stamp
    is_young = any(abs(now - moment) < _RACY for moment in (mtime, ctime))
    return (_SMUDGED, *stamp[1:]) if is_young else stamp


def _store_repository(connection: sqlite3.Connection, shelf: Shelved, reader: int) -> int:
    root, stamp = os.fsencode(shelf.walked.root), shelf.stamp or (_SMUDGED, 0, 0, 0)
    connection.execute("INSERT OR IGNORE INTO repositories (root) VALUES (?)", (root,))
    connection.execute(
        "UPDATE repositories SET reader = ?, title = ?, size = ?, mtime = ?, ctime = ?, inode = ? WHERE root = ?",
        (reader, shelf.title, *stamp, root),
    )
    [(number,)] = connection.execute("SELECT number FROM repositories WHERE root = ?", (root,)).fetchall()
    return int(number)


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
